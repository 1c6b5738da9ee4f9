import Testing

@testable import Shell

/// Scripts that grow without end: each is stopped soon, and what it says is what a real tool would say or names the limit.
@Suite struct HostileScriptTests {
    @Test(.timeLimit(.minutes(1)), arguments: [
        ScriptCase("awk 'BEGIN{while(1){x=x \"aaaaaaaaaaaaaaaa\"}}'", "[err awk: stopped after 1000000 steps for one record\n][2]"),
        ScriptCase("seq 1 100000 | awk '{for(i=0;i<100000;i++);}' | tail -1", "[err s.sh:1: the script was stopped after 200000 steps; does it loop for ever?\n][2]"),
        ScriptCase("echo aaaa | sed ':a;s/./&&/g;ta' | wc -c", "0\n[err sed: stopped after 1000000 commands for one line\n]"),
        ScriptCase("yes > big", "[err s.sh:1: the script was stopped after 200000 steps; does it loop for ever?\n][2]"),
        ScriptCase(
            "echo a > f; while cat f f > g; do mv g f; done 2> e; tail -1 e", "[err s.sh:1: the script was stopped after 200000 steps; does it loop for ever?\n][2]"),
        ScriptCase("i=0; while :; do mkdir -p d$i/a/b; i=$((i+1)); done", "[err s.sh:1: the script was stopped after 200000 steps; does it loop for ever?\n][2]"),
        ScriptCase("base64 < /dev/zero", "[err base64: memory exhausted\n][2]"),
        ScriptCase("yes | kubectl apply -f -", "[err s.sh:1: kubectl was given more than 8388608 bytes of input\n][2]"),
    ])
    func `ends soon`(_ c: ScriptCase) {
        #expect(outcome(c.script) == c.expected)
    }

    @Test(arguments: [
        ("head -c 1000 /dev/zero | wc -c", "1000\n"), ("cat /dev/zero | head -c 5000 | wc -c", "5000\n"), ("head -c 16 /dev/urandom | wc -c", "16\n"),
        ("head -c 16 /dev/urandom | base64 | wc -c", "25\n"),
        ("echo a | { head -c 3 /dev/zero | wc -c; cat; }", "3\na\n"), ("ls /dev/zero; test -e /dev/urandom && echo there", "/dev/zero\nthere\n"),
    ])
    func `devices without an end are read as far as is asked`(_ script: String, _ expected: String) {
        #expect(outcome(script) == expected)
    }

    /// A page of text in a variable is nothing unusual: patterns work on it as on a short one.
    @Test(arguments: [
        ("x=$(seq 1 20000); y=${x//[02468]/}; echo ${#x} ${#y}", "108893 69999\n"),
        ("x=$(seq 1 20000); y=${x##*1}; echo ${#y}", "10\n"),
        ("x=$(seq 1 20000); y=${x%%2*}; echo \"$y\"", "1\n\n"),
        ("x=$(seq 1 20000); y=${x#*1}; z=${x%1*}; echo ${#y} ${#z}", "108892 108882\n"),
        ("x=$(seq 1 200000); y=${x##*never}; echo ${#y}", "1288894\n"),
        ("x=abc; echo ${x/#/-} ${x/%/+} ${x/%c/d} ${x/#b/d} ${x/*b/} ${x//?/..}", "-abc abc+ abd abc c ......\n"),
        ("x=aXbXc; echo ${x#*X} ${x##*X} ${x%X*} ${x%%X*} ${x#?} ${x%%[bc]*} [${x##*}]", "bXc c aXb a XbXc aX []\n"),
    ])
    func `patterns work on long texts`(_ script: String, _ expected: String) {
        #expect(outcome(script) == expected)
    }

    @Test func `a tree of files holds so much and no more`() throws {
        var files = VirtualFileSystem()
        let piece = [UInt8](repeating: 97, count: 32 << 20)
        for index in 0..<8 { try files.write(piece, to: "/f\(index)") }
        let refusal = #expect(throws: FileError.self) { try files.write([1], to: "/more") }
        #expect(refusal?.code == .full)
        // What is full lets go, and takes again what has become free.
        try files.write([], to: "/f0")
        try files.write([1], to: "/more")
    }
}
