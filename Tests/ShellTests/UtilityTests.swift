import Testing

@testable import Shell

@Suite struct UtilityTests {
    static let yaml = "apiVersion: v1\nkind: Deployment\nmetadata:\n  name: web\n  labels:\n    app: d\nspec:\n  replicas: 2\n  selector:\n      app: d\n"

    @Test(arguments: [
        ScriptCase("sed 's/replicas: 2/replicas: 5/' d.yaml | grep replicas", "  replicas: 5\n"),
        ScriptCase("sed -i 's/^  labels:/  annotations:\\n    lab.example\\/note: x\\n  labels:/' d.yaml; sed -n 5,7p d.yaml", "  annotations:\n    lab.example/note: x\n  labels:\n"),
        ScriptCase("sed '/labels/,+1d; /replicas/d' d.yaml | wc -l", "7\n"),
        ScriptCase("sed '0,/app: d/s//app: e/' d.yaml | grep app", "    app: e\n      app: d\n"),
        ScriptCase("sed -n '/^spec/,$p' d.yaml", "spec:\n  replicas: 2\n  selector:\n      app: d\n"),
        ScriptCase("sed 's#kind: .*#& \\U&#' d.yaml | sed -n 2p", "kind: Deployment KIND: DEPLOYMENT\n"),
        ScriptCase("printf 'a\\nb\\nc\\n' | sed '2i\\\nX\n2a Y\n2c Z'", "a\nX\nZ\nY\nc\n"),
        ScriptCase("printf 'a\\nb\\nc\\n' | sed 2q; printf 'a\\nb\\n' | sed -n '$='", "a\nb\n2\n"),
        ScriptCase("printf 'a\\nb\\n' | sed ':a;N;$!ba;s/\\n/,/g'", "a,b\n"),
        ScriptCase("echo aXbX | sed 's/X/-/2; y/ab/AB/'", "AXB-\n"),
        ScriptCase("echo abc123 | sed -E 's/([a-z]+)([0-9]+)/\\2\\1/'", "123abc\n"),
        ScriptCase("echo job-abcde-x | sed 's/job-...../job-XXXXX/'", "job-XXXXX-x\n"),
        ScriptCase("echo x | sed 's/x/y'", "[err sed: -e expression #1, char 5: unterminated `s' command\n][1]"),
        ScriptCase("grep -n app d.yaml; grep -c app d.yaml; grep -q nope d.yaml || echo none", "6:    app: d\n10:      app: d\n2\nnone\n"),
        ScriptCase("grep -A1 metadata d.yaml; grep -E 'name|kind' d.yaml; grep -v : d.yaml; echo $?", "metadata:\n  name: web\nkind: Deployment\n  name: web\n1\n"),
        ScriptCase("echo 'a1 b22' | grep -oE '[0-9]+'; echo Foo | grep -i foo", "1\n22\nFoo\n"),
        ScriptCase("printf '3\\n1\\n2\\n1\\n' | sort -u; printf '10\\n9\\n' | sort -n; printf 'b 2\\na 3\\n' | sort -k2nr", "1\n2\n3\n9\n10\na 3\nb 2\n"),
        ScriptCase("printf 'a\\na\\nb\\n' | uniq -c", "      2 a\n      1 b\n"),
        ScriptCase("printf 'a b c\\n' | wc; printf abc | wc -c", "      1       3       6\n3\n"),
        ScriptCase("echo a:b:c | cut -d: -f2-; echo hello | cut -c1-3", "b:c\nhel\n"),
        ScriptCase("seq 5 | tail -n 2; seq 5 | tail -n +4; seq 5 | head -c 3; seq 5 | head -n -3", "4\n5\n4\n5\n1\n2" + "1\n2\n"),
        ScriptCase("printf 'a\\nb' > f; echo c | cat f - f | od -c | head -1; seq 1 30000 > g; cat g /nope f | wc -c; cat -n f", "0000000   a  \\n   b   c  \\n   a  \\n   b\n168897\n     1\ta\n     2\tb[err cat: /nope: No such file or directory\n]"),
        ScriptCase("echo hi | tee f | cat; cat f; basename /a/b.c .c; dirname /a/b", "hi\nhi\nb\n/a\n"),
        ScriptCase("echo secret | base64; echo c2VjcmV0Cg== | base64 -d", "c2VjcmV0Cg==\nsecret\n"),
        ScriptCase("echo 'a  b' | tr -s ' '; echo abc | tr -d b; echo x | tr '[:lower:]' '[:upper:]'", "a b\nac\nX\n"),
        ScriptCase("mkdir -p x/y; touch x/y/f; cp -r x z; mv z/y/f z/g; ls z; find . -name 'g' -type f; rm -r x; ls x", "g\ny\n./z/g\n[err ls: x: No such file or directory\n][1]"),
        ScriptCase("expr 2 + 3 '*' 4; expr abc : 'a\\(.\\)'", "14\nb\n"),
        ScriptCase("[ -f d.yaml -a ! -d d.yaml ] && echo f; test 1 -eq x; echo $?", "f\n2\n[err test: x: integer expression expected\n]"),
        ScriptCase("ls /dev/null; echo x > /dev/null; cat /nope", "/dev/null\n[err cat: /nope: No such file or directory\n][1]"),
        ScriptCase("printf 'a\\nb\\n' > p; printf 'a\\nc\\n' > q; diff -u p q", "--- p\n+++ q\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n[1]"),
        ScriptCase("rm -rf /; ls / | head -1", "dev\n[err rm: cannot remove '/': Operation not permitted\n]"),
        ScriptCase("printf '\\377\\376' > b2; wc -c < b2", "2\n"),
    ])
    func `works as the real one does`(_ c: ScriptCase) {
        #expect(outcome(c.script, files: ["d.yaml": Self.yaml]) == c.expected)
    }
}

@Suite struct AwkTests {
    @Test(arguments: [
        ScriptCase("printf 'a 1\\nb 2\\n' | awk '{print $2, $1}'", "1 a\n2 b\n"),
        ScriptCase("printf 'a 1\\nb 2\\n' | awk 'NR==2 {print $1} END {print NR}'", "b\n2\n"),
        ScriptCase("printf '1\\n2\\n3\\n' | awk '{s+=$1} END {printf \"%d %.2f\\n\", s, s/NR}'", "6 2.00\n"),
        ScriptCase("echo a:b:c | awk -F: '{print $NF, NF; $2=\"x\"; print}'", "c 3\na x c\n"),
        ScriptCase("printf 'x 1\\ny 2\\nx 3\\n' | awk '{c[$1]+=$2} END {for (k in c) print k, c[k]}'", "x 4\ny 2\n"),
        ScriptCase("printf 'Running\\nPending\\nRunning\\n' | awk '/Run/ {n++} !/Run/ {m++} END {print n, m}'", "2 1\n"),
        ScriptCase("awk 'BEGIN {for (i=0;i<3;i++) printf \"%s \", i; print \"\"; while (j<2) j++; print j; exit 3}'", "0 1 2 \n2\n[3]"),
        ScriptCase("echo 'hello world' | awk '{sub(/o/, \"0\"); gsub(/l/, \"[&]\"); print; print length($0), index($0, \"w\"), substr($2, 1, 3), toupper($2)}'", "he[l][l]0 wor[l]d\n17 11 wor WOR[L]D\n"),
        ScriptCase("awk -v x=5 'function f(n) { return n < 2 ? 1 : n * f(n-1) } BEGIN { print f(x), x \"s\" }'", "120 5s\n"),
        ScriptCase("echo a,b | awk '{n = split($0, p, \",\"); print n, p[1], p[2]; if (\"a\" in p) print \"no\"; else print \"yes\"}'", "2 a b\nyes\n"),
        ScriptCase("printf 'NAME READY\\nweb 1/1\\n' | awk 'NR>1 && $2 ~ /^1/ {print $1 > \"/work/out\"}'; cat out", "web\n"),
        ScriptCase("printf 'a\\nb\\nc\\nd\\n' | awk '/b/,/c/'", "b\nc\n"),
        ScriptCase("awk 'BEGIN { while (1) x++ }'", "[err awk: stopped after 1000000 steps for one record\n][2]"),
        ScriptCase("awk 'BEGIN { print 1'", "[err awk: syntax error: missing }\n][2]"),
        ScriptCase("awk 'BEGIN { print 3 > 2 ? \"a\" : \"b\" }' 2>/dev/null; awk 'BEGIN { print (3 > 2) ? \"a\" : \"b\" }'", "a\n"),
    ])
    func `awk works as the real one does`(_ c: ScriptCase) { #expect(outcome(c.script) == c.expected) }
}

@Suite struct ShellFuzzTests {
    static let pieces = [
        "echo", "a", "$x", "${x:-", "}", "$(", ")", "((", "))", "`", "\"", "'", "|", "||", "&&", ";", "\n", "&", "if", "then", "fi", "for", "in", "do", "done",
        "while", "case", "esac", "{", "(", "<", ">", ">>", "<<EOF", "EOF", "2>&1", "sed", "s/a*/b/g", "awk", "{print $1}", "grep", "-E", "[a-z]*", "*", "?", "[", "]",
        "x=1", "$((", "1+", "%", "set -e", "set -u", "trap", "exit", "return", "break", "cat", "sleep 1", "wait", "kill", "$!", "printf", "%s%d", "\\", "#", "!", "seq 3", "xargs", "find", ".", "-exec", "sort", "head -1", "tail -f",
        "/etc", "rm -rf /", "cd", "eval", "read y", "shift", "local", "test", "=", "-eq", "~", "{1..3}", "é", "\u{1F600}", "exec", "sh -c", "timeout 1",
    ]

    @Test(arguments: 0..<12)
    func `no text makes the shell crash or hang`(_ seed: Int) {
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<150 {
            let script = (0...next(14)).map { _ in Self.pieces[next(Self.pieces.count)] + (next(4) == 0 ? "" : " ") }.joined()
            var session = ShellSession()
            session.configuration.limits.steps = 3000
            session.configuration.limits.outputBytes = 200_000
            session.configuration.limits.bufferBytes = 200_000
            let first = session.run(script, input: Array("in\nput\n".utf8))
            var again = ShellSession()
            again.configuration = session.configuration
            let second = again.run(script, input: Array("in\nput\n".utf8))
            #expect(first.output == second.output && first.status == second.status, "\(script)")
        }
    }

    @Test func `a machine that is put aside and copied goes on as if it had not been`() throws {
        let script = try Script(parsing: "for i in 1 2 3 4 5; do echo $i | sed 's/^/n/'; sleep 1; done | grep -v 3; echo $?")
        func run(copying: Bool) -> String {
            var machine = ShellMachine(script: script, files: .standard())
            var text = ""
            while true {
                let outcome = machine.run(steps: copying ? 7 : 10_000)
                for chunk in machine.takeOutput() { text += String(decoding: chunk.bytes, as: UTF8.self) }
                switch outcome {
                case .exited, .failed: return text
                case .suspended(_, let wake): machine.now = wake ?? machine.now + 1
                case .outOfSteps: break
                }
                if copying {
                    let copy = machine
                    machine = copy
                }
            }
        }
        #expect(run(copying: true) == run(copying: false))
        #expect(run(copying: false) == "n1\nn2\nn4\nn5\n0\n")
    }
}
