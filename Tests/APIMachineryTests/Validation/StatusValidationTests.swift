import KubernetesObjects
import Testing

@testable import APIMachinery

/// What servers refuse of writes to `status`.
@Suite struct StatusValidationTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, kind: String, apiVersion: String, object: String, before: String, patch: String, refusal: String
        init(_ description: String, _ kind: (String, String, String), before: String = "", _ patch: String, _ refusal: String) {
            testDescription = "\(kind.0): \(description)"
            (self.kind, apiVersion, object) = kind
            self.before = before
            self.patch = patch
            self.refusal = refusal
        }
    }

    private static func spec(_ kind: String, _ apiVersion: String, _ spec: String) -> (String, String, String) {
        (kind, apiVersion, "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}\nspec: {\(spec)}")
    }
    private static let pods = "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"
    private static let deployment = spec("Deployment", "apps/v1", pods)
    private static let replicaSet = spec("ReplicaSet", "apps/v1", pods)
    private static let statefulSet = spec("StatefulSet", "apps/v1", "serviceName: s, " + pods)
    private static let daemonSet = spec("DaemonSet", "apps/v1", pods)
    private static let work = "template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"
    private static let job = spec("Job", "batch/v1", work)
    private static let indexed = spec("Job", "batch/v1", "completionMode: Indexed, completions: 5, parallelism: 2, backoffLimitPerIndex: 1, " + work)
    private static let hpa = spec("HorizontalPodAutoscaler", "autoscaling/v2", "maxReplicas: 2, scaleTargetRef: {kind: Deployment, name: d, apiVersion: apps/v1}")
    private static let budget = spec("PodDisruptionBudget", "policy/v1", "minAvailable: 1, selector: {matchLabels: {a: b}}")
    private static let ingress = spec("Ingress", "networking.k8s.io/v1", "defaultBackend: {service: {name: s, port: {number: 80}}}")
    private static let quota = spec("ResourceQuota", "v1", "hard: {pods: 1}")
    private static let claim = spec("PersistentVolumeClaim", "v1", "accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}")
    private static let devices = spec("ResourceClaim", "resource.k8s.io/v1", "devices: {requests: [{name: gpu, exactly: {deviceClassName: g}}]}")

    private static let policy = spec(
        "ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1",
        "matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}, validations: [{expression: 'true'}]")
    private static let flow = spec(
        "FlowSchema", "flowcontrol.apiserver.k8s.io/v1",
        "matchingPrecedence: 500, priorityLevelConfiguration: {name: system}, rules: [{subjects: [{kind: User, user: {name: u}}], nonResourceRules: [{verbs: [get], nonResourceURLs: [/a]}]}]")
    private static let level = spec(
        "PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io/v1", "type: Limited, limited: {nominalConcurrencyShares: 1, limitResponse: {type: Reject}}")

    private static func on(_ types: String...) -> String { "conditions: [" + types.map { "{type: \($0), status: 'True'}" }.joined(separator: ", ") + "]" }
    private static let times = "startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:01:00Z'"
    private static let given = "allocation: {devices: {results: [{request: gpu, driver: lab.io, pool: p, device: d0}]}}"

    static let cases = [
        Case("fewer than none", deployment, "replicas: -1", "status.replicas: Invalid value: -1: must be greater than or equal to 0"),
        Case(
            "more ready than there are", deployment, "replicas: 1, readyReplicas: 2, availableReplicas: 3",
            "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas\nstatus.availableReplicas: Invalid value: 3: cannot be greater than status.replicas\nstatus.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas"),
        Case("available and not ready", deployment, "replicas: 1, availableReplicas: 1", "status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas"),
        Case("collisions", deployment, before: "collisionCount: 2", "collisionCount: 1", "status.collisionCount: Invalid value: 1: cannot be decremented"),
        Case("no collisions any more", deployment, before: "collisionCount: 2", "collisionCount: null", "status.collisionCount: Invalid value: 0: cannot be decremented"),
        Case(
            "more labelled than there are", replicaSet, "replicas: 1, fullyLabeledReplicas: 2",
            "status.fullyLabeledReplicas: Invalid value: 2: cannot be greater than status.replicas"),
        Case(
            "available and not ready", statefulSet, "replicas: 1, availableReplicas: 1",
            "status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas"),
        Case("more current than there are", statefulSet, "currentReplicas: 1", "status.currentReplicas: Invalid value: 1: cannot be greater than status.replicas"),
        Case("misscheduled below zero", daemonSet, "numberMisscheduled: -2", "status.numberMisscheduled: Invalid value: -2: must be greater than or equal to 0"),

        Case("growth of what is no storage", claim, "allocatedResources: {cpu: 1}", "status.allocatedResources: Unsupported value: \"cpu\": supported values: \"storage\""),
        Case("an odd state of growth", claim, "allocatedResourceStatuses: {storage: Odd}", "status.allocatedResourceStatus: Unsupported value: \"storage\": supported values: \"ControllerResizeInProgress\", \"ControllerResizeInfeasible\", \"NodeResizeInProgress\", \"NodeResizeInfeasible\", \"NodeResizePending\""),
        Case("growth as it should be", claim, "allocatedResources: {storage: 2Gi}, allocatedResourceStatuses: {storage: NodeResizePending}", ""),
        Case("counts below zero", job, "active: -1, terminating: -1", "status.active: Invalid value: -1: must be greater than or equal to 0\nstatus.terminating: Invalid value: -1: must be greater than or equal to 0"),
        Case("a pod uncounted twice", job, "uncountedTerminatedPods: {succeeded: [a, ''], failed: [a]}", "status.uncountedTerminatedPods.succeeded[1]: Invalid value: \"\": must not be empty\nstatus.uncountedTerminatedPods.failed[0]: Duplicate value: \"a\""),
        Case("complete and as it should be", job, times + ", " + on("SuccessCriteriaMet", "Complete"), ""),
        Case(
            "complete without its reason", job, times + ", " + on("Complete"),
            "status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
        Case(
            "complete without a time", job, "startTime: '2026-01-01T00:00:00Z', " + on("SuccessCriteriaMet", "Complete"),
            "status.completionTime: Required value: completionTime is required for Complete jobs"),
        Case(
            "a time without being complete", job, times, "status.completionTime: Invalid value: \"2026-01-01T00:01:00Z\": cannot set completionTime when there is no Complete=True condition"),
        Case(
            "an end before its start", job, "startTime: '2026-01-01T00:00:00Z', completionTime: '2025-01-01T00:00:00Z', " + on("SuccessCriteriaMet", "Complete"),
            "status.completionTime: Invalid value: \"2025-01-01T00:00:00Z\": completionTime cannot be set before startTime"),
        Case(
            "failed without its target", job, "startTime: '2026-01-01T00:00:00Z', " + on("Failed"),
            "status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition"),
        Case(
            "failed with pods that run", job, "startTime: '2026-01-01T00:00:00Z', active: 1, " + on("Failed", "FailureTarget"),
            "status.active: Invalid value: 1: active>0 is invalid for finished job"),
        Case(
            "failed and never started", job, on("Failed", "FailureTarget"), "status.startTime: Required value: startTime is required for finished job"),
        Case(
            "both endings", job, times + ", " + on("Complete", "SuccessCriteriaMet", "Failed", "FailureTarget"),
            "status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions\nstatus.conditions: Invalid value: cannot set Complete=True and FailureTarget=true conditions\nstatus.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions\nstatus.conditions: Invalid value: cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"),
        Case(
            "no longer complete", job, before: times + ", " + on("SuccessCriteriaMet", "Complete"), "completionTime: null, conditions: []",
            "status.conditions: Invalid value: cannot disable the terminal Complete=True condition\nstatus.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition"),
        Case(
            "another end", job, before: times + ", " + on("SuccessCriteriaMet", "Complete"), "completionTime: '2026-01-01T00:02:00Z'",
            "status.completionTime: Invalid value: \"2026-01-01T00:02:00Z\": completionTime cannot be mutated"),
        Case(
            "fewer failed than before", job, before: "failed: 2, succeeded: 2", "failed: 1, succeeded: 1",
            "status.failed: Invalid value: 1: cannot decrease the failed counter\nstatus.succeeded: Invalid value: 1: cannot decrease the succeeded counter"),
        Case(
            "another start", job, before: "startTime: '2026-01-01T00:00:00Z'", "startTime: null",
            "status.startTime: Required value: startTime cannot be removed for unsuspended job"),
        Case("more ready than active", job, "active: 1, ready: 2", "status.ready: Invalid value: 2: cannot set more ready pods than active"),
        Case(
            "indexes of a job without", job, "completedIndexes: '0'",
            "status.completedIndexes: Invalid value: \"0\": cannot set non-empty completedIndexes when non-indexed completion mode"),
        Case("indexes", indexed, "completedIndexes: '0,2-3', failedIndexes: '1'", ""),
        Case("an index that is none", indexed, "completedIndexes: 'a'", "status.completedIndexes: Invalid value: \"a\": error parsing completedIndexes: cannot convert string to integer for index: \"a\""),
        Case("an index too large", indexed, "completedIndexes: '0,2-5'", "status.completedIndexes: Invalid value: \"0,2-5\": error parsing completedIndexes: too large index: \"5\""),
        Case("indexes in disorder", indexed, "completedIndexes: '3,1'", "status.completedIndexes: Invalid value: \"3,1\": error parsing completedIndexes: non-increasing order, previous: 3, current: 1"),
        Case("an interval of three", indexed, "failedIndexes: '1-2-3'", "status.failedIndexes: Invalid value: \"1-2-3\": error parsing failedIndexes: the fragment \"1-2-3\" violates the requirement that an index interval can have at most two parts separated by '-'"),
        Case("an index that failed and did not", indexed, "completedIndexes: '0-2', failedIndexes: '2-3'", "status.failedIndexes: Invalid value: \"2-3\": failedIndexes and completedIndexes overlap at index: 2"),

        Case("replicas below zero", hpa, "currentReplicas: -1, desiredReplicas: -2", "status.currentReplicas: Invalid value: -1: must be greater than or equal to 0\nstatus.desiredReplicas: Invalid value: -2: must be greater than or equal to 0"),
        Case("healthy below zero", budget, "currentHealthy: -1", "status.currentHealthy: Invalid value: -1: must be greater than or equal to 0"),
        Case(
            "half a condition", budget, "conditions: [{type: A, status: Maybe}]",
            "status.conditions[0].status: Unsupported value: \"Maybe\": supported values: \"False\", \"True\", \"Unknown\"\nstatus.conditions[0].lastTransitionTime: Required value: must be set\nstatus.conditions[0].reason: Required value: must be set"),
        Case("an address that is none", ingress, "loadBalancer: {ingress: [{ip: 1.2.3}, {hostname: 1.2.3.4}]}", "status.loadBalancer.ingress[0].ip: Invalid value: \"1.2.3\": \(IPText.message)\nstatus.loadBalancer.ingress[1].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"),
        Case("less used than none", quota, "used: {pods: '-1'}", "status.used[pods]: Invalid value: \"-1\": must be greater than or equal to 0"),
        Case("less than no room", claim, "capacity: {storage: -1Gi}", "status.capacity[storage]: Invalid value: -1073741824: must be a valid resource quantity"),

        Case("warned of nothing", policy, "typeChecking: {expressionWarnings: [{fieldRef: 'spec.validations[0].expression', warning: w}]}", ""),
        Case(
            "a warning of no field", policy, "typeChecking: {expressionWarnings: [{fieldRef: ' '}]}",
            "status.typeChecking.expressionWarnings[0].warning: Required value\nstatus.typeChecking.expressionWarnings[0].fieldRef: Required value"),
        Case(
            "a field that is no path", policy, "typeChecking: {expressionWarnings: [{fieldRef: 'spec[', warning: w}]}",
            "status.typeChecking.expressionWarnings[0].fieldRef: Invalid value: \"spec[\": invalid JSONPath: unterminated array"),
        Case(
            "half a condition", policy, "conditions: [{type: A, status: 'True', reason: r}]",
            "status.conditions[0].lastTransitionTime: Required value: must be set"),
        Case("a condition twice", flow, "conditions: [{type: A}, {type: A}]", "status.conditions[1].type: Duplicate value: \"A\""),
        Case("a condition of no type", level, "conditions: [{status: 'True'}]", "status.conditions[0].type: Required value: must not be empty"),

        Case("devices given", devices, given + ", reservedFor: [{resource: pods, name: p, uid: u}]", ""),
        Case("reserved and not given", devices, "reservedFor: [{resource: pods, name: p, uid: u}]", "status.reservedFor: Forbidden: may not be specified when `allocated` is not set"),
        Case("reserved for nobody", devices, given + ", reservedFor: [{resource: pods}]", "status.reservedFor[0].name: Required value\nstatus.reservedFor[0].uid: Required value"),
        Case(
            "given to nobody's request", devices, "allocation: {devices: {results: [{request: b, driver: lab.io, pool: p, device: d0}]}}",
            "status.allocation.devices.results[0].request: Invalid value: \"b\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"),
        Case(
            "a share that is no UID", devices, "allocation: {devices: {results: [{request: gpu, driver: lab.io, pool: p, device: d0, shareID: a}]}}",
            "status.allocation.devices.results[0].shareID: Invalid value: \"a\": error validating uid: invalid UUID length: 1"),
        Case(
            "a share in capitals", devices, "allocation: {devices: {results: [{request: gpu, driver: lab.io, pool: p, device: d0, shareID: 0A000000-0000-0000-0000-000000000000}]}}",
            "status.allocation.devices.results[0].shareID: Invalid value: \"0A000000-0000-0000-0000-000000000000\": uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters"),
        Case(
            "given for good and with tolerations", devices, "allocation: {devices: {results: [{request: gpu, driver: lab.io, pool: p, device: d0, tolerations: [{operator: Equal, value: 'b c'}], bindingConditions: [a]}]}}",
            "status.allocation.devices.results[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions\nstatus.allocation.devices.results[0].tolerations[0].value: Invalid value: \"b c\": \(NameFormats.labelValueMessage)"),
        Case("news of a device not given", devices, given + ", devices: [{driver: lab.io, pool: p, device: d1}]", "status.devices[0]: Invalid value: lab.io/p/d1: must be an allocated device in the claim"),
    ]

    @Test(arguments: cases)
    func `refuses what the real server refuses`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.object) == "")
        if !c.before.isEmpty { #expect(bench.patchStatus(c.kind, c.apiVersion, "x", "status: {\(c.before)}") == "") }
        #expect(bench.patchStatus(c.kind, c.apiVersion, "x", "status: {\(c.patch)}") == c.refusal)
    }

    @Test func `leaves a status alone that was wrong before`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.job.2) == "")
        #expect(bench.patchStatus("Job", "batch/v1", "x", "status: {\(Self.times), \(Self.on("SuccessCriteriaMet", "Complete"))}") == "")
        #expect(bench.patchStatus("Job", "batch/v1", "x", "status: {succeeded: 1}") == "")
    }
}
