import Foundation

/// Writes the catalogue's text as Swift files of raw string literals, one a package of the API.
struct SourceWriter {
    var folder: URL

    private static let heading = "// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.\n\n"

    func write(types: [TypeEntry], resources: [ResourceEntry]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        var packages: [String: [TypeEntry]] = [:]
        for type in types { packages[type.package, default: []].append(type) }
        let names = packages.keys.sorted()
        for name in names {
            let text = (packages[name] ?? []).map(\.text).joined(separator: "\n")
            try save("Types+\(name).swift", "extension GeneratedCatalogue {\n    static let \(name)Types: StaticString = #\"\"\"\n\(text)\n\n\"\"\"#\n}\n")
        }
        var lines: [String] = []
        var heading = ""
        for resource in resources {
            let next = resource.group.isEmpty ? resource.version : "\(resource.group)/\(resource.version)"
            if next != heading { lines.append("# \(next)") }
            heading = next
            lines.append(resource.text)
        }
        try save("Resources.swift", "extension GeneratedCatalogue {\n    static let resources: StaticString = #\"\"\"\n\(lines.joined(separator: "\n"))\n\n\"\"\"#\n}\n")
        let table = names.map { "        (\"\($0)\", \($0)Types),\n" }.joined()
        try save(
            "GeneratedCatalogue.swift",
            """
            /// The text that the catalogue of built-in types is read from.
            enum GeneratedCatalogue {
                /// The types of each package of the API, sorted by package.
                static let packages: [(name: StaticString, types: StaticString)] = [
            \(table)    ]
            }

            """)
    }

    private func save(_ name: String, _ text: String) throws {
        try Data((Self.heading + text).utf8).write(to: folder.appendingPathComponent(name))
    }
}
