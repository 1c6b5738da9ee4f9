import APIMachinery
import KubernetesObjects
import Shell
import SimulationKernel

/// From an image's name to a running container.
///
/// - Source: kubelet `images/image_manager.go` and `kuberuntime_container.go`.
extension Kubelets {
    static let pullBackOffMax: Duration = .seconds(300)

    /// Begins a container: looks for its image and pulls it when it must.
    mutating func begin(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard let container = record[ref] else { return }
        let run = container.run &+ 1
        record.change(ref) {
            $0.run = run
            $0.activity = .pulling
        }
        guard profile.imagesBehave else {
            schedule(.pulled(record.uid, ref, run), at: view.now + profile.pullTimeMin)
            return
        }
        let spec = pod.containerSpec(ref)
        let policy = spec["imagePullPolicy"]?.stringValue ?? "IfNotPresent"
        let isPresent = nodes[record.node]?.images[container.image] != nil
        tellMissingPullSecrets(pod, &plan, in: view)
        if policy != "Never", !(isPresent && policy != "Always"), pullFaults.fails(container.image, onNode: record.node),
            let reference = try? ImageReference(container.image)
        {
            pullFailed(&record, ref, PullFaults.message(reference), pod, &plan, now: view.now)
            return
        }
        switch images.look(up: container.image) {
        case .invalid(let message):
            event(pod, .warning, "InspectFailed", message, &plan, container: ref)
            event(pod, .warning, "Failed", "Error: InvalidImageName", &plan, container: ref)
            hold(&record, ref, reason: "InvalidImageName", message: message, for: profile.retryPeriod, isPeriodic: true, now: view.now)
        case .found where isPresent && policy != "Always":
            event(pod, .normal, "Pulled", "Container image \"\(container.image)\" already present on machine and can be accessed by the pod", &plan, container: ref)
            schedule(.pulled(record.uid, ref, run), at: view.now + .milliseconds(30))
        case .found(let image):
            if policy == "Never" {
                let message = "Container image \"\(container.image)\" is not present with pull policy of Never"
                event(pod, .warning, "ErrImageNeverPull", message, &plan, container: ref)
                event(pod, .warning, "Failed", "Error: ErrImageNeverPull", &plan, container: ref)
                hold(&record, ref, reason: "ErrImageNeverPull", message: message, for: profile.retryPeriod, isPeriodic: true, now: view.now)
                return
            }
            if let registry = image.privateRegistry, let problem = PullCredentials.problem(container.image, registry, pod, in: view) {
                pullFailed(&record, ref, problem, pod, &plan, now: view.now)
                return
            }
            if !isPresent, let problem = roomProblem(image, named: container.image, onNode: record.node) {
                pullFailed(&record, ref, problem, pod, &plan, now: view.now)
                return
            }
            pull(&record, ref, image, isPresent: isPresent, pod, &plan, now: view.now)
        case .failure(let reason):
            if isPresent, policy != "Always" {
                schedule(.pulled(record.uid, ref, run), at: view.now)
                return
            }
            pullFailed(&record, ref, reason, pod, &plan, now: view.now)
        }
    }

    /// Tells of secrets for pulls that are not there; the pull is tried without them.
    private func tellMissingPullSecrets(_ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard let names = pod["spec"]?["imagePullSecrets"]?.elements.compactMap({ $0["name"]?.stringValue }), !names.isEmpty else { return }
        let missing = names.filter { view.get(.secrets, namespace: pod.namespace, name: $0) == nil }
        guard !missing.isEmpty else { return }
        event(
            pod, .warning, "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (\(missing.joined(separator: ", "))); attempting to pull the image may not succeed.", &plan)
    }

    /// Plans a pull behind those that the node is already doing.
    private mutating func pull(_ record: inout PodRecord, _ ref: ContainerRef, _ image: ImageProfile, isPresent: Bool, _ pod: Value, _ plan: inout Plan, now: Instant) {
        let name = record[ref]?.image ?? ""
        event(pod, .normal, "Pulling", "Pulling image \"\(name)\"", &plan, container: ref)
        // A pull of what is there asks the registry for the manifest only.
        var time = isPresent ? .milliseconds(450) : image.pullTime ?? profile.pullTimeMin
        if !isPresent, image.pullTime == nil, profile.pullBytesPerSecond < .max {
            time += .nanoseconds(Int64(Double(image.sizeBytes) / Double(max(profile.pullBytesPerSecond, 1)) * 1e9))
        }
        time = time * pullFaults.factor(onNode: record.node)
        let begin = max(nodes[record.node]?.pullsUntil ?? now, now)
        let end = begin + time
        nodes[record.node]?.pullsUntil = end
        nodes[record.node]?.images[name] = image.sizeBytes
        if !isPresent, let left = nodes[record.node]?.pressure.diskLeft { nodes[record.node]?.pressure.diskLeft = max(left - image.sizeBytes, 0) }
        let waited = end - now
        schedule(.pulled(record.uid, ref, record[ref]?.run ?? 0), at: end)
        pulls[ContainerKey(pod: record.uid, ref: ref)] = PullReport(time: time, including: waited, size: image.sizeBytes)
    }

    private mutating func pullFailed(_ record: inout PodRecord, _ ref: ContainerRef, _ reason: String, _ pod: Value, _ plan: inout Plan, now: Instant) {
        let name = record[ref]?.image ?? ""
        let before = record[ref]?.pullBackOff
        let wait = min(before.map { $0 * 2 } ?? .seconds(10), Self.pullBackOffMax)
        record.change(ref) { $0.pullBackOff = wait }
        event(pod, .normal, "Pulling", "Pulling image \"\(name)\"", &plan, container: ref)
        event(pod, .warning, "Failed", "Failed to pull image \"\(name)\": \(reason)", &plan, container: ref)
        event(pod, .warning, "Failed", "Error: ErrImagePull", &plan, container: ref)
        hold(&record, ref, reason: "ErrImagePull", message: reason, for: wait, isPeriodic: before != nil, now: now)
        schedule(.backOffShown(record.uid, ref, record[ref]?.run ?? 0), at: now + .seconds(2), isPeriodic: before != nil)
    }

    /// Leaves a container waiting and tries again later.
    mutating func hold(_ record: inout PodRecord, _ ref: ContainerRef, reason: String, message: String, for wait: Duration, isPeriodic: Bool, now: Instant) {
        record.change(ref) {
            if $0.state.isTerminated { $0.lastState = $0.state }
            $0.state = .waiting(reason: reason, message: message)
            $0.activity = .backingOff
        }
        schedule(.restart(record.uid, ref, record[ref]?.run ?? 0), at: now + wait, isPeriodic: isPeriodic)
    }

    /// The image is there: the container is made when its configuration is complete.
    mutating func pulled(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard record[ref]?.activity == .pulling, record.stage == .active else { return }
        if let report = pulls.removeValue(forKey: ContainerKey(pod: record.uid, ref: ref)) {
            let name = record[ref]?.image ?? ""
            event(
                pod, .normal, "Pulled",
                "Successfully pulled image \"\(name)\" in \(Self.text(report.time)) (\(Self.text(report.including)) including waiting). Image size: \(report.size) bytes.",
                &plan, container: ref)
        }
        record.change(ref) { $0.pullBackOff = nil }
        let spec = pod.containerSpec(ref)
        if let problem = PodDependencies.missingConfiguration(of: spec, namespace: pod.namespace, in: view) {
            event(pod, .warning, "Failed", "Error: \(problem)", &plan, container: ref)
            waitForObjects(record, pod: pod)
            hold(&record, ref, reason: "CreateContainerConfigError", message: problem, for: profile.retryPeriod, isPeriodic: true, now: view.now)
            return
        }
        if let problem = creationProblem(record, ref, spec, pod, in: view) {
            event(pod, .warning, "Failed", "Error: \(problem.message)", &plan, container: ref)
            hold(&record, ref, reason: problem.reason, message: problem.message, for: profile.retryPeriod, isPeriodic: true, now: view.now)
            return
        }
        record.change(ref) { $0.activity = .starting }
        schedule(.started(record.uid, ref, record[ref]?.run ?? 0), at: view.now + profile.startTime)
    }

    /// Why a container cannot be made although its image is there and its configuration is complete.
    private mutating func creationProblem(_ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, in view: ClusterView) -> (reason: String, message: String)? {
        guard case .found(let image) = images.look(up: record[ref]?.image ?? "") else { return nil }
        if let problem = subPathProblem(record, ref, spec, pod, image, in: view) { return ("CreateContainerConfigError", problem) }
        if !profile.imagesBehave { return nil }
        if let problem = SecurityRefusal.problem(spec, pod: pod, image: image) { return ("CreateContainerConfigError", problem) }
        if image.isKnown, image.run == .shell, image.entrypoint.isEmpty, image.command.isEmpty, spec["command"] == nil, spec["args"] == nil {
            return ("CreateContainerError", "failed to generate container spec: failed to generate spec: no command specified")
        }
        return SecurityProfiles.problem(spec, pod: pod, disk: VirtualFileSystem(root: volumes[disk(ofNode: record.node)]?.root ?? FileDirectory())).map { ("CreateContainerError", $0) }
    }

    /// What is wrong with the paths inside of volumes that a container mounts, once their variables have values.
    ///
    /// - Source: kubelet `makeMounts`, `ExpandContainerVolumeMounts`.
    private func subPathProblem(
        _ record: PodRecord, _ ref: ContainerRef, _ spec: Value, _ pod: Value, _ image: ImageProfile, in view: ClusterView
    ) -> String? {
        for mount in spec["volumeMounts"]?.elements ?? [] {
            var path = mount["subPath"]?.stringValue ?? ""
            if let expression = mount["subPathExpr"]?.stringValue, !expression.isEmpty {
                let known = environment(record, ref, spec, pod, image, in: view)
                let values = Dictionary(known.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
                let missing = ContainerEnvironment.references(in: expression).filter { (values[$0] ?? "").isEmpty }
                if !missing.isEmpty { return "missing value for \(Set(missing).sorted().joined(separator: ", "))" }
                path = ContainerEnvironment.expand(expression, values)
            }
            if path.hasPrefix("/") { return "error SubPath `\(path)` must not be an absolute path" }
            if path.split(separator: "/").contains("..") { return "unable to provision SubPath `\(path)`: must not contain '..'" }
        }
        return nil
    }

    private static func text(_ duration: Duration) -> String {
        // Kubelet rounds to milliseconds.
        GoDuration(nanoseconds: (duration.nanoseconds + 500_000) / 1_000_000 * 1_000_000).description
    }

    /// The container runs.
    mutating func started(_ record: inout PodRecord, _ ref: ContainerRef, _ pod: Value, _ plan: inout Plan, in view: ClusterView) {
        guard record[ref]?.activity == .starting, record.stage == .active, let container = record[ref] else { return }
        let spec = pod.containerSpec(ref)
        let id = newContainerID()
        let (imageID, fullImage) = identity(ofImage: container.image)
        let key = ContainerKey(pod: record.uid, ref: ref)
        if !container.containerID.isEmpty { record.change(ref) { $0.restartCount += 1 } }
        if profile.imagesBehave {
            var running = makeRunning(record, ref, spec, pod, in: view)
            if case .startError(let message) = running.plan {
                let full = "\(message): unknown"
                event(pod, .normal, "Created", "Container created", &plan, container: ref)
                event(pod, .warning, "Failed", "Error: \(full)", &plan, container: ref)
                let end = ContainerState.terminated(
                    exitCode: 128, reason: "StartError", message: full, startedAt: Instant(seconds: 0), finishedAt: view.now, containerID: id)
                let isTriedAgain = RestartRules.restarts(pod, ref, code: 128)
                record.change(ref) {
                    $0.containerID = id
                    ($0.imageID, $0.fullImage) = (imageID, fullImage)
                    $0.state = isTriedAgain ? .waiting(reason: "RunContainerError", message: full) : end
                    if isTriedAgain { $0.lastState = end }
                }
                afterEnd(&record, ref, code: 128, pod, &plan, in: view)
                return
            }
            // A container starts with its image's files: what an earlier one wrote is gone.
            (keptFiles[key], unwrittenFiles[key]) = (nil, nil)
            touched.remove(key)
            faulty.remove(key)
            running = configured(running, record, ref, pod, in: view)
            plans[key] = running
            record.change(ref) { ($0.user, $0.group) = (Int32(truncatingIfNeeded: running.image.user), Int32(truncatingIfNeeded: running.image.user)) }
            if !running.awaited.isEmpty { schedule(.dependencies(record.uid, ref, container.run), at: view.now) }
            if running.memoryBytes > 0 { watchUsage(ofNode: record.node, now: view.now) }
            // A cluster that settles waits until its servers listen.
            if running.image.startup > .zero { schedule(.sync(record.uid), at: view.now + running.image.startup) }
            if case .exit(let code, let after, _) = running.plan { schedule(.ended(record.uid, ref, container.run, code: code), at: view.now + after) }
        }
        event(pod, .normal, "Created", "Container created", &plan, container: ref)
        event(pod, .normal, "Started", "Container started", &plan, container: ref)
        var probes: [ProbeState] = []
        if profile.runsProbes {
            for kind in ProbeState.Kind.allCases where spec[kind.field] != nil { probes.append(ProbeState(kind: kind)) }
        }
        let hasStartup = probes.contains { $0.kind == .startup }
        let hasReadiness = probes.contains { $0.kind == .readiness }
        record.change(ref) {
            if $0.state.isTerminated { $0.lastState = $0.state }
            $0.state = .running(startedAt: view.now)
            $0.activity = .running
            $0.containerID = id
            ($0.imageID, $0.fullImage) = (imageID, fullImage)
            $0.isStarted = !hasStartup
            $0.isReady = !hasStartup && !hasReadiness
            $0.probes = probes
            $0.endReason = ""
        }
        if pod.isSidecar(ref), !profile.startsSidecars { record.change(ref) { $0.isReady = false } }
        if ref.kind == .sidecarOrInit, !pod.isSidecar(ref) {
            record.change(ref) {
                $0.isReady = false
                $0.isStarted = false
            }
        }
        if let running = plans[key], let limit = Quantity(spec["resources"]?["limits"]?["memory"]), running.memoryBytes > limit.value {
            record.change(ref) { $0.endReason = "OOMKilled" }
            schedule(.ended(record.uid, ref, container.run, code: 137), at: view.now + .seconds(1))
        }
        if profile.imagesBehave {
            startProcess(record, ref, spec, pod, in: view)
            if processes[key] != nil { watchUsage(ofNode: record.node, now: view.now) }
            if spec["lifecycle"]?["postStart"] != nil {
                runPostStart(&record, ref, spec, pod, in: view)
                return
            }
        } else if ref.kind == .sidecarOrInit, !pod.isSidecar(ref) {
            // Without behaviour an init container has nothing to do.
            ended(&record, ref, code: 0, pod, &plan, in: view)
            return
        }
        for probe in probes where probe.kind == .startup || !hasStartup { scheduleProbe(record, ref, probe.kind, spec, isFirst: true, now: view.now) }
    }

    /// The ID of an image and its name in full, as a runtime tells them; kept, since many containers have the same image.
    private mutating func identity(ofImage name: String) -> (id: String, name: String) {
        if let known = imageIDs[name] { return known }
        let found = (Self.imageID(name), (try? ImageReference(name))?.full ?? name)
        imageIDs[name] = found
        return found
    }

    static func imageID(_ name: String) -> String {
        guard let reference = try? ImageReference(name) else { return name }
        if !reference.digest.isEmpty { return "\(reference.registry)/\(reference.repository)@\(reference.digest)" }
        var stream = RandomStream(seed: 7, name: reference.full)
        return "\(reference.registry)/\(reference.repository)@sha256:\(hexadecimal(&stream))"
    }
}

/// How a pull went, for the event that tells of it.
struct PullReport: Sendable {
    var time: Duration
    var including: Duration
    var size: Int
}
