import KubernetesObjects

/// What an evaluation reads and counts.
package struct CELContext {
    var bindings: [String: CELValue]
    /// Variables of the macros around the node being evaluated; a node knows its variable's place.
    var locals: [CELValue] = []
    package private(set) var cost = 0
    let costLimit: Int
    /// Compiled regular expressions of this evaluation.
    private var patterns: [String: LinearPattern] = [:]

    init(bindings: [String: CELValue], costLimit: Int) {
        self.bindings = bindings
        self.costLimit = costLimit
    }

    /// Counts a cost; throws when the limit is passed.
    @inline(__always) package mutating func charge(_ amount: Int) throws(CELEvaluationError) {
        cost = cost &+ amount
        if cost > costLimit || cost < 0 { throw .costLimit }
    }

    /// Counts what it costs to walk over a text or a list: a tenth of its length.
    package mutating func chargeWalk(_ sizes: Int...) throws(CELEvaluationError) { try charge((sizes.reduce(0, &+) + 9) / 10) }

    /// A regular expression, compiled once.
    mutating func pattern(_ source: String) throws(CELEvaluationError) -> LinearPattern {
        if let known = patterns[source] { return known }
        do throws(LinearPattern.Failure) {
            let compiled = try LinearPattern(source)
            if patterns.count < 64 { patterns[source] = compiled }
            return compiled
        } catch {
            throw CELEvaluationError(error.message)
        }
    }
}
