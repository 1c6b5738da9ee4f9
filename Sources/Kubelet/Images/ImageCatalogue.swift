import KubernetesObjects
import Shell

/// The images that are known: those that ship with the product, and a lab's own before them.
///
/// - Bounds: a profile is read from its text when it is first asked for.
package struct ImageCatalogue: Sendable {
    /// What a registry says of an image.
    package enum Lookup: Sendable {
        case found(ImageProfile)
        /// The pull fails with this text.
        case failure(String)
        /// The name itself cannot be read.
        case invalid(String)
    }

    private var own: [(profile: ImageProfile, object: Value)] = []
    private var cache: [String: ImageProfile] = [:]
    /// What was said of names before; begun anew when there are many.
    private var answers: [String: Lookup] = [:]
    private static let answersMax = 1000
    /// Names of images that ran although nobody described them, in order of appearance.
    package private(set) var unknownImages: [String] = []

    package init(images: [Value] = []) {
        for image in images { own.append((ImageProfile(image), image)) }
    }

    /// Adds an image; one of the same name that was known before is hidden by it.
    package mutating func add(_ image: Value) {
        own.insert((ImageProfile(image), image), at: 0)
        answers = [:]
    }

    /// What is known of an image by its name as containers write it.
    package mutating func look(up name: String) -> Lookup {
        if let known = answers[name] { return known }
        let answer = find(name)
        if answers.count >= Self.answersMax { answers = [:] }
        answers[name] = answer
        return answer
    }

    private mutating func find(_ name: String) -> Lookup {
        let reference: ImageReference
        do throws(ImageReference.Invalid) {
            reference = try ImageReference(name)
        } catch {
            return .invalid("Failed to apply default image tag \"\(name)\": couldn't parse image name \"\(name)\": \(error.reason)")
        }
        guard let profile = profile(reference) else {
            if isMisspelt(reference) { return .failure(Self.denied(reference)) }
            if !unknownImages.contains(name) { unknownImages.append(name) }
            return .found(.unknown(name))
        }
        switch profile.pullFailure {
        case .denied: return .failure(Self.denied(reference))
        case .notFound: return .failure(Self.notFound(reference))
        default: break
        }
        if !profile.tags.isEmpty, reference.digest.isEmpty, !profile.tags.contains(where: { $0.matches(reference.tag) }) {
            return .failure(Self.notFound(reference))
        }
        return .found(profile)
    }

    /// The profile of an image; nil when there is none.
    package mutating func profile(_ reference: ImageReference) -> ImageProfile? {
        let names = [reference.familiar, reference.registry + "/" + reference.familiar]
        for (profile, object) in own {
            guard profile.names.contains(where: { name in names.contains(name) || name == reference.shortName || (name.contains("*") && names.contains { GlobPattern(name).matches($0) }) })
            else { continue }
            return profile.dependsOnTag ? ImageProfile(object, tag: reference.tag) : profile
        }
        for name in [reference.familiar, reference.shortName] {
            if let cached = cache[name], !cached.dependsOnTag { return cached }
            if let cached = cache["\(name):\(reference.tag)"] { return cached }
            guard let text = BuiltInImages.index[name], let document = YAMLReader().read(text).documents.first else { continue }
            let profile = ImageProfile(document.value, tag: reference.tag)
            cache[!profile.dependsOnTag ? name : "\(name):\(reference.tag)"] = profile
            return profile
        }
        return nil
    }

    private static func failure(_ reference: ImageReference, _ code: String, _ reason: String) -> String {
        "rpc error: code = \(code) desc = failed to pull and unpack image \"\(reference.full)\": failed to resolve reference \"\(reference.full)\": \(reason)"
    }

    static func notFound(_ reference: ImageReference) -> String { failure(reference, "NotFound", "\(reference.full): not found") }

    static func denied(_ reference: ImageReference) -> String {
        failure(
            reference, "Unknown",
            "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed")
    }

    /// Whether a short name is one slip away from a known one: such a repository does not exist.
    private func isMisspelt(_ reference: ImageReference) -> Bool {
        guard reference.repository.hasPrefix("library/"), reference.shortName.utf8.count >= 4 else { return false }
        let letters = Array(reference.shortName.utf8)
        return BuiltInImages.officialNames.contains { Self.isOneSlip(letters, Array($0.utf8)) }
    }

    /// Whether two words differ by one letter more, less, changed or swapped with its neighbour.
    static func isOneSlip(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left != right, abs(left.count - right.count) <= 1 else { return false }
        let prefix = zip(left, right).prefix { $0 == $1 }.count
        let (a, b) = (left[prefix...], right[prefix...])
        if left.count == right.count {
            if a.dropFirst().elementsEqual(b.dropFirst()) { return true }
            return a.count >= 2 && a.first == b.dropFirst().first && a.dropFirst().first == b.first && a.dropFirst(2).elementsEqual(b.dropFirst(2))
        }
        return left.count > right.count ? a.dropFirst().elementsEqual(b) : a.elementsEqual(b.dropFirst())
    }
}
