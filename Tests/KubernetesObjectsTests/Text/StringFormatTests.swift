import Testing

@testable import KubernetesObjects

@Suite struct StringFormatTests {
    struct Case: CustomTestStringConvertible {
        var format: String
        var accepts: [String]
        var refuses: [String]
        var testDescription: String { format }
    }

    @Test(arguments: [
        Case(
            format: "date-time", accepts: ["2026-01-05T09:00:00Z", "2026-01-05t09:00:00.5+01:00", "2026-01-05T09:00:00,5Z"],
            refuses: ["2026-01-05", "2026-01-05 09:00:00Z", "2026-02-30T09:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T09:00:00"]),
        Case(format: "date", accepts: ["2026-01-05"], refuses: ["2026-1-5", "2026-02-30", ""]),
        Case(format: "ipv4", accepts: ["10.0.0.1", "010.0.0.1", "::ffff:1.2.3.4"], refuses: ["::1", "10.0.0", "10.0.0.256"]),
        Case(format: "ipv6", accepts: ["::1", "2001:DB8::1"], refuses: ["10.0.0.1", "1::2::3"]),
        Case(format: "cidr", accepts: ["10.0.0.0/8", "2001:db8::/64"], refuses: ["10.0.0.0", "10.0.0.0/33"]),
        Case(format: "mac", accepts: ["00:1b:63:84:45:e6", "00-1B-63-84-45-E6", "001b.6384.45e6"], refuses: ["00:1b:63:84:45", "0:1:2:3:4:5", "001b638445e6"]),
        Case(
            format: "uuid", accepts: ["123e4567-e89b-12d3-a456-426614174000", "123E4567e89b12d3a456426614174000"],
            refuses: ["123e4567-e89b-12d3-a456", "123e-4567e89b12d3a456426614174000", "g23e4567-e89b-12d3-a456-426614174000"]),
        Case(format: "uuid4", accepts: ["123e4567-e89b-42d3-a456-426614174000"], refuses: ["123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-42d3-c456-426614174000"]),
        Case(format: "byte", accepts: ["YQ==", "YWJj"], refuses: ["", "YQ=", "Y Q=", "a"]),
        Case(format: "hostname", accepts: ["a", "a1.example-host.com"], refuses: ["1a", "a.1b", "-a", "a-", "a..b", "a_b", ""]),
        Case(format: "email", accepts: ["a@b", "Ann <ann@example.com>"], refuses: ["a", "@b", "a@", "a@b@c", "a b@c"]),
        Case(format: "uri", accepts: ["https://a.example/b?c", "/path", "mailto:a@b"], refuses: ["a", "a b", "https://a:x/", ""]),
        Case(format: "duration", accepts: ["1h30m", "1 day", "2 weeks", "5hr", "0"], refuses: ["", "day", "1 fortnight"]),
        Case(format: "hexcolor", accepts: ["#fff", "A0B1C2"], refuses: ["#ff", "#ggg"]),
        Case(format: "rgbcolor", accepts: ["rgb(0,128, 255)"], refuses: ["rgb(0,128,256)", "rgb(0,128)", "rgb(00,1,2)"]),
        Case(format: "ssn", accepts: ["123-45-6789", "123456789"], refuses: ["12-345-6789", "123-45-678"]),
        Case(format: "isbn", accepts: ["0-321-75104-3", "978-0321751041"], refuses: ["0-321-75104-4", "978-0321751042", "123"]),
        Case(format: "creditcard", accepts: ["4111 1111 1111 1111"], refuses: ["4111 1111 1111 1112", "9111111111111111"]),
        Case(format: "bsonobjectid", accepts: ["507f1f77bcf86cd799439011"], refuses: ["507f1f77bcf86cd79943901", "507f1f77bcf86cd79943901g"]),
        Case(format: "k8s-short-name", accepts: ["a-b"], refuses: ["a.b", "A", ""]),
        Case(format: "k8s-long-name", accepts: ["a.b-c"], refuses: ["a..b", "A"]),
        Case(format: "of nobody's", accepts: ["", "anything"], refuses: []),
    ])
    func `takes what a format allows`(_ c: Case) {
        for text in c.accepts { #expect(StringFormat.accepts(text, format: c.format), "\(text)") }
        for text in c.refuses { #expect(!StringFormat.accepts(text, format: c.format), "\(text)") }
    }

    @Test(arguments: ["10.0.0.1", "::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", "1::", "::1.2.3.4", "fe80::1%eth0"])
    func `finds nothing wrong with addresses`(_ text: String) { #expect(AddressProblem.address(text) == nil) }
}
