import Foundation
import Testing

@testable import GitReading

@Suite struct FileSourceTests {
    static func failure(_ body: () throws -> Void) -> SourceError.Code? {
        do { try body(); return nil } catch { return (error as? SourceError)?.code }
    }

    /// The same files as a work tree and as a commit.
    static func sources() throws -> (Playground, [any FileSource]) {
        let place = try Playground()
        try place.git("init", "-q", "-b", "main")
        try place.write("secret\n", to: "outside.txt")
        try place.write("a\n", to: "in/a.yaml")
        try place.write("b\n", to: "in/sub/b.yaml")
        try place.link("in/good", to: "sub/b.yaml")
        try place.link("in/folder", to: "sub")
        try place.link("in/escape", to: "../outside.txt")
        try place.link("in/absolute", to: "/etc/passwd")
        try place.link("in/circle", to: "circle")
        try place.write(String(repeating: "x", count: 3000), to: "in/large.txt")
        try place.git("add", "-A")
        try place.git("commit", "-q", "-m", "files")
        let limits = SourceLimits(fileBytesMax: 2000)
        let tree = try SourceLocator(limits: limits).open(place.path + "/in").source
        let commit = try SourceLocator(limits: limits).open(place.path + "/in@main").source
        return (place, [tree, commit])
    }

    @Test func `reads files and links inside the folder`() throws {
        let (place, sources) = try Self.sources()
        defer { _ = place }
        for source in sources {
            #expect(try source.readText("a.yaml") == "a\n")
            #expect(try source.readText("./sub/../sub/b.yaml") == "b\n")
            #expect(try source.readText("good") == "b\n")
            #expect(try source.readText("folder/b.yaml") == "b\n")
            #expect(try source.folder("sub").readText("b.yaml") == "b\n")
            #expect(try source.entries(of: "").map(\.name) == ["a.yaml", "absolute", "circle", "escape", "folder", "good", "large.txt", "sub"])
            #expect(try source.kind(of: "nothing") == nil)
        }
    }

    @Test func `refuses what leads out, circles, and what is too large`() throws {
        let (place, sources) = try Self.sources()
        defer { _ = place }
        for source in sources {
            for path in ["escape", "absolute", "circle", "../outside.txt", "/etc/passwd", "sub/../../outside.txt"] {
                #expect(Self.failure { _ = try source.read(path) } == .escapes, "\(path) of \(type(of: source))")
            }
            #expect(Self.failure { _ = try source.read("large.txt") } == .tooLarge)
            #expect(Self.failure { _ = try source.files() } == .escapes)
            #expect([.missing, .missingAtRevision].contains(Self.failure { _ = try source.read("nothing") }))
        }
    }

    @Test func `refuses what is no regular file without waiting`() throws {
        let place = try Playground()
        mkfifo(place.path + "/pipe", 0o600)
        let source = try WorkTreeSource(place.path)
        #expect(Self.failure { _ = try source.read("pipe") } == .wrongKind)
        #expect(try source.files() == [])
    }

    @Test func `limits numbers of files`() throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<50).map { ("d\($0)/f", "x") })
        #expect(Self.failure { _ = try MemorySource(files, limits: SourceLimits(filesMax: 20)).files() } == .tooMany)
        #expect(try MemorySource(files).files().count == 50)
    }

    @Test func `lays one source over another`() throws {
        let lower = MemorySource(["a": "lower", "b": "lower", "sub/c": "lower"])
        let upper = MemorySource(["b": "upper", "sub/d": "upper"])
        let both = OverlaySource(upper, over: lower)
        #expect(try both.files() == ["a", "b", "sub/c", "sub/d"])
        #expect(try both.readText("b") == "upper")
        #expect(try both.folder("sub").readText("c") == "lower")
    }
}
