/// The regions that eksctl knows, in the order in which its messages list them.
///
/// - Source: eksctl `pkg/apis/eksctl.io/v1alpha5/types.go`.
package enum Regions {
    package static let all = [
        "us-west-1", "us-west-2", "us-east-1", "us-east-2", "ca-central-1", "ca-west-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1",
        "eu-central-1", "eu-central-2", "eu-south-1", "eu-south-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
        "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ap-south-1", "ap-south-2", "ap-east-1",
        "me-central-1", "me-south-1", "sa-east-1", "af-south-1", "cn-northwest-1", "cn-north-1", "il-central-1", "us-gov-west-1",
        "us-gov-east-1", "us-iso-east-1", "us-isob-east-1", "us-isob-west-1", "us-iso-west-1", "mx-central-1", "ap-southeast-6",
        "us-isof-south-1", "us-isof-east-1", "eu-isoe-west-1",
    ]

    /// Regions whose zones are not simply `a`, `b` and `c`.
    private static let zoneLetters: [String: String] = [
        "us-east-1": "abcdef", "us-west-2": "abcd", "us-west-1": "ac", "ca-central-1": "abd", "ap-northeast-1": "acd", "ap-northeast-2": "abcd",
    ]

    /// The zones of a region, sorted; none for an unknown region.
    package static func zones(of region: String) -> [String] {
        guard all.contains(region) else { return [] }
        return (zoneLetters[region] ?? "abc").map { "\(region)\($0)" }
    }

    /// The id of a zone, such as `apse1-az1` for `ap-southeast-1a`.
    package static func zoneID(_ zone: String) -> String {
        guard let letter = zone.last, let number = "abcdef".firstIndex(of: letter).map({ "abcdef".distance(from: "abcdef".startIndex, to: $0) + 1 }) else {
            return zone
        }
        let short: [String: String] = [
            "north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
        ]
        let parts = zone.dropLast().split(separator: "-").map(String.init)
        guard parts.count >= 3 else { return zone }
        let middle = parts[1..<parts.count - 1].map { short[$0] ?? $0 }.joined()
        return "\(parts[0])\(middle)\(parts.last!)-az\(number)"
    }

    /// The domain of private host names: `ec2.internal` in us-east-1, `REGION.compute.internal` elsewhere.
    package static func hostDomain(_ region: String) -> String { region == "us-east-1" ? "ec2.internal" : "\(region).compute.internal" }
}

/// The Kubernetes versions that Amazon EKS offers.
package enum EKSVersions {
    /// What `DescribeClusterVersions` answers, oldest first.
    package static let supported = ["1.31", "1.32", "1.33", "1.34", "1.35", "1.36"]
    /// What eksctl takes for an empty version or `auto`.
    package static let eksctlDefault = "1.34"
    package static let eksctlVersion = "0.231.0"

    /// The build that nodes of a version report: `v1.34.6-eks-f69f56f`.
    package static func kubelet(_ version: String) -> String {
        let patches = ["1.31": "14", "1.32": "13", "1.33": "10", "1.34": "6", "1.35": "3", "1.36": "1"]
        return "v\(version).\(patches[version] ?? "0")-eks-f69f56f"
    }

    /// The kernel of Amazon Linux 2023 nodes of a version.
    package static func kernel(_ version: String) -> String {
        switch minor(version) {
        case ..<33: "6.1.166-197.305.amzn2023.x86_64"
        case ..<36: "6.12.79-101.147.amzn2023.x86_64"
        default: "6.18.30-62.119.amzn2023.x86_64"
        }
    }

    static func minor(_ version: String) -> Int { version.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 0 }
}
