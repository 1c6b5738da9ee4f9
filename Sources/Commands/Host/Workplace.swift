import Gradebook
import LabEngine

/// The student's folder: where starters are put, and progress is kept in `.labrunner/`.
enum Workplace {
    static let stateFolder = ".labrunner"

    /// The submission of a lab: `./LAB`, or this folder when it is that one. Nil when there is none.
    static func submission(of lab: String) -> String? {
        if Host.isFolder(lab), !Host.exists(lab + "/" + LabReader.fileName) { return lab }
        let name = Host.currentFolder.split(separator: "/").last.map(String.init)
        if name == lab, !Host.exists(LabReader.fileName) { return "." }
        return nil
    }

    /// The labs that have a submission here.
    static func started(among labs: [String]) -> [String] { labs.filter { submission(of: $0) != nil } }

    // MARK: Progress

    private static var progressFile: String? {
        for folder in ["", "../", "../../"] where Host.isFolder(folder + stateFolder) { return folder + stateFolder + "/progress.json" }
        return nil
    }

    static func readProgress() throws(CommandError) -> Progress {
        guard let file = progressFile, let bytes = Host.readFile(file) else { return Progress() }
        guard let progress = Progress(json: String(decoding: bytes, as: UTF8.self)) else {
            throw CommandError(.usage, "\(file) is damaged or of another version. Move it away to begin anew.")
        }
        return progress
    }

    /// Changes the progress that is kept; does nothing where no lab was started.
    static func updateProgress(creating: Bool = false, _ change: (inout Progress) -> Void) throws(CommandError) {
        if progressFile == nil {
            guard creating else { return }
            try Host.makeFolder(stateFolder)
        }
        guard let file = progressFile else { return }
        var progress = try readProgress()
        change(&progress)
        try Host.writeFile(file, Array(progress.json.utf8))
    }
}
