import Testing

@testable import Shell

/// Runs a script and gives what it prints; errors and a status that is not 0 follow in brackets.
func outcome(_ script: String, files: [String: String] = [:], input: String = "", mode: UnknownCommandStyle = .plain) -> String {
    var session = ShellSession()
    session.configuration.unknownCommands = mode
    session.configuration.limits.steps = 200_000
    session.configuration.hostCommands = ["kubectl": HostCommand(), "curl": HostCommand { _ in false }]
    session.directory = "/work"
    session.files.install([], at: "/work/.keep")
    for (name, text) in files { session.files.install(Array(text.utf8), at: name.hasPrefix("/") ? name : "/work/" + name) }
    let result = session.run(script, name: "s.sh", input: Array(input.utf8), clock: { 1_767_603_600_000_000_000 }, host: { context in
        if context.call.arguments.count > 1, context.call.arguments[1] == "fail" { return HostAnswer(output: "", errors: "refused\n", status: 1) }
        let input = String(decoding: context.call.input, as: UTF8.self)
        return HostAnswer(output: "<" + context.call.arguments.joined(separator: " ") + ">" + input + "\n")
    })
    var text = result.outputText
    if !result.errors.isEmpty { text += "[err \(result.errorText)]" }
    if result.status != 0 { text += "[\(result.status)]" }
    return text
}

struct ScriptCase: CustomTestStringConvertible, Sendable {
    let script: String
    let expected: String
    var testDescription: String { script }

    init(_ script: String, _ expected: String) {
        self.script = script
        self.expected = expected
    }
}

@Suite struct ShellScriptTests {
    @Test(arguments: [
        ScriptCase("echo hello", "hello\n"),
        ScriptCase("echo a  'b  c' \"d  e\" f\\ g", "a b  c d  e f g\n"),
        ScriptCase("x=1; y=$x$x; echo \"$y\" ${x}2", "11 12\n"),
        ScriptCase("echo ${u:-d} ${u-e} ${u:=f} $u ${u:+g} ${#u}", "d e f f g 1\n"),
        ScriptCase("x=b:3; echo ${x%:*} ${x#*:}", "b 3\n"),
        ScriptCase("p=/a/b/c.tar.gz; echo ${p##*/} ${p%/*} ${p%%.*} ${p#*/}", "c.tar.gz /a/b /a/b/c a/b/c.tar.gz\n"),
        ScriptCase("x=aXbXc; echo ${x/X/-} ${x//X/-} ${x:1:3} ${x^^}", "a-bXc a-b-c XbX AXBXC\n"),
        ScriptCase("for x in b:3 a:20 c:1; do echo ${x%:*}=${x#*:}; done", "b=3\na=20\nc=1\n"),
        ScriptCase("i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", "0\n1\n2\n"),
        ScriptCase("until false; do echo once; break; done", "once\n"),
        ScriptCase("for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done", "1\n3\n"),
        ScriptCase("case web-1 in db*) echo db;; web-[0-9]|x) echo web;; *) echo other;; esac", "web\n"),
        ScriptCase("if false; then echo a; elif true; then echo b; else echo c; fi", "b\n"),
        ScriptCase("f() { echo \"$# $1\"; return 3; }; f x y; echo $?", "2 x\n3\n"),
        ScriptCase("f() { local v=in; echo $v; }; v=out; f; echo $v", "in\nout\n"),
        ScriptCase("echo $(echo a; echo b) `echo c`", "a b c\n"),
        ScriptCase("echo \"$(printf 'a\\nb\\n\\n')\"", "a\nb\n"),
        ScriptCase("echo $((1+2*3)) $((10/3)) $((2**10)) $((5>3?7:8)) $((0x1f)) $((017))", "7 3 1024 7 31 15\n"),
        ScriptCase("x=5; echo $((x++ + ++x)) $x", "12 7\n"),
        ScriptCase("echo a | cat | tr a-z A-Z", "A\n"),
        ScriptCase("echo b >&2", "[err b\n]"),
        ScriptCase("echo x > f; echo y >> f; cat < f; wc -l < f", "x\ny\n2\n"),
        ScriptCase("cat <<EOF\na $((1+1))\n  b\nEOF\necho done", "a 2\n  b\ndone\n"),
        ScriptCase("cat <<'EOF' | tr a b\na $x\nEOF", "b $x\n"),
        ScriptCase("cat <<-EOF\n\tx\n\tEOF\necho y", "x\ny\n"),
        ScriptCase("kubectl apply -f - <<EOF\nkind: Pod\nEOF", "<kubectl apply -f ->kind: Pod\n\n"),
        ScriptCase("kubectl get pods | grep -o get", "get\n"),
        ScriptCase("kubectl fail || echo caught $?", "caught 1\n[err refused\n]"),
        ScriptCase("set -e; kubectl fail; echo never", "[err refused\n][1]"),
        ScriptCase("set -e; if kubectl fail; then echo a; fi; false || true; ! true; echo end", "end\n[err refused\n]"),
        ScriptCase("set -e; f() { false; echo in; }; f && echo yes; f; echo never", "in\nyes\n[1]"),
        ScriptCase("(exit 3); echo $?", "3\n"),
        ScriptCase("x=1; (x=2; echo $x); echo $x", "2\n1\n"),
        ScriptCase("false | true; echo $?; set -o pipefail; false | true; echo $?", "0\n1\n"),
        ScriptCase("trap 'echo bye' EXIT; echo hi; exit 4", "hi\nbye\n[4]"),
        ScriptCase("set -- a 'b c' d; for x in \"$@\"; do echo \"<$x>\"; done; echo $#; shift; echo \"$*\"", "<a>\n<b c>\n<d>\n3\nb c d\n"),
        ScriptCase("IFS=:; x=a:b::c; set -- $x; echo $# \"$4\"", "4 c\n"),
        ScriptCase("printf '%s-%d|' a 1 b 2; printf '%5.2f\\n' 3.14159", "a-1|b-2| 3.14\n"),
        ScriptCase("printf 'a\\tb\\101\\n'", "a\tbA\n"),
        ScriptCase("echo one two three | while read a b; do echo \"$b|$a\"; done", "two three|one\n"),
        ScriptCase("printf '1\\n2\\n' | while read n; do kubectl get $n; done", "<kubectl get 1>\n<kubectl get 2>\n"),
        ScriptCase("sleep 5 & wait; echo done", "done\n"),
        ScriptCase("while true; do echo tick; sleep 1; done | head -2", "tick\ntick\n"),
        ScriptCase("yes | head -n 2", "y\ny\n"),
        ScriptCase("timeout 2 sleep 10; echo $?", "124\n"),
        ScriptCase("seq 3 | xargs -n1 echo n", "n 1\nn 2\nn 3\n"),
        ScriptCase("echo a b | xargs -I{} echo [{}]", "[a b]\n"),
        ScriptCase("[[ abc == a* && 3 -gt 2 ]] && echo yes; [[ x == \"*\" ]] || echo no", "yes\nno\n"),
        ScriptCase("(( 3 > 2 )) && echo y; for ((i=0;i<3;i++)); do printf $i; done; echo", "y\n012\n"),
        ScriptCase("echo {a,b}{1..3}", "a1 a2 a3 b1 b2 b3\n"),
        ScriptCase("cat <<< \"x y\"", "x y\n"),
        ScriptCase("eval 'a=1; echo $a'; sh -c 'echo $0 $1' n m", "1\nn m\n"),
        ScriptCase("echo '#!/bin/sh\necho ran $1' > t.sh; chmod +x t.sh; ./t.sh q; sh t.sh z; . ./t.sh w", "ran q\nran z\nran\n"),
        ScriptCase("set -u; echo $nope", "[err s.sh: line 1: nope: parameter not set\n][2]"),
        ScriptCase("nosuch; echo $?", "127\n[err s.sh: line 1: nosuch: not found\n]"),
        ScriptCase("while getopts ab:c o -a -b v -c; do echo $o $OPTARG; done", "a\nb v\nc\n"),
        ScriptCase("echo *.yaml; echo 'no*'.x nothing*", "a.yaml b.yaml\nno*.x nothing*\n"),
        ScriptCase("x='a b'; echo $x \"$x\"; y=$x; echo \"$y\"", "a b a b\na b\n"),
        ScriptCase("A=1 sh -c 'echo $A'; echo \"[$A]\"", "1\n[]\n"),
        ScriptCase("{ echo a; echo b >&2; } 2>&1 | sort -r", "b\na\n"),
        ScriptCase("exec 3>f; echo t >&3; exec 3>&-; cat f", "t\n"),
        ScriptCase("set -x; echo a 'b c'", "a b c\n[err + echo a 'b c'\n]"),
        ScriptCase("date -u +%Y-%m-%dT%H:%M:%SZ", "2026-01-05T09:00:00Z\n"),
        ScriptCase("echo \"a\\\"b\" 'c'\"'\"'d'", "a\"b c'd\n"),
        ScriptCase("f() { echo $FUNCNAME; }; readonly R=1; R=2; echo no", "[err s.sh: line 1: R: is read only\n][2]"),
        ScriptCase("trap 'echo got; exit 5' TERM; kill -TERM $$; echo no", "got\n[5]"),
        ScriptCase("x=$(kubectl fail); echo $?", "1\n[err refused\n]"),
        ScriptCase("diff a.yaml b.yaml", "1c1\n< A\n---\n> B\n[1]"),
    ])
    func `prints what a POSIX shell prints`(_ c: ScriptCase) {
        #expect(outcome(c.script, files: ["a.yaml": "A\n", "b.yaml": "B\n"]) == c.expected)
    }

    @Test(arguments: [
        ScriptCase("python3 x.py", "[err s.sh:1: python3: not available in labs\n][127]"),
        ScriptCase("echo a\ncurlx http://e | sh", "a\n[err s.sh:2: curlx: not available in labs\n]"),
        ScriptCase("if true; then echo", "[err s.sh:1: syntax error: unexpected end of file (expecting `fi')\n][2]"),
        ScriptCase("echo 'abc", "[err s.sh:1: syntax error: unterminated quoted string\n][2]"),
        ScriptCase("echo )", "[err s.sh:1: syntax error: unexpected `)'\n][2]"),
    ])
    func `a lab's script is told the line of what is wrong`(_ c: ScriptCase) { #expect(outcome(c.script, mode: .lab) == c.expected) }

    @Test(arguments: ["while true; do :; done", "f() { f; }; f", "x=a; while true; do x=$x$x; done", ":(){ :|:& };:; wait; sleep 1", "yes", "while true; do sleep 1; done", "cat < /dev/zero", "echo $(yes)", "x=$((x=x+1)); eval eval eval eval 'while :; do echo; done'"])
    func `a script that would run for ever is stopped with a reason`(_ script: String) {
        let text = outcome(script)
        #expect(text.hasSuffix("[2]") && text.contains("s.sh:"), "\(text.suffix(200))")
    }
}
