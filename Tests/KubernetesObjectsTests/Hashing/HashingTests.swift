import Testing

@testable import KubernetesObjects

@Suite struct HashingTests {
    @Test func `digests known texts`() {
        #expect(SHA256.hex("".utf8) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256.hex("abc".utf8) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SHA256.hex(String(repeating: "a", count: 1000).utf8) == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
        #expect(FNV1a.hash32("a".utf8) == 0xe40c_292c)
        #expect(FNV1a.hash64("a".utf8) == 0xaf63_dc4c_8601_ec8c)
        #expect(SafeEncoding.encode("1234567890").utf8.count == 10)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func `encodes base64`(text: String, encoded: String) {
        #expect(Base64.encode(text) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test(arguments: [("Zg=", 3), ("Z", 1), ("Zg==x", 4), ("Z!==", 1)]) func `refuses what is not base64`(text: String, offset: Int) {
        #expect(Base64.decode(text) == nil)
        if text == "Z!==" { #expect(Base64.decoding(text) == .failure(.init(offset: offset))) }
    }
}
