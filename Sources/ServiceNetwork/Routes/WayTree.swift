/// The ways that equal requests of one moment have taken: they differ in nothing but what the balancer chose.
///
/// A load of many requests a second goes the same few ways again and again; each of them is walked once.
///
/// - Invariants: following it leaves the balancer as walking the way does.
struct WayTree {
    private enum Branch {
        case fork(Int)
        case end(Int)
    }

    private struct Fork {
        let choice: Balancer.Choice
        /// By what came of the choice.
        var branches: [Int: Branch] = [:]
    }

    private var forks: [Fork] = []
    private var root: Branch?

    /// Makes the choices of one more request as far as its way is known.
    ///
    /// - Returns: what was chosen, and where that ends; no end when the rest of the way is new.
    func follow(_ balancer: inout Balancer) -> (chosen: [Int], end: Int?) {
        var chosen: [Int] = []
        var branch = root
        while case .fork(let fork)? = branch {
            let number = balancer.make(forks[fork].choice)
            chosen.append(number)
            branch = forks[fork].branches[number]
        }
        if case .end(let end)? = branch { return (chosen, end) }
        return (chosen, nil)
    }

    /// Adds a way that was walked to its end.
    mutating func add(_ choices: [(choice: Balancer.Choice, number: Int)], end: Int) {
        var from: (fork: Int, number: Int)?
        for (choice, number) in choices {
            let fork: Int
            if case .fork(let known)? = branch(from) {
                fork = known
            } else {
                fork = forks.count
                forks.append(Fork(choice: choice))
                set(.fork(fork), from)
            }
            from = (fork, number)
        }
        set(.end(end), from)
    }

    private func branch(_ from: (fork: Int, number: Int)?) -> Branch? {
        from.map { forks[$0.fork].branches[$0.number] } ?? root
    }

    private mutating func set(_ branch: Branch, _ from: (fork: Int, number: Int)?) {
        guard let from else { return root = branch }
        forks[from.fork].branches[from.number] = branch
    }
}
