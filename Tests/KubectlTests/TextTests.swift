import APIMachinery
import Foundation
import KubernetesObjects
import KubernetesSchema
import SimulationKernel
import Testing

@testable import Kubectl

@Suite struct FlagParserTests {
    private let parser = FlagParser([
        FlagSpec("filename", short: "f", kind: .stringSlice, ""), .flag("watch", "w", ""), FlagSpec("replicas", kind: .int, ""),
        FlagSpec("dry-run", bare: "unchanged", ""), FlagSpec("timeout", kind: .duration, ""), .flag("all", "A", ""),
    ])

    struct Case: CustomTestStringConvertible, Sendable {
        let line: [String]
        let arguments: [String]
        let values: [String: String]
        var testDescription: String { line.joined(separator: " ") }
    }

    @Test(arguments: [
        Case(line: ["a", "-f", "x,y", "b"], arguments: ["a", "b"], values: ["filename": "x,y"]),
        Case(line: ["-fx", "-wA", "--replicas=3"], arguments: [], values: ["filename": "x", "watch": "true", "all": "true", "replicas": "3"]),
        Case(line: ["--dry-run", "name"], arguments: ["name"], values: ["dry-run": "unchanged"]),
        Case(line: ["x", "--", "-f", "y"], arguments: ["x", "-f", "y"], values: [:]),
        Case(line: ["--dry_run=server", "-w=false"], arguments: [], values: ["dry-run": "server", "watch": "false"]),
    ])
    func `reads options as pflag does`(_ c: Case) throws {
        let line = try parser.parse(c.line)
        #expect(line.arguments == c.arguments)
        for (name, value) in c.values {
            #expect(name == "filename" ? line.flags.list(name).joined(separator: ",") == value : line.flags.string(name) == value)
        }
    }

    @Test(arguments: [
        (["--nope"], "unknown flag: --nope"), (["-x"], "unknown shorthand flag: 'x' in -x"), (["--replicas"], "flag needs an argument: --replicas"),
        (["--replicas=2x"], "invalid argument \"2x\" for \"--replicas\" flag: strconv.ParseInt: parsing \"2x\": invalid syntax"),
        (["--replicas=99999999999"], "invalid argument \"99999999999\" for \"--replicas\" flag: strconv.ParseInt: parsing \"99999999999\": value out of range"),
        (["--timeout=5"], "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\""),
        (["-w=maybe"], "invalid argument \"maybe\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax"),
    ])
    func `refuses in pflag's words`(_ words: [String], _ message: String) {
        do {
            _ = try parser.parse(words)
            Issue.record("read \(words)")
        } catch {
            #expect(error.plainText == message)
        }
    }
}

@Suite struct GoTemplateTests {
    private let data: Value = [
        "name": "web", "count": 1_000_000, "small": 3, "items": [["n": "a", "v": 1], ["n": "b", "v": 2]], "labels": ["z": "1", "a": "2"],
        "secret": "aGk=", "empty": [],
    ]

    @Test(arguments: [
        ("{{.name}}", "web"), ("{{.count}} {{.small}}", "1000000 3"), ("{{.nope}}", "<no value>"),
        ("{{range .items}}{{.n}}={{.v}};{{end}}", "a=1;b=2;"), ("{{range $k, $v := .labels}}{{$k}}{{$v}} {{end}}", "a2 z1 "),
        ("{{range .empty}}x{{else}}none{{end}}", "none"), ("{{if eq .name \"web\" \"x\"}}yes{{else if .nope}}no{{end}}", "yes"),
        ("{{with .labels}}{{.a}}{{end}}", "2"), ("{{index .items 1 \"n\"}}", "b"), ("{{len .items | printf \"%03d\"}}", "002"),
        ("{{$x := .name}}{{ $x -}}  !", "web!"), ("{{base64decode .secret}}", "hi"), ("{{and .name .nope}}|{{or .nope .name}}", "<no value>|web"),
        ("{{define \"t\"}}<{{.}}>{{end}}{{template \"t\" .name}}", "<web>"), ("{{(index .items 0).n}}", "a"), ("{{/* c */}}{{not .nope}}", "true"),
        ("{{range .items}}{{if eq .n \"b\"}}{{break}}{{end}}{{.n}}{{end}}", "a"), ("{{.labels}}", "map[a:2 z:1]"),
        ("{{if and (gt .small 2) (lt .small 4)}}in{{end}}", "in"), ("{{printf \"%T %T %T\" .items .small .name}}", "[]interface {} int64 string"),
        ("{{range 3}}{{.}}{{end}}", "012"), ("{{eq .nope .nope}}{{eq .small 3}}", "truetrue"),
    ])
    func `fills templates as Go does`(_ template: String, _ expected: String) throws {
        #expect(try GoTemplate(template).execute(data) == expected)
    }

    @Test(arguments: [
        ("{{lt 1 1.5}}", "1:2: executing \"output\" at <lt 1 1.5>: error calling lt: incompatible types for comparison"),
        ("{{eq .name 1}}", "1:2: executing \"output\" at <eq .name 1>: error calling eq: incompatible types for comparison"),
        ("{{nil}}", "1:2: executing \"output\" at <nil>: nil is not a command"),
        ("{{range .labels.a}}{{end}}", "1:15: executing \"output\" at <.labels.a>: range can't iterate over 2"),
    ])
    func `says what is wrong with a template's data`(_ template: String, _ message: String) throws {
        let template = try GoTemplate(template)
        do {
            _ = try template.execute(data)
            Issue.record("filled it")
        } catch {
            #expect(error.message == "template: output:" + message)
        }
    }

    @Test(arguments: [
        ("{{.a}", "template: output:1: bad character U+007D '}'"), ("{{nope .a}}", "template: output:1: function \"nope\" not defined"),
        ("{{if .a}}", "template: output:1: unexpected EOF"), ("{{.a", "template: output:1: unclosed action"), ("{{end}}", "template: output:1: unexpected {{end}}"),
        ("{{\"a}}", "template: output:1: unterminated quoted string"),
    ])
    func `says what is wrong with a template`(_ template: String, _ message: String) {
        do {
            _ = try GoTemplate(template)
            Issue.record("read \(template)")
        } catch {
            #expect(error.message == message)
        }
    }
}

@Suite struct LayoutTests {
    @Test func `aligns blocks of cells, not the last ones`() {
        var writer = TabWriter()
        writer.write("Name:\tx\nLong Title:\ty\n\nA\tB\tC\nlonger\tb\tc\n")
        #expect(writer.flushed() == "Name:        x\nLong Title:  y\n\nA       B  C\nlonger  b  c\n")
    }

    @Test(arguments: [
        ("1500m", "1500m"), ("0.1", "100m"), ("1000Mi", "1000Mi"), ("1024Mi", "1Gi"), ("2000", "2k"), ("3840Mi", "3840Mi"), ("1e3", "1k"), ("0", "0"),
    ])
    func `writes quantities canonically`(_ text: String, _ canonical: String) { #expect(ResourceAmount(text)?.text == canonical) }

    @Test(arguments: [("5x", nil), ("", nil), ("1.5Gi", 1_610_612_736_000), ("-1", -1000)] as [(String, Int?)])
    func `reads quantities`(_ text: String, _ milli: Int?) {
        let amount = ResourceAmount(text)
        #expect(amount?.milli == milli)
    }

    @Test(arguments: [(1, "1s"), (119, "119s"), (130, "2m10s"), (660, "11m"), (10_800, "3h"), (200_000, "2d7h"), (864_000, "10d"), (-5, "<invalid>")])
    func `shortens durations`(_ seconds: Int, _ text: String) { #expect(humanDuration(.seconds(seconds)) == text) }

    @Test func `describes volumes of every kind`() throws {
        let sources: [(String, Value, [String])] = [
            ("iscsi", ["targetPortal": "p", "lun": 0, "iscsiInterface": "default"], ["    Lun:                0", "    ISCSIInterface      default"]),
            ("fc", ["targetWWNs": ["a", "b"], "lun": 0], ["    TargetWWNs:  a, b", "    LUN:         0"]), ("fc", [:], ["    LUN:         <none>"]),
            ("cinder", ["volumeID": "v"], ["    VolumeID:   v", "    SecretRef:  nil"]), ("portworxVolume", ["volumeID": "v"], ["    VolumeID:  v"]),
            ("scaleIO", ["storageMode": "Thin"], ["    Storage Mode:       Thin"]), ("storageos", ["volumeNamespace": "n"], ["    VolumeNamespace:  n"]),
            ("quobyte", ["registry": "r"], ["    Registry:  r"]), ("flocker", ["datasetName": "d"], ["    DatasetName:  d"]),
            ("photonPersistentDisk", ["pdID": "p"], ["    PdID:    p"]),
            (
                "ephemeral",
                ["volumeClaimTemplate": ["metadata": ["labels": ["a": "b", "c": "d"], "annotations": ["e": "f"]], "spec": ["storageClassName": "s"]]],
                ["    Labels:            a=b", "                       c=d", "    Annotations:       e: f"]
            ),
        ]
        for (kind, source, lines) in sources {
            var text = DescribeText(now: Instant(nanoseconds: 0))
            text.volumes([.object(Fields([("name", "v"), (kind, source)]))])
            let printed = text.aligned.split(separator: "\n").map(String.init)
            for line in lines { #expect(printed.contains(line), "\(printed)") }
        }
    }

    @Test func `names the labels of a selector before expressions of the same key`() {
        let selector: Value = ["matchLabels": ["b": "x", "a": "y"], "matchExpressions": [["key": "b", "operator": "In", "values": ["z", "x"]], ["key": "a", "operator": "Exists"]]]
        #expect(selectorText(selector) == "a=y,a,b=x,b in (x,z)")
    }

    @Test(arguments: [
        ("/", "/"), ("//custom/healthz", "/custom/healthz"), ("/a//b/", "/a/b/"), ("/a/./b/../c", "/a/c"), ("/../a", "/a"), ("/..", "/"), ("/a/b", "/a/b"),
    ])
    func `cleans the paths of a proxy`(_ path: String, _ clean: String) { #expect(ProxyRouter.cleaned(path) == clean) }

    @Test func `shows differences with three lines around`() {
        let before = (1...12).map { "line \($0)\n" }.joined()
        let after = before.replacing(text: "line 6\n", with: "six\n")
        #expect(
            UnifiedDiff.text(before, after)
                == "@@ -3,7 +3,7 @@\n line 3\n line 4\n line 5\n-line 6\n+six\n line 7\n line 8\n line 9\n")
        #expect(UnifiedDiff.text("", "a\nb\n") == "@@ -0,0 +1,2 @@\n+a\n+b\n")
        #expect(UnifiedDiff.text("a\n", "a\n").isEmpty)
    }

    @Test(arguments: [("creationTimestamp", "Creation Timestamp"), ("apiVersion", "API Version"), ("podIP", "Pod IP"), ("uid", "UID"), ("a.b/c", "a.b/c")])
    func `titles fields`(_ field: String, _ title: String) { #expect(Describer.title(field) == title) }

    @Test(arguments: [
        (["a2", "a10", "a1"], [2, 1, 0]), (["1Gi", "500Mi", "2"], [2, 1, 0]), ([3, 1, 2], [1, 2, 0]), ([nil, "b", nil, "a"], [2, 0, 3, 1]),
        (["a", "a", nil], [2, 0, 1]), ([.null, "a", .null], [0, 2, 1]),
    ] as [([Value?], [Int])])
    func `sorts by a field as kubectl does`(_ keys: [Value?], _ order: [Int]) throws { #expect(try SortBy.sorted(keys) == order) }

    /// Lists of 15 to 180 objects that a real kubectl sorted: few and many equal keys, keys that are missing, rising, falling and almost in order.
    @Test func `leaves equal objects in the order of Go's sort`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/SortOrders.json")
        for list in try Value(parsingJSON: String(contentsOf: file, encoding: .utf8)).elements {
            let keys = (list["keys"]?.elements ?? []).map { $0.isNull ? nil : $0 }
            #expect(try SortBy.sorted(keys) == (list["order"]?.elements ?? []).compactMap(\.intValue), "\(list["key"] ?? .null) of \(keys.count)")
        }
    }

    @Test(arguments: [
        (["a", 1], "unsortable interface: interface"), ([true, false], "unsortable type: bool"), ([["a"], ["b"]], "unsortable type: []interface {}"),
        ([["a": 1], ["a": 2]], "unsortable type: map[string]interface {}"),
    ] as [([Value?], String)])
    func `says which values have no order`(_ keys: [Value?], _ problem: String) {
        #expect(throws: Failure.self) { try SortBy.sorted(keys) }
        do throws(Failure) { _ = try SortBy.sorted(keys) } catch { #expect(error.plainText == problem) }
    }

    @Test(arguments: [
        ("nginx", true), ("nginx:1.27", true), ("r.example:5000/a/b:t", true), ("NGINX", false), ("nginx latest", false), ("a//b", false), ("x@sha256:12", false),
        ("", false), ("x:", false),
    ])
    func `knows references to images`(_ text: String, _ isValid: Bool) { #expect(ImageReference.isValid(text) == isValid) }
}

@Suite struct StrategicDiffTests {
    private let schema = TypeLibrary.shared.type(of: GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))

    /// A Deployment drawn from a seed: containers, ports, environment, labels and volumes come and go.
    private func deployment(_ seed: Int) -> Value {
        var state = UInt64(truncatingIfNeeded: seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func draw(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        var containers: [Value] = []
        for name in ["a", "b", "c"] where draw(3) > 0 {
            var container: Value = ["name": .string(name), "image": .string("image:\(draw(3))")]
            let ports: [Value] = [80, 81, 82].filter { _ in draw(2) == 0 }.map { ["containerPort": Value($0), "protocol": "TCP"] }
            if !ports.isEmpty { container["ports"] = .array(ports) }
            let variables: [Value] = ["X", "Y"].filter { _ in draw(2) == 0 }.map { ["name": .string($0), "value": .string("\(draw(2))")] }
            if !variables.isEmpty { container["env"] = .array(variables) }
            if draw(2) == 0 { container["args"] = Value((0..<draw(3)).map { "\($0)" }) }
            containers.append(container)
        }
        var spec: Value = ["containers": .array(containers)]
        if draw(2) == 0 { spec["volumes"] = [["name": "v", draw(2) == 0 ? "emptyDir" : "configMap": draw(2) == 0 ? [:] : ["name": "x"]]] }
        var labels: Value = ["app": "x"]
        if draw(2) == 0 { labels["tier"] = .string("\(draw(2))") }
        return [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "x", "labels": labels],
            "spec": ["replicas": Value(draw(3)), "template": ["metadata": ["labels": labels], "spec": spec]],
        ]
    }

    @Test(arguments: 0..<200)
    func `a patch between two states leads from one to the other`(_ seed: Int) throws {
        let (before, after) = (deployment(seed), deployment(seed &+ 1000))
        let patch = try StrategicDiff.twoWay(original: before, modified: after, schema: schema)
        let result = try StrategicMergePatch.apply(patch, to: before, schema: SchemaNode(schema))
        #expect(emptied(result) == emptied(after), "patch \(patch.json(.compact))")
        #expect(try StrategicDiff.twoWay(original: after, modified: after, schema: schema) == [:])
    }

    @Test(arguments: 0..<100)
    func `a merge patch leads from one state to the other`(_ seed: Int) {
        let (before, after) = (deployment(seed), deployment(seed &+ 1000))
        #expect(MergePatch.apply(MergeDiff.twoWay(before, after), to: before) == after)
    }

    @Test func `what others set stays, what was applied and is gone goes`() throws {
        let original: Value = ["metadata": ["labels": ["a": "1", "b": "2"]], "spec": ["replicas": 2]]
        let modified: Value = ["metadata": ["labels": ["a": "1"]], "spec": ["replicas": 3]]
        let current: Value = ["metadata": ["labels": ["a": "1", "b": "2", "other": "x"]], "spec": ["replicas": 5, "paused": true]]
        let patch = try StrategicDiff.threeWay(original: original, modified: modified, current: current, schema: schema)
        #expect(patch == ["metadata": ["labels": ["b": .null]], "spec": ["replicas": 3]])
    }

    /// Without lists that are empty, which a merge may leave behind.
    private func emptied(_ value: Value) -> Value {
        switch value {
        case .object(let fields):
            var result = Fields()
            for (key, item) in fields {
                let inner = emptied(item)
                if inner != .array([]) { result[key] = inner }
            }
            return .object(result)
        case .array(let list): return .array(list.map(emptied))
        default: return value
        }
    }

    /// A table that grows keeps the widths that its columns had.
    @Test func `later rows stand under earlier ones`() {
        var writer = TabWriter.growingTable
        writer.write("NAME\tSTATUS\tAGE\nweb\tContainerCreating\t0s\n")
        #expect(writer.flushed() == "NAME   STATUS              AGE\nweb    ContainerCreating   0s\n")
        writer.write("web\tRunning\t1s\n")
        #expect(writer.flushed() == "web    Running             1s\n")
        writer.write("web-with-a-name\tRunning\t2s\n")
        #expect(writer.flushed() == "web-with-a-name   Running             2s\n")
        writer.write("web\tRunning\t3s\n")
        #expect(writer.flushed() == "web               Running             3s\n")
    }

    @Test(arguments: [(Value.null, ""), ("one\ntwo", "one..."), (Value(3), "3"), (["a": .null], "map[a:<nil>]")] as [(Value, String)])
    func `a cell of a table is a value on one line, or nothing`(_ cell: Value, _ text: String) { #expect(TablePrinter.text(cell) == text) }
}
