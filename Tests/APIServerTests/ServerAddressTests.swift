import Testing

@testable import APIServer

@Suite struct ServerAddressTests {
    @Test func `listens on loopback unless told otherwise`() { #expect(ServerAddress(port: 6443).host == "127.0.0.1") }
}
