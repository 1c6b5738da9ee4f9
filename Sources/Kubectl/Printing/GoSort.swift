/// The order that Go's `sort.Sort` leaves elements in, ties included.
///
/// - Shape: positions `0..<count`, and whether the element that was at one comes before the one that was at another; that need not be an order at all.
/// - Bounds: n log n comparisons; a heap takes over when pivots are bad.
/// - Source: pattern-defeating quicksort (Peters, 2021) with the choices of Go 1.19 and later: insertion up to 12, ninther from 50, xorshift seeded with the length.
struct GoSort {
    private(set) var order: [Int]
    private let less: (Int, Int) throws(Failure) -> Bool

    private static let insertionMax = 12
    private static let nintherMin = 50
    private static let swapsMax = 12
    /// How many pairs out of order an almost sorted range may have.
    private static let repairsMax = 5
    private static let repairMin = 50

    /// The positions in order.
    static func order(_ count: Int, _ less: (Int, Int) throws(Failure) -> Bool) throws(Failure) -> [Int] {
        do {
            return try withoutActuallyEscaping(less) { less in
                var sort = GoSort(order: Array(0..<count), less: less)
                if count > 1 { try sort.sort(0, count, limit: Int.bitWidth - count.leadingZeroBitCount) }
                return sort.order
            }
        } catch let failure as Failure { throw failure } catch { preconditionFailure("\(error)") }
    }

    private func precedes(_ left: Int, _ right: Int) throws(Failure) -> Bool { try less(order[left], order[right]) }
    private mutating func swap(_ left: Int, _ right: Int) { order.swapAt(left, right) }

    private mutating func sort(_ start: Int, _ end: Int, limit: Int) throws(Failure) {
        var (a, b, limit) = (start, end, limit)
        var (wasBalanced, wasPartitioned) = (true, true)
        while true {
            let length = b - a
            if length <= Self.insertionMax { return try insert(a, b) }
            if limit == 0 { return try heapSort(a, b) }
            if !wasBalanced {
                breakPatterns(a, b)
                limit -= 1
            }
            var (pivot, trend) = try choosePivot(a, b)
            if trend == .falling {
                order[a..<b].reverse()
                pivot = (b - 1) - (pivot - a)
                trend = .rising
            }
            if wasBalanced, wasPartitioned, trend == .rising, try repair(a, b) { return }
            // Nothing in the range is less than what stands before it: equal elements go in one step.
            if a > 0, !(try precedes(a - 1, pivot)) {
                a = try partitionEqual(a, b, pivot)
                continue
            }
            let (middle, wasDone) = try partition(a, b, pivot)
            wasPartitioned = wasDone
            let (left, right) = (middle - a, b - middle)
            if left < right {
                wasBalanced = left >= length / 8
                try sort(a, middle, limit: limit)
                a = middle + 1
            } else {
                wasBalanced = right >= length / 8
                try sort(middle + 1, b, limit: limit)
                b = middle
            }
        }
    }

    private mutating func insert(_ a: Int, _ b: Int) throws(Failure) {
        if b - a < 2 { return }
        for start in (a + 1)..<b { try sink(start, downTo: a) }
    }

    /// Moves an element to the left while it comes before its neighbour.
    private mutating func sink(_ start: Int, downTo a: Int) throws(Failure) {
        var index = start
        while index > a, try precedes(index, index - 1) {
            swap(index, index - 1)
            index -= 1
        }
    }

    // MARK: Pivot

    private enum Trend { case unknown, rising, falling }

    private func choosePivot(_ a: Int, _ b: Int) throws(Failure) -> (Int, Trend) {
        let quarter = (b - a) / 4
        var swaps = 0
        var (i, j, k) = (a + quarter, a + quarter * 2, a + quarter * 3)
        if b - a >= Self.nintherMin {
            i = try median(i - 1, i, i + 1, &swaps)
            j = try median(j - 1, j, j + 1, &swaps)
            k = try median(k - 1, k, k + 1, &swaps)
        }
        j = try median(i, j, k, &swaps)
        return (j, swaps == 0 ? .rising : swaps == Self.swapsMax ? .falling : .unknown)
    }

    private func median(_ a: Int, _ b: Int, _ c: Int, _ swaps: inout Int) throws(Failure) -> Int {
        var (low, middle, high) = (a, b, c)
        func arrange(_ left: inout Int, _ right: inout Int) throws(Failure) {
            guard try precedes(right, left) else { return }
            swaps += 1
            (left, right) = (right, left)
        }
        try arrange(&low, &middle)
        try arrange(&middle, &high)
        try arrange(&low, &middle)
        return middle
    }

    /// Scatters three elements around the middle, so that a bad pivot is not chosen again.
    private mutating func breakPatterns(_ a: Int, _ b: Int) {
        let length = b - a
        var random = UInt64(length)
        let mask = (UInt64(1) << UInt64(Int.bitWidth - length.leadingZeroBitCount)) - 1
        let first = a + (length / 4) * 2 - 1
        for step in 0..<3 {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            var other = Int(random & mask)
            if other >= length { other -= length }
            swap(first + step, a + other)
        }
    }

    // MARK: Partitions

    /// Puts what comes before the pivot to its left.
    ///
    /// - Returns: where the pivot is then, and whether everything stood right already.
    private mutating func partition(_ a: Int, _ b: Int, _ pivot: Int) throws(Failure) -> (Int, Bool) {
        swap(a, pivot)
        var (i, j) = (a + 1, b - 1)
        var wasDone = true
        while true {
            while i <= j, try precedes(i, a) { i += 1 }
            while i <= j, !(try precedes(j, a)) { j -= 1 }
            if i > j { break }
            wasDone = false
            swap(i, j)
            i += 1
            j -= 1
        }
        swap(j, a)
        return (j, wasDone)
    }

    /// Puts what equals the pivot to the left; where the rest begins.
    private mutating func partitionEqual(_ a: Int, _ b: Int, _ pivot: Int) throws(Failure) -> Int {
        swap(a, pivot)
        var (i, j) = (a + 1, b - 1)
        while true {
            while i <= j, !(try precedes(a, i)) { i += 1 }
            while i <= j, try precedes(a, j) { j -= 1 }
            if i > j { return i }
            swap(i, j)
            i += 1
            j -= 1
        }
    }

    /// Sorts a range that is almost in order; false when it is not.
    private mutating func repair(_ a: Int, _ b: Int) throws(Failure) -> Bool {
        var index = a + 1
        for _ in 0..<Self.repairsMax {
            while index < b, !(try precedes(index, index - 1)) { index += 1 }
            if index == b { return true }
            if b - a < Self.repairMin { return false }
            swap(index, index - 1)
            if index - a >= 2 { try sink(index - 1, downTo: 0) }
            if b - index >= 2 {
                var next = index + 1
                while next < b, try precedes(next, next - 1) {
                    swap(next, next - 1)
                    next += 1
                }
            }
        }
        return false
    }

    // MARK: Heap

    private mutating func heapSort(_ a: Int, _ b: Int) throws(Failure) {
        let count = b - a
        for root in stride(from: (count - 1) / 2, through: 0, by: -1) { try siftDown(root, count, first: a) }
        for last in stride(from: count - 1, through: 0, by: -1) {
            swap(a, a + last)
            try siftDown(0, last, first: a)
        }
    }

    private mutating func siftDown(_ start: Int, _ end: Int, first: Int) throws(Failure) {
        var root = start
        while 2 * root + 1 < end {
            var child = 2 * root + 1
            if child + 1 < end, try precedes(first + child, first + child + 1) { child += 1 }
            if !(try precedes(first + root, first + child)) { return }
            swap(first + root, first + child)
            root = child
        }
    }
}
