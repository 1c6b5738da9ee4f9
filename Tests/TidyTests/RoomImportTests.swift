import Testing

@Suite struct RoomImportTests {
    @Test func `no room imports one above it or beside it`() {
        var wrong: [String] = []
        for file in House.swiftFiles(in: "Sources") {
            for (number, line) in file.lines.enumerated() {
                guard let module = Self.importedModule(line), module != file.room else { continue }
                if !Floors.mayImport(file.room, module) { wrong.append("\(file.path):\(number + 1): \(file.room) may not import \(module)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test func `every room has its floor`() {
        let rooms = Set(House.swiftFiles(in: "Sources").map(\.room))
        #expect(rooms.subtracting(Floors.floor.keys).isEmpty, "add the room to Floors.floor and to docs/ARCHITECTURE.md")
    }

    @Test(arguments: [
        ("import Kubectl", "Kubectl"), ("  @testable import Grading", "Grading"), ("import struct Foundation.URL", "Foundation"), ("// import X", nil),
        ("public import KubernetesObjects", "KubernetesObjects"),
    ] as [(String, String?)])
    func `reads import lines`(_ line: String, _ module: String?) { #expect(Self.importedModule(Substring(line)) == module) }

    /// The module that a line imports.
    static func importedModule(_ line: Substring) -> String? {
        var words = line.split(separator: " ")
        while let first = words.first, first.hasPrefix("@") || ["public", "package", "internal", "private"].contains(first) { words.removeFirst() }
        guard words.first == "import", words.count > 1 else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
        let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return name.split(separator: ".").first.map(String.init)
    }
}

@Suite struct BannedCallTests {
    struct Ban: Sendable {
        var text: String
        var instead: String
        /// The highest floor on which it is banned.
        var upTo: Int
    }

    static let bans = [
        Ban(text: "import Foundation", instead: "write the small thing by hand: Foundation costs start-up time", upTo: 4),
        Ban(text: "Date()", instead: "the cluster's now", upTo: 5),
        Ban(text: "UUID()", instead: "a RandomStream", upTo: 5),
        Ban(text: ".random(in:", instead: "a RandomStream", upTo: 5),
        Ban(text: "SystemRandomNumberGenerator", instead: "a RandomStream", upTo: 5),
        Ban(text: "ContinuousClock", instead: "the cluster's now", upTo: 5),
        Ban(text: "getenv(", instead: "a value given by Commands", upTo: 5),
        Ban(text: "DispatchQueue", instead: "nothing: the simulator is synchronous", upTo: 5),
    ]

    @Test(arguments: bans)
    func `calls that break determinism stay at the edge`(_ ban: Ban) {
        var wrong: [String] = []
        for file in House.swiftFiles(in: "Sources") {
            guard let floor = Floors.floor[file.room], floor <= ban.upTo, file.room != "APIServer" else { continue }
            for (number, line) in file.lines.enumerated() {
                let code = line.drop { $0 == " " }
                if code.hasPrefix("//") || code.contains("\"\(ban.text)") { continue }
                if code.contains(ban.text) { wrong.append("\(file.path):\(number + 1): use \(ban.instead)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }
}

@Suite struct LeftoverTests {
    /// Written in two parts, so that this file does not hold them.
    static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "fatalError(\"not impl", "/wo" + "rk/", "not imple" + "mented"]

    /// kubectl's own message, which is quoted in our sources.
    static let quoted = "selector for *v1."

    @Test func `nothing is left for later`() {
        var found: [String] = []
        for file in House.swiftFiles(in: "Sources") + House.swiftFiles(in: "Tests") {
            for (number, line) in file.lines.enumerated() {
                // `/work` is a folder of the simulated shell and of tests of paths.
                for mark in Self.marks where line.contains(mark) && !(mark.hasPrefix("/wo") && line.contains("\"")) && !line.contains(Self.quoted) {
                    found.append("\(file.path):\(number + 1): \(mark)")
                }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func `a room with content has no placeholder`() {
        var counts: [String: [String]] = [:]
        for file in House.swiftFiles(in: "Sources") + House.swiftFiles(in: "Tests") {
            counts[file.path.split(separator: "/").prefix(2).joined(separator: "/"), default: []].append(file.path)
        }
        for (folder, files) in counts where files.count > 1 {
            #expect(!files.contains { $0.hasSuffix("/Placeholder.swift") }, "\(folder) still has its placeholder")
        }
    }
}
