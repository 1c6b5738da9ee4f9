/// Matches that begin where a text begins, for `${x#…}`, `${x%…}` and `${x/…/…}`.
extension GlobPattern {
    /// The same pattern for a text that is read from its end.
    var reversed: GlobPattern { GlobPattern(elements: elements.reversed(), isSpecial: isSpecial) }

    /// How many characters the shortest or the longest match takes from the beginning of a text; nil when none begins there.
    ///
    /// - Parameter budget: steps that are left; nothing matches any more when they are used up.
    /// - Bounds: one pass over the text, with as many steps a character as the pattern has elements that can take it.
    func prefixLength(of text: ArraySlice<Character>, isLongest: Bool, budget: inout Int) -> Int? {
        guard elements.contains(where: { if case .anyRun = $0 { true } else { false } }) else {
            guard text.count >= elements.count else { return nil }
            for (element, character) in zip(elements, text) {
                budget -= 1
                guard budget > 0, accepts(element, character) else { return nil }
            }
            return elements.count
        }
        // The places in the pattern at which a match may be.
        var places = [0]
        spread(&places)
        var found: Int?
        for (length, character) in text.enumerated() {
            if places.last == elements.count {
                found = length
                if !isLongest { return found }
            }
            if isLongest, places.contains(where: endsInRun) { return text.count }
            var next: [Int] = []
            for place in places where place < elements.count {
                if case .anyRun = elements[place] {
                    if next.last != place { next.append(place) }
                } else if accepts(elements[place], character) {
                    next.append(place + 1)
                }
            }
            budget -= places.count
            guard budget > 0, !next.isEmpty else { return found }
            spread(&next)
            places = next
        }
        return places.last == elements.count ? text.count : found
    }

    /// Whether all that is left of the pattern is a run of anything.
    private func endsInRun(_ place: Int) -> Bool {
        guard place == elements.count - 1, case .anyRun = elements[place] else { return false }
        return true
    }

    /// Adds the places behind runs, which may be empty; keeps the places in order, each once.
    private func spread(_ places: inout [Int]) {
        var result: [Int] = []
        for place in places {
            if result.last.map({ $0 < place }) ?? true { result.append(place) }
            if place < elements.count, case .anyRun = elements[place] { result.append(place + 1) }
        }
        places = result
    }
}
