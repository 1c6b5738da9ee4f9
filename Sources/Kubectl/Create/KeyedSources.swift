import KubernetesObjects

/// Data for config maps and secrets from `--from-literal`, `--from-file` and `--from-env-file`.
///
/// - Order: files, then literals, then environment files, each in the order given.
struct KeyedSources {
    /// `ConfigMap` or `Secret`, for messages.
    let kind: String
    let objectName: String
    private(set) var entries: [(key: String, bytes: [UInt8])] = []

    static let flags: [FlagSpec] = [
        FlagSpec("from-file", kind: .stringSlice, "File, KEY=FILE or directory to take data from; can be repeated."),
        FlagSpec("from-literal", kind: .stringArray, "KEY=VALUE; can be repeated."),
        FlagSpec("from-env-file", kind: .stringSlice, "File with lines KEY=VALUE; can be repeated."),
        .flag("append-hash", nil, "Put a hash of the content after the name."),
    ]

    init(_ kind: String, _ invocation: Invocation, name: String, fileKey: String? = nil) throws(Failure) {
        self.kind = kind
        objectName = name
        let flags = invocation.flags
        if !flags.list("from-env-file").isEmpty, !flags.list("from-file").isEmpty || !flags.list("from-literal").isEmpty {
            throw Failure("from-env-file cannot be combined with from-file or from-literal")
        }
        for source in flags.list("from-file") { try addFile(fileKey.map { source.contains("=") ? source : "\($0)=\(source)" } ?? source, invocation) }
        for source in flags.list("from-literal") {
            guard let equals = source.firstIndex(of: "="), equals != source.startIndex else {
                throw Failure("invalid literal source \(source), expected key=value")
            }
            try add(String(source[..<equals]), Array(source[source.index(after: equals)...].utf8))
        }
        for source in flags.list("from-env-file") { try addEnvironment(source, invocation) }
    }

    private mutating func add(_ key: String, _ bytes: [UInt8]) throws(Failure) {
        let isValid = !key.isEmpty && key.count <= 253 && key != "." && key != ".." && !key.hasPrefix("..")
            && key.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 122) || $0 == 45 || $0 == 46 || $0 == 95 }
        if !isValid {
            throw Failure(
                "\(goQuoted(key)) is not a valid key name for a \(kind): a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
            )
        }
        if entries.contains(where: { $0.key == key }) {
            let place = kind == "Secret" ? "another key by that name already exists" : "another key by that name already exists in Data for ConfigMap \(goQuoted(objectName))"
            throw Failure("cannot add key \(kind == "Secret" ? key : goQuoted(key)), \(place)")
        }
        entries.append((key, bytes))
    }

    private mutating func addFile(_ source: String, _ invocation: Invocation) throws(Failure) {
        let equals = source.filter { $0 == "=" }.count
        if equals > 1 { throw Failure("key names or file paths cannot contain '='") }
        if source.hasPrefix("=") { throw Failure("key name for file path \(source.dropFirst()) missing") }
        if source.hasSuffix("=") { throw Failure("file path for key name \(source.dropLast()) missing") }
        let parts = source.split(separator: "=").map(String.init)
        let path = parts.last ?? source
        let files = invocation.environment.files
        do {
            if files.isDirectory(path) == true {
                if parts.count == 2 { throw FileProblem("\u{0}") }
                for name in try files.list(path) where files.isDirectory(FilePath.join(path, name)) == false {
                    let bytes = try files.read(FilePath.join(path, name))
                    if let failure = adding(name, bytes) { throw failure }
                }
                return
            }
            let bytes = try files.read(path)
            if let failure = adding(parts.count == 2 ? parts[0] : FilePath.base(path), bytes) { throw failure }
        } catch let failure as Failure {
            throw failure
        } catch let problem as FileProblem {
            if problem.reason == "\u{0}" { throw Failure("cannot give a key name for a directory path") }
            throw Failure("error reading \(path): \(problem.reason)")
        } catch {
            throw Failure("error reading \(path)")
        }
    }

    private mutating func adding(_ key: String, _ bytes: [UInt8]) -> Failure? {
        do throws(Failure) { try add(key, bytes) } catch { return error }
        return nil
    }

    private mutating func addEnvironment(_ path: String, _ invocation: Invocation) throws(Failure) {
        let bytes: [UInt8]
        do { bytes = try invocation.environment.files.read(path) } catch { throw Failure("error reading \(path): \(error.reason)") }
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() where String(validating: line, as: UTF8.self) == nil {
            throw Failure("env file \(path) contains invalid utf8 bytes at line \(index + 1): [\(line.map { "\($0)" }.joined(separator: " "))]")
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines {
            let text = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }.filter { $0 != "\r" }
            if text.isEmpty || text.hasPrefix("#") { continue }
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try EnvironmentNames.check(parts[0])
            let value = parts.count == 2 ? parts[1] : invocation.environment.variables[parts[0]] ?? ""
            if parts.count == 1, invocation.environment.variables[parts[0]] == nil { continue }
            try add(parts[0], Array(value.utf8))
        }
    }

    /// `data` and, of bytes that are no text, `binaryData`.
    var configMapFields: (data: Fields, binary: Fields) {
        var (data, binary) = (Fields(), Fields())
        for entry in entries {
            if let text = String(validating: entry.bytes, as: UTF8.self) {
                data[entry.key] = .string(text)
            } else {
                binary[entry.key] = .string(Base64.encode(entry.bytes))
            }
        }
        return (data.sorted(), binary.sorted())
    }

    var secretData: Fields {
        var data = Fields()
        for entry in entries { data[entry.key] = .string(Base64.encode(entry.bytes)) }
        return data.sorted()
    }
}

/// Names of environment variables.
enum EnvironmentNames {
    static func check(_ name: String) throws(Failure) {
        let isValid = name.utf8.first.map { !($0 >= 48 && $0 <= 57) } ?? false
            && name.utf8.allSatisfy { ($0 >= 48 && $0 <= 57) || (($0 | 32) >= 97 && ($0 | 32) <= 122) || $0 == 45 || $0 == 46 || $0 == 95 }
        if isValid { return }
        throw Failure(
            "\(goQuoted(name)) is not a valid key name: a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
        )
    }
}
