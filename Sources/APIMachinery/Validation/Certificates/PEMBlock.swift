import KubernetesObjects

/// One block of a PEM text.
///
/// - Source: Go's `encoding/pem`: text around blocks does not count, a block with broken base64 is no block.
package struct PEMBlock: Sendable, Equatable {
    package var type: String
    package var hasHeaders: Bool
    package var bytes: [UInt8]

    /// All blocks of a text, in order.
    package static func blocks(of text: String) -> [PEMBlock] {
        var result: [PEMBlock] = []
        var open: (type: String, lines: [Substring])?
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingSuffix { $0 == " " || $0 == "\t" }
            if let type = marked(line, "-----BEGIN ") {
                open = (type, [])
            } else if let block = open, let type = marked(line, "-----END ") {
                if type == block.type, let read = PEMBlock(type: type, lines: block.lines) { result.append(read) }
                open = nil
            } else {
                open?.lines.append(line)
            }
        }
        return result
    }

    private static func marked(_ line: Substring, _ mark: String) -> String? {
        guard line.hasPrefix(mark), line.hasSuffix("-----"), line.utf8.count >= mark.utf8.count + 5 else { return nil }
        return String(line.dropFirst(mark.count).dropLast(5))
    }

    private init?(type: String, lines: [Substring]) {
        let headers = lines.filter { $0.contains(":") }
        guard let bytes = Base64.decode(lines.filter { !$0.contains(":") }.joined()) else { return nil }
        self.type = type
        hasHeaders = !headers.isEmpty
        self.bytes = bytes
    }
}

extension Substring {
    fileprivate func trimmingSuffix(_ isBlank: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
