import GitReading
import Grading
import Testing

@testable import LabEngine

/// The labs prove themselves: solution and variants pass, the starter does not, every mutant is caught.
@Suite struct LabProofTests {
    @Test(arguments: ["deployment", "nodeport", "hpa", "eksctl-config"])
    func `is proven by its solution, starter, variants and mutants`(_ name: String) throws {
        let catalogue = try Fixtures.catalogue()
        let result = try LabTester(runner: Fixtures.koreanRunner).test(
            try catalogue.lab(name), solution: catalogue.solution(of: name), labs: Provenance(location: "labs"))
        for trial in result.trials {
            #expect(trial.isAsExpected, "\(name), \(trial.name): \(trial.outcome), expected \(trial.expectation.rawValue)")
            if let report = trial.report { expectKorean(report, "\(name), \(trial.name)") }
        }
        #expect(result.trials.filter { $0.expectation == .caught }.count >= 4)
    }

    private static let englishWords: Set = [
        "a", "an", "the", "is", "are", "was", "it", "no", "not", "only", "with", "has", "have", "there", "of", "from", "to", "and", "or", "does",
    ]

    /// Every finding is told in Korean. Only what a cluster or a tool says itself stays as it is, and names with their values.
    private func expectKorean(_ report: LabReport, _ place: String) {
        let said = report.problems.map(\.message)
        for check in report.checks {
            guard case .failed(let finding) = check.verdict else { continue }
            for text in [finding.expected, finding.found] + finding.causes.flatMap(\.links).map(\.text) where !said.contains(text) && !text.contains(" is forbidden: ") {
                let isKorean = text.unicodeScalars.contains { 0xAC00...0xD7A3 ~= $0.value }
                let isEnglish = text.split(separator: " ").contains { Self.englishWords.contains(String($0)) }
                #expect(isKorean || !isEnglish, "\(place), \(check.name): \(text)")
            }
        }
    }

    @Test(arguments: ["deployment", "nodeport", "hpa", "eksctl-config"])
    func `is complete in English and Korean`(_ name: String) throws {
        let catalogue = try Fixtures.catalogue()
        let lab = try catalogue.lab(name)
        #expect(LabLinter(lab, hasSolution: true).problems.isEmpty)
        #expect(lab.languages == ["en", "ko"])
        #expect(lab.task("ko") != lab.task("en"))
    }

    struct Explanation: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var lab: String
        var file: String
        var from: String
        var to: String
        var check: String
        var cause: String
    }

    static let explanations: [Explanation] = [
        Explanation(
            testDescription: "misspelled selector", lab: "nodeport", file: "service.yaml", from: "app: nginx", to: "app: ngnix", check: "every-node",
            cause: "service.yaml:8: selector app=ngnix matches no pod; 3 pods carry app=nginx → no endpoints → 30080 refused"),
        Explanation(
            testDescription: "port that is not open", lab: "nodeport", file: "service.yaml", from: "targetPort: 80", to: "targetPort: 8080", check: "every-node",
            cause: "service.yaml:11: targetPort 8080 is not open: the pods listen on 80 → connections are refused → 30080 refused"),
        Explanation(
            testDescription: "node port out of range", lab: "nodeport", file: "service.yaml", from: "30080", to: "80", check: "service",
            cause: "service.yaml:12: The Service \"nginx\" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767 → no Service"),
        Explanation(
            testDescription: "too large a request", lab: "deployment", file: "deployment.yaml", from: "          ports:",
            to: "          resources: {requests: {cpu: 100}}\n          ports:", check: "rolled-out",
            cause: "deployment.yaml:20: no node takes the pod: 0/3 nodes are available: 3 Insufficient cpu"),
        Explanation(
            testDescription: "other name", lab: "deployment", file: "deployment.yaml", from: "name: nginx-deployment", to: "name: nginx-deploymnt", check: "exists",
            cause: "deployment.yaml:4: the Deployment is named nginx-deploymnt → no Deployment nginx-deployment"),
        Explanation(
            testDescription: "strategy that takes all pods away", lab: "deployment", file: "deployment.yaml", from: "  replicas: 3\n",
            to: "  replicas: 3\n  strategy: {type: Recreate}\n", check: "no-outage",
            cause: "deployment.yaml:9: the strategy Recreate ends all pods before it starts new ones"),
        Explanation(
            testDescription: "no CPU request", lab: "hpa", file: "deployment.yaml", from: "            requests:\n              cpu: 200m\n            limits:\n              cpu: 500m\n",
            to: "            {}\n", check: "rises", cause: "deployment.yaml:"),
        Explanation(
            testDescription: "autoscaler of nothing", lab: "hpa", file: "hpa.yaml", from: "    name: php-apache\n  min", to: "    name: php-apach\n  min", check: "rises", cause: ""),
        Explanation(
            testDescription: "old version", lab: "eksctl-config", file: "cluster.yaml", from: "1.36", to: "1.17", check: "nodes-join",
            cause: "cluster.yaml:6: Error: resolving cluster version: invalid version, 1.17 is no longer supported"),
    ]

    @Test(arguments: explanations)
    func `is explained down to the line`(_ c: Explanation) throws {
        let report = try Fixtures.grade(c.lab, Fixtures.changed(c.lab, c.file, c.from, to: c.to))
        let cause = try #require(Fixtures.cause(of: c.check, in: report))
        #expect(cause.hasPrefix(c.cause), "\(cause)")
    }

    static let koreanExplanations: [(lab: String, file: String, from: String, to: String, check: String, cause: String)] = [
        (
            "nodeport", "service.yaml", "app: nginx", "app: ngnix", "every-node",
            "service.yaml:8: 셀렉터 app=ngnix에 맞는 파드 없음; 파드 3개의 레이블은 app=nginx → 엔드포인트 없음 → 30080 거부됨"
        ),
        (
            "deployment", "deployment.yaml", "          ports:", "          resources: {requests: {cpu: 100}}\n          ports:", "rolled-out",
            "deployment.yaml:20: 파드를 받아들이는 노드 없음: 0/3 nodes are available: 3 Insufficient cpu"
        ),
        (
            "deployment", "deployment.yaml", "name: nginx-deployment", "name: nginx-deploymnt", "exists",
            "deployment.yaml:4: Deployment의 이름이 nginx-deploymnt임 → Deployment nginx-deployment 없음"
        ),
    ]

    @Test(arguments: koreanExplanations)
    func `is explained in Korean`(_ c: (lab: String, file: String, from: String, to: String, check: String, cause: String)) throws {
        let report = try Fixtures.grade(c.lab, Fixtures.changed(c.lab, c.file, c.from, to: c.to), runner: Fixtures.koreanRunner)
        let cause = try #require(Fixtures.cause(of: c.check, in: report))
        #expect(cause.hasPrefix(c.cause), "\(cause)")
    }

    @Test(arguments: ["deployment", "nodeport", "hpa"])
    func `equal inputs give equal bytes`(_ name: String) throws {
        let solution = try #require(try Fixtures.catalogue().solution(of: name))
        let first = try Fixtures.grade(name, solution)
        let second = try Fixtures.grade(name, solution)
        for format in ReportFormat.allCases {
            #expect(format.render(Report(labs: [first])) == format.render(Report(labs: [second])))
        }
        var other = Fixtures.runner
        other.seed = 7
        #expect(try Fixtures.grade(name, solution, runner: other).receipt.digest != first.receipt.digest)
    }
}
