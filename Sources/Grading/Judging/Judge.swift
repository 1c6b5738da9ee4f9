import APIMachinery
import KubernetesObjects
import SimulationKernel

/// Judges assertions against a scene.
///
/// - Differs: nothing here changes the cluster; requests and commands go to copies.
package struct Judge {
    package let scene: Scene

    package init(_ scene: Scene) { self.scene = scene }

    /// Judges a check and explains why it failed.
    package func verdict(of check: Check) -> Verdict {
        switch judge(check.assertion, sampledAs: check.name) {
        case .holds: return .passed
        case .cannot(let fault): return .couldNotJudge(fault)
        case .fails(var finding):
            finding.differences = finding.differences.map { difference in
                var located = difference
                if located.position == nil, let object = liveObject(finding) {
                    located.position = scene.submission.position(of: object, at: difference.steps)
                }
                return located
            }
            finding.causes = Diagnosis(scene).causes(of: finding)
            return .failed(finding)
        }
    }

    private func liveObject(_ finding: Finding) -> Value? {
        guard let involved = finding.involved.first, !involved.name.isEmpty else { return nil }
        return scene.list(apiVersion: involved.apiVersion, kind: involved.kind, namespace: "*")
            .first { $0.name == involved.name && $0.namespace == involved.namespace }
    }

    package func judge(_ assertion: Assertion, sampledAs name: String = "") -> Judgement {
        switch assertion {
        case .object(let assertion): return judge(assertion)
        case .cel(let assertion): return ExpressionJudge(scene).judge(assertion)
        case .http(let assertion): return HTTPJudge(scene).judge(assertion)
        case .timeline(let assertion): return TimelineJudge(scene).judge(assertion, sampledAs: name)
        case .command(let assertion): return judge(assertion)
        case .eksctl(let pattern): return judgeConfig(pattern)
        case .file(let assertion): return judge(assertion)
        case .all(let parts):
            for part in parts {
                let judgement = judge(part)
                if !judgement.isHolding { return judgement }
            }
            return .holds
        case .any(let parts):
            var findings: [Finding] = []
            for part in parts {
                switch judge(part) {
                case .holds: return .holds
                case .cannot(let fault): return .cannot(fault)
                case .fails(let finding): findings.append(finding)
                }
            }
            // The alternative that came nearest explains best.
            guard var best = findings.min(by: { $0.differences.count < $1.differences.count }) else {
                return .cannot(GraderFault("'any' has no alternatives"))
            }
            best.expected = findings.map(\.expected).joined(separator: ", or ")
            best.involved = findings.flatMap(\.involved)
            return .fails(best)
        case .not(let part):
            switch judge(part) {
            case .holds: return .fails(Finding(expected: "not: " + Expectation.text(part, scene.language), found: "it is so"))
            case .fails: return .holds
            case .cannot(let fault): return .cannot(fault)
            }
        }
    }

    // MARK: Objects

    private func judge(_ assertion: ObjectAssertion) -> Judgement {
        let pattern = assertion.pattern
        let apiVersion = pattern.apiVersion
        let kind = pattern.kind
        guard scene.world.resource(apiVersion: apiVersion, kind: kind) != nil else {
            return .cannot(GraderFault("the lab asks for a \(kind) of \(apiVersion), a kind that the cluster does not know"))
        }
        let namespace = pattern.namespace.isEmpty ? "default" : pattern.namespace
        var comparable = pattern
        comparable["apiVersion"] = nil
        comparable["kind"] = nil
        comparable["metadata"]?["namespace"] = nil
        let all = scene.list(apiVersion: apiVersion, kind: kind, namespace: namespace)
        let candidates = pattern.name.isEmpty ? all.filter { !$0.isOfTheCluster } : all.filter { $0.name == pattern.name }
        let matcher = scene.matcher(apiVersion: apiVersion, kind: kind)
        let compared = candidates.map { ($0, matcher.differences(of: $0, from: comparable)) }
        let matching = compared.filter { $0.1.isEmpty }.map(\.0)
        let range = assertion.count ?? 1...Int.max
        if range.contains(matching.count) { return .holds }

        let expected = Expectation.text(.object(assertion), scene.language)
        let involved = InvolvedObject(apiVersion: apiVersion, kind: kind, namespace: namespace, name: pattern.name)
        if matching.count > range.upperBound {
            let names = Words.list(matching.map(\.name))
            return .fails(
                Finding(
                    expected: expected, found: "\(matching.count): \(names)", subject: matching[0].title,
                    involved: matching.prefix(3).map(InvolvedObject.init)))
        }
        if assertion.count != nil, pattern.name.isEmpty {
            // Which object should have been one of them cannot be said: the kind is what to look at.
            return .fails(Finding(expected: expected, found: "\(matching.count) of \(Words.count(all.count, kind))", involved: [involved]))
        }
        guard let nearest = compared.filter({ !$0.1.isEmpty }).min(by: { $0.1.count < $1.1.count }) else {
            var found = matching.isEmpty ? "no such \(kind)" : "only \(Words.count(matching.count, "such " + kind))"
            let others = all.map(\.name).filter { $0 != pattern.name }
            if !pattern.name.isEmpty, !others.isEmpty { found = "no \(kind) of this name; there are \(Words.list(others))" }
            return .fails(Finding(expected: expected, found: found, involved: [involved]))
        }
        let (object, differences) = nearest
        let found =
            matching.isEmpty
            ? differences.prefix(4).map { "\($0.path) is \($0.actual)" }.joined(separator: ", ")
            : "only \(matching.count) of \(candidates.count); \(object.title) has "
                + differences.prefix(2).map { "\($0.path) \($0.actual)" }.joined(separator: ", ")
        return .fails(
            Finding(
                expected: expected, found: found, subject: object.title, differences: differences,
                involved: [InvolvedObject(object)]))
    }

    // MARK: Commands, configurations, files

    private func judge(_ assertion: CommandAssertion) -> Judgement {
        var world = scene.world
        let outcome = world.run(assertion.command)
        let expected = Expectation.text(.command(assertion), scene.language)
        if outcome.status != assertion.exitStatus {
            let said = outcome.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            return .fails(Finding(expected: expected, found: "exit status \(outcome.status)\(said)"))
        }
        if let complaint = assertion.output?.complaint(about: outcome.output) {
            return .fails(Finding(expected: "'\(assertion.command)' prints \(complaint)", found: Self.excerpt(outcome.output)))
        }
        if let complaint = assertion.errors?.complaint(about: outcome.errors) {
            return .fails(Finding(expected: "'\(assertion.command)' complains with \(complaint)", found: Self.excerpt(outcome.errors)))
        }
        return .holds
    }

    static func excerpt(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if text.isEmpty { return "nothing" }
        let shown = lines.prefix(6).joined(separator: "\n")
        return lines.count > 7 ? shown + "\n… (\(lines.count) lines)" : shown
    }

    private func judgeConfig(_ pattern: Value) -> Judgement {
        let expected = Expectation.text(.eksctl(pattern), scene.language)
        guard let config = scene.submission.clusterConfig else {
            return .fails(Finding(expected: expected, found: "no ClusterConfig that could be read"))
        }
        let differences = PatternMatcher { path in
            ["managedNodeGroups", "nodeGroups", "addons"].contains(path.last ?? "") ? ["name"] : nil
        }.differences(of: config.value, from: pattern).map { difference in
            var located = difference
            located.position = config.position(difference.steps)
            return located
        }
        if differences.isEmpty { return .holds }
        let found = differences.prefix(4).map { "\($0.path) is \($0.actual)" }.joined(separator: ", ")
        return .fails(Finding(expected: expected, found: found, subject: config.file, differences: differences))
    }

    private func judge(_ assertion: FileAssertion) -> Judgement {
        let expected = Expectation.text(.file(assertion), scene.language)
        guard let text = scene.submission.texts[assertion.path] else {
            return assertion.exists ? .fails(Finding(expected: expected, found: "no such file", subject: assertion.path)) : .holds
        }
        guard assertion.exists else { return .fails(Finding(expected: expected, found: "it is there", subject: assertion.path)) }
        if let complaint = assertion.text?.complaint(about: text) {
            return .fails(Finding(expected: "\(assertion.path) holds \(complaint)", found: "it does not", subject: assertion.path))
        }
        if let pattern = assertion.document {
            let documents = scene.submission.documents.filter { $0.file == assertion.path }
            let compared = documents.map { ($0, PatternMatcher().differences(of: $0.value, from: pattern)) }
            if compared.contains(where: { $0.1.isEmpty }) { return .holds }
            guard let (document, differences) = compared.min(by: { $0.1.count < $1.1.count }) else {
                return .fails(Finding(expected: expected, found: "no document that could be read", subject: assertion.path))
            }
            let located = differences.map { difference in
                var located = difference
                located.position = document.position(difference.steps)
                return located
            }
            let found = located.prefix(4).map { "\($0.path) is \($0.actual)" }.joined(separator: ", ")
            return .fails(Finding(expected: expected, found: found, subject: assertion.path, differences: located))
        }
        return .holds
    }
}
