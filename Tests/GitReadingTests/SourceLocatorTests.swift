import Testing

@testable import GitReading

@Suite struct SourceLocatorTests {
    @Test func `reads a work tree as it is, with revision and dirtiness`() throws {
        let place = try Playground.repository()
        let clean = try SourceLocator().open(place.path + "/labs")
        #expect(try clean.source.readText("nodeport/lab.yaml") == "two\n")
        #expect(clean.provenance.commit == (try place.git("rev-parse", "HEAD")))
        #expect(clean.provenance.reference == "main")
        #expect(!clean.provenance.isDirty)

        try place.write("changed\n", to: "README.md")
        #expect(!(try SourceLocator().open(place.path + "/labs").provenance.isDirty), "a change elsewhere does not count")
        #expect(try SourceLocator().open(place.path).provenance.isDirty)
        try place.write("x\n", to: "labs/nodeport/extra.yaml")
        #expect(try SourceLocator().open(place.path + "/labs").provenance.isDirty, "a file git does not know counts")
    }

    @Test(arguments: ["v1", "other", "HEAD~1", "short"])
    func `reads an older revision without a checkout`(_ revision: String) throws {
        let place = try Playground.repository()
        let name = revision == "short" ? try place.git("rev-parse", "--short", "HEAD~1") : revision
        let located = try SourceLocator().open(place.path + "/labs", reference: name)
        #expect(try located.source.readText("nodeport/lab.yaml") == "one\n")
        #expect(try located.source.kind(of: "hpa") == nil)
        #expect(located.provenance.commit == (try place.git("rev-parse", "HEAD~1")))
        #expect(try SourceLocator().open(place.path + "/labs@" + name).source.files() == ["nodeport/lab.yaml"])
        #expect(try place.git("status", "--porcelain") == "")
    }

    @Test func `reads a bare repository and a copy of a URL`() throws {
        let place = try Playground.repository()
        let bare = try Playground()
        try place.git("clone", "-q", "--bare", place.path, bare.path + "/labs.git")
        let located = try SourceLocator().open(bare.path + "/labs.git")
        #expect(try located.source.files() == ["README.md", "labs/hpa/lab.yaml", "labs/nodeport/lab.yaml"])
        #expect(try SourceLocator().open(bare.path + "/labs.git@v1").source.folder("labs").files() == ["nodeport/lab.yaml"])
        #expect(try SourceLocator().open("file://" + bare.path + "/labs.git", reference: "v1").provenance.reference == "v1")

        let clone = try GitClone(from: "file://" + bare.path + "/labs.git", in: bare.path)
        #expect(try clone.repository.commit("other").id == place.git("rev-parse", "other"))
    }

    @Test func `says clearly what cannot be read`() throws {
        let place = try Playground.repository()
        let empty = try Playground()
        let plain = try Playground()
        try empty.git("init", "-q", "-b", "main")
        try plain.write("x", to: "a.yaml")
        func failure(_ text: String, reference: String? = nil) -> SourceError? {
            do { _ = try SourceLocator().open(text, reference: reference); return nil } catch { return error }
        }
        #expect(failure(plain.path + "@main")?.code == .notARepository)
        #expect(failure(empty.path + "@main")?.code == .noCommits)
        #expect(failure(empty.path, reference: "HEAD")?.code == .noCommits)
        #expect(failure(place.path + "@nowhere")?.code == .noSuchRevision)
        #expect(failure(place.path + "@nowhere")?.message.contains("main, other, v1") == true)
        #expect(failure(place.path + "/labs/hpa@v1")?.code == .missingAtRevision)
        #expect(failure(place.path + "/nothing")?.code == .missing)
        #expect(failure(place.path + "/README.md")?.code == .wrongKind)
        #expect(failure("ssh://example.com/labs.git")?.code == .unreachable)
        #expect(failure("file:///nowhere/labs.git")?.code == .missing)
        #expect(failure(place.path + "@")?.code == .noSuchRevision)
        #expect(try SourceLocator().open(empty.path).provenance.commit == nil)
    }

    @Test(arguments: [
        ("a@b", "a", "b"), (".@main", ".", "main"), ("@main", ".", "main"), ("https://user@host/x.git", "https://user@host/x.git", nil),
        ("https://host/x.git@v1", "https://host/x.git", "v1"), ("plain", "plain", nil),
    ] as [(String, String, String?)])
    func `takes a path and its revision apart`(_ text: String, _ location: String, _ revision: String?) {
        let (gotLocation, gotRevision) = SourceLocator.split(text)
        #expect(gotLocation == location)
        #expect(gotRevision == revision)
    }
}
