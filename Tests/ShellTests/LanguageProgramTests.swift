import Testing

@testable import Shell

/// Programs in Perl and Python that are given on the command line.
@Suite struct LanguageProgramTests {
    struct Program: CustomTestStringConvertible, Sendable {
        let text: String, output: String, status: Int
        var testDescription: String { text }

        init(_ text: String, _ output: String, _ status: Int = 0) { (self.text, self.output, self.status) = (text, output, status) }
    }

    @Test(arguments: [
        Program("print \"a $ENV{HOME}\\n\"", "a /root\n"), Program("print 'x', \"y\\n\"; exit 3", "xy\n", 3), Program("sleep 2; die \"gone\"", "gone at -e line 1.\n", 255),
        Program("print bpi(20) . \"\\n\"", "3.1415926535897932385\n"), Program("print 5, qq", "perl: 'qq' is not simulated\n", 2), Program("foreach (1..3) { print }", "perl: 'foreach' is not simulated\n", 2),
    ]) func `one-liners in Perl print, sleep and end`(_ program: Program) {
        let outcome = systemOutcome(["perl", "-Mbignum=bpi", "-we", program.text], language: .bash, tools: .gnu)
        #expect(outcome.text == program.output && outcome.status == program.status, "\(outcome)")
    }

    private static let traceback = "Traceback (most recent call last):\n  File \"<string>\", line "

    @Test(arguments: [
        Program("import os, sys\nprint(\"Hello world\")\nif int(os.environ.get(\"JOB_COMPLETION_INDEX\", \"4\")) % 2 == 0:\n  sys.exit(1)\n", "Hello world\n", 1),
        Program("import os, sys\nsys.exit(42) if int(os.environ.get(\"X\", \"1\")) == 1 else sys.exit(0)", "", 42), Program("exit(7)", "", 7),
        Program("import sys\nsys.exit('gone')", "gone\n", 1), Program("import sys; print('a', file=sys.stderr); print('b')", "a\nb\n"),
        Program("for i in range(3): print(i, end=' ')\nprint()", "0 1 2 \n"), Program("n = 0\nwhile True:\n    n += 1\n    if n == 2:\n        continue\n    if n > 4:\n        break\n    print(n)\nprint('done', n)", "1\n3\n4\ndone 5\n"),
        Program("x = [3, 1, 2]\nx.append(9)\nfor a, b in [(1, 2), (3, 4)]:\n    print(a + b)\nprint(sorted(x), max(x), len(x), x[-1], x[0:2], 2 in x)", "3\n7\n[1, 2, 3, 9] 9 4 9 [3, 1] True\n"),
        Program("print(f\"{3.14159:.2f} {5:03d} {{x}} {1 + 1}\", '%s is %d%%' % ('a', 3), '{} {:>3}'.format(1, 'b'))", "3.14 005 {x} 2 a is 3% 1   b\n"),
        Program("print(7 // 2, -7 // 2, -7 % 3, 7 / 2, 2 ** 10, 1e3, 1 < 2 < 3, None, [1, 'a'])", "3 -4 2 3.5 1024 1000.0 True None [1, 'a']\n"),
        Program("import time\nfrom os import getenv\nprint('late', getenv('HOME'))\ntime.sleep(5)\nprint('x')", "late /root\nx\n"),
        Program("import os\nprint(os.environ['NOPE'])", traceback + "2, in <module>\n  File \"<frozen os>\", line 717, in __getitem__\nKeyError: 'NOPE'\n", 1), Program("print(1)\nprint(1 / 0)", traceback + "2, in <module>\nZeroDivisionError: division by zero\n1\n", 1),
        Program("raise Exception('boom')", traceback + "1, in <module>\nException: boom\n", 1), Program("print('a' + 1)", traceback + "1, in <module>\nTypeError: can only concatenate str (not \"int\") to str\n", 1),
        Program("import requests", "python3: the module requests is not simulated\n", 2), Program("def f(): pass", "python3: 'def' is not simulated\n", 2), Program("print('a", "python3: a text without an end is not simulated\n", 2),
        Program("x = 'a'\nwhile True: x += x", traceback + "2, in <module>\nMemoryError\n", 1), Program(String(repeating: "(", count: 5000), "python3: so deep an expression is not simulated\n", 2),
    ]) func `short programs in Python decide, loop, sleep and end`(_ program: Program) {
        let outcome = systemOutcome(["python3", "-c", program.text], language: .bash, tools: .gnu)
        #expect(outcome.text == program.output && outcome.status == program.status, "\(outcome)")
    }

    @Test(arguments: [("python3 -V", "Python 3.14.2\n"), ("python3 -uc 'print(1)'", "1\n"), ("python3 -X dev 2>&1", "python3: the option -X is not simulated\n"), ("python3 -u -c 'import sys; print(sys.argv[1])' x", "x\n"), ("python -c 'print(1)' | cat", "1\n")])
    func `Python reads its command line`(script: String, output: String) {
        #expect(systemOutcome(["sh", "-c", script], language: .bash, tools: .gnu).text == output)
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
