/// A version such as `1.2.3-rc.1+build`.
package struct SemanticVersion: Hashable, Sendable, CustomStringConvertible {
    package var major: UInt64
    package var minor: UInt64
    package var patch: UInt64
    var prerelease: [String]
    var build: [String]

    /// Reads a version; nil when it is not one. Normalising takes a `v` before it, missing parts, and zeros before numbers.
    package init?(_ text: String, normalizes: Bool = false) {
        var rest = text[...]
        if normalizes, rest.hasPrefix("v") { rest = rest.dropFirst() }
        var buildParts: [String] = []
        if let plus = rest.firstIndex(of: "+") {
            buildParts = rest[rest.index(after: plus)...].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            rest = rest[..<plus]
        }
        var prereleaseParts: [String] = []
        if let dash = rest.firstIndex(of: "-") {
            prereleaseParts = rest[rest.index(after: dash)...].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            rest = rest[..<dash]
        }
        var numbers = rest.split(separator: ".", omittingEmptySubsequences: false)
        if normalizes { while numbers.count < 3 { numbers.append("0") } }
        func isIdentifier(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
        }
        func isDigits(_ text: some StringProtocol) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 &- 0x30 < 10 } }
        guard numbers.count == 3, numbers.allSatisfy({ isDigits($0) && (normalizes || $0 == "0" || !$0.hasPrefix("0")) }),
            let major = UInt64(numbers[0]), let minor = UInt64(numbers[1]), let patch = UInt64(numbers[2]), buildParts.allSatisfy(isIdentifier),
            prereleaseParts.allSatisfy({ isIdentifier($0) && (!isDigits($0) || $0 == "0" || !$0.hasPrefix("0")) })
        else { return nil }
        (self.major, self.minor, self.patch) = (major, minor, patch)
        prerelease = prereleaseParts
        build = buildParts
    }

    /// -1, 0 or 1; the build does not count.
    package func compare(_ other: SemanticVersion) -> Int {
        for (a, b) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where a != b { return a < b ? -1 : 1 }
        if prerelease.isEmpty || other.prerelease.isEmpty {
            return prerelease.isEmpty == other.prerelease.isEmpty ? 0 : prerelease.isEmpty ? 1 : -1
        }
        for (a, b) in zip(prerelease, other.prerelease) where a != b {
            switch (UInt64(a), UInt64(b)) {
            case (let x?, let y?): return x < y ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            case (nil, nil): return a < b ? -1 : 1
            }
        }
        return prerelease.count == other.prerelease.count ? 0 : prerelease.count < other.prerelease.count ? -1 : 1
    }

    package static func == (left: SemanticVersion, right: SemanticVersion) -> Bool { left.compare(right) == 0 }
    package func hash(into hasher: inout Hasher) {
        hasher.combine([major, minor, patch])
        hasher.combine(prerelease)
    }

    package var description: String {
        "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
            + (build.isEmpty ? "" : "+" + build.joined(separator: "."))
    }
}
