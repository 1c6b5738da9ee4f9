import KubernetesObjects

extension CELLibrary {
    /// URLs.
    static let webAddresses: [CELFunction] = [
        CELFunction("url", "(string) url") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            do throws(GoURL.Failure) {
                return .url(try GoURL(parsing: text))
            } catch {
                throw CELEvaluationError("URL parse error during conversion from string: \(error.message)")
            }
        },
        CELFunction("isURL", "(string) bool") { arguments, context throws(CELEvaluationError) in
            let text = try string(arguments[0])
            try context.chargeWalk(text.utf8.count)
            return .bool(GoURL(text) != nil)
        },
        part("getScheme") { $0.scheme }, part("getHost") { $0.host }, part("getHostname") { $0.hostname }, part("getPort") { $0.port },
        part("getEscapedPath") { $0.escapedPath },
        CELFunction("getQuery", "url.() map(string, list(string))") { arguments, _ throws(CELEvaluationError) in
            guard case .url(let url) = arguments[0] else { throw .noSuchOverload }
            return .map(CELMap(url.parameters.map { (.string($0.name), .list(CELList($0.values.map(CELValue.string)))) }))
        },
    ]

    private static func part(_ name: String, _ read: @escaping @Sendable (GoURL) -> String) -> CELFunction {
        CELFunction(name, "url.() string") { arguments, _ throws(CELEvaluationError) in
            guard case .url(let url) = arguments[0] else { throw CELEvaluationError.noSuchOverload }
            return .string(read(url))
        }
    }

    /// Semantic versions.
    static let versions: [CELFunction] = [
        CELFunction("semver", "(string) semver", "(string, bool) semver") { arguments, _ throws(CELEvaluationError) in
            let text = try string(arguments[0])
            guard let version = SemanticVersion(text, normalizes: normalizes(arguments)) else {
                throw CELEvaluationError(versionProblem(text))
            }
            return .semver(version)
        },
        CELFunction("isSemver", "(string) bool", "(string, bool) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(SemanticVersion(try string(arguments[0]), normalizes: normalizes(arguments)) != nil)
        },
        number("major") { $0.major }, number("minor") { $0.minor }, number("patch") { $0.patch },
        comparison("isGreaterThan") { $0 > 0 }, comparison("isLessThan") { $0 < 0 },
        CELFunction("compareTo", "semver.(semver) int") { arguments, _ throws(CELEvaluationError) in
            .int(Int64(try semver(arguments[0]).compare(try semver(arguments[1]))))
        },
    ]

    private static func normalizes(_ arguments: [CELValue]) -> Bool {
        if arguments.count > 1, case .bool(let flag) = arguments[1] { flag } else { false }
    }

    private static func versionProblem(_ text: String) -> String {
        if text.isEmpty { return "Version string empty" }
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        return parts.count != 3 ? "No Major.Minor.Patch elements found" : "Invalid character(s) found in version \(GoText.quoted(text))"
    }

    private static func semver(_ value: CELValue) throws(CELEvaluationError) -> SemanticVersion {
        guard case .semver(let version) = value else { throw .noSuchOverload }
        return version
    }

    private static func number(_ name: String, _ read: @escaping @Sendable (SemanticVersion) -> UInt64) -> CELFunction {
        CELFunction(name, "semver.() int") { arguments, _ throws(CELEvaluationError) in .int(Int64(clamping: read(try semver(arguments[0])))) }
    }

    private static func comparison(_ name: String, _ holds: @escaping @Sendable (Int) -> Bool) -> CELFunction {
        CELFunction(name, "semver.(semver) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(holds(try semver(arguments[0]).compare(try semver(arguments[1]))))
        }
    }
}
