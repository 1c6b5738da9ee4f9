import Testing

@testable import Shell

struct JqCase: CustomTestStringConvertible, Sendable {
    let arguments: [String]
    let input: String
    let output: String
    let status: Int
    var testDescription: String { arguments.joined(separator: " ") }

    init(_ arguments: [String], _ input: String, _ output: String, _ status: Int) {
        (self.arguments, self.input, self.output, self.status) = (arguments, input, output, status)
    }
}

/// What jq 1.6 prints, as it printed it.
@Suite struct JqTests {
    static let document = "{\"items\":[{\"metadata\":{\"name\":\"web\",\"labels\":{\"app\":\"a\"}},\"spec\":{\"replicas\":3,\"containers\":[{\"image\":\"nginx:1\"}]},\"ok\":true},{\"metadata\":{\"name\":\"db\"},\"spec\":{\"replicas\":1,\"containers\":[{\"image\":\"redis:7\"},{\"image\":\"x\"}]},\"ok\":false}],\"n\":null,\"f\":1.5,\"s\":\"a b\"}"

    @Test(arguments: [
        JqCase([".items[0].metadata.name"], document, "\"web\"\n", 0),
        JqCase(["-r", ".items[].metadata.name"], document, "web\ndb\n", 0),
        JqCase(["-c", ".items[1].spec"], document, "{\"replicas\":1,\"containers\":[{\"image\":\"redis:7\"},{\"image\":\"x\"}]}\n", 0),
        JqCase([".items | length"], document, "2\n", 0),
        JqCase(["-r", ".items[] | select(.spec.replicas > 2) | .metadata.name"], document, "web\n", 0),
        JqCase(["-r", ".items[] | \"\\(.metadata.name): \\(.spec.replicas)\""], document, "web: 3\ndb: 1\n", 0),
        JqCase(["-c", "[.items[] | {name: .metadata.name, image: .spec.containers[0].image}]"], document, "[{\"name\":\"web\",\"image\":\"nginx:1\"},{\"name\":\"db\",\"image\":\"redis:7\"}]\n", 0),
        JqCase(["-c", ".items | map(.spec.replicas) | add"], document, "4\n", 0),
        JqCase(["-r", ".items[].spec.containers[].image"], document, "nginx:1\nredis:7\nx\n", 0),
        JqCase(["-c", ".items[0] | keys"], document, "[\"metadata\",\"ok\",\"spec\"]\n", 0),
        JqCase(["-r", ".items[].metadata.labels.app // \"none\""], document, "a\n", 0),
        JqCase(["-c", ".items | sort_by(.spec.replicas) | map(.metadata.name)"], document, "[\"db\",\"web\"]\n", 0),
        JqCase(["-c", "[.items[].metadata.name] | join(\",\")"], document, "\"web,db\"\n", 0),
        JqCase([".n, .f, .s"], document, "null\n1.5\n\"a b\"\n", 0),
        JqCase(["-c", ".items[0].metadata | to_entries"], document, "[{\"key\":\"name\",\"value\":\"web\"},{\"key\":\"labels\",\"value\":{\"app\":\"a\"}}]\n", 0),
        JqCase(["-c", "[.. | .image? // empty]"], document, "[\"nginx:1\",\"redis:7\",\"x\"]\n", 0),
        JqCase(["-e", ".nosuch"], document, "null\n", 1),
        JqCase(["-e", ".f > 1"], document, "true\n", 0),
        JqCase(["-r", "--arg", "x", "db", ".items[] | select(.metadata.name == $x) | .spec.replicas"], document, "1\n", 0),
        JqCase(["-c", ".items[0].spec.replicas = 5 | .items[0].spec"], document, "{\"replicas\":5,\"containers\":[{\"image\":\"nginx:1\"}]}\n", 0),
        JqCase(["-c", ".items |= map(.ok)"], document, "{\"items\":[true,false],\"n\":null,\"f\":1.5,\"s\":\"a b\"}\n", 0),
        JqCase(["-c", "del(.items, .n)"], document, "{\"f\":1.5,\"s\":\"a b\"}\n", 0),
        JqCase(["-c", ".items | group_by(.ok) | map(length)"], document, "[1,1]\n", 0),
        JqCase(["-r", ".items[] | [.metadata.name, .spec.replicas] | @tsv"], document, "web\t3\ndb\t1\n", 0),
        JqCase(["-r", ".items[] | [.metadata.name, .spec.replicas] | @csv"], document, "\"web\",3\n\"db\",1\n", 0),
        JqCase(["-r", ".s | @base64"], document, "YSBi\n", 0),
        JqCase(["-r", "@base64d"], "\"YWJj\"", "abc\n", 0),
        JqCase(["-c", "split(\" \")"], "\"a b c\"", "[\"a\",\"b\",\"c\"]\n", 0),
        JqCase(["test(\"^a.*c$\")"], "\"abc\"", "true\n", 0),
        JqCase(["-r", "gsub(\"b\";\"X\")"], "\"abcb\"", "aXcX\n", 0),
        JqCase(["ascii_upcase"], "\"abc\"", "\"ABC\"\n", 0),
        JqCase(["-c", "map(. * 2)"], "[1,2,3]", "[2,4,6]\n", 0),
        JqCase(["-c", "[.[] | if . > 1 then \"big\" elif . == 1 then \"one\" else \"small\" end]"], "[0,1,2]", "[\"small\",\"one\",\"big\"]\n", 0),
        JqCase(["-c", "reduce .[] as $x (0; . + $x)"], "[1,2,3]", "6\n", 0),
        JqCase(["-s", "-c", "."], "1 2 3", "[1,2,3]\n", 0),
        JqCase(["-n", "-c", "[range(3)]"], "", "[0,1,2]\n", 0),
        JqCase(["-n", "1 + 2 * 3 - 4 / 2"], "", "5\n", 0),
        JqCase(["-c", ".[1:]"], "[1,2,3]", "[2,3]\n", 0),
        JqCase(["-c", ".[-1]"], "[1,2,3]", "3\n", 0),
        JqCase([".a.b.c"], "{\"a\":{}}", "null\n", 0),
        JqCase([".[]"], "5", "", 5),
        JqCase([".a"], "[1]", "", 5),
        JqCase(["-S", "-c", "."], "{\"b\":1,\"a\":{\"d\":1,\"c\":2}}", "{\"a\":{\"c\":2,\"d\":1},\"b\":1}\n", 0),
        JqCase(["."], "{\"a\":[],\"b\":{},\"c\":[1,{\"d\":\"\\n\"}]}", "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": \"\\n\"\n    }\n  ]\n}\n", 0),
        JqCase(["."], "{\"a\":", "", 4),
        JqCase([".a |"], "{}", "", 3),
        JqCase(["-c", "with_entries(.value += 1)"], "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":3}\n", 0),
        JqCase(["-c", "has(\"a\"), has(\"b\")"], "{\"a\":1}", "true\nfalse\n", 0),
        JqCase(["-c", "any(. > 2), all(. > 0)"], "[1,2,3]", "true\ntrue\n", 0),
        JqCase(["-c", "unique, min, max, (sort | reverse), flatten"], "[3,1,2,1]", "[1,2,3]\n1\n3\n[3,2,1,1]\n[3,1,2,1]\n", 0),
        JqCase(["-c", "contains({\"a\":[1]})"], "{\"a\":[1,2],\"b\":3}", "true\n", 0),
        JqCase(["-r", ".[] | tostring"], "[1,\"a\",null,true,[1]]", "1\na\nnull\ntrue\n[1]\n", 0),
        JqCase(["-c", "map(tonumber)"], "[\"1\",\"2.5\"]", "[1,2.5]\n", 0),
        JqCase(["-c", ". as $d | $d.a"], "{\"a\":7}", "7\n", 0),
        JqCase(["-j", ".[]"], "[\"a\",\"b\"]", "ab", 0),
        JqCase(["-c", "startswith(\"a\"), endswith(\"b\"), ltrimstr(\"a\"), rtrimstr(\"b\"), length"], "\"ab\"", "true\ntrue\n\"b\"\n\"a\"\n2\n", 0),
        JqCase(["first(.[]), last(.[]), limit(2; .[])"], "[1,2,3]", "1\n3\n1\n2\n", 0),
        JqCase(["-c", "[paths]"], "{\"a\":[1]}", "[[\"a\"],[\"a\",0]]\n", 0),
        JqCase(["-c", "{a, \"b c\": .d, (.k): 1}"], "{\"a\":1,\"d\":2,\"k\":\"z\"}", "{\"a\":1,\"b c\":2,\"z\":1}\n", 0),
        JqCase(["-c", ".[0] + .[1], .[0] * .[1]"], "[{\"a\":{\"x\":1}},{\"a\":{\"y\":2}}]", "{\"a\":{\"y\":2}}\n{\"a\":{\"x\":1,\"y\":2}}\n", 0),
        JqCase(["1 / 0"], "1", "", 3),
        JqCase(["-R", "-c", "split(\":\")"], "a:b\nc:d\n", "[\"a\",\"b\"]\n[\"c\",\"d\"]\n", 0),
        JqCase(["100000000000, 1.0, 1e3, 0.1"], "1", "100000000000\n1\n1000\n0.1\n", 0),
        JqCase(["-c", "not, (. and false), (. or false)"], "true", "false\nfalse\ntrue\n", 0),
        JqCase(["-r", ".a[\"b\"], .[\"a\"].b, .\"a\".b"], "{\"a\":{\"b\":1}}", "1\n1\n1\n", 0),
    ])
    func `filters print what the real one does`(_ c: JqCase) {
        var files = VirtualFileSystem.standard()
        files.install(Array(c.input.utf8), at: "/in")
        let quoted = c.arguments.map { "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'" }.joined(separator: " ")
        var machine = ShellMachine(command: ["sh", "-c", "jq \(quoted) < /in 2>/dev/null"], files: files)
        var text = ""
        guard case .exited(let status) = machine.run() else {
            Issue.record("did not end")
            return
        }
        for chunk in machine.takeOutput() { text += String(decoding: chunk.bytes, as: UTF8.self) }
        #expect(text == c.output)
        #expect(status == c.status)
    }

    @Test(arguments: ["[", "{", ".a[", "\"", "if . then", "reduce . as $x (", "..[..]..", "{(1):2}", ".[\"a\"", "@nosuch", "range(1e9)", "[range(99999)] | map([range(99999)])", "$x", "((((((((((.))))))))))"])
    func `no program makes it crash or hang`(_ program: String) {
        var machine = ShellMachine(command: ["jq", program], files: .standard(), input: Array("{\"a\": [1, {\"b\": null}]}".utf8))
        guard case .exited = machine.run() else {
            Issue.record("did not end")
            return
        }
    }
}
