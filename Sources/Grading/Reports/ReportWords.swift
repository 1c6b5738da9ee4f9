import GitReading

/// The words of reports that are the same for every lab.
struct ReportWords {
    let say: Speech

    init(_ language: String) { say = Speech(language) }

    var expected: String { say("expected", "기대") }
    var found: String { say("found", "실제") }
    var why: String { say("why", "원인") }
    var hint: String { say("hint", "힌트") }
    var note: String { say("note", "참고") }
    var skipped: String { say("skipped", "건너뜀") }
    var couldNotJudge: String { say("could not judge (not a fault of the submission)", "채점할 수 없음 (제출물의 잘못이 아님)") }
    var lab: String { say("lab", "실습") }
    var submission: String { say("submission", "제출물") }
    var seed: String { say("seed", "시드") }
    var digest: String { say("digest", "다이제스트") }
    var simulated: String { say("simulated", "시뮬레이션") }

    func points(_ points: Int) -> String { say(Speech.english(points, "point"), "\(points)점") }

    /// `4f1a2b3c4d5e (main, with changes)`, or `not in git`.
    func summary(of provenance: Provenance) -> String {
        guard let commit = provenance.commit else { return say("not in git", "git 밖") }
        var notes: [String] = []
        if let reference = provenance.reference, reference != commit { notes.append(reference) }
        if provenance.isDirty { notes.append(say("with changes", "변경 있음")) }
        return String(commit.prefix(12)) + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
    }

    func labSummary(passed: Int, of count: Int, score: String) -> String {
        let checks = say.count(count, "check", "검사")
        if passed == count { return say("passed: \(checks), \(score) points", "통과: \(checks), \(score)점") }
        return say("failed: \(passed) of \(checks) passed, \(score) points", "실패: \(checks) 중 \(passed)개 통과, \(score)점")
    }

    func summary(passed: Int, of count: Int, score: String) -> String {
        let labs = say.count(count, "lab", "실습")
        if passed == count { return say("passed: \(labs), \(score) points", "통과: \(labs), \(score)점") }
        return say("failed: \(passed) of \(labs) passed, \(score) points", "실패: \(labs) 중 \(passed)개 통과, \(score)점")
    }
}
