import Testing

@testable import Shell

/// Arrays, by what bash 5.2 prints.
@Suite struct ArrayTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var script: String
        var output: String
        var testDescription: String { script }
    }

    static let rows: [Row] = [
        Row(script: "a=(foo bar \"b z\"); echo ${a[1]} ${#a[@]} \"${a[2]}\" $a ${#a}", output: "bar 3 b z foo 3\n"),
        Row(script: "items=(foo bar baz qux xyz); JOB_COMPLETION_INDEX=3; echo ${items[$JOB_COMPLETION_INDEX]}", output: "qux\n"),
        Row(script: "a=(x y); a+=(z \"p q\"); for e in \"${a[@]}\"; do echo \"<$e>\"; done; echo \"${a[*]}\"", output: "<x>\n<y>\n<z>\n<p q>\nx y z p q\n"),
        Row(script: "a=(1 2 3 4 5); echo \"${a[@]:1:2}\" ${a[@]: -2} ${a[-1]}", output: "2 3 4 5 5\n"),
        Row(script: "a[5]=five; a[2]=two; echo ${!a[@]} ${a[@]} ${#a[@]}; unset 'a[5]'; echo ${a[@]}", output: "2 5 two five 2\ntwo\n"),
        Row(script: "declare -A m=([one]=1 [two]=2); m[three]=3; echo ${m[two]} ${#m[@]} ${m[three]}; k=one; echo \"${m[$k]}\"", output: "2 3 3\n1\n"),
        Row(script: "declare -a l=(p q); echo ${l[0]}-${l[1]}", output: "p-q\n"),
        Row(script: "a=([3]=c [1]=a z); echo ${!a[@]} \"${a[@]}\"", output: "1 2 3 a z c\n"),
        Row(script: "a=(one.txt two.txt); echo ${a[@]%.txt} \"${a[@]/t/T}\" ${a[@]^^}", output: "one two one.Txt Two.txt ONE.TXT TWO.TXT\n"),
        Row(script: "a=(); echo \"n=${#a[@]}\" ${a[@]:-none}", output: "n=0 none\n"),
        Row(script: "n=(10 20 30); i=1; echo $((n[i] + n[2])); ((n[0]++)); echo ${n[0]}; let n[1]+=5; echo ${n[@]}", output: "50\n11\n11 25 30\n"),
        Row(script: "f() { local -a v=(a b); v+=(c); echo ${#v[@]}; }; f; echo \"[${v[@]}]\"", output: "3\n[]\n"),
        Row(script: "read -a w <<< \"alpha beta gamma\"; echo ${w[1]} ${#w[@]}", output: "beta 3\n"),
        Row(script: "x=1; r=x; echo ${!r}", output: "1\n"),
        Row(script: "s=word; echo ${s[0]} ${#s[@]} ${s[@]}", output: "word 1 word\n"),
        Row(script: "a=(a\n  b # comment\n  c); echo ${a[@]}", output: "a b c\n"),
        Row(script: "a=(\"$(echo p q)\" $(echo r s)); echo ${#a[@]}", output: "3\n"),
        Row(script: "IFS=,; a=(1 2 3); echo \"${a[*]}\"", output: "1,2,3\n"),
    ]

    @Test(arguments: rows) func `arrays do what bash does with them`(row: Row) throws {
        var configuration = ShellConfiguration()
        configuration.language = .bash
        var machine = ShellMachine(script: try Script(parsing: row.script, language: .bash), files: .standard(), configuration: configuration)
        _ = machine.run()
        #expect(String(decoding: machine.takeOutput().flatMap(\.bytes), as: UTF8.self) == row.output)
    }

    @Test(arguments: [ShellLanguage.ash, .dash]) func `shells without arrays refuse them`(language: ShellLanguage) {
        #expect(throws: ScriptSyntaxError.self) { try Script(parsing: "a=(1 2)", language: language) }
    }

    @Test(.timeLimit(.minutes(1))) func `an array has a bound`() throws {
        var machine = ShellMachine(script: try Script(parsing: "while true; do a[i++]=x; done", language: .bash), files: .standard())
        var status = 0
        if case .exited(let code) = machine.run() { status = code }
        #expect(status != 0)
        #expect(String(decoding: machine.takeOutput().flatMap(\.bytes), as: UTF8.self).contains("a: an array may have 4096 elements here"))
    }
}
