import Testing

@testable import Shell

/// Programs in Perl that are given on the command line.
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
