import KubernetesObjects

/// A string as Go's `%q` prints it.
package func goQuoted(_ text: String) -> String { GoText.quoted(text) }

/// A tree as Go's `encoding/json` writes it: compact, keys in their stored order, `<`, `>` and `&` escaped.
package func compactJSON(_ value: Value, sortedKeys: Bool = false) -> String { value.json(.compact, sortedKeys: sortedKeys) }

extension String {
    /// The text without blanks and line ends around it.
    var trimmed: String {
        var view = unicodeScalars[...]
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r" }
        while let first = view.first, isBlank(first) { view.removeFirst() }
        while let last = view.last, isBlank(last) { view.removeLast() }
        return String(view)
    }
}
