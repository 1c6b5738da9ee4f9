import KubernetesObjects
import Testing

@testable import APIMachinery

/// MutatingAdmissionPolicies on config maps and pods.
@Suite struct MutatingPolicyTests {
    static func policy(named name: String = "demo", resources: String = "configmaps", _ mutations: String, rest: String = "") -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingAdmissionPolicy
        metadata: {name: \(name)}
        spec:
          failurePolicy: Fail
          reinvocationPolicy: \(rest.contains("again") ? "IfNeeded" : "Never")
          matchConstraints:
            resourceRules:
            - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [\(resources)]}
          mutations:
        \(mutations)
        """
    }

    static func patch(_ expression: String) -> String { "  - patchType: JSONPatch\n    jsonPatch: {expression: \(Value.string(expression).json(escapesHTML: false))}" }
    static func configuration(_ expression: String) -> String {
        "  - patchType: ApplyConfiguration\n    applyConfiguration: {expression: \(Value.string(expression).json(escapesHTML: false))}"
    }
    static func binding(_ policy: String = "demo") -> String {
        "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: b-\(policy)}\nspec: {policyName: \(policy)}"
    }

    static let configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, labels: {app: web}}\ndata: {b: z}"

    struct Case: CustomTestStringConvertible {
        var mutation: String
        /// The config map's data and labels; nil for a refusal.
        var data: Value?
        var labels: Fields = ["app": "web"]
        var refusal = ""
        var testDescription: String { mutation }

        static func made(_ mutation: String, _ data: Value, labels: Fields = ["app": "web"]) -> Case { Case(mutation: mutation, data: data, labels: labels) }
        static func refused(_ mutation: String, _ why: String) -> Case {
            Case(mutation: mutation, refusal: ": policy 'demo' with binding 'b-demo' denied request: \(why)")
        }
    }

    @Test(arguments: [
        .made(patch("[JSONPatch{op: 'add', path: '/data/a', value: 'x'}]"), ["a": "x", "b": "z"]),
        .made(patch("[JSONPatch{op: 'replace', path: '/data/b', value: object.data.b + '!'}]"), ["b": "z!"]),
        .made(patch("[JSONPatch{op: 'remove', path: '/data/b'}, JSONPatch{op: 'add', path: '/data/c', value: 'd'}]"), ["c": "d"]),
        .made(patch("[JSONPatch{op: 'move', from: '/data/b', path: '/data/m'}]"), ["m": "z"]),
        .made(patch("[JSONPatch{op: 'copy', from: '/data/b', path: '/data/m'}]"), ["b": "z", "m": "z"]),
        .made(patch("[JSONPatch{op: 'test', path: '/data/b', value: 'z'}, JSONPatch{op: 'add', path: '/data/a', value: 'x'}]"), ["a": "x", "b": "z"]),
        // A test that fails is no error: nothing is done.
        .made(patch("[JSONPatch{op: 'test', path: '/data/b', value: 'y'}, JSONPatch{op: 'add', path: '/data/a', value: 'x'}]"), ["b": "z"]),
        .made(patch("[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('lab/seen'), value: 'yes'}]"), ["b": "z"], labels: ["app": "web", "lab/seen": "yes"]),
        .made(patch("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'x': 'y'}}]"), ["b": "z"], labels: ["x": "y"]),
        .made(patch("has(object.data.q) ? [JSONPatch{op: 'remove', path: '/data/q'}] : []"), ["b": "z"]),
        .made(configuration("Object{metadata: Object.metadata{labels: {'seen': 'true'}}}"), ["b": "z"], labels: ["app": "web", "seen": "true"]),
        .made(configuration("Object{data: {'b': 'y', 'c': 'x'}}"), ["b": "y", "c": "x"]),
        .made(configuration("Object{?data: object.?data.q.hasValue() ? optional.of({'x': 'y'}) : optional.none()}"), ["b": "z"]),
        // Each mutation sees what those before it made.
        .made(patch("[JSONPatch{op: 'add', path: '/data/a', value: 'x'}]") + "\n" + patch("[JSONPatch{op: 'add', path: '/data/n', value: string(object.data.size())}]"), ["a": "x", "b": "z", "n": "2"]),
        .refused(patch("[JSONPatch{op: 'add', path: '/binaryDate/a', value: 'x'}]"), "JSONPath: add operation does not apply: doc is missing path: \"/binaryDate/a\": missing value"),
        .refused(patch("[JSONPatch{op: 'remove', path: '/data/q'}]"), "JSONPath: error in remove for path: '/data/q': Unable to remove nonexistent key: q: missing value"),
        .refused(patch("[JSONPatch{op: 'replace', path: '/data/q', value: '1'}]"), "JSONPath: replace operation does not apply: doc is missing key: /data/q: missing value"),
        .refused(
            configuration("Object{metadata: Object.metadata{labels: Object.metadata.annotations{a: 'b'}}}"),
            "type mismatch: unexpected type name \"Object.metadata.annotations\", expected \"Object.metadata.labels\", which matches field name path from root Object type"),
        .refused(configuration("Object{foo: 1}"), "error applying patch: failed to convert patch object to typed object: .foo: field not declared in schema"),
        .refused(patch("[JSONPatch{op: 'add', path: '/data/a', value: object.data.nope}]"), "expression '[JSONPatch{op: 'add', path: '/data/a', value: object.data.nope}]' resulted in error: no such key: nope"),
    ] as [Case]) func `changes a config map`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy(c.mutation)) == "")
        #expect(bench.create(Self.binding()) == "")
        #expect(bench.create(Self.configMap) == c.refusal)
        #expect(bench.get(.configMaps, "c")?["data"] == c.data)
        if c.data != nil { #expect(bench.get(.configMaps, "c")?.labels == c.labels) }
    }

    @Test func `an unknown field that a patch adds is an error of the server`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy(Self.patch("[JSONPatch{op: 'add', path: '/foo', value: 'x'}]"))) == "")
        #expect(bench.create(Self.binding()) == "")
        #expect(bench.create(Self.configMap) == "Internal error occurred: strict decoding error: unknown field \"foo\"")
    }

    @Test func `what replaces a list as a whole may not be applied, and containers are merged by name`() throws {
        var bench = ValidationBench()
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x, args: [one]}]}"
        let expression = "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'a', args: ['two']}]}}"
        #expect(bench.create(Self.policy(resources: "pods", Self.configuration(expression))) == "")
        #expect(bench.create(Self.binding()) == "")
        #expect(
            bench.create(pod)
                == ": policy 'demo' with binding 'b-demo' denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.containers[0].args")
        let sidecar = "Object{spec: Object.spec{initContainers: [Object.spec.initContainers{name: 'mesh', image: 'mesh:1', restartPolicy: 'Always'}]}}"
        #expect(bench.patch("MutatingAdmissionPolicy", "admissionregistration.k8s.io/v1", "demo", "spec: {mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: \(Value.string(sidecar).json(escapesHTML: false))}}]}") == "")
        #expect(bench.create(pod) == "")
        let spec = try #require(bench.get(.pods, "p")?["spec"])
        #expect(spec["containers"]?[0]?["args"] == ["one"])
        // What a policy adds gets its defaults, and the plug-ins that come before it see it in a second round.
        let mesh = try #require(spec["initContainers"]?[0])
        #expect(mesh["terminationMessagePolicy"] == "File")
        #expect(mesh["volumeMounts"]?[0]?["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount")
    }

    /// Two policies, of which the second gives the first a reason to run again.
    @Test(arguments: [("again", "2"), ("", "1")]) func `a policy runs again where it asks for it`(_ rest: String, _ count: String) {
        var bench = ValidationBench()
        let counting = Self.patch("[JSONPatch{op: 'add', path: '/data/count', value: string(object.data.size())}]")
        #expect(bench.create(Self.policy(named: "a-counts", counting, rest: rest)) == "")
        #expect(bench.create(Self.policy(named: "b-adds", Self.patch("[JSONPatch{op: 'add', path: '/data/late', value: 'x'}]"))) == "")
        for name in ["a-counts", "b-adds"] { #expect(bench.create(Self.binding(name)) == "") }
        #expect(bench.create(Self.configMap) == "")
        // In the second round there are three entries: b, late and the count itself.
        #expect(bench.get(.configMaps, "c")?["data"] == ["b": "z", "count": .string(count == "2" ? "3" : "1"), "late": "x"])
    }

    @Test func `a policy that ignores failures lets the others work`() {
        var bench = ValidationBench()
        let failing = Self.policy(named: "a", Self.patch("[JSONPatch{op: 'remove', path: '/data/q'}]")).replacing("failurePolicy: Fail", with: "failurePolicy: Ignore")
        #expect(bench.create(failing) == "")
        #expect(bench.create(Self.policy(named: "b", Self.patch("[JSONPatch{op: 'add', path: '/data/a', value: 'x'}]"))) == "")
        for name in ["a", "b"] { #expect(bench.create(Self.binding(name)) == "") }
        #expect(bench.create(Self.configMap) == "")
        #expect(bench.get(.configMaps, "c")?["data"] == ["a": "x", "b": "z"])
    }

    @Test(arguments: [
        ("  - jsonPatch: {expression: '[]'}", "spec.mutations[0].patchType: Required value"),
        ("  - patchType: Odd", "spec.mutations[0].patchType: Unsupported value: \"Odd\": supported values: \"ApplyConfiguration\", \"JSONPatch\""),
        (
            "  - {patchType: JSONPatch, applyConfiguration: {expression: 'Object{}'}}",
            "spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch\nspec.mutations[0].applyConfiguration: Invalid value: \"{applyConfiguration}\": must not be specified when patchType is JSONPatch"
        ),
        (patch(" "), "spec.mutations[0].jsonPatch.expression: Required value"),
        (patch("object"), "spec.mutations[0].jsonPatch.expression: Invalid value: \"object\": must evaluate to list(JSONPatch)"),
        (configuration("{'a': 'b'}"), "spec.mutations[0].applyConfiguration.expression: Invalid value: \"{'a': 'b'}\": must evaluate to Object"),
        (
            patch("[JSONPatch{op: 1, path: ''}]"),
            "spec.mutations[0].jsonPatch.expression: Invalid value: \"[JSONPatch{op: 1, path: ''}]\": compilation failed: ERROR: <input>:1:14: expected type of field 'op' is 'string' but provided type is 'int'\n | [JSONPatch{op: 1, path: ''}]\n | .............^"
        ),
    ]) func `refuses mutations that say nothing`(_ mutation: String, _ refusal: String) {
        var bench = ValidationBench()
        #expect(bench.create(Self.policy(mutation)) == refusal)
    }

    @Test func `nothing is changed in what is deleted`() {
        var bench = ValidationBench()
        let policy = Self.policy(Self.configuration("Object{}")).replacing("[CREATE]", with: "[DELETE]")
        #expect(
            bench.create(policy)
                == "spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"")
        #expect(bench.create(Self.policy(Self.configuration("Object{}")).replacing("  reinvocationPolicy: Never\n", with: "")) == "spec.reinvocationPolicy: Required value")
    }
}
