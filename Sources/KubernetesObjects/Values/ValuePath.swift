/// A place in a value tree: the keys and indices on the way from the root.
public struct ValuePath: Hashable, Sendable {
    /// One step down the tree.
    public enum Step: Hashable, Sendable {
        case key(String)
        case index(Int)
    }

    public var steps: [Step]

    @inlinable public init(_ steps: [Step] = []) { self.steps = steps }

    /// The place of a field below this one.
    public func key(_ key: String) -> ValuePath { ValuePath(steps + [.key(key)]) }
    /// The place of a list element below this one.
    public func index(_ index: Int) -> ValuePath { ValuePath(steps + [.index(index)]) }
}

extension ValuePath: CustomStringConvertible {
    /// As Kubernetes writes field paths: `spec.containers[0].name`.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}

extension ValuePath: ExpressibleByArrayLiteral, ExpressibleByStringLiteral {
    public init(arrayLiteral elements: Step...) { steps = elements }

    /// Reads `spec.containers[0].name`; keys that contain dots or brackets need the list form.
    public init(stringLiteral text: String) {
        steps = []
        for part in text.split(separator: ".") {
            guard let bracket = part.firstIndex(of: "[") else {
                steps.append(.key(String(part)))
                continue
            }
            if bracket > part.startIndex { steps.append(.key(String(part[..<bracket]))) }
            for index in part[bracket...].split(whereSeparator: { $0 == "[" || $0 == "]" }) {
                steps.append(Int(index).map(Step.index) ?? .key(String(index)))
            }
        }
    }
}

extension ValuePath.Step: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    public init(stringLiteral value: String) { self = .key(value) }
    public init(integerLiteral value: Int) { self = .index(value) }
}

extension Value {
    /// The value at a place, or nil.
    public subscript(at path: ValuePath) -> Value? {
        var current = self
        for step in path.steps {
            let next: Value? =
                switch step {
                case .key(let key): current[key]
                case .index(let index): current[index]
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }
}
