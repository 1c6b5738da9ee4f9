import Testing

@testable import KubernetesObjects

@Suite struct AddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("2001:DB8:0:0::1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
        ("1::", "1::"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ])
    func `addresses are read and written in one form`(_ text: String, _ written: String) { #expect(IPAddress(text)?.description == written) }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.-4", "1.2.3. 4", ":", ":::", "1:2:3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
        "::1::", "12345::", "g::", "fe80::1%eth0", "::1.2.3", "1.2.3.4::", "::+1",
    ])
    func `others are none`(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [("010.0.0.01", "10.0.0.1"), ("::ffff:010.2.3.4", nil), ("1.2.3.0004", "1.2.3.4"), ("00.0.0.000", "0.0.0.0")] as [(String, String?)])
    func `zeros before decimal numbers may be read over`(_ text: String, _ written: String?) {
        #expect(IPAddress(loose: text)?.description == written)
    }

    @Test func `blocks hold what begins alike`() throws {
        let block = try #require(IPBlock("10.1.2.3/8"))
        #expect(block.first.description == "10.0.0.0")
        #expect(block.masked.description == "10.0.0.0/8")
        #expect(block.count == 1 << 24)
        #expect(block.address(at: 257)?.description == "10.0.1.1")
        #expect(block.address(at: -1) == nil && block.address(at: 1 << 24) == nil)
        func holds(_ block: IPBlock, _ text: String) -> Bool? { IPAddress(text).map(block.contains) }
        #expect(holds(block, "10.255.0.1") == true && holds(block, "11.0.0.1") == false && holds(block, "::a00:1") == false)
        let inner = try #require(IPBlock("10.9.0.0/16"))
        #expect(block.contains(inner) && !inner.contains(block) && inner.overlaps(block))
        #expect(holds(try #require(IPBlock("0.0.0.0/0")), "1.2.3.4") == true)
        #expect(IPBlock("::/0")?.count == .max)
        #expect(holds(try #require(IPBlock("2001:db8::/64")), "2001:db8::ffff:1") == true)
        #expect(["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "10.0.0.0/8/8"].allSatisfy { IPBlock($0) == nil })
        #expect(IPBlock(loose: "010.0.0.0/08")?.description == "10.0.0.0/8")
    }
}
