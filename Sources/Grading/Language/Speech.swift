/// The language in which reports and findings are told: each sentence stands in English and in Korean where it is used.
///
/// Names of kinds, fields and what a cluster itself says stay as they are, since a student meets them so in kubectl.
package struct Speech: Hashable, Sendable {
    /// A code such as `ko` or `ko-KR`. What is not Korean gets English sentences, but the lab's own texts in its language.
    package let language: String
    package let isKorean: Bool

    package init(_ language: String) {
        self.language = language
        isKorean = language == "ko" || language.hasPrefix("ko-")
    }

    /// The sentence in this language.
    package func callAsFunction(_ english: @autoclosure () -> String, _ korean: @autoclosure () -> String) -> String {
        isKorean ? korean() : english()
    }

    /// `1 pod`, `3 pods`; `파드 3개`.
    package func count(_ number: Int, _ noun: String, _ korean: String) -> String {
        self(Self.english(number, noun), "\(korean) \(number)개")
    }

    /// `1 pod`, `3 pods`.
    package static func english(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// `2 of 3 Pods`; `Pod 3개 중 2개`.
    package func share(_ part: Int, of whole: Int, _ noun: String) -> String {
        self("\(part) of \(count(whole, noun, noun))", "\(count(whole, noun, noun)) 중 \(part)개")
    }

    /// Names in a row, the first `limit` of them.
    package func list(_ names: [String], limit: Int = 5) -> String {
        if names.count <= limit { return names.joined(separator: ", ") }
        let first = names.prefix(limit).joined(separator: ", ")
        return self("\(first) and \(names.count - limit) more", "\(first) 외 \(names.count - limit)개")
    }
}
