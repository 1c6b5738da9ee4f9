/// Turns a regular expression into the steps of the matcher.
struct PatternCompiler {
    private var program: [LinearPattern.Instruction] = []

    mutating func compile(_ node: PatternNode, _ source: String) throws(LinearPattern.Failure) -> [LinearPattern.Instruction] {
        try add(node, source)
        program.append(.match)
        return program
    }

    private mutating func add(_ node: PatternNode, _ source: String) throws(LinearPattern.Failure) {
        if program.count > LinearPattern.instructionsMax { throw LinearPattern.Failure("expression too large", source) }
        switch node {
        case .empty: break
        case .scalar(let value): program.append(.scalar(value))
        case .set(let set): program.append(.character(set))
        case .assert(let assertion): program.append(.assert(assertion))
        case .concatenation(let parts):
            for part in parts { try add(part, source) }
        case .alternation(let branches):
            var exits: [Int] = []
            for (index, branch) in branches.enumerated() {
                if index == branches.count - 1 {
                    try add(branch, source)
                    break
                }
                let split = program.count
                program.append(.jump(0))
                try add(branch, source)
                exits.append(program.count)
                program.append(.jump(0))
                program[split] = .split(split + 1, program.count)
            }
            for exit in exits { program[exit] = .jump(program.count) }
        case .repetition(let inner, let low, let high, let isGreedy):
            for _ in 0..<low { try add(inner, source) }
            guard let high else {
                let split = program.count
                program.append(.jump(0))
                try add(inner, source)
                program.append(.jump(split))
                program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1)
                return
            }
            var splits: [Int] = []
            for _ in low..<max(low, high) {
                splits.append(program.count)
                program.append(.jump(0))
                try add(inner, source)
            }
            for split in splits { program[split] = isGreedy ? .split(split + 1, program.count) : .split(program.count, split + 1) }
        }
    }
}
