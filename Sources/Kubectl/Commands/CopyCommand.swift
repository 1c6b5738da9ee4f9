import APIMachinery
import KubernetesObjects
import SimulationKernel

/// `kubectl cp`.
///
/// - Differs: the container's `tar` is only asked what there is to say; the bytes of files come through its `cat`, one by one.
enum CopyCommand {
    static let command = Command(
        name: "cp", summary: "Copy files and directories to and from containers", usage: "<file-spec-src> <file-spec-dest>",
        flags: [
            FlagSpec("container", short: "c", "Of this container."), .flag("no-preserve", nil, "Do not keep owner and permissions."),
            FlagSpec("retries", kind: .int, "How often to try again."),
        ],
        run: { (invocation) throws(Failure) in try run(invocation) })

    private struct Place {
        var namespace = ""
        var pod = ""
        var path: String

        init(_ text: String) throws(Failure) {
            guard let colon = text.firstIndex(of: ":") else {
                path = text
                return
            }
            path = String(text[text.index(after: colon)...])
            let parts = text[..<colon].split(separator: "/").map(String.init)
            if parts.count > 2 || parts.isEmpty { throw Failure("filespec must match the canonical format: [[namespace/]pod:]file/path") }
            pod = parts[parts.count - 1]
            if parts.count == 2 { namespace = parts[0] }
        }
    }

    private static func run(_ invocation: Invocation) throws(Failure) {
        guard invocation.arguments.count == 2 else { throw Failure("source and destination are required") }
        let (source, target) = (try Place(invocation.arguments[0]), try Place(invocation.arguments[1]))
        if !source.pod.isEmpty, !target.pod.isEmpty { throw Failure("one of src or dest must be a local file specification") }
        if source.pod.isEmpty, target.pod.isEmpty { throw Failure("one of src or dest must be a remote file specification") }
        if source.path.isEmpty || target.path.isEmpty { throw Failure("filepath can not be empty") }
        if source.pod.isEmpty, invocation.environment.files.isDirectory(source.path) == nil {
            throw Failure("\(source.path) doesn't exist in local filesystem")
        }
        guard let entry = try invocation.lookup({ $0.entry(.pods) }) else { return }
        let remote = source.pod.isEmpty ? target : source
        let place = remote.namespace.isEmpty ? try invocation.namespace().name : remote.namespace
        var pod = ResourceInfo(entry: entry, namespace: place, name: remote.pod, object: .null)
        pod = pod.refreshed(with: try invocation.get(pod))
        let phase = pod.object["status", "phase"]?.stringValue ?? ""
        if phase == "Succeeded" || phase == "Failed" {
            throw Failure("cannot exec into a container in a completed pod; current phase is \(phase)")
        }
        let access = PodAccess(invocation: invocation)
        var container = invocation.flags.string("container")
        if container.isEmpty { container = access.defaultContainer(pod.object).name }
        if source.pod.isEmpty {
            try upload(source.path, target.path, pod, container, access)
        } else {
            try Download(pod: pod, namedNamespace: source.namespace, container: container, access: access).run(source.path, to: target.path)
        }
    }

    /// Brings a file or a directory out of a container.
    private struct Download {
        let pod: ResourceInfo
        /// The namespace as it was written, for messages.
        let namedNamespace: String
        let container: String
        let access: PodAccess
        private static let notExecutable = 126...127

        func run(_ remote: String, to local: String) throws(Failure) {
            // What tar says goes where the output goes, and what it cannot read is no failure of the copy.
            let archive = try access.exec(pod, container: container, command: ["tar", "cf", "/dev/null", remote], input: nil)
            if Self.notExecutable.contains(archive.code) { 
                throw Failure(kind: .text("command terminated with exit code \(archive.code)"), exitStatus: Int32(archive.code))
            }
            access.invocation.out(archive.err)
            if archive.code != 0 { return }
            let isDirectory = try access.exec(pod, container: container, command: ["test", "-d", remote], input: nil).code == 0
            if !isDirectory { return try copy(remote, to: local) }
            let root = FilePath.clean(remote)
            for path in try find(root, type: "l") {
                let target = try access.exec(pod, container: container, command: ["readlink", path], input: nil).out.filter { $0 != "\n" }
                access.invocation.errLine(
                    "warning: skipping symlink: \(goQuoted(place(of: path, in: root, below: local))) -> \(goQuoted(target)) (consider using \"kubectl exec -n \(goQuoted(namedNamespace)) \(goQuoted(pod.name)) -- tar cf - \(goQuoted(remote)) | tar xf -\")"
                )
            }
            for path in try find(root, type: "f") { try copy(path, to: place(of: path, in: root, below: local)) }
        }

        private func find(_ root: String, type: String) throws(Failure) -> [String] {
            try access.exec(pod, container: container, command: ["find", root, "-type", type], input: nil).out
                .split(separator: "\n").map(String.init).filter { $0.hasPrefix(root) }
        }

        private func place(of path: String, in root: String, below local: String) -> String {
            FilePath.join(local, String(path.dropFirst(root == "/" ? 0 : root.count).drop { $0 == "/" }))
        }

        private func copy(_ remote: String, to local: String) throws(Failure) {
            if access.invocation.environment.files.isDirectory(local) == true { throw Failure("open \(local): is a directory") }
            let answer = try access.execBytes(pod, container: container, command: ["cat", remote], input: nil)
            do { try access.invocation.environment.files.write(local, answer.out) } catch { throw Failure("open \(local): \(error.reason)") }
        }
    }

    private static func upload(_ local: String, _ remote: String, _ pod: ResourceInfo, _ container: String, _ access: PodAccess) throws(Failure) {
        let files = access.invocation.environment.files
        guard let isDirectory = files.isDirectory(local) else { throw Failure("\(local) doesn't exist in local filesystem") }
        if isDirectory {
            let names: [String]
            do { names = try files.list(local) } catch { throw Failure("open \(local): \(error.reason)") }
            _ = try access.exec(pod, container: container, command: ["mkdir", "-p", remote], input: nil)
            for name in names { try upload(FilePath.join(local, name), FilePath.join(remote, name), pod, container, access) }
            return
        }
        let bytes: [UInt8]
        do { bytes = try files.read(local) } catch { throw Failure("open \(local): \(error.reason)") }
        let target = remote.hasSuffix("/") ? remote + FilePath.base(local) : remote
        let answer = try access.execBytes(
            pod, container: container,
            command: ["sh", "-c", "if [ -d '\(target)' ]; then cat > '\(target)/\(FilePath.base(local))'; else cat > '\(target)'; fi"], input: bytes)
        if answer.code != 0 { throw Failure("command terminated with exit code \(answer.code)") }
    }
}
