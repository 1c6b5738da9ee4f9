/// The elements of an array variable.
///
/// - Bounds: `elementsMax`; a command that changes one element copies all.
/// - Source: bash's manual, "Arrays": indexed ones have numbers for keys, associative ones any text.
package struct ShellArray: Sendable {
    static let elementsMax = 4096

    var isAssociative = false
    /// By key; the keys of an indexed array are numbers in decimal.
    private(set) var elements: [String: String] = [:]
    /// Bytes of all keys and elements.
    private(set) var bytes = 0

    init(isAssociative: Bool = false, values: [String] = []) {
        self.isAssociative = isAssociative
        for (index, value) in values.enumerated() { self[String(index)] = value }
    }

    subscript(key: String) -> String? {
        get { elements[key] }
        set {
            if let old = elements[key] { bytes -= key.utf8.count + old.utf8.count }
            if let newValue { bytes += key.utf8.count + newValue.utf8.count }
            elements[key] = newValue
        }
    }

    /// The keys in order: of numbers by size, of texts by the alphabet.
    var keys: [String] { isAssociative ? elements.keys.sorted() : elements.keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) } }
    var values: [String] { keys.map { elements[$0] ?? "" } }
    /// The index after the last.
    var end: Int { isAssociative ? elements.count : (elements.keys.lazy.compactMap { Int($0) }.max() ?? -1) + 1 }
}

extension ShellState {
    /// The elements of a variable; of one that is no array, its value as the first. Nil when it is not set.
    func elements(of name: String) -> ShellArray? {
        guard let variable = variables[name] else { return nil }
        return variable.array ?? variable.value.map { ShellArray(values: [$0]) }
    }

    /// Sets one element; false when the variable is read-only.
    mutating func assign(_ name: String, key: String, _ value: String) -> Bool {
        var array = elements(of: name) ?? ShellArray()
        array[key] = value
        return assign(name, array)
    }

    /// Removes one element.
    mutating func unset(_ name: String, key: String) -> Bool {
        guard var array = elements(of: name) else { return true }
        array[key] = nil
        return assign(name, array)
    }
}

/// Assignments to arrays and their elements, while words are expanded.
extension WordExpander {
    /// The key that a subscript stands for: a text, or a number counted from the end when it is negative.
    mutating func key(_ word: Word, of name: String) throws(Interruption) -> String {
        let array = state.elements(of: name)
        if array?.isAssociative == true { return try text(word) }
        let index = Int(clamping: try arithmetic(word))
        return String(index < 0 ? (array?.end ?? 0) + index : index)
    }

    /// Carries out `name=(…)`, `name+=(…)` and `name[key]=value`.
    mutating func assignArray(_ assignment: Assignment) throws(Interruption) {
        let name = assignment.name
        let position = assignment.value.position
        let tooMany = ShellProblem.other("\(name): an array may have \(ShellArray.elementsMax) elements here")
        if let word = assignment.key {
            let key = try key(word, of: name)
            guard (state.elements(of: name)?.elements.count ?? 0) < ShellArray.elementsMax else { throw .failure(tooMany, position) }
            let value = (assignment.appends ? state.elements(of: name)?[key] ?? "" : "") + (try text(assignment.value))
            guard state.assign(name, key: key, value) else { throw .failure(.readOnly(name), position) }
            return
        }
        let before = state.elements(of: name)
        var array = assignment.appends ? before ?? ShellArray() : ShellArray(isAssociative: before?.isAssociative ?? false)
        var next = array.end
        for word in assignment.elements ?? [] {
            if let element = ScriptReader.keyed(word) {
                let key = array.isAssociative ? try text(element.key) : String(Int(clamping: try arithmetic(element.key)))
                array[key] = try text(element.value)
                next = (Int(key) ?? next) &+ 1
            } else {
                for field in try fields([word]) {
                    array[String(next)] = field
                    next &+= 1
                }
            }
            guard array.elements.count <= ShellArray.elementsMax else { throw .failure(tooMany, position) }
        }
        guard state.assign(name, array) else { throw .failure(.readOnly(name), position) }
    }
}
