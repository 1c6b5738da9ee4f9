import KubernetesObjects

/// The indexes of an indexed Job as its fields write them: `1,3-5,7`.
///
/// - Source: kubernetes `pkg/apis/batch/validation`: `validateIndexesFormat` and `validateFailedIndexesNotOverlapCompleted`, v1.36.
enum IndexIntervals {
    struct Problem: Error, Equatable { var message: String }

    /// How many indexes a text names.
    ///
    /// - Throws: what is wrong with it, as the real server says it.
    static func count(_ text: String, completions: Int) throws(Problem) -> Int {
        if text.isEmpty { return 0 }
        var last: Int?
        var total = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let interval = try parse(part, completions)
            if let last, last >= interval.lowerBound {
                throw Problem(message: "non-increasing order, previous: \(last), current: \(interval.lowerBound)")
            }
            total += interval.count
            last = interval.upperBound
        }
        return total
    }

    /// The first index that both texts name; nil when there is none. What cannot be read is left out.
    static func overlap(_ completed: String, _ failed: String, completions: Int) -> Int? {
        let left = intervals(completed, completions)
        let right = intervals(failed, completions)
        var (i, j) = (0, 0)
        while i < left.count, j < right.count {
            if left[i].overlaps(right[j]) { return max(left[i].lowerBound, right[j].lowerBound) }
            if left[i].lowerBound <= right[j].lowerBound { i += 1 } else { j += 1 }
        }
        return nil
    }

    private static func intervals(_ text: String, _ completions: Int) -> [ClosedRange<Int>] {
        text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).compactMap { try? parse($0, completions) }
    }

    private static func parse(_ text: Substring, _ completions: Int) throws(Problem) -> ClosedRange<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        if ends.count > 2 {
            throw Problem(
                message: "the fragment \(goQuoted(String(text))) violates the requirement that an index interval can have at most two parts separated by '-'")
        }
        let first = try index(ends[0], completions)
        guard ends.count == 2 else { return first...first }
        let last = try index(ends[1], completions)
        if first >= last { throw Problem(message: "non-increasing order, previous: \(first), current: \(last)") }
        return first...last
    }

    private static func index(_ text: Substring, _ completions: Int) throws(Problem) -> Int {
        guard let number = Int(text) else { throw Problem(message: "cannot convert string to integer for index: \(goQuoted(String(text)))") }
        if number >= completions { throw Problem(message: "too large index: \(goQuoted(String(text)))") }
        return number
    }
}
