import Testing

@testable import Shell

/// Programs in Python and Perl that are given on the command line.
@Suite struct LanguageProgramTests {
    struct Program: CustomTestStringConvertible, Sendable {
        let text: String, output: String, status: Int
        var testDescription: String { text }

        init(_ text: String, _ output: String, _ status: Int = 0) { (self.text, self.output, self.status) = (text, output, status) }
    }

    private static func python(_ text: String) -> (text: String, status: Int) { systemOutcome(["python3", "-c", text], language: .bash, tools: .gnu) }

    /// What CPython 3.12 prints for them; what was held back comes behind the errors.
    @Test(arguments: [
        Program("print('Hello', 'world', 3, sep='-', end='!\\n')", "Hello-world-3!\n"),
        Program("print(7 // 2, -7 // 2, 7 % -3, -7 % 3, 7 / 2, 2 ** 10, 10 / 5)", "3 -4 -2 2 3.5 1024 2.0\n"),
        Program("print(1.5 + 1, 3 * 'ab', 'a' + \"b\", not 0, 1 < 2 < 3, 1 == 1.0, None)", "2.5 ababab ab True True True None\n"),
        Program("x = 5\nif x > 5:\n  print('more')\nelif x == 5:\n  print('equal')\nelse:\n  print('less')", "equal\n"),
        Program("for i in range(1, 10, 3):\n    if i == 7: break\n    print(i)\nprint('end', i)", "1\n4\nend 7\n"),
        Program("n = 0\nwhile True:\n\tn += 1\n\tif n % 2: continue\n\tif n > 6: break\n\tprint(n)", "2\n4\n6\n"),
        Program("name = 'pod'; n = 3\nprint(f'{name!r}: {n:03d} {n/7:.2f} {{}} {1234567:,} {name:>5}|')", "'pod': 003 0.43 {} 1,234,567   pod|\n"),
        Program("print('%s has %d of %.1f%%' % ('it', 4, 2.25))", "it has 4 of 2.2%\n"),
        Program("print('{} {1} {0:>3}'.format(1, 2) if False else '{0} {1:>3}'.format(1, 2))", "1   2\n"),
        Program("a, b = 1, 2\na, b = b, a\nxs = [3, 1, 2]\nxs.append(a)\nprint(xs, sorted(xs), max(xs), sum(xs), len(xs), xs[-1], xs[1:3])", "[3, 1, 2, 2] [1, 2, 2, 3] 3 8 4 2 [1, 2]\n"),
        Program("d = {'a': 1}\nd['b'] = 2\nfor k, v in d.items():\n  print(k, v)\nprint(d, 'a' in d, d.get('z', 0))", "a 1\nb 2\n{'a': 1, 'b': 2} True 0\n"),
        Program("import os, sys\nprint(os.environ.get('NONE'), os.environ['HOME'], os.getenv('NONE', 'x'), 'HOME' in os.environ)", "None /root x True\n"),
        Program("import os, sys\nprint('Hello world')\nif int(os.environ.get('INDEX', '4')) % 2 == 0:\n  sys.exit(1)\nprint('no')", "Hello world\n", 1),
        Program("import sys; sys.exit('gone')", "gone\n", 1),
        Program("from time import sleep, time\nt = time()\nsleep(2)\nprint(round(time() - t))", "2\n"),
        Program("int('x')", "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nValueError: invalid literal for int() with base 10: 'x'\n", 1),
        Program("\nprint(1)\nraise Exception('boom')", "Traceback (most recent call last):\n  File \"<string>\", line 3, in <module>\nException: boom\n1\n", 1),
        Program("print(undefined)", "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nNameError: name 'undefined' is not defined\n", 1),
        Program("{'a': 1}['b']", "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nKeyError: 'b'\n", 1),
        Program("1 / 0", "Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nZeroDivisionError: division by zero\n", 1),
        Program("print('a b  c'.split(), '-'.join(['x', 'y']), ' s '.strip(), 'abc'.upper(), 'aXbX'.replace('X', '.'))", "['a', 'b', 'c'] x-y s ABC a.b.\n"),
        Program("import socket; print(len(socket.gethostname()) >= 0)  # a comment", "True\n"),
        Program("print(int(3.9), float('2'), str(1) + 'x', bool(''), abs(-3), repr('q'), 1e3, 0.1 + 0.2)", "3 2.0 1x False 3 'q' 1000.0 0.30000000000000004\n"),
    ]) func `everyday Python does what Python does`(_ program: Program) {
        let outcome = Self.python(program.text)
        #expect(outcome.text == program.output && outcome.status == program.status, "\(outcome)")
        #expect(PythonTask.runs(["python3", "-c", program.text]))
    }

    @Test(arguments: [
        "def f(): pass", "class A: pass", "try:\n  x = 1\nexcept E:\n  pass", "import flask", "print([x for x in range(3)])", "with open('f') as f: pass", "x = lambda y: y", "import os; os.fork()",
        "print({1, 2})", "print(open('/etc/passwd').read())",
    ]) func `a program that needs more is known before it runs`(_ program: String) {
        #expect(!PythonTask.runs(["python3", "-c", program]))
        let outcome = Self.python(program)
        #expect(outcome.status == 1 && outcome.text.contains("not simulated: "), "\(outcome)")
    }

    /// Bad programs end with a message and never hang.
    @Test(arguments: ["print('a'", "if True\n  x", "x = = 1", "  print(1)", "if True:\nprint(1)", "'" , String(repeating: "(", count: 5000), String(repeating: "[", count: 400) + String(repeating: "]", count: 400)])
    func `what is no Python is refused as Python refuses it`(_ program: String) {
        let outcome = Self.python(program)
        #expect(outcome.status == 1 && outcome.text.contains("SyntaxError: "), "\(outcome)")
    }

    @Test(arguments: ["x = 'a' * 10 ** 9", "x = 'ab'\nwhile True: x = x + x", "x = 9 ** 99", "x = list(range(10 ** 9)) * 10"]) func `a program cannot take more than there is`(_ program: String) {
        let outcome = Self.python(program)
        #expect(outcome.status == 1 && outcome.text.contains("Error"), "\(outcome)")
    }

    @Test func `what is printed into a pipe is held back until it is flushed`() {
        let late = "import time\nprint('early')\ntime.sleep(1)\nprint('late')"
        func first(_ options: [String]) -> String {
            var machine = ShellMachine(command: ["python3"] + options + ["-c", late], environment: [], directory: "/", files: .standard(), configuration: ShellConfiguration())
            _ = machine.run(steps: 100_000)
            return machine.takeOutput().map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        }
        #expect(first([]).isEmpty)
        #expect(first(["-u"]) == "early\n")
    }

    @Test(arguments: [
        Program("print \"a $ENV{HOME}\\n\"", "a /root\n"), Program("print 'x', \"y\\n\"; exit 3", "xy\n", 3), Program("sleep 2; die \"gone\"", "gone at -e line 1.\n", 255),
        Program("print bpi(20) . \"\\n\"", "3.1415926535897932385\n"), Program("print 5, qq", "perl: 'qq' is not simulated\n", 2), Program("foreach (1..3) { print }", "perl: 'foreach' is not simulated\n", 2),
    ]) func `one-liners in Perl print, sleep and end`(_ program: Program) {
        let outcome = systemOutcome(["perl", "-Mbignum=bpi", "-we", program.text], language: .bash, tools: .gnu)
        #expect(outcome.text == program.output && outcome.status == program.status, "\(outcome)")
    }

    /// The digits around the 762nd place, where six nines stand side by side, need their carries right.
    @Test func `pi has its digits`() {
        let digits = PiDigits.text(2000)
        #expect(digits.utf8.count == 2001 && digits.hasPrefix("3.14159265358979323846264338327950288419716939937510"))
        for count in [1, 2, 9, 10, 100, 761, 763, 765, 999] {
            // A shorter text is the longer one, rounded.
            let short = PiDigits.text(count).filter { $0 != "." }.map { $0.wholeNumberValue ?? 0 }
            let long = digits.filter { $0 != "." }.map { $0.wholeNumberValue ?? 0 }
            var expected = Array(long[..<count])
            if long[count] >= 5 {
                var place = count - 1
                while expected[place] == 9 {
                    expected[place] = 0
                    place -= 1
                }
                expected[place] += 1
            }
            #expect(short == expected, "\(count) digits")
        }
    }

    @Test func `directories change when entries come and go, and a slash follows a link`() {
        let script = "mkdir d; ln -s d l; A=$(stat -c %Y d); sleep 5; touch d/f; B=$(stat -c %Y d); sleep 5; echo x > d/f; C=$(stat -c %Y d); sleep 5; rm d/f; D=$(stat -c %Y d); echo $((B-A)) $((C-B)) $((D-C)); touch d/g; ls -l l | cut -c1; ls -l l/ | tail -n 1 | cut -c1; ls l/"
        let outcome = systemOutcome(["sh", "-c", script], language: .ash, tools: .busybox)
        #expect(outcome.text == "5 0 10\nl\n-\ng\n", "\(outcome)")
    }
}
