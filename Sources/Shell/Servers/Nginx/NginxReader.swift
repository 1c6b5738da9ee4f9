/// Reads nginx's configuration files into directives.
///
/// - Source: nginx `ngx_conf_file.c`: words, quotes, comments, blocks and the messages; a line number is that of the word that ends a directive.
/// - Bounds: `filesMax` files, `bytesMax` bytes in all, `depthMax` blocks and includes inside one another.
struct NginxReader {
    static let filesMax = 200
    static let bytesMax = 1 << 20
    static let depthMax = 32

    let files: VirtualFileSystem
    private var filesRead = 0
    private var bytesRead = 0

    init(files: VirtualFileSystem) { self.files = files }

    /// The directives of a file and of those that it includes.
    ///
    /// - Throws: what nginx says of the first mistake.
    mutating func read(_ path: String) throws(NginxProblem) -> [NginxDirective] {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try files.read(path) } catch { throw NginxProblem("open() \"\(path)\" failed (\(Self.number(error.code)): \(error.code.rawValue))") }
        return try read(bytes, of: path, context: .main, depth: 0)
    }

    /// The number of a system error.
    static func number(_ code: FileError.Code) -> Int {
        switch code {
        case .notFound: 2
        case .denied: 13
        case .exists: 17
        case .notDirectory: 20
        case .isDirectory: 21
        case .full: 28
        case .readOnly: 30
        case .loop: 40
        default: 22
        }
    }

    private mutating func read(_ bytes: [UInt8], of file: String, context: NginxContext, depth: Int) throws(NginxProblem) -> [NginxDirective] {
        filesRead += 1
        bytesRead += bytes.count
        guard filesRead <= Self.filesMax, bytesRead <= Self.bytesMax else { throw NginxProblem("the configuration in \(file) is too long") }
        var lexer = NginxLexer(bytes: bytes, file: file)
        return try block(&lexer, context: context, depth: depth, isWholeFile: true)
    }

    private mutating func block(_ lexer: inout NginxLexer, context: NginxContext, depth: Int, isWholeFile: Bool) throws(NginxProblem) -> [NginxDirective] {
        guard depth <= Self.depthMax else { throw NginxProblem("too many blocks inside one another in \(lexer.file):\(lexer.line)") }
        var result: [NginxDirective] = []
        while true {
            let (words, end) = try lexer.next()
            switch end {
            case .file:
                if !isWholeFile { throw lexer.problem("unexpected end of file, expecting \"}\"") }
                return result
            case .blockEnd:
                if isWholeFile { throw lexer.problem("unexpected \"}\"") }
                return result
            case .semicolon, .blockStart:
                var directive = NginxDirective(name: words[0], arguments: Array(words.dropFirst()), file: lexer.file, line: lexer.line)
                let opens = end == .blockStart
                if directive.name == "include", !context.isFree || context == .types {
                    if opens { throw directive.problem("directive \"include\" is not terminated by \";\"") }
                    guard directive.arguments.count == 1 else { throw directive.problem("invalid number of arguments in \"include\" directive") }
                    result += try include(directive, context: context, depth: depth)
                    continue
                }
                let inner = try NginxDirectiveTable.check(directive, in: context, opensBlock: opens)
                if opens { directive.block = try block(&lexer, context: inner, depth: depth + 1, isWholeFile: false) }
                result.append(directive)
            }
        }
    }

    /// The directives of the files that an `include` names; a pattern may match none.
    private mutating func include(_ directive: NginxDirective, context: NginxContext, depth: Int) throws(NginxProblem) -> [NginxDirective] {
        guard depth < Self.depthMax else { throw directive.problem("too many includes inside one another") }
        let path = VirtualFileSystem.absolute(directive.first, from: NginxConfiguration.directory)
        var result: [NginxDirective] = []
        for name in matches(path) {
            let bytes: [UInt8]
            do throws(FileError) { bytes = try files.read(name) } catch {
                throw directive.problem("open() \"\(name)\" failed (\(Self.number(error.code)): \(error.code.rawValue))")
            }
            result += try read(bytes, of: name, context: context, depth: depth + 1)
        }
        return result
    }

    /// The files that a path with patterns in its parts means, in order; a path without patterns means itself.
    private func matches(_ path: String) -> [String] {
        func isPattern(_ text: Substring) -> Bool { text.contains { "*?[".contains($0) } }
        guard isPattern(path[...]) else { return [path] }
        var found = [""]
        for part in path.split(separator: "/") {
            if isPattern(part) {
                let pattern = GlobPattern(String(part))
                found = found.flatMap { directory in
                    ((try? files.names(in: directory.isEmpty ? "/" : directory)) ?? []).filter { !$0.hasPrefix(".") && pattern.matches($0) }.map { directory + "/" + $0 }
                }
            } else {
                found = found.map { $0 + "/" + part }
            }
        }
        return Array(found.filter { files.exists($0) }.prefix(Self.filesMax))
    }
}

/// Cuts a configuration file into words.
struct NginxLexer {
    enum End { case semicolon, blockStart, blockEnd, file }

    let bytes: [UInt8]
    let file: String
    private(set) var line = 1
    private var index = 0

    init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    func problem(_ text: String) -> NginxProblem { NginxProblem("\(text) in \(file):\(line)") }

    /// The words up to the next `;`, brace or end.
    mutating func next() throws(NginxProblem) -> (words: [String], end: End) {
        var words: [String] = []
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 10:
                line += 1
                index += 1
            case 32, 9, 13: index += 1
            case UInt8(ascii: "#"): while index < bytes.count, bytes[index] != 10 { index += 1 }
            case UInt8(ascii: ";"), UInt8(ascii: "{"):
                index += 1
                if words.isEmpty { throw problem("unexpected \"\(Character(UnicodeScalar(byte)))\"") }
                return (words, byte == UInt8(ascii: ";") ? .semicolon : .blockStart)
            case UInt8(ascii: "}"):
                index += 1
                if !words.isEmpty { throw problem("unexpected \"}\"") }
                return ([], .blockEnd)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): words.append(try quoted(byte))
            default: words.append(try plain())
            }
        }
        if !words.isEmpty { throw problem("unexpected end of file, expecting \";\" or \"}\"") }
        return ([], .file)
    }

    private mutating func quoted(_ quote: UInt8) throws(NginxProblem) -> String {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count, bytes[index] != quote {
            if bytes[index] == 10 { line += 1 }
            if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { text += escape() } else { text.append(bytes[index]) }
            index += 1
        }
        guard index < bytes.count else { throw problem("unexpected end of file, expecting \";\" or \"}\"") }
        index += 1
        if index < bytes.count, ![32, 9, 13, 10, UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: ")")].contains(bytes[index]) {
            throw problem("unexpected \"\(String(decoding: [bytes[index]], as: UTF8.self))\"")
        }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func plain() throws(NginxProblem) -> String {
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            if [32, 9, 13, 10, UInt8(ascii: ";")].contains(byte) { break }
            if byte == UInt8(ascii: "{") {
                // `${name}` is a variable and no block.
                guard text.last == UInt8(ascii: "$") else { break }
                while index < bytes.count, bytes[index] != UInt8(ascii: "}"), bytes[index] != 10 {
                    text.append(bytes[index])
                    index += 1
                }
                if index < bytes.count, bytes[index] == UInt8(ascii: "}") {
                    text.append(bytes[index])
                    index += 1
                }
                continue
            }
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count { text += escape() } else { text.append(byte) }
            index += 1
        }
        guard index < bytes.count else { throw problem("unexpected end of file, expecting \";\" or \"}\"") }
        return String(decoding: text, as: UTF8.self)
    }

    /// What a backslash and the byte after it stand for; `index` is left on that byte.
    private mutating func escape() -> [UInt8] {
        index += 1
        switch bytes[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): return [bytes[index]]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "n"): return [10]
        default: return [UInt8(ascii: "\\"), bytes[index]]
        }
    }
}
