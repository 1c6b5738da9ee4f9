/// What nginx does at its start beside reading its configuration.
extension NginxConfiguration {
    private static let caches = ["client_temp", "proxy_temp", "fastcgi_temp", "uwsgi_temp", "scgi_temp"]

    /// Makes the directories and the file that nginx wants to write at its start; what keeps it from that.
    ///
    /// - Source: nginx `ngx_create_paths` and `ngx_create_pidfile`, with the paths of the official image's build.
    package static func startProblem(_ files: inout VirtualFileSystem) -> NginxProblem? {
        files.makeCacheDirectory()
        var reader = NginxReader(files: files)
        guard let main = try? reader.read(mainFile) else { return nil }
        let http = main.first { $0.name == "http" }?.block ?? []
        for name in caches {
            let given = http.first { $0.name == (name == "client_temp" ? "client_body_temp_path" : "\(name)_path") }
            let path = VirtualFileSystem.absolute(given?.first ?? "/var/cache/nginx/\(name)", from: directory)
            if files.isDirectory(path) { continue }
            do throws(FileError) { try files.makeDirectory(path) } catch {
                return NginxProblem("mkdir() \"\(path)\" failed (\(NginxReader.number(error.code)): \(error.code.rawValue))")
            }
        }
        let pid = main.first { $0.name == "pid" }?.first ?? "/run/nginx.pid"
        do throws(FileError) { try files.write(Array("1\n".utf8), to: VirtualFileSystem.absolute(pid, from: directory)) } catch {
            return NginxProblem("open() \"\(pid)\" failed (\(NginxReader.number(error.code)): \(error.code.rawValue))")
        }
        return nil
    }

    /// A template with the variables of the environment in it; those of nginx stay.
    package static func filled(_ text: String, _ environment: [String: String]) -> String {
        NginxVariables.fill(text, keepingUnknown: true) { environment[$0] }
    }
}

extension VirtualFileSystem {
    /// The image's own directory for what nginx keeps for a while: it belongs to root, whoever runs nginx.
    fileprivate mutating func makeCacheDirectory() {
        let (savedUser, savedReadOnly) = (user, isRootReadOnly)
        (user, isRootReadOnly) = (0, false)
        try? makeDirectory("/var/cache/nginx", intermediates: true)
        (user, isRootReadOnly) = (savedUser, savedReadOnly)
    }
}

extension NginxProblem {
    package static func addressInUse(_ port: Int) -> NginxProblem { NginxProblem("bind() to 0.0.0.0:\(port) failed (98: Address already in use)") }
}
