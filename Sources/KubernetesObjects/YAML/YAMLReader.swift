/// Reads manifests: YAML documents divided by `---` lines, or JSON texts one after another.
///
/// - Bounds: `maxBytes`, `maxDepth` and the share of aliases; linear in the length of the text.
/// - Source: kubectl's `YAMLOrJSONDecoder`: `{` first means JSON, and JSON with a mistake is tried as YAML.
public struct YAMLReader: Sendable {
    /// Longer texts are refused.
    public var maxBytes: Int
    public var maxDepth: Int

    public init(maxBytes: Int = 16 << 20, maxDepth: Int = 256) {
        self.maxBytes = maxBytes
        self.maxDepth = maxDepth
    }

    /// What could be read, and what stopped the reading.
    public struct Reading: Sendable {
        /// The documents before the mistake; an empty document is null.
        public var documents: [MarkedDocument] = []
        public var error: YAMLError?
    }

    /// Reads all documents of a text; nothing when one of them is wrong.
    public func documents(_ text: String) throws(YAMLError) -> [MarkedDocument] { try documents(Array(text.utf8)) }

    public func documents(_ bytes: [UInt8]) throws(YAMLError) -> [MarkedDocument] {
        let reading = read(bytes)
        if let error = reading.error { throw error }
        return reading.documents
    }

    public func read(_ text: String) -> Reading { read(Array(text.utf8)) }

    /// Reads documents until the end or the first mistake.
    public func read(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        guard bytes.count <= maxBytes else {
            reading.error = YAMLError(
                problem: "the text has \(bytes.count) bytes, more than the limit of \(maxBytes)", reportedLine: 0, line: 1, column: 1)
            return reading
        }
        var offset = 0
        if Self.firstVisibleByte(bytes, from: 0) == UInt8(ascii: "{") { offset = readJSON(bytes, into: &reading) }
        guard reading.error == nil, offset < bytes.count else { return reading }
        var splitter = YAMLSplitter(bytes: bytes, position: offset)
        do throws(YAMLError) {
            while let chunk = try splitter.next() {
                reading.documents.append(try document(chunk.text, startLine: chunk.line))
            }
        } catch {
            reading.error = error
        }
        return reading
    }

    /// Reads JSON texts from the start; returns where YAML has to take over, or the end.
    private func readJSON(_ bytes: [UInt8], into reading: inout Reading) -> Int {
        let json = JSONReader(maxDepth: maxDepth, reportsDuplicates: true)
        var offset = 0
        while offset < bytes.count {
            do throws(JSONError) {
                guard let next = try json.readNext(bytes, from: offset) else { return bytes.count }
                let line = Self.line(bytes, of: offset)
                // The text is read as YAML too, for the places of its parts.
                let marked = try? document(Array(bytes[offset..<next.end]), startLine: line)
                reading.documents.append(
                    MarkedDocument(
                        value: next.value, startLine: line,
                        duplicates: marked?.duplicates ?? next.duplicates.map { YAMLDuplicate(path: $0, line: line, column: 1) },
                        isJSON: true, marks: marked?.marks ?? YAMLMarks()))
                offset = next.end
                if Self.firstVisibleByte(bytes, from: offset).map({ $0 != UInt8(ascii: "{") }) ?? false { return offset }
            } catch {
                if error.isTruncation {
                    reading.error = YAMLError(
                        problem: "unexpected EOF", reportedLine: 0, line: error.line, column: error.column, isJSON: true)
                }
                return offset
            }
        }
        return bytes.count
    }

    private static func firstVisibleByte(_ bytes: [UInt8], from offset: Int) -> UInt8? {
        bytes[offset...].first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    }

    private static func line(_ bytes: [UInt8], of offset: Int) -> Int {
        bytes[..<offset].reduce(into: 1) { count, byte in if byte == 0x0A { count += 1 } }
    }

    /// Reads the first document of a text in which no `---` line divides documents.
    public func document(_ text: [UInt8], startLine: Int = 1) throws(YAMLError) -> MarkedDocument {
        let result: Result<MarkedDocument, YAMLError> = text.withUnsafeBufferPointer { buffer in
            do throws(YAMLFailure) {
                try Self.checkCharacters(buffer)
                var composer = YAMLComposer(bytes: buffer, maxDepth: maxDepth)
                let value = try composer.document()
                let duplicates = composer.duplicates.map { duplicate in
                    var moved = duplicate
                    moved.line += startLine - 1
                    return moved
                }
                return .success(
                    MarkedDocument(value: value, startLine: startLine, duplicates: duplicates, isJSON: false, marks: composer.marks))
            } catch {
                return .failure(
                    YAMLError(
                        problem: error.problem, reportedLine: error.reportedLine, line: startLine + error.mark.line,
                        column: error.mark.column + 1))
            }
        }
        return try result.get()
    }

    /// Refuses bytes that are not UTF-8 and characters that YAML forbids.
    private static func checkCharacters(_ bytes: UnsafeBufferPointer<UInt8>) throws(YAMLFailure) {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x80 {
                guard byte >= 0x20 && byte != 0x7F || byte == 0x09 || byte == 0x0A || byte == 0x0D else {
                    throw characterFailure("control characters are not allowed", index, bytes)
                }
                index += 1
                continue
            }
            let length = byte & 0xE0 == 0xC0 ? 2 : byte & 0xF0 == 0xE0 ? 3 : byte & 0xF8 == 0xF0 ? 4 : 0
            if length == 0 { throw characterFailure("invalid leading UTF-8 octet", index, bytes) }
            if index + length > bytes.count { throw characterFailure("incomplete UTF-8 octet sequence", index, bytes) }
            var code = UInt32(byte) & (0xFF >> UInt32(length + 1))
            for ahead in 1..<length {
                let trailing = bytes[index + ahead]
                guard trailing & 0xC0 == 0x80 else { throw characterFailure("invalid trailing UTF-8 octet", index, bytes) }
                code = code << 6 | UInt32(trailing & 0x3F)
            }
            if length == 2 && code < 0x80 || length == 3 && code < 0x800 || length == 4 && code < 0x10000 {
                throw characterFailure("invalid length of a UTF-8 sequence", index, bytes)
            }
            if (0xD800...0xDFFF).contains(code) || code > 0x10FFFF { throw characterFailure("invalid Unicode character", index, bytes) }
            let isBOM = code == 0xFEFF && index == 0
            guard code == 0x85 || (0xA0...0xFFFD).contains(code) && code != 0xFEFF || code >= 0x10000 || isBOM else {
                throw characterFailure("control characters are not allowed", index, bytes)
            }
            index += length
        }
    }

    private static func characterFailure(_ problem: String, _ offset: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> YAMLFailure {
        var mark = YAMLMark(offset: offset)
        for index in 0..<offset {
            if bytes[index] == 0x0A {
                mark.line += 1
                mark.column = 0
            } else {
                mark.column += 1
            }
        }
        return YAMLFailure(problem: problem, mark: mark, isScannerError: true, hasLine: false)
    }
}

extension Value {
    /// Reads the first document of a YAML text.
    public init(parsingYAML text: String) throws(YAMLError) {
        self = try YAMLReader().documents(text).first?.value ?? .null
    }
}
