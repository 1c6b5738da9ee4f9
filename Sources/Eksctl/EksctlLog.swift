import CloudModel
import SimulationKernel

/// eksctl's log lines: `2026-01-05 09:00:00 [ℹ]  text`.
struct EksctlLog {
    let account: any CloudAccount
    let write: (String) -> Void

    func info(_ text: String) { line("ℹ", text) }
    func success(_ text: String) { line("✔", text) }
    func warning(_ text: String) { line("!", text) }
    func critical(_ text: String) { line("✖", text) }

    private func line(_ icon: String, _ text: String) {
        let time = account.now.rfc3339
        write("\(time.prefix(10)) \(time.dropFirst(11).prefix(8)) [\(icon)]  \(text)\n")
    }
}
