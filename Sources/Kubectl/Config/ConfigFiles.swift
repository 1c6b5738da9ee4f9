import KubernetesObjects

/// The kubeconfig files of a command, and how a change of their merged content is written back.
///
/// - Order: of files that have an entry the first one wins; what is changed is written to the file that it came from,
///   what is new to the first file that exists, or the last one.
/// - Source: k8s.io/client-go `tools/clientcmd`, `ModifyConfig`.
struct ConfigFiles {
    private let invocation: Invocation
    /// In their order; nil for one that does not exist.
    private var contents: [(path: String, content: ConfigContent?)] = []
    private let defaultFile: String
    let merged: ConfigContent

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        let config = try invocation.config()
        defaultFile = config.defaultFile
        let files = invocation.environment.files
        for path in config.files {
            var content: ConfigContent?
            if files.isDirectory(path) == false {
                let bytes: [UInt8]
                do { bytes = try files.read(path) } catch { throw Failure("open \(path): \(error.reason)") }
                content = try ConfigContent(try Manifests.parseOne(bytes, name: path) ?? [:], file: path)
            } else if config.files.count == 1, let implicit = invocation.environment.implicitConfig {
                content = try ConfigContent(implicit, file: path)
            }
            contents.append((path, content))
        }
        var merged = ConfigContent()
        for (_, content) in contents {
            guard let content else { continue }
            for list in ConfigContent.List.allCases { merged[list].merge(content[list]) { first, _ in first } }
            if merged.currentContext.isEmpty { merged.currentContext = content.currentContext }
            if merged.preferences == [:] { merged.preferences = content.preferences }
            if merged.extensions == nil { merged.extensions = content.extensions }
        }
        self.merged = merged
    }

    /// The file that messages name.
    var printedFile: String { defaultFile }

    /// Writes what differs from the merged content.
    mutating func write(_ changed: ConfigContent) throws(Failure) {
        if changed == merged { return }
        var touched: Set<String> = []
        if changed.currentContext != merged.currentContext {
            let origin = contents.first { !($0.content?.currentContext ?? "").isEmpty }?.path
            edit(origin ?? defaultFile, &touched) { $0.currentContext = changed.currentContext }
        }
        if changed.preferences != merged.preferences {
            let origin = contents.first { $0.content.map { $0.preferences != [:] } ?? false }?.path
            edit(origin ?? defaultFile, &touched) { $0.preferences = changed.preferences }
        }
        for list in ConfigContent.List.allCases {
            for name in changed.names(list) where changed[list][name] != merged[list][name] {
                edit(origin(list, name) ?? defaultFile, &touched) { $0[list][name] = changed[list][name] }
            }
            for name in merged.names(list) where changed[list][name] == nil {
                edit(origin(list, name) ?? defaultFile, &touched) { $0[list][name] = nil }
            }
        }
        for (path, content) in contents where touched.contains(path) {
            do { try invocation.environment.files.write(path, Array((content ?? ConfigContent()).text.utf8)) } catch {
                throw Failure("open \(path): \(error.reason)")
            }
        }
    }

    private func origin(_ list: ConfigContent.List, _ name: String) -> String? { contents.first { $0.content?[list][name] != nil }?.path }

    private mutating func edit(_ path: String, _ touched: inout Set<String>, _ body: (inout ConfigContent) -> Void) {
        guard let index = contents.firstIndex(where: { $0.path == path }) else { return }
        var content = contents[index].content ?? ConfigContent()
        body(&content)
        contents[index].content = content
        touched.insert(path)
    }

    /// A file's path as an entry of a kubeconfig keeps it: relative to that file when it is below its folder.
    func storedPath(_ path: String, _ list: ConfigContent.List, _ name: String) -> String {
        let here = invocation.environment.files.workingDirectory
        let whole = FilePath.join(here, path)
        let folder = FilePath.directory(FilePath.join(here, origin(list, name) ?? defaultFile))
        let prefix = folder == "/" ? "/" : folder + "/"
        return whole.hasPrefix(prefix) ? String(whole.dropFirst(prefix.count)) : whole
    }
}
