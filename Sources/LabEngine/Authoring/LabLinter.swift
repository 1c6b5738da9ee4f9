import GitReading
import Grading
import KubernetesObjects

/// Looks a lab over for what is not wrong but makes it worse: texts that are missing, checks without hints.
package struct LabLinter {
    let lab: Lab
    let hasSolution: Bool

    package init(_ lab: Lab, hasSolution: Bool) {
        self.lab = lab
        self.hasSolution = hasSolution
    }

    package var problems: [FormatProblem] {
        let file = lab.folder.displayName(of: LabReader.fileName)
        var problems: [FormatProblem] = []
        func warn(_ position: FilePosition, _ message: String) { problems.append(FormatProblem(position, message, isWarning: true)) }
        let top = FilePosition(file: file, line: 0)
        if !lab.folder.hasFile("README.md") { warn(top, "the lab has no README.md: that is its task.") }
        if lab.starter == nil { warn(top, "the lab has no starter/: a student begins with an empty folder.") }
        if !hasSolution { warn(top, "the lab has no model submission in solutions/\(lab.name): nothing shows that it can be passed.") }
        if lab.summary.isEmpty { warn(top, "metadata has no summary.") }
        let languages = Set(lab.languages + lab.title.texts.keys.filter { !$0.isEmpty }).sorted()
        for language in languages {
            if !lab.title.has(language) { warn(top, "the title is not there in '\(language)'.") }
            if !lab.summary.isEmpty, !lab.summary.has(language) { warn(top, "the summary is not there in '\(language)'.") }
            if language != "en", !lab.folder.hasFile("README.\(language).md") { warn(top, "README.\(language).md is missing.") }
        }
        for check in lab.checks {
            if check.title.isEmpty { warn(check.position, "check '\(check.name)' has no title.") }
            if check.hint.isEmpty { continue }
            for language in languages where !check.hint.has(language) || !check.title.has(language) {
                warn(check.position, "check '\(check.name)' is not translated into '\(language)'.")
            }
        }
        if lab.submission.files.isEmpty, lab.submission.oneOf.isEmpty, !lab.submission.isLive { warn(top, "submission names no files: a student does not know what to hand in.") }
        return problems
    }
}

/// The files of a new lab.
package enum LabTemplate {
    package static func files(name: String) -> [(path: String, text: String)] {
        [
            (
                "labs/\(name)/lab.yaml",
                """
                apiVersion: labrunner.dev/v1
                kind: Lab
                metadata:
                  name: \(name)
                  title:
                    en: \(name)
                  summary:
                    en: What the lab is about, in a sentence.
                  level: beginner
                  minutes: 20
                cluster:
                  profile: eks-3x-m5.large
                submission:
                  files:
                    - path: configmap.yaml
                checks:
                  - name: exists
                    title:
                      en: the ConfigMap greeting exists
                    hint:
                      en: "Its kind is ConfigMap, and metadata.name is greeting."
                    object:
                      apiVersion: v1
                      kind: ConfigMap
                      metadata:
                        name: greeting
                  - name: text
                    title:
                      en: it says hello
                    needs: [exists]
                    hint:
                      en: "Give data a key text with the value hello."
                    object:
                      apiVersion: v1
                      kind: ConfigMap
                      metadata:
                        name: greeting
                      data:
                        text: hello

                """
            ),
            (
                "labs/\(name)/README.md",
                """
                # \(name)

                Write `configmap.yaml` with a ConfigMap named `greeting` whose key `text` holds `hello`.

                """
            ),
            (
                "labs/\(name)/starter/configmap.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: greeting
                # Add the data.

                """
            ),
            (
                "solutions/\(name)/configmap.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: greeting
                data:
                  text: hello

                """
            ),
            (
                "solutions/\(name)/mutants/other-name/configmap.yaml",
                """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: greetings
                data:
                  text: hello

                """
            ),
        ]
    }
}
