import APIMachinery
import KubernetesObjects
import Testing

/// Objects as Go's typed clients write them.
@Suite struct ProtobufReaderTests {
    /// A field of a message.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2] + length(bytes.count) + bytes }
    private static func field(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
    private static func field(_ number: UInt8, number value: UInt8) -> [UInt8] { [number << 3, value] }
    private static func length(_ count: Int) -> [UInt8] { count < 128 ? [UInt8(count)] : [UInt8(count & 127) | 128, UInt8(count >> 7)] }
    private static func object(_ apiVersion: String, _ kind: String, _ raw: [UInt8]) -> [UInt8] {
        Array("k8s\0".utf8) + field(1, field(1, apiVersion) + field(2, kind)) + field(2, raw)
    }

    private static func metadata(_ name: String) -> [UInt8] {
        // An unset name prefix and time are written all the same, and stand for nothing.
        field(1, name) + field(2, "") + field(8, [])
    }

    @Test func `a secret with bytes and texts`() throws {
        let raw = Self.field(1, Self.metadata("s")) + Self.field(2, Self.field(1, "k") + Self.field(2, [1, 2, 255])) + Self.field(3, "Opaque")
        #expect(
            try ProtobufReader.read(Self.object("v1", "Secret", raw)) == [
                "kind": "Secret", "apiVersion": "v1", "metadata": ["name": "s", "creationTimestamp": .null], "data": ["k": "AQL/"], "type": "Opaque",
            ])
    }

    @Test func `zero is kept where it was given, and left out where it is only the type's`() throws {
        // replicas is a pointer: 0 was asked for. minReadySeconds is none: 0 says nothing.
        let spec = Self.field(1, number: 0) + Self.field(5, number: 0)
        let value = try ProtobufReader.read(Self.object("apps/v1", "Deployment", Self.field(1, Self.metadata("d")) + Self.field(2, spec)))
        #expect(value["spec"] == ["replicas": 0])
    }

    @Test func `quantities, ports by name and inlined sources`() throws {
        let limits = Self.field(1, Self.field(1, "cpu") + Self.field(2, Self.field(1, "250m")))
        let probe = Self.field(1, Self.field(2, Self.field(1, "/") + Self.field(2, Self.field(1, number: 1) + Self.field(3, "http"))))
        let container = Self.field(1, "c") + Self.field(8, limits) + Self.field(10, probe)
        let volume = Self.field(1, "v") + Self.field(2, Self.field(2, Self.field(1, "")))
        let value = try ProtobufReader.read(
            Self.object("v1", "Pod", Self.field(1, Self.metadata("p")) + Self.field(2, Self.field(1, volume) + Self.field(2, container))))
        let read = value["spec"]?["containers"]?[0]
        #expect(read?["resources"] == ["limits": ["cpu": "250m"]])
        #expect(read?["livenessProbe"]?["httpGet"]?["port"] == "http")
        #expect(value["spec"]?["volumes"]?[0] == ["name": "v", "emptyDir": [:]])
    }

    @Test func `options of a deletion in any group`() throws {
        let value = try ProtobufReader.read(Self.object("apps/v1", "DeleteOptions", Self.field(4, "Foreground")))
        #expect(value["propagationPolicy"] == "Foreground")
    }

    @Test(arguments: [
        [], Array("k8s".utf8), Array("{}".utf8), Array("k8s\0".utf8) + [0x0a, 0xff], Array("k8s\0".utf8) + [0x0a, 0x05, 0x00],
        ProtobufReaderTests.object("v1", "Secret", [0x0a, 0x7f]), ProtobufReaderTests.object("v1", "Secret", [0x07]),
        ProtobufReaderTests.object("v1", "Secret", [UInt8](repeating: 0xff, count: 20)),
    ] as [[UInt8]])
    func `broken bytes are refused`(_ bytes: [UInt8]) {
        #expect(throws: ProtobufError.self) { try ProtobufReader.read(bytes) }
    }

    @Test func `kinds whose fields are not known are named`() {
        do throws(ProtobufError) {
            _ = try ProtobufReader.read(Self.object("example.com/v1", "Gadget", []))
            Issue.record("it was read")
        } catch {
            #expect(error.code == .unknownKind && error.description.contains("Gadget"))
        }
    }
}
