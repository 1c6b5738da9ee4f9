import ArgumentParser
import GitReading
import Grading
import LabEngine

struct StartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Begin a lab: copy its starter files here and print the task.",
        discussion: """
            Examples:
              labrunner start nodeport
              labrunner start nodeport --lang ko
            """)

    @OptionGroup var labOptions: LabOptions
    @Argument(help: "The lab.") var lab: String

    func run() throws {
        let grader = try Grader(labs: labOptions)
        let lab = try grader.lab(self.lab)
        if Host.exists(lab.name + "/" + LabReader.fileName) {
            throw CommandError(.usage, "The folder \(lab.name) here is the lab itself. Start it from another folder.")
        }
        guard !Host.exists(lab.name) || Host.isEmptyFolder(lab.name) else {
            throw CommandError(.usage, "\(lab.name) is already here. Go on with it, or begin anew with 'labrunner reset \(lab.name)'.")
        }
        try Starter.copy(lab)
        try Workplace.updateProgress(creating: true) { $0.start(lab.name, at: Host.now) }
        if let task = lab.task(labOptions.language) { Host.write(task + (task.hasSuffix("\n") ? "" : "\n")) }
        Host.talk(
            Speech(labOptions.language)(
                "\nThe files are in \(lab.name)/. Check them with 'labrunner check \(lab.name)'.\n",
                "\n파일은 \(lab.name)/에 있습니다. 'labrunner check \(lab.name)'(으)로 검사하세요.\n"))
    }
}

struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Begin a lab anew. Your files are kept beside it.",
        discussion: """
            Example:
              labrunner reset nodeport
            """)

    @OptionGroup var labOptions: LabOptions
    @Argument(help: "The lab.") var lab: String

    func run() throws {
        let grader = try Grader(labs: labOptions)
        let lab = try grader.lab(self.lab)
        if Host.exists(lab.name + "/" + LabReader.fileName) {
            throw CommandError(.usage, "The folder \(lab.name) here is the lab itself; it is left alone.")
        }
        guard Host.isFolder(lab.name) else { throw CommandError(.usage, "There is no folder \(lab.name) here. Run 'labrunner start \(lab.name)'.") }
        var number = 1
        while Host.exists("\(lab.name).old-\(number)") { number += 1 }
        let kept = "\(lab.name).old-\(number)"
        try Host.move(lab.name, to: kept)
        try Starter.copy(lab)
        Host.talk(
            Speech(labOptions.language)(
                "\(lab.name) is as it was at the start. Your files are in \(kept)/.\n",
                "\(lab.name) 실습을 처음 상태로 되돌렸습니다. 기존 파일은 \(kept)/에 있습니다.\n"))
    }
}

/// Puts a lab's starter files into the student's folder.
enum Starter {
    static func copy(_ lab: Lab) throws(CommandError) {
        try Host.makeFolder(lab.name)
        guard let starter = lab.starter else { return }
        do throws(SourceError) {
            for path in try starter.files() {
                let target = lab.name + "/" + path
                let bytes = try starter.read(path)
                do throws(CommandError) {
                    try Host.makeFolder(SourcePath.parent(target))
                    try Host.writeFile(target, bytes)
                } catch {
                    throw SourceError(.unreadable, error.message)
                }
            }
        } catch {
            throw CommandError(.usage, error.message)
        }
    }
}
