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
