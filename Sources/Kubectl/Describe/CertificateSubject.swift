/// The subject of a certificate request, read from its PEM text.
///
/// - Bounds: looks for the attributes' object identifiers; anything unreadable leaves fields empty.
struct CertificateSubject {
    var commonName = ""
    var serialNumber = ""
    var organizations: [String] = []
    var units: [String] = []
    var countries: [String] = []
    var localities: [String] = []
    var provinces: [String] = []

    /// - Parameter request: base 64 of the PEM text, as the API has it.
    init(request: String) {
        guard let pem = Base64Text.decode(request) else { return }
        let body = String(decoding: pem, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-----") && !$0.contains(":") }
        guard let bytes = Base64Text.decode(body.joined()) else { return }
        var index = 0
        // An attribute is OID 2.5.4.x (06 03 55 04 x) followed by a string (tag, length, bytes).
        while index + 7 < bytes.count {
            guard bytes[index] == 6, bytes[index + 1] == 3, bytes[index + 2] == 0x55, bytes[index + 3] == 4 else {
                index += 1
                continue
            }
            let length = Int(bytes[index + 6])
            let start = index + 7
            guard length < 128, start + length <= bytes.count else { return }
            let text = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
            switch bytes[index + 4] {
            case 3: commonName = text
            case 5: serialNumber = text
            case 6: countries.append(text)
            case 7: localities.append(text)
            case 8: provinces.append(text)
            case 10: organizations.append(text)
            case 11: units.append(text)
            default: break
            }
            index = start + length
        }
    }
}
