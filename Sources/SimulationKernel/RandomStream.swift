/// A named stream of random numbers split from one seed.
///
/// A new draw in one room leaves the streams of all others unchanged.
///
/// - Source: SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators").
public struct RandomStream: Hashable, Sendable, RandomNumberGenerator {
    var state: UInt64

    /// The stream of `name` under `seed`.
    public init(seed: UInt64, name: String) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        state = seed ^ hash
        _ = next()
    }

    /// Where the stream stands; `restore` takes it back there.
    public var saved: UInt64 { state }

    public mutating func restore(_ saved: UInt64) { state = saved }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number in `0..<bound`; `bound` must be positive.
    public mutating func below(_ bound: Int) -> Int {
        precondition(bound > 0, "RandomStream.below needs a positive bound, got \(bound)")
        return Int(next() % UInt64(bound))
    }

    /// True `numerator` times in `denominator`.
    public mutating func chance(_ numerator: Int, in denominator: Int) -> Bool { below(denominator) < numerator }

    /// Letters and digits that cannot form bad words: the alphabet of generated names.
    ///
    /// - Source: k8s.io/apimachinery `util/rand`.
    public static let nameAlphabet = Array("bcdfghjklmnpqrstvwxz2456789")
    private static let nameBytes = Array(String(nameAlphabet).utf8)

    /// A suffix such as the five characters that `generateName` adds.
    public mutating func nameSuffix(length: Int = 5) -> String {
        String(decoding: (0..<length).map { _ in Self.nameBytes[below(Self.nameBytes.count)] }, as: UTF8.self)
    }

    /// A version 4 UUID in lower case.
    public mutating func uuid() -> String {
        let high = (next() & 0xffff_ffff_ffff_0fff) | 0x4000
        let low = (next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
        return String(unsafeUninitializedCapacity: 36) { bytes in
            var place = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    bytes[place] = 45
                    place += 1
                }
                let digit = UInt8(truncatingIfNeeded: (index < 16 ? high : low) >> UInt64(60 - 4 * (index % 16))) & 15
                bytes[place] = digit < 10 ? 48 + digit : 87 + digit
                place += 1
            }
            return place
        }
    }
}
