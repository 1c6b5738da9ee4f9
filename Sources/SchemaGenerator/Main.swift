import Foundation

/// Writes the catalogue of built-in types as Swift source, from Kubernetes' OpenAPI v2 description.
///
/// Called as `swift run SchemaGenerator OPENAPI-FILE OUTPUT-FOLDER`, where the folder is
/// `Sources/KubernetesSchema/Generated`. Names, types and markers carry over; descriptions never do.
@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            FileHandle.standardError.write(Data("usage: SchemaGenerator OPENAPI-FILE OUTPUT-FOLDER\n".utf8))
            exit(2)
        }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: arguments[1]))
            guard let document = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw GeneratorError("\(arguments[1]) is not an OpenAPI document: it holds no JSON object")
            }
            let types = try TypeReader(document).read()
            let resources = ResourceReader(document).read()
            try SourceWriter(folder: URL(fileURLWithPath: arguments[2])).write(types: types, resources: resources)
            print("\(types.count) types, \(resources.count) resources")
        } catch {
            FileHandle.standardError.write(Data("SchemaGenerator: \(error)\n".utf8))
            exit(1)
        }
    }
}

/// What stopped the generator, in one sentence.
struct GeneratorError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
