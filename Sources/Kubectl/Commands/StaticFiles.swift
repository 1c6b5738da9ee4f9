import APIMachinery

/// A folder as a web server shows it, for `kubectl proxy --www`.
///
/// - Source: Go's `net/http.FileServer`.
/// - Invariants: asked from one thread at a time, the one that answers.
struct StaticFiles: @unchecked Sendable {
    let files: any KubectlFiles
    let folder: String
    /// The path under which the folder is found; begins and ends with a slash.
    let prefix: String

    /// What Go's `http.Error` sends a text with.
    static let plainHeaders = [("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
    static let notFound = ProxyDecision.answer(code: 404, headers: plainHeaders, body: Array("404 page not found\n".utf8))

    func answer(_ path: String) -> ProxyDecision {
        // No path leads out of the folder: it is cleaned as one from the root.
        let inside = FilePath.clean("/" + unescaped(path.dropFirst(prefix.count)))
        let place = inside == "/" ? folder : folder + inside
        switch files.isDirectory(place) {
        case nil: return Self.notFound
        case false?: return path.hasSuffix("/") ? redirect(to: "../" + lastName(inside)) : file(place)
        case true?:
            if !path.hasSuffix("/") { return redirect(to: lastName(inside) + "/") }
            if files.isDirectory(place + "/index.html") == false { return file(place + "/index.html") }
            return listing(of: place)
        }
    }

    private func file(_ place: String) -> ProxyDecision {
        do {
            let bytes = try files.read(place)
            return .answer(code: 200, headers: [("Content-Type", type(of: place, bytes)), ("Accept-Ranges", "bytes")], body: bytes)
        } catch {
            return error == .permissionDenied
                ? .answer(code: 403, headers: Self.plainHeaders, body: Array("403 Forbidden\n".utf8)) : Self.notFound
        }
    }

    private func redirect(to location: String) -> ProxyDecision { .answer(code: 301, headers: [("Location", location)], body: []) }

    private func listing(of place: String) -> ProxyDecision {
        var text = "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n"
        for name in (try? files.list(place)) ?? [] {
            let shown = files.isDirectory(place + "/" + name) == true ? name + "/" : name
            text += "<a href=\"\(escaped(shown))\">\(Self.html(shown))</a>\n"
        }
        return .answer(code: 200, headers: [("Content-Type", "text/html; charset=utf-8")], body: Array((text + "</pre>\n").utf8))
    }

    /// A text as a page shows it.
    static func html(_ text: String) -> String {
        text.replacing(text: "&", with: "&amp;").replacing(text: "<", with: "&lt;").replacing(text: ">", with: "&gt;")
            .replacing(text: "\"", with: "&#34;").replacing(text: "'", with: "&#39;")
    }

    private func lastName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? "" }

    private static let types: [String: String] = [
        "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8", "json": "application/json", "xml": "text/xml; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "gif": "image/gif", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp",
        "pdf": "application/pdf", "wasm": "application/wasm", "ico": "image/vnd.microsoft.icon", "txt": "text/plain; charset=utf-8",
    ]

    /// By the name's end, or else by whether the first bytes are text.
    private func type(of place: String, _ bytes: [UInt8]) -> String {
        let name = lastName(place)
        if let dot = name.lastIndex(of: "."), let known = Self.types[name[name.index(after: dot)...].lowercased()] { return known }
        let isText = bytes.prefix(512).allSatisfy { $0 >= 32 || [9, 10, 12, 13, 27].contains($0) }
        return isText ? "text/plain; charset=utf-8" : "application/octet-stream"
    }

    private func unescaped(_ text: Substring) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 37, rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126, 47: result.append(byte)
            default: result += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
