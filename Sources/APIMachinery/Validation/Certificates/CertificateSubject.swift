/// Whom a certificate request names, read from its DER form.
///
/// - Source: RFC 2986 `CertificationRequest`; only the subject is looked at.
/// - Bounds: reads no further than the subject; lengths beyond the bytes end the reading.
package struct CertificateSubject: Equatable, Sendable {
    package private(set) var commonName = ""
    package private(set) var serialNumber = ""
    package private(set) var organizations: [String] = []
    package private(set) var units: [String] = []
    package private(set) var countries: [String] = []
    package private(set) var localities: [String] = []
    package private(set) var provinces: [String] = []

    private static let sequence: UInt8 = 0x30
    private static let set: UInt8 = 0x31
    private static let integer: UInt8 = 0x02

    /// The subject of a request as the API has it: base64 of PEM text. What cannot be read has no names.
    package init(request: String) {
        if let bytes = SigningRequestValidation.requestBytes(request), let subject = CertificateSubject(requestDER: bytes) { self = subject }
    }

    /// Nil for bytes that are no certificate request.
    init?(requestDER bytes: [UInt8]) {
        var outer = DERReader(bytes[...])
        guard let request = outer.next(), request.tag == Self.sequence else { return nil }
        var parts = DERReader(request.content)
        guard let information = parts.next(), information.tag == Self.sequence else { return nil }
        var fields = DERReader(information.content)
        guard let version = fields.next(), version.tag == Self.integer, let subject = fields.next(), subject.tag == Self.sequence else { return nil }
        var names = DERReader(subject.content)
        while let group = names.next() {
            guard group.tag == Self.set else { return nil }
            var attributes = DERReader(group.content)
            while let attribute = attributes.next() {
                var pair = DERReader(attribute.content)
                guard let identifier = pair.next(), let value = pair.next() else { return nil }
                add(String(decoding: value.content, as: UTF8.self), identifier: Array(identifier.content))
            }
        }
    }

    /// Takes an attribute of type `id-at` (2.5.4.x).
    private mutating func add(_ text: String, identifier: [UInt8]) {
        guard identifier.count == 3, identifier[0] == 0x55, identifier[1] == 0x04 else { return }
        switch identifier[2] {
        case 3: commonName = text
        case 5: serialNumber = text
        case 6: countries.append(text)
        case 7: localities.append(text)
        case 8: provinces.append(text)
        case 10: organizations.append(text)
        case 11: units.append(text)
        default: break
        }
    }
}

/// Walks over the elements of a DER value.
private struct DERReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard count >= 1, count <= 4 else { return nil }
            length = 0
            for _ in 0..<count {
                guard let byte = rest.popFirst() else { return nil }
                length = length << 8 | Int(byte)
            }
        }
        guard length <= rest.count else { return nil }
        let content = rest.prefix(length)
        rest = rest.dropFirst(length)
        return (tag, content)
    }
}
