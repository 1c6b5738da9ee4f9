import Testing

@testable import KubernetesObjects

@Suite struct Base64Tests {
    @Test func `both forms come back`() {
        for count in 0..<20 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 97 + 251) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
            #expect(Base64.decodeURL(Base64.encodeURL(bytes)) == bytes)
        }
        #expect(Base64.encode([251, 255]) == "+/8=")
        #expect(Base64.encodeURL([251, 255]) == "-_8")
    }

    /// The offsets are those that Go's `encoding/base64` names.
    @Test(arguments: [
        ("YQ==", nil), ("YQ\n==", nil), ("", nil), ("Y*Q=", 1), ("YQ=", 3), ("YQ", 0), ("YWJjZA", 4), ("Y", 0), ("=", 0), ("Y=", 1), ("YQ=a", 2),
        ("YQ==a", 4), ("YWI=a", 4), ("YQ===", 4), ("YWJj=", 4), ("a-b_", 1),
    ] as [(String, Int?)])
    func `what is wrong is named by its place`(_ text: String, _ offset: Int?) {
        if case .failure(let problem) = Base64.decoding(text) { #expect(problem.offset == offset) } else { #expect(offset == nil) }
    }

    @Test(arguments: [("YQ", nil), ("a-b_", nil), ("YQ==", 2), ("a+b/", 1), ("Y", 0), ("YWJjZ", 4)] as [(String, Int?)])
    func `tokens have no padding`(_ text: String, _ offset: Int?) {
        if case .failure(let problem) = Base64.decodingURL(text) { #expect(problem.offset == offset) } else { #expect(offset == nil) }
    }
}
