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
                return .cannot(GraderFault(scene.say("'any' has no alternatives", "'any'에 선택지가 없음")))
            }
            best.expected = findings.map(\.expected).joined(separator: scene.say(", or ", " 또는 "))
            best.involved = findings.flatMap(\.involved)
            return .fails(best)
        case .not(let part):
            switch judge(part) {
            case .holds: return .fails(Finding(expected: Expectation(scene.say).text(.not(part)), found: scene.say("it is so", "그러함")))
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
            return .cannot(GraderFault(
                    scene.say(
                        "the lab asks for a \(kind) of \(apiVersion), a kind that the cluster does not know",
                        "실습이 요구하는 \(apiVersion) \(kind)은(는) 클러스터가 모르는 종류임")))
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

        let expected = Expectation(scene.say).text(.object(assertion))
        let involved = InvolvedObject(apiVersion: apiVersion, kind: kind, namespace: namespace, name: pattern.name)
        if matching.count > range.upperBound {
            let names = scene.say.list(matching.map(\.name))
            return .fails(
                Finding(
                    expected: expected, found: "\(matching.count): \(names)", subject: matching[0].title,
                    involved: matching.prefix(3).map(InvolvedObject.init)))
        }
        if assertion.count != nil, pattern.name.isEmpty {
            // Which object should have been one of them cannot be said: the kind is what to look at.
            return .fails(Finding(expected: expected, found: scene.say.share(matching.count, of: all.count, kind), involved: [involved]))
        }
        guard let nearest = compared.filter({ !$0.1.isEmpty }).min(by: { $0.1.count < $1.1.count }) else {
            var found =
                matching.isEmpty
                ? scene.say("no such \(kind)", "그런 \(kind) 없음")
                : scene.say("only \(Speech.english(matching.count, "such \(kind)"))", "그런 \(kind) \(matching.count)개뿐")
            let others = all.map(\.name).filter { $0 != pattern.name }
            if !pattern.name.isEmpty, !others.isEmpty {
                let names = scene.say.list(others)
                found = scene.say("no \(kind) of this name; there are \(names)", "이 이름의 \(kind) 없음; 있는 것: \(names)")
            }
            return .fails(Finding(expected: expected, found: found, involved: [involved]))
        }
        let (object, differences) = nearest
        let values = differences.prefix(2).map { "\($0.path) \($0.actual)" }.joined(separator: ", ")
        let found =
            matching.isEmpty
            ? state(differences)
            : scene.say(
                "only \(matching.count) of \(candidates.count); \(object.title) has \(values)",
                "\(candidates.count)개 중 \(matching.count)개뿐; \(object.title)의 값: \(values)")
        return .fails(
            Finding(
                expected: expected, found: found, subject: object.title, differences: differences,
                involved: [InvolvedObject(object)]))
    }

    // MARK: Commands, configurations, files

    private func judge(_ assertion: CommandAssertion) -> Judgement {
        var world = scene.world
        let outcome = world.run(assertion.command)
        let expected = Expectation(scene.say).text(.command(assertion))
        if outcome.status != assertion.exitStatus {
            let said = outcome.errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            return .fails(Finding(expected: expected, found: scene.say("exit status", "종료 상태") + " \(outcome.status)\(said)"))
        }
        let command = "'\(assertion.command)'"
        if let missed = assertion.output?.complaint(about: outcome.output, scene.say) {
            let expected = scene.say("\(command) prints \(missed)", "\(command)의 출력: \(missed)")
            return .fails(Finding(expected: expected, found: scene.excerpt(outcome.output)))
        }
        if let missed = assertion.errors?.complaint(about: outcome.errors, scene.say) {
            let expected = scene.say("\(command) complains with \(missed)", "\(command)의 오류 출력: \(missed)")
            return .fails(Finding(expected: expected, found: scene.excerpt(outcome.errors)))
        }
        return .holds
    }

    /// `spec.replicas is 2, spec.paused is true`: the first fields that differ.
    private func state(_ differences: [Difference]) -> String {
        differences.prefix(4).map { scene.say("\($0.path) is \($0.actual)", "\($0.path): \($0.actual)") }.joined(separator: ", ")
    }

    private func judgeConfig(_ pattern: Value) -> Judgement {
        let expected = Expectation(scene.say).text(.eksctl(pattern))
        guard let config = scene.submission.clusterConfig else {
            return .fails(Finding(expected: expected, found: scene.say("no ClusterConfig that could be read", "읽을 수 있는 ClusterConfig 없음")))
        }
        let differences = PatternMatcher(scene.say) { path in
            ["managedNodeGroups", "nodeGroups", "addons"].contains(path.last ?? "") ? ["name"] : nil
        }.differences(of: config.value, from: pattern).map { difference in
            var located = difference
            located.position = config.position(difference.steps)
            return located
        }
        if differences.isEmpty { return .holds }
        return .fails(Finding(expected: expected, found: state(differences), subject: config.file, differences: differences))
    }

    private func judge(_ assertion: FileAssertion) -> Judgement {
        let expected = Expectation(scene.say).text(.file(assertion))
        guard let text = scene.submission.texts[assertion.path] else {
            return assertion.exists ? .fails(Finding(expected: expected, found: scene.say("no such file", "그런 파일 없음"), subject: assertion.path)) : .holds
        }
        guard assertion.exists else {
            return .fails(Finding(expected: expected, found: scene.say("it is there", "파일이 있음"), subject: assertion.path))
        }
        if let missed = assertion.text?.complaint(about: text, scene.say) {
            let expected = scene.say("\(assertion.path) holds \(missed)", "\(assertion.path)의 내용: \(missed)")
            return .fails(Finding(expected: expected, found: scene.say("it does not", "그렇지 않음"), subject: assertion.path))
        }
        if let pattern = assertion.document {
            let documents = scene.submission.documents.filter { $0.file == assertion.path }
            let compared = documents.map { ($0, PatternMatcher(scene.say).differences(of: $0.value, from: pattern)) }
            if compared.contains(where: { $0.1.isEmpty }) { return .holds }
            guard let (document, differences) = compared.min(by: { $0.1.count < $1.1.count }) else {
                return .fails(Finding(expected: expected, found: scene.say("no document that could be read", "읽을 수 있는 문서 없음"), subject: assertion.path))
            }
            let located = differences.map { difference in
                var located = difference
                located.position = document.position(difference.steps)
                return located
            }
            return .fails(Finding(expected: expected, found: state(located), subject: assertion.path, differences: located))
        }
        return .holds
    }
}
