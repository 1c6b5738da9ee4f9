import APIMachinery
import KubernetesObjects

/// `kubectl create deployment`, `job` and `cronjob`.
enum CreateWorkloads {
    static let deployment = Command(
        name: "deployment", aliases: ["deploy"], summary: "Create a deployment with the specified name",
        usage: "NAME --image=image -- [COMMAND] [args...]",
        flags: Creation.flags + [
            FlagSpec("image", kind: .stringSlice, "Image to run; can be repeated."), FlagSpec("port", kind: .int, fallback: "-1", "Port that the container exposes."),
            FlagSpec("replicas", short: "r", kind: .int, fallback: "1", "Number of replicas."),
        ],
        requiredFlags: ["image"], run: { (invocation) throws(Failure) in try createDeployment(invocation) })

    static let job = Command(
        name: "job", summary: "Create a job with the specified name", usage: "NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
        flags: Creation.flags + [FlagSpec("image", "Image to run."), FlagSpec("from", "CronJob to take the job from: cronjob/NAME.")],
        run: { (invocation) throws(Failure) in try createJob(invocation) })

    static let cronJob = Command(
        name: "cronjob", aliases: ["cj"], summary: "Create a cron job with the specified name",
        usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
        flags: Creation.flags + [
            FlagSpec("image", "Image to run."), FlagSpec("schedule", "When to run, in Cron format."),
            FlagSpec("restart", "Restart policy of the job's pods: OnFailure or Never."),
        ],
        requiredFlags: ["image", "schedule"], run: { (invocation) throws(Failure) in try createCronJob(invocation) })

    /// The words after the name: the container's command.
    private static func words(_ invocation: Invocation) -> (name: String?, command: [String]) {
        let arguments = invocation.arguments
        guard let dash = invocation.argumentsBeforeDash else { return (arguments.first, Array(arguments.dropFirst())) }
        return (dash > 0 ? arguments[0] : nil, Array(arguments.dropFirst(max(dash, 0))))
    }

    /// The name of a container for an image: its last part without tag and digest.
    static func containerName(_ image: String) -> String {
        var name = image.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? image
        name = name.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? name
        name = name.split(separator: "@", omittingEmptySubsequences: false).first.map(String.init) ?? name
        guard name.contains(where: { "_.".contains($0) }) || name.hasSuffix("-") else { return name }
        while name.hasSuffix("-") { name.removeLast() }
        name = String(name.map { "_.".contains($0) ? "-" : $0 })
        return name + "-" + suffix(for: image)
    }

    /// Five letters that look random and are the same every time.
    static func suffix(for text: String) -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return String((0..<5).map { letters[Int((hash >> (UInt64($0) * 8)) % UInt64(letters.count))] })
    }

    private static func container(_ name: String, _ image: String, _ command: [String], port: Int? = nil) -> Value {
        var container: Value = ["name": .string(name), "image": .string(image)]
        if !command.isEmpty { container["command"] = Value(command) }
        if let port { container["ports"] = [["containerPort": Value(port)]] }
        container["resources"] = [:]
        return container
    }

    private static func createDeployment(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let count = invocation.argumentsBeforeDash ?? invocation.arguments.count
        if invocation.argumentsBeforeDash != nil, count != 1 || invocation.arguments.isEmpty {
            throw invocation.usage("exactly one NAME is required, got \(count)")
        }
        let name = try Creation.name(invocation, before: invocation.argumentsBeforeDash != nil)
        let command = invocation.argumentsBeforeDash == nil ? [] : words(invocation).command
        let images = flags.list("image")
        if images.count > 1, !command.isEmpty { throw Failure("cannot specify multiple --image options and command") }
        let port = flags.int("port")
        let containers = images.enumerated().map { index, image in
            container(containerName(image), image, command, port: port >= 0 && index == 0 ? port : nil)
        }
        let labels: Value = ["app": .string(name)]
        let object: Value = [
            "kind": "Deployment", "apiVersion": "apps/v1",
            "metadata": try Creation.metadata(invocation, name: name, labels: labels.fields),
            "spec": [
                "replicas": Value(flags.int("replicas")), "selector": ["matchLabels": labels],
                "template": ["metadata": ["labels": labels], "spec": ["containers": .array(containers)]], "strategy": [:],
            ],
            "status": [:],
        ]
        try Creation.create(object, GroupResource("deployments", group: "apps"), failing: "failed to create deployment: ", invocation)
    }

    private static func createJob(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (name, command) = words(invocation)
        guard let name else { throw invocation.usage("exactly one NAME is required, got 0") }
        if invocation.argumentsBeforeDash == nil, invocation.arguments.count > 1 {
            throw invocation.usage("exactly one NAME is required, got \(invocation.arguments.count)")
        }
        let (image, from) = (flags.string("image"), flags.string("from"))
        if image.isEmpty == from.isEmpty { throw Failure("either --image or --from must be specified") }
        if !command.isEmpty, !from.isEmpty { throw Failure("cannot specify --from and command") }
        if from.isEmpty {
            let object: Value = [
                "kind": "Job", "apiVersion": "batch/v1", "metadata": try Creation.metadata(invocation, name: name),
                "spec": [
                    "template": ["metadata": [:], "spec": ["containers": [container(name, image, command)], "restartPolicy": "Never"]]
                ],
                "status": [:],
            ]
            return try Creation.create(object, GroupResource("jobs", group: "batch"), failing: "failed to create job: ", invocation)
        }
        var query = try ResourceQuery(invocation, arguments: [from])
        query.files = []
        let infos = try query.find(invocation).checked()
        guard infos.count == 1, let owner = infos.first else { throw Failure("from must be an existing cronjob") }
        guard owner.entry.kind == "CronJob" else { throw Failure("unknown object type *v1.\(owner.entry.kind)") }
        let template = owner.object["spec", "jobTemplate"] ?? [:]
        var annotations: Value = ["cronjob.kubernetes.io/instantiate": "manual"]
        for (key, value) in template["metadata", "annotations"]?.fields ?? [:] { annotations[key] = value }
        var metadata = try Creation.metadata(invocation, name: name, labels: template["metadata", "labels"]?.fields)
        metadata["annotations"] = annotations
        metadata["ownerReferences"] = [
            [
                "apiVersion": "batch/v1", "kind": "CronJob", "name": .string(owner.name), "uid": .string(owner.object.uid), "controller": true,
            ]
        ]
        let object: Value = [
            "kind": "Job", "apiVersion": "batch/v1", "metadata": metadata, "spec": template["spec"] ?? [:], "status": [:],
        ]
        try Creation.create(object, GroupResource("jobs", group: "batch"), failing: "failed to create job: ", invocation)
    }

    private static func createCronJob(_ invocation: Invocation) throws(Failure) {
        let flags = invocation.flags
        let (name, command) = words(invocation)
        guard let name else { throw invocation.usage("exactly one NAME is required, got 0") }
        if flags.string("image").isEmpty { throw Failure("image must be specified") }
        if flags.string("schedule").isEmpty { throw Failure("schedule must be specified") }
        let object: Value = [
            "kind": "CronJob", "apiVersion": "batch/v1", "metadata": try Creation.metadata(invocation, name: name),
            "spec": [
                "schedule": .string(flags.string("schedule")),
                "jobTemplate": [
                    "metadata": ["name": .string(name)],
                    "spec": [
                        "template": [
                            "metadata": [:],
                            "spec": [
                                "containers": [container(name, flags.string("image"), command)], "restartPolicy": .string(flags.string("restart").isEmpty ? "OnFailure" : flags.string("restart")),
                            ],
                        ]
                    ],
                ],
            ],
            "status": [:],
        ]
        try Creation.create(object, GroupResource("cronjobs", group: "batch"), failing: "failed to create cronjob: ", invocation)
    }
}
