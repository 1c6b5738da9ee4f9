import ArgumentParser
import Grading
import KubernetesObjects
import LabEngine

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the labs.",
        discussion: """
            Examples:
              labrunner list
              labrunner list --lang ko
              labrunner list --labs https://example.com/course/labs.git --ref v2 --json
            """)

    @OptionGroup var labOptions: LabOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let catalogue = try labOptions.catalogue()
        var labs: [Lab] = []
        for name in catalogue.names {
            do { labs.append(try catalogue.lab(name)) } catch { Host.talk("labrunner: \(error)\n") }
        }
        guard !labs.isEmpty else { throw CommandError(.usage, "No lab could be read.") }
        Host.write(json ? self.json(labs) : table(labs))
        if labs.count < catalogue.names.count { throw ExitCode(CommandError.Code.usage.rawValue) }
    }

    private func table(_ labs: [Lab]) -> String {
        let width = labs.map(\.name.count).max() ?? 0
        let say = Speech(labOptions.language)
        var text = ""
        for lab in labs {
            let pad = String(repeating: " ", count: width - lab.name.count)
            let minutes = lab.minutes > 0 ? say(", \(lab.minutes) min", ", \(lab.minutes)분") : ""
            let points = say("\(lab.pointsMax) points", "\(lab.pointsMax)점")
            text += "\(lab.name)\(pad)  \(lab.title[say.language]) (\(level(lab, say))\(minutes), \(points))\n"
        }
        return text
    }

    private func level(_ lab: Lab, _ say: Speech) -> String {
        switch lab.level {
        case "beginner": say("beginner", "초급")
        case "intermediate": say("intermediate", "중급")
        case "advanced": say("advanced", "고급")
        default: lab.level
        }
    }

    private func json(_ labs: [Lab]) -> String {
        let value = Value.array(
            labs.map { lab in
                [
                    "name": .string(lab.name), "title": .string(lab.title[labOptions.language]), "summary": .string(lab.summary[labOptions.language]),
                    "level": .string(lab.level), "minutes": Value(lab.minutes), "tags": Value(lab.tags), "prerequisites": Value(lab.prerequisites),
                    "points": Value(lab.pointsMax), "languages": Value(lab.languages),
                ]
            })
        return value.json(.indented(by: 2)) + "\n"
    }
}
