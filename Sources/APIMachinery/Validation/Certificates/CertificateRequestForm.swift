/// Why the bytes of a PEM block are no certificate request, as Go's `encoding/asn1` says it.
///
/// - Source: Go `x509.ParseCertificateRequest`, `asn1.Unmarshal`. Differs: of the three parts of a request only their kinds and lengths are
///   looked at; what is signed, and whether the signature is right, is not.
enum CertificateRequestForm {
    private static let sequence = 16
    private static let bitString = 3
    private static let lengthMax = 1 << 23

    /// Nil for bytes that have the form of a request.
    static func problem(_ bytes: [UInt8]) -> String? {
        do throws(Problem) {
            var offset = 0
            let whole = try element(bytes, &offset, end: bytes.count, wanted: sequence, compound: true, of: "certificateRequest")
            var inner = whole.lowerBound
            for (tag, isCompound, type) in [
                (sequence, true, "tbsCertificateRequest"), (sequence, true, "AlgorithmIdentifier"), (bitString, false, "BitString"),
            ] { _ = try element(bytes, &inner, end: whole.upperBound, wanted: tag, compound: isCompound, of: type, start: whole.lowerBound) }
            return offset == bytes.count ? nil : "asn1: syntax error: trailing data"
        } catch { return error.text }
    }

    private struct Problem: Error {
        var text: String
        static func syntax(_ text: String) -> Problem { Problem(text: "asn1: syntax error: \(text)") }
        static func structure(_ text: String) -> Problem { Problem(text: "asn1: structure error: \(text)") }
    }

    /// Where the content of the element at an offset lies; moves the offset behind it.
    private static func element(
        _ bytes: [UInt8], _ offset: inout Int, end: Int, wanted: Int, compound: Bool, of type: String, start: Int = 0
    ) throws(Problem) -> Range<Int> {
        if offset >= end { throw .syntax("sequence truncated") }
        let first = bytes[offset]
        let (tag, isCompound) = (Int(first & 0x1F), first & 0x20 != 0)
        offset += 1
        if tag == 0x1F { throw .structure("base 128 integer too large") }
        let length = try length(bytes, &offset, end: end)
        if first >> 6 != 0 || tag != wanted || isCompound != compound {
            throw .structure(
                "tags don't match (\(wanted) vs {class:\(first >> 6) tag:\(tag) length:\(length) isCompound:\(isCompound)}) "
                    + "{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 "
                    + "set:false omitEmpty:false} \(type) @\(offset - start)")
        }
        if length > end - offset { throw .syntax("data truncated") }
        defer { offset += length }
        return offset..<offset + length
    }

    private static func length(_ bytes: [UInt8], _ offset: inout Int, end: Int) throws(Problem) -> Int {
        func next() throws(Problem) -> Int {
            if offset >= end { throw .syntax("truncated tag or length") }
            defer { offset += 1 }
            return Int(bytes[offset])
        }
        let first = try next()
        if first < 0x80 { return first }
        if first == 0x80 { throw .syntax("indefinite length found (not DER)") }
        var length = 0
        for _ in 0..<(first & 0x7F) {
            let byte = try next()
            if length >= lengthMax { throw .structure("length too large") }
            length = length << 8 | byte
            if length == 0 { throw .structure("superfluous leading zeros in length") }
        }
        if length < 0x80 { throw .structure("non-minimal length") }
        return length
    }
}
