import Testing

@Suite struct DocumentationTests {
    static let documents = ["README.md", "docs/ARCHITECTURE.md", "docs/LAB-FORMAT.md", "docs/IMAGES.md", "docs/FIDELITY.md", "docs/CONTRIBUTING.md", "docs/REPORT-JSON.md", "docs/BENCHMARKS.md", "docs/LIVE-CLUSTER.md"]

    @Test(arguments: documents)
    func `files that documents name are there`(_ document: String) {
        let text = House.text(of: document)
        #expect(!text.isEmpty, "\(document) is missing or empty")
        for word in text.split(whereSeparator: { " \n\t`()|,;:".contains($0) }) {
            let path = word.hasSuffix(".") ? word.dropLast() : word
            let isOurs = ["docs/", "Sources/", "Tests/", "Benchmarks/", "labs/", "solutions/", ".ci/"].contains { path.hasPrefix($0) }
            // Paths with a variable part are examples.
            guard isOurs, !path.contains(where: { "*<>…{".contains($0) }), path.uppercased() != path, !path.contains("NAME"), !path.contains("LAB/") else { continue }
            let url = House.root.appendingPathComponent(String(path))
            #expect((try? url.checkResourceIsReachable()) == true, "\(document) names \(path), which is not there")
        }
    }

    @Test func `make targets that documents name are there`() {
        let makefile = House.text(of: "Makefile")
        for document in Self.documents {
            let lines = House.text(of: document).split(separator: "\n")
            for line in lines where line.hasPrefix("    make ") {
                let target = line.dropFirst(9).prefix { $0.isLetter || $0 == "-" }
                #expect(makefile.contains("\n\(target):"), "\(document) says 'make \(target)'")
            }
        }
    }

    @Test func `rooms of the architecture are the rooms of the package`() {
        let text = House.text(of: "docs/ARCHITECTURE.md")
        for room in Floors.floor.keys where room != "SchemaGenerator" { #expect(text.contains("`\(room)`"), "docs/ARCHITECTURE.md does not name \(room)") }
    }
}
