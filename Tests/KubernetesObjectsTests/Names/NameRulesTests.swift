import Testing

@testable import KubernetesObjects

@Suite struct NameRulesTests {
    @Test func `accepts good names`() {
        for name in ["a", "a-b", "1a"] { #expect(NameRules.dns1123Label(name).isEmpty) }
        for name in ["a.b-c", "a"] { #expect(NameRules.dns1123Subdomain(name).isEmpty) }
        for name in ["app", "app.kubernetes.io/name", "A_b.c"] { #expect(NameRules.qualifiedName(name).isEmpty) }
        for name in ["", "a", "A.b_c-1"] { #expect(NameRules.labelValue(name).isEmpty) }
        for name in ["http", "web-80"] { #expect(NameRules.portName(name).isEmpty) }
        #expect(NameRules.annotationKey("Example.com/X").isEmpty)
        #expect(NameRules.prefix("web-", of: NameRules.dns1123Label).isEmpty)
        #expect(NameRules.configMapKey("a.b_C-1").isEmpty && NameRules.wildcardDNS1123Subdomain("*.a.b").isEmpty)
    }

    @Test(arguments: [
        (NameRules.dns1123Label("team.a"), ["must not contain dots"]),
        (
            NameRules.dns1123Label("A"),
            [
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            ]
        ),
        (
            NameRules.dns1123Subdomain("web_app"),
            [
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            ]
        ),
        (NameRules.labelValue(String(repeating: "a", count: 64)), ["must be no more than 63 bytes"]),
        (NameRules.portName("80"), ["must contain at least one letter (a-z)"]),
        (NameRules.portName("a--b-"), ["must not contain consecutive hyphens", "must not begin or end with a hyphen"]),
        (NameRules.portNumber(0), ["must be between 1 and 65535, inclusive"]),
        (NameRules.qualifiedName("/a"), ["prefix part must be non-empty"]),
        (NameRules.configMapKey(".."), ["must not be '..'"]),
        (NameRules.pathSegment("a/b"), ["may not contain '/'"]),
    ] as [([String], [String])])
    func `says what is wrong`(problems: [String], expected: [String]) { #expect(problems == expected) }
}
