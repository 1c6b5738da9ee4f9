import CZlib
import KubernetesObjects
import SimulationKernel
import Testing

@testable import APIServer

/// The client's side of a SPDY connection, for tests.
struct SPDYClient {
    var writer = SPDYWriter()
    var reader = SPDYReader()

    func open(_ id: UInt32, _ type: String, isLast: Bool = false) -> [UInt8] {
        writer.bytes(of: .openStream(id: id, headers: [SPDYHeader(name: "streamtype", value: type)], isLast: isLast, isUnidirectional: false, priority: 0))
    }

    mutating func frames(_ bytes: [UInt8]) throws -> [SPDYFrame] {
        reader.append(bytes)
        var frames: [SPDYFrame] = []
        while let frame = try reader.next() { frames.append(frame) }
        return frames
    }
}

@Suite struct SPDYFrameTests {
    @Test func `the dictionary is the protocol's`() {
        let bytes = SPDYDictionary.bytes
        #expect(bytes.count == 1423)
        #expect(adler32(adler32(0, nil, 0), bytes, UInt32(bytes.count)) == 0xe3c6_a7c2)
    }

    static let frames: [SPDYFrame] = [
        .openStream(id: 1, headers: [SPDYHeader(name: "streamtype", value: "stdin"), SPDYHeader(name: "port", value: "80")], isLast: false, isUnidirectional: false, priority: 3),
        .openStream(id: 3, headers: [], isLast: true, isUnidirectional: true, priority: 0),
        .reply(id: 1, headers: [SPDYHeader(name: "a", value: "b"), SPDYHeader(name: "a", value: "c")], isLast: false),
        .reset(id: 5, status: 3), .settings([4: 100, 7: 65_536]), .ping(id: 7), .goAway(lastID: 9, status: 0),
        .headers(id: 1, headers: [SPDYHeader(name: "x", value: "")], isLast: true), .windowUpdate(id: 0, delta: 1 << 20),
        .data(id: 1, bytes: Array("hello".utf8), isLast: true), .data(id: 3, bytes: [], isLast: false), .unknown(type: 12),
    ]

    @Test(arguments: [1, 2, 3, 7, 1000])
    func `what is written can be read, in whatever pieces`(_ size: Int) throws {
        let writer = SPDYWriter()
        var rest = Self.frames.flatMap { writer.bytes(of: $0) }[...]
        var reader = SPDYReader()
        var read: [SPDYFrame] = []
        while !rest.isEmpty {
            reader.append(rest.prefix(size))
            rest = rest.dropFirst(size)
            while let frame = try reader.next() { read.append(frame) }
        }
        #expect(read == Self.frames)
    }

    @Test(arguments: [
        ([0x80, 2, 0, 1, 0, 0, 0, 0], "version 2 of SPDY is not spoken here"),
        ([0, 0, 0, 1, 0, 0xFF, 0xFF, 0xFF], "a frame of 16777215 bytes is too large"),
        ([0x80, 3, 0, 3, 0, 0, 0, 4, 0, 0, 0, 1], "a frame of type 3 is too short"),
        ([0x80, 3, 0, 1, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2], "a header block cannot be unpacked"),
        ([0x80, 3, 0, 4, 0, 0, 0, 4, 0, 0, 0, 9], "settings do not fill their frame"),
    ] as [([UInt8], String)])
    func `bad frames are errors`(_ bytes: [UInt8], _ message: String) {
        var reader = SPDYReader()
        reader.append(bytes)
        #expect(throws: SPDYError(message: message)) { try reader.next() }
    }

    @Test(arguments: 1...8)
    func `random bytes never do harm`(_ seed: Int) {
        var random = RandomStream(seed: UInt64(seed), name: "spdy")
        let writer = SPDYWriter()
        let good = Self.frames.flatMap { writer.bytes(of: $0) }
        for _ in 0..<200 {
            var bytes = good
            for _ in 0..<Int(random.next() % 4) { bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
            if random.next() % 3 == 0 { bytes = (0..<Int(random.next() % 200)).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
            var connection = SPDYConnection()
            var rest = bytes[...]
            while !rest.isEmpty {
                _ = connection.receive(rest.prefix(37))
                rest = rest.dropFirst(37)
            }
            #expect(connection.openStreams <= SPDYConnection.streamsMax)
            #expect(connection.takeOutput().count < 1 << 20)
        }
    }
}

@Suite struct SPDYConnectionTests {
    @Test func `streams open, carry bytes and end on both sides`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        #expect(server.receive(client.open(1, "stdout")) == [.opened(id: 1, headers: [SPDYHeader(name: "streamtype", value: "stdout")])])
        server.accept(1)
        server.send(Array("hi".utf8), on: 1)
        server.end(1)
        #expect(try client.frames(server.takeOutput()) == [
            .reply(id: 1, headers: [], isLast: false), .data(id: 1, bytes: Array("hi".utf8), isLast: false), .data(id: 1, bytes: [], isLast: true),
        ])
        #expect(server.openStreams == 1)
        #expect(server.receive(client.writer.bytes(of: .data(id: 1, bytes: [7], isLast: true))) == [.data(id: 1, bytes: [7]), .ended(id: 1)])
        #expect(server.openStreams == 0)
    }

    @Test func `pings are answered, odd numbers grow, strangers are reset`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        _ = server.receive(client.writer.bytes(of: .ping(id: 1)) + client.writer.bytes(of: .ping(id: 2)))
        #expect(try client.frames(server.takeOutput()) == [.ping(id: 1)])
        _ = server.receive(client.open(5, "a") + client.open(3, "b") + client.open(8, "c") + client.writer.bytes(of: .data(id: 99, bytes: [1], isLast: false)))
        #expect(try client.frames(server.takeOutput()) == [.reset(id: 3, status: 1), .reset(id: 8, status: 1), .reset(id: 99, status: 2)])
        #expect(server.receive(client.writer.bytes(of: .reset(id: 5, status: 5))) == [.reset(id: 5)])
        #expect(server.receive(client.writer.bytes(of: .goAway(lastID: 0, status: 0))) == [.goneAway])
    }

    @Test func `a peer that never tells of windows is sent everything`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        _ = server.receive(client.open(1, "stdout"))
        server.send([UInt8](repeating: 1, count: 200_000), on: 1)
        let sent = try client.frames(server.takeOutput()).reduce(0) { if case .data(_, let bytes, _) = $1 { $0 + bytes.count } else { $0 } }
        #expect(sent == 200_000)
    }

    @Test func `windows of a peer that tells of them are kept to`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        _ = server.receive(client.writer.bytes(of: .settings([SPDYSetting.initialWindow: 10])) + client.open(1, "stdout"))
        func sent(_ server: inout SPDYConnection) throws -> [Int] {
            try client.frames(server.takeOutput()).compactMap { if case .data(_, let bytes, _) = $0 { bytes.count } else { nil } }
        }
        server.send([UInt8](repeating: 1, count: 25), on: 1)
        server.end(1)
        #expect(try sent(&server) == [10])
        #expect(server.waitingBytes == 15)
        _ = server.receive(client.writer.bytes(of: .windowUpdate(id: 1, delta: 12)))
        #expect(try sent(&server) == [12])
        _ = server.receive(client.writer.bytes(of: .windowUpdate(id: 1, delta: 100)))
        #expect(try sent(&server) == [3, 0])
    }

    @Test func `what is received is given back to the sender's window`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        _ = server.receive(client.open(1, "stdin"))
        _ = server.receive(client.writer.bytes(of: .data(id: 1, bytes: [UInt8](repeating: 0, count: 40_000), isLast: false)))
        #expect(try client.frames(server.takeOutput()) == [.windowUpdate(id: 1, delta: 40_000), .windowUpdate(id: 0, delta: 40_000)])
    }

    @Test func `streams beyond the bound are refused`() throws {
        var client = SPDYClient()
        var server = SPDYConnection()
        for number in 0...SPDYConnection.streamsMax { _ = server.receive(client.open(UInt32(number * 2 + 1), "x")) }
        #expect(server.openStreams == SPDYConnection.streamsMax)
        #expect(try client.frames(server.takeOutput()) == [.reset(id: UInt32(SPDYConnection.streamsMax * 2 + 1), status: 3)])
    }
}
