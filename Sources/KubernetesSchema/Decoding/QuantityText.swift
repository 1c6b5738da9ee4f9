import KubernetesObjects

/// Resource quantities as they stand in objects.
///
/// - Source: `resource.Quantity` of apimachinery v0.36. A quantity keeps the text it was read from, except that
///   resource lists (limits, requests, capacity, quotas) are rounded up to thousandths and so brought to canonical form.
enum QuantityText {
    struct Failure: Error { var message: String }

    static let formatMessage = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

    /// The text that the server keeps of one that was given.
    static func kept(_ text: String) -> Result<String, Failure> {
        let trimmed = Substring(text).trimmingSpaces()
        do throws(QuantityError) {
            let quantity = try Quantity(parsing: trimmed)
            return .success(keepsItsText(trimmed) ? trimmed : quantity.description)
        } catch {
            return .failure(Failure(message: error.description))
        }
    }

    /// The quantity in canonical form, rounded up to thousandths; a text that is none stays as it is.
    static func roundedUpToMilli(_ text: String) -> String {
        guard let quantity = Quantity(text) else { return text }
        let milli = quantity.milliValue
        guard milli.magnitude < UInt64(Int64.max / 1000), Quantity(milliValue: milli) != quantity else { return quantity.description }
        return Quantity(milliValue: milli, format: quantity.format).description
    }

    /// Whether Go reads the text into a 64-bit amount, beside which it keeps the text; larger and finer amounts lose it.
    private static func keepsItsText(_ text: String) -> Bool {
        var rest = Substring(text)
        if rest.first == "-" || rest.first == "+" { rest = rest.dropFirst() }
        rest = rest.drop { $0 == "0" }
        let whole = rest.prefix { ("0"..."9").contains($0) }
        rest = rest.dropFirst(whole.count)
        var fraction = Substring()
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(fraction.count)
        }
        let digits = max(whole.count, 1) + fraction.count
        if let exponent = binaryExponents[String(rest)] {
            return fraction.isEmpty && 15 - max(whole.count, 1) - exponent * 3 / 10 - 1 >= 0
        }
        let scale = decimalExponents[String(rest)] ?? Int(rest.dropFirst()) ?? 0
        return 18 - digits >= 0 && scale - fraction.count >= -9
    }

    private static let binaryExponents = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
    private static let decimalExponents = ["": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18]
}

extension Substring {
    /// The text without white space at its ends.
    fileprivate func trimmingSpaces() -> String {
        var result = self
        while let first = result.first, first.isWhitespace { result = result.dropFirst() }
        while let last = result.last, last.isWhitespace { result = result.dropLast() }
        return String(result)
    }
}
