import KubernetesObjects

/// A set of completion indexes, written as `1,3-5,7`.
///
/// - Source: kube-controller-manager `orderedIntervals`.
struct CompletionIndexes: Equatable {
    private(set) var indexes: Set<Int> = []

    init() {}

    init(_ text: String, below limit: Int) {
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first >= 0, first <= last else { continue }
            for index in first...min(last, max(first, limit - 1)) where index < limit { indexes.insert(index) }
        }
    }

    var count: Int { indexes.count }
    func contains(_ index: Int) -> Bool { indexes.contains(index) }
    mutating func insert(_ index: Int) { indexes.insert(index) }

    var text: String {
        var parts: [String] = []
        var run: (first: Int, last: Int)?
        func close() {
            guard let run else { return }
            switch run.last - run.first {
            case 0: parts.append("\(run.first)")
            case 1: parts.append("\(run.first),\(run.last)")
            default: parts.append("\(run.first)-\(run.last)")
            }
        }
        for index in indexes.sorted() {
            if let current = run, current.last + 1 == index {
                run = (current.first, index)
            } else {
                close()
                run = (index, index)
            }
        }
        close()
        return parts.joined(separator: ",")
    }

    static let label = "batch.kubernetes.io/job-completion-index"

    /// The completion index of a pod; nil when it has none.
    static func index(of pod: Value) -> Int? { pod.annotation(label).flatMap { Int($0) } }
}
