import Testing

@testable import Shell

/// A shell with a terminal, or with piped input, that is fed in pieces.
struct Typist {
    var machine: ShellMachine
    var status: Int?
    var shown = ""

    init(_ command: [String] = ["sh"], isTerminal: Bool = true) {
        var files = VirtualFileSystem.standard()
        files.install(Array("one\ntwo\n".utf8), at: "/etc/words")
        machine = ShellMachine(command: command, files: files)
        machine.inputEnded = false
        if isTerminal { machine.attach(Terminal()) }
        go()
    }

    mutating func go() {
        guard status == nil else { return }
        if case .exited(let code) = machine.run(steps: 10_000) { status = code }
        for chunk in machine.takeOutput() { shown += String(decoding: chunk.bytes, as: UTF8.self) }
    }

    /// Types and gives what is shown since; `\r` is Enter.
    mutating func type(_ text: String) -> String {
        shown = ""
        machine.feed(Array(text.utf8))
        go()
        return shown
    }

    mutating func wait(seconds: Int64) -> String {
        shown = ""
        machine.now += seconds * 1_000_000_000
        go()
        return shown
    }
}

@Suite struct TerminalTests {
    @Test func `a shell greets, runs commands and leaves with the last status`() {
        var typist = Typist()
        #expect(typist.shown == "/ # ")
        #expect(typist.type("echo hi\r") == "echo hi\r\nhi\r\n/ # ")
        #expect(typist.type("cd /etc\r") == "cd /etc\r\n/etc # ")
        #expect(typist.type("nosuch\r") == "nosuch\r\nsh: nosuch: not found\r\n/etc # ")
        #expect(typist.type("false\r\u{4}") == "false\r\n/etc # \r\n")
        #expect(typist.status == 1)
    }

    @Test func `exit ends it`() {
        var typist = Typist(["bash"])
        #expect(typist.shown == "root@localhost:/# ")
        _ = typist.type("exit 3\r")
        #expect(typist.status == 3)
    }

    struct Editing: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var keys: String
        var prints: String
    }

    @Test(arguments: [
        Editing(testDescription: "backspace", keys: "echo ax\u{7F}b", prints: "ab"),
        Editing(testDescription: "start of line", keys: "cho ab\u{1}e", prints: "ab"),
        Editing(testDescription: "start and end", keys: "cho a\u{1}e\u{5}b", prints: "ab"),
        Editing(testDescription: "kill to start", keys: "garbage\u{15}echo ab", prints: "ab"),
        Editing(testDescription: "erase a word", keys: "echo a xyz\u{17}b", prints: "a b"),
        Editing(testDescription: "arrows", keys: "echo ac\u{1B}[Db", prints: "abc"),
        Editing(testDescription: "delete key", keys: "echo axb\u{1B}[D\u{1B}[D\u{1B}[3~", prints: "ab"),
        Editing(testDescription: "home and end keys", keys: "cho a\u{1B}[He\u{1B}[Fb", prints: "ab"),
        Editing(testDescription: "kill to end and yank", keys: "echo a b\u{1B}[D\u{B}c \u{19}", prints: "a c b"),
        Editing(testDescription: "words", keys: "echo a b\u{1B}bc\u{1B}fd", prints: "a cbd"),
        Editing(testDescription: "Korean", keys: "echo \u{B2E4}\u{B77C}\u{1B}[D\u{B098}", prints: "\u{B2E4}\u{B098}\u{B77C}"),
        Editing(testDescription: "unknown keys", keys: "echo a\u{1B}[15~\u{1B}OPb", prints: "ab"),
    ])
    func `keys edit the line`(_ editing: Editing) {
        var typist = Typist()
        let shown = typist.type(editing.keys + "\r")
        #expect(shown.hasSuffix("\r\n\(editing.prints)\r\n/ # "), "\(shown.debugDescription)")
    }

    @Test func `arrows go through the history`() {
        var typist = Typist()
        _ = typist.type("echo one\recho two\r")
        #expect(typist.type("\u{1B}[A\u{1B}[A\r").hasSuffix("\r\none\r\n/ # "))
        #expect(typist.type("ec\u{1B}[A\u{1B}[Bho x\r").hasSuffix("\r\nx\r\n/ # "))
    }

    @Test func `commands may go over several lines`() {
        var typist = Typist()
        #expect(typist.type("for i in 1 2\r") == "for i in 1 2\r\n> ")
        #expect(typist.type("do echo $i; done\r").hasSuffix("\r\n1\r\n2\r\n/ # "))
        #expect(typist.type("echo 'a\r").hasSuffix("> "))
        #expect(typist.type("b'\r").hasSuffix("\r\na\r\nb\r\n/ # "))
        #expect(typist.type("cat <<E\rx\rE\r").hasSuffix("\r\nx\r\n/ # "))
        #expect(typist.type("echo )\r").contains("syntax error"))
        #expect(typist.status == nil)
    }

    @Test func `sleep takes time and interrupt ends it`() {
        var typist = Typist()
        #expect(typist.type("sleep 5; echo done\r") == "sleep 5; echo done\r\n")
        #expect(typist.wait(seconds: 4) == "")
        #expect(typist.wait(seconds: 1) == "done\r\n/ # ")
        _ = typist.type("sleep 100\r")
        #expect(typist.type("\u{3}") == "^C\r\n/ # ")
        #expect(typist.type("echo $?\r").hasSuffix("\r\n130\r\n/ # "))
        #expect(typist.type("abc\u{3}") == "abc^C\r\n/ # ")
    }

    @Test func `interrupt ends a loop that never waits, and pipelines`() {
        var typist = Typist()
        _ = typist.type("while true; do :; done\r")
        #expect(typist.type("\u{3}").hasSuffix("^C\r\n/ # "))
        _ = typist.type("sleep 50 | cat\r")
        #expect(typist.type("\u{3}").hasSuffix("^C\r\n/ # "))
        _ = typist.type("sh\r")
        _ = typist.type("sleep 9\r")
        #expect(typist.type("\u{3}").hasSuffix("/ # "))
        #expect(typist.type("echo $?\r").hasSuffix("130\r\n/ # "))
        _ = typist.type("exit 7\r")
        #expect(typist.type("echo $?\r").hasSuffix("7\r\n/ # "))
    }

    @Test func `what is typed ahead is run afterwards`() {
        var typist = Typist()
        #expect(typist.type("sleep 1\recho x\r").contains("sleep 1\r\necho x\r\n"))
        #expect(typist.wait(seconds: 1) == "/ # echo x\r\nx\r\n/ # ")
    }

    @Test func `programs read lines of the terminal`() {
        var typist = Typist(["cat"])
        #expect(typist.type("ab\u{7F}c") == "ab\u{8} \u{8}c")
        #expect(typist.type("\r") == "\r\nac\r\n")
        _ = typist.type("\u{4}")
        #expect(typist.status == 0)
        var asked = Typist()
        _ = asked.type("read -r name; echo \"<$name>\"\r")
        #expect(asked.type("you\r") == "you\r\n<you>\r\n/ # ")
        #expect(asked.type("stty size; tty\r").hasSuffix("24 80\r\n/dev/pts/0\r\n/ # "))
        asked.machine.resize(rows: 50, columns: 132)
        #expect(asked.type("stty size\r").hasSuffix("50 132\r\n/ # "))
        #expect(asked.type("${x?bad}\r").hasSuffix("/ # "))
    }

    @Test func `a shell on a pipe runs each line as it comes, without a prompt`() {
        var typist = Typist(isTerminal: false)
        #expect(typist.shown == "")
        #expect(typist.type("echo a\nread x\n") == "a\n")
        #expect(typist.type("b\necho \"got $x\"\nif true\n") == "got b\n")
        #expect(typist.type("then echo c; fi\nexit 4\n") == "c\n")
        #expect(typist.status == 4)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `any keys leave a shell that answers`(_ seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        var typist = Typist()
        for _ in 0..<400 where typist.status == nil {
            let keys: [UInt8] = (0..<Int(next() % 6)).map { _ in
                let roll = next() % 10
                if roll < 2 { return 27 }
                if roll < 3 { return 91 }
                let byte = UInt8(truncatingIfNeeded: next() >> 8)
                return byte == 4 ? 3 : byte
            }
            typist.machine.feed(keys)
            typist.go()
        }
        guard typist.status == nil else { return }
        _ = typist.type("\u{3}\u{3}")
        #expect(typist.type("\u{15}echo alive\r").contains("alive"))
    }
}

@Suite struct TarTests {
    @Test func `archives are packed and unpacked`() {
        let script = """
            mkdir -p d/e; printf 'a\\0b' > d/e/f; echo y > d/x; ln -s x d/l; chmod 755 d/x
            tar cf - d | (mkdir out; tar xmf - -C out); find out | sort; od=$(wc -c < out/d/e/f); echo $od; readlink out/d/l; stat -c %a out/d/x
            tar -cf a.tar d && tar tf a.tar
            """
        #expect(outcome(script) == "out\nout/d\nout/d/e\nout/d/e/f\nout/d/l\nout/d/x\n3\nx\n755\nd/\nd/e/\nd/e/f\nd/l\nd/x\n")
    }

    @Test(arguments: [
        ScriptCase("tar cf - /nope > /dev/null", "[err tar: /nope: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n][2]"),
        ScriptCase("echo x > f; tar cf a.tar /work/f; tar tf a.tar", "work/f\n[err tar: Removing leading `/' from member names\n]"),
        ScriptCase("echo hello hello hello hello | tar xf -", "[err tar: Unexpected EOF in archive\ntar: Exiting with failure status due to previous errors\n][2]"),
        ScriptCase("tar", "[err tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n][2]"),
        ScriptCase("echo x > f; tar cf - f | tar xOf -", "x\n"),
        ScriptCase("mkdir -p a/b; echo x > a/b/c; tar cf t a; mkdir o; tar xf t -C o --strip-components=1; find o | sort", "o\no/b\no/b/c\n"),
    ])
    func `says what is wrong`(_ c: ScriptCase) { #expect(outcome(c.script) == c.expected) }

    @Test func `long names survive`() {
        let name = String(repeating: "n", count: 150)
        var reader = TarReader()
        let entry = TarEntry(path: "d/\(name)", kind: .symlink("t/\(name)"), mode: 0o777, modified: 5)
        reader.append(TarFormat.bytes(of: entry) + TarFormat.end)
        #expect(reader.next() == .entry(entry))
        #expect(reader.next() == .end)
    }

    @Test(arguments: 1...6)
    func `damaged archives are refused`(_ seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        let whole = (0..<3).flatMap { TarFormat.bytes(of: TarEntry(path: "f\($0)", kind: .file, contents: [UInt8](repeating: UInt8($0), count: 700))) } + TarFormat.end
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1
                bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 50)
            }
            var reader = TarReader()
            var rest = bytes[...]
            var steps = 0
            loop: while steps < 200 {
                steps += 1
                switch reader.next() {
                case .entry: continue
                case .end, .corrupt: break loop
                case .needsMore:
                    if rest.isEmpty { break loop }
                    reader.append(Array(rest.prefix(300)))
                    rest = rest.dropFirst(300)
                }
            }
            #expect(steps < 200)
        }
    }
}
