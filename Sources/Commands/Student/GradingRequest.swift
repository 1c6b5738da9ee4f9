import APIServer
import Cluster
import Grading
import KubernetesObjects
import LabEngine

/// What is asked about a live cluster, so that the process that has it can answer: which labs, and how the report is to look.
struct GradingRequest {
    var labs: String
    var ref: String?
    var language: String
    var names: [String]
    var seed: UInt64
    var isStrict: Bool
    var format: ReportFormat
    var isColored: Bool
    var showsHints: Bool

    var value: Value {
        var value: Value = [
            "labs": .string(labs), "language": .string(language), "names": Value(names), "seed": .string(String(seed)), "strict": .bool(isStrict),
            "format": .string(format.rawValue), "colored": .bool(isColored), "hints": .bool(showsHints),
        ]
        if let ref { value["ref"] = .string(ref) }
        return value
    }

    init(labs: String, ref: String?, language: String, names: [String], seed: UInt64, isStrict: Bool, format: ReportFormat, isColored: Bool, showsHints: Bool) {
        self.labs = labs
        self.ref = ref
        self.language = language
        self.names = names
        self.seed = seed
        self.isStrict = isStrict
        self.format = format
        self.isColored = isColored
        self.showsHints = showsHints
    }

    init?(_ value: Value) {
        guard let labs = value["labs"]?.stringValue, let format = value["format"]?.stringValue.flatMap({ ReportFormat(rawValue: $0) }) else { return nil }
        self.init(
            labs: labs, ref: value["ref"]?.stringValue, language: value["language"]?.stringValue ?? "en",
            names: (value["names"]?.elements ?? []).compactMap(\.stringValue), seed: value["seed"]?.stringValue.flatMap { UInt64($0) } ?? LabRunner.standardSeed,
            isStrict: value["strict"]?.boolValue ?? false, format: format, isColored: value["colored"]?.boolValue ?? false,
            showsHints: value["hints"]?.boolValue ?? false)
    }

    /// Grades the labs, each in a copy of the cluster, which does not hear of it.
    func grade(_ cluster: Cluster, name: String) throws(CommandError) -> GradingAnswer {
        var options = LabOptions()
        options.labs = labs
        options.ref = ref
        options.lang = language
        let catalogue = try options.catalogue()
        var runner = LabRunner(seed: seed, language: language, engineVersion: Product.version)
        runner.isStrict = isStrict
        var reports: [LabReport] = []
        for lab in names {
            let lab = try Grader.lab(lab, in: catalogue)
            do throws(RunError) {
                reports.append(try runner.grade(lab, live: cluster, name: name, labs: catalogue.provenance))
            } catch {
                throw CommandError(error.code == .lab ? .usage : .defect, error.message)
            }
        }
        let report = Report(labs: reports, language: language)
        return GradingAnswer(
            text: format.render(report, style: TextStyle(isColored: isColored, showsHints: showsHints)), isPassed: report.isPassed, hasFault: report.hasFault,
            results: reports.map { ($0.lab, $0.points, $0.pointsMax, $0.isPassed) })
    }
}

/// A report as it is printed, and what it comes to.
struct GradingAnswer {
    var text: String
    var isPassed: Bool
    var hasFault: Bool
    var results: [(lab: String, points: Int, pointsMax: Int, isPassed: Bool)]

    var value: Value {
        [
            "text": .string(text), "passed": .bool(isPassed), "fault": .bool(hasFault),
            "results": .array(results.map { [.string($0.lab), Value($0.points), Value($0.pointsMax), .bool($0.isPassed)] }),
        ]
    }

    init(text: String, isPassed: Bool, hasFault: Bool, results: [(lab: String, points: Int, pointsMax: Int, isPassed: Bool)]) {
        self.text = text
        self.isPassed = isPassed
        self.hasFault = hasFault
        self.results = results
    }

    init?(_ value: Value) {
        guard let text = value["text"]?.stringValue else { return nil }
        self.init(
            text: text, isPassed: value["passed"]?.boolValue ?? false, hasFault: value["fault"]?.boolValue ?? false,
            results: (value["results"]?.elements ?? []).map {
                ($0[0]?.stringValue ?? "", $0[1]?.intValue ?? 0, $0[2]?.intValue ?? 0, $0[3]?.boolValue ?? false)
            })
    }
}

extension Grader {
    /// The labs that are meant with a live cluster: those given, or those that were started here.
    func liveNames(_ given: [String]) throws(CommandError) -> [String] {
        if !given.isEmpty { return try names(given) }
        let started = Workplace.started(among: catalogue.names)
        guard !started.isEmpty else {
            throw CommandError(.usage, "Name the lab: 'labrunner check --live LAB'. There are \(catalogue.names.joined(separator: ", ")).")
        }
        return started
    }
}
