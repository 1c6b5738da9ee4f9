import APIMachinery
import KubernetesObjects

/// In which form a body is written.
package enum BodyForm: Sendable {
    case json, yaml

    package var mediaType: String {
        switch self {
        case .json: "application/json"
        case .yaml: "application/yaml"
        }
    }
}

/// What an `Accept` header was found to ask for.
package struct AcceptedForm: Sendable {
    package var form: BodyForm
    /// `Table`, `PartialObjectMetadata`, `PartialObjectMetadataList`, `APIGroupDiscoveryList`; empty for the object itself.
    package var kind = ""
    package var group = ""
    package var version = ""
    package var isPretty = false

    /// The `Content-Type` that answers it.
    package var contentType: String {
        kind == "APIGroupDiscoveryList" ? "\(form.mediaType);g=\(group);v=\(version);as=\(kind)" : form.mediaType
    }
}

/// Negotiation of forms.
///
/// - Source: apiserver `endpoints/handlers/negotiation`.
package enum MediaTypes {
    /// What is written of resources: protobuf is read but not written, since every client that speaks it takes JSON too.
    package static let served = ["application/json", "application/yaml"]
    /// What is read.
    package static let read = served + [ProtobufReader.mediaType]

    private struct Clause {
        var type: Substring
        var subtype: Substring
        var parameters: [(name: Substring, value: Substring)] = []
        var quality = 1.0

        subscript(_ name: String) -> String { parameters.first { $0.name == name }.map { String($0.value) } ?? "" }
    }

    /// The first clause that can be served, by quality and then by order.
    ///
    /// - Parameter kinds: the `as=` forms that this path has.
    /// - Returns: nil when nothing of what is asked for is served.
    package static func accepted(_ header: String, kinds: Set<String>) -> AcceptedForm? {
        if header.allSatisfy({ $0 == " " }) { return AcceptedForm(form: .json) }
        var clauses: [Clause] = []
        for text in header.split(separator: ",").prefix(64) {
            let words = text.split(separator: ";").map { trimmed($0) }
            guard let media = words.first, let slash = media.firstIndex(of: "/") else { continue }
            var clause = Clause(type: media[..<slash], subtype: media[media.index(after: slash)...])
            for word in words.dropFirst() {
                guard let equals = word.firstIndex(of: "=") else { continue }
                let (name, value) = (word[..<equals], word[word.index(after: equals)...])
                if name == "q" { clause.quality = Double(value) ?? 1 } else { clause.parameters.append((name, value)) }
            }
            clauses.append(clause)
        }
        let ordered = clauses.enumerated().sorted { ($0.element.quality, $1.offset) > ($1.element.quality, $0.offset) }.map(\.element)
        for clause in ordered where clause.quality > 0 {
            let form: BodyForm
            switch (clause.type, clause.subtype) {
            case ("*", "*"), ("application", "*"), ("application", "json"): form = .json
            case ("application", "yaml"): form = .yaml
            default: continue
            }
            let kind = clause["as"]
            if !kind.isEmpty {
                guard kinds.contains(kind), isKnown(kind, group: clause["g"], version: clause["v"]) else { continue }
            }
            return AcceptedForm(form: form, kind: kind, group: clause["g"], version: clause["v"], isPretty: clause["pretty"] == "1")
        }
        return nil
    }

    private static func isKnown(_ kind: String, group: String, version: String) -> Bool {
        if kind == "APIGroupDiscoveryList" { return group == "apidiscovery.k8s.io" && ["v2", "v2beta1"].contains(version) }
        return group == "meta.k8s.io" && ["v1", "v1beta1"].contains(version)
    }

    /// The refusal of an `Accept` header that asks for nothing that is served.
    package static func notAcceptable(_ types: [String] = served) -> APIStatus {
        APIStatus(
            code: 406, reason: "NotAcceptable", message: "only the following media types are accepted: \(types.joined(separator: ", "))")
    }

    /// Checks the type of a body that is no patch.
    ///
    /// - Throws: 415 for what is not read here.
    package static func checkBody(_ contentType: String) throws(APIStatus) {
        let media = trimmed(contentType.prefix { $0 != ";" }).lowercased()
        guard media.isEmpty || read.contains(media) else {
            throw APIStatus(
                code: 415, reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format - accepted media types include: \(read.joined(separator: ", "))")
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text = text.dropLast() }
        return text
    }
}
