/// `sha256sum`, `sha1sum` and `md5sum`, with `-c` to check.
enum DigestUtilities {
    @Sendable static func sha256(_ io: inout UtilityIO) -> Int { run(&io, Digests.sha256) }
    @Sendable static func sha1(_ io: inout UtilityIO) -> Int { run(&io, Digests.sha1) }
    @Sendable static func md5(_ io: inout UtilityIO) -> Int { run(&io, Digests.md5) }
    @Sendable static func sha512(_ io: inout UtilityIO) -> Int { run(&io, Digests.sha512) }

    private static func run(_ io: inout UtilityIO, _ digest: ([UInt8]) -> [UInt8]) -> Int {
        let isCheck = io.arguments.contains { $0 == "-c" || $0 == "--check" }
        let names = io.arguments.filter { !$0.hasPrefix("-") || $0 == "-" }
        if isCheck { return check(names, &io, digest) }
        var status = 0
        for name in names.isEmpty ? ["-"] : names {
            guard let bytes = name == "-" ? io.input : io.readFile(name) else {
                status = 1
                continue
            }
            io.printLine("\(hex(digest(bytes)))  \(name)")
        }
        return status
    }

    private static func check(_ names: [String], _ io: inout UtilityIO, _ digest: ([UInt8]) -> [UInt8]) -> Int {
        var failed = 0
        let lists = names.isEmpty ? [io.input] : names.compactMap { io.readFile($0) }
        for line in lists.flatMap({ String(decoding: $0, as: UTF8.self).split(separator: "\n") }) {
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let name = String(words[1].drop { $0 == " " || $0 == "*" })
            guard let bytes = io.readFile(name) else {
                failed += 1
                continue
            }
            let isSame = hex(digest(bytes)) == words[0]
            io.printLine("\(name): \(isSame ? "OK" : "FAILED")")
            if !isSame { failed += 1 }
        }
        if failed > 0 { io.complain("WARNING: \(failed) computed checksum\(failed == 1 ? "" : "s") did NOT match") }
        return failed == 0 ? 0 : 1
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Hashes of bytes.
///
/// - Source: FIPS 180-4 and RFC 1321.
package enum Digests {
    /// A message with its padding: a one, noughts, and its length in bits.
    private static func padded(_ bytes: [UInt8], isBigEndian: Bool) -> [UInt8] {
        var message = bytes + [0x80]
        while message.count % 64 != 56 { message.append(0) }
        let bits = UInt64(bytes.count) &* 8
        for index in 0..<8 {
            let shift: UInt64 = UInt64(8 * (isBigEndian ? 7 - index : index))
            message.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        return message
    }

    private static func words(_ block: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt32] {
        var result: [UInt32] = []
        for start in stride(from: block.startIndex, to: block.endIndex, by: 4) {
            var word: UInt32 = 0
            for offset in 0..<4 {
                let byte: UInt32 = UInt32(block[start + offset])
                let shift: UInt32 = UInt32(8 * (isBigEndian ? 3 - offset : offset))
                word |= byte << shift
            }
            result.append(word)
        }
        return result
    }

    private static func bytes(_ words: [UInt32], isBigEndian: Bool) -> [UInt8] {
        var result: [UInt8] = []
        for word in words {
            for offset in 0..<4 {
                let shift: UInt32 = UInt32(8 * (isBigEndian ? 3 - offset : offset))
                result.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return result
    }

    private static func left(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
    private static func right(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let primes: [Int] = {
        var found: [Int] = []
        var number = 2
        while found.count < 64 {
            if found.allSatisfy({ number % $0 != 0 }) { found.append(number) }
            number += 1
        }
        return found
    }()

    /// The first 32 bits of the fraction of a root.
    private static func fraction(of prime: Int, cube: Bool) -> UInt32 {
        // The largest whole number whose power is not above prime * 2^(32 * power): exact, without floating point.
        var (low, high) = (UInt64(0), UInt64(1) << 40)
        while low + 1 < high {
            let middle = (low + high) / 2
            let square = middle.multipliedFullWidth(by: middle)
            let isBelow: Bool
            if cube {
                // middle < 2^36, so that its cube fits in 128 bits.
                let value = UInt128(middle) * UInt128(middle) * UInt128(middle)
                isBelow = middle < 1 << 40 && value <= UInt128(prime) << 96
            } else {
                isBelow = UInt128(square.high) << 64 | UInt128(square.low) <= UInt128(prime) << 64
            }
            if isBelow { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    private static let roundConstants = primes.map { fraction(of: $0, cube: true) }
    private static let start256 = primes.prefix(8).map { fraction(of: $0, cube: false) }

    package static func sha256(_ message: [UInt8]) -> [UInt8] {
        var hash = start256
        let text = padded(message, isBigEndian: true)
        for block in stride(from: 0, to: text.count, by: 64) {
            var schedule = words(text[block..<(block + 64)], isBigEndian: true)
            for index in 16..<64 {
                let (a, b) = (schedule[index - 15], schedule[index - 2])
                let small: UInt32 = right(a, 7) ^ right(a, 18) ^ (a >> 3)
                let large: UInt32 = right(b, 17) ^ right(b, 19) ^ (b >> 10)
                let word: UInt32 = schedule[index - 16] &+ small
                schedule.append(word &+ schedule[index - 7] &+ large)
            }
            var v = hash
            for index in 0..<64 {
                let sum1: UInt32 = right(v[4], 6) ^ right(v[4], 11) ^ right(v[4], 25)
                let choice: UInt32 = (v[4] & v[5]) ^ (~v[4] & v[6])
                let mixed: UInt32 = v[7] &+ sum1 &+ choice
                let first: UInt32 = mixed &+ roundConstants[index] &+ schedule[index]
                let sum0: UInt32 = right(v[0], 2) ^ right(v[0], 13) ^ right(v[0], 22)
                let majority: UInt32 = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
                v = [first &+ sum0 &+ majority, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
            }
            for index in 0..<8 { hash[index] = hash[index] &+ v[index] }
        }
        return bytes(hash, isBigEndian: true)
    }

    package static func sha1(_ message: [UInt8]) -> [UInt8] {
        var hash: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        let text = padded(message, isBigEndian: true)
        for block in stride(from: 0, to: text.count, by: 64) {
            var schedule = words(text[block..<(block + 64)], isBigEndian: true)
            for index in 16..<80 {
                let mixed: UInt32 = schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16]
                schedule.append(left(mixed, 1))
            }
            var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
            for index in 0..<80 {
                let (mixed, constant): (UInt32, UInt32)
                switch index {
                case ..<20: (mixed, constant) = ((b & c) | (~b & d), 0x5a82_7999)
                case ..<40: (mixed, constant) = (b ^ c ^ d, 0x6ed9_eba1)
                case ..<60: (mixed, constant) = ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc)
                default: (mixed, constant) = (b ^ c ^ d, 0xca62_c1d6)
                }
                let next: UInt32 = left(a, 5) &+ mixed &+ e
                (a, b, c, d, e) = (next &+ constant &+ schedule[index], a, left(b, 30), c, d)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { hash[index] = hash[index] &+ value }
        }
        return bytes(hash, isBigEndian: true)
    }

    private static let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]
    /// `floor(2^32 × |sin(i + 1)|)`.
    private static let sines: [UInt32] = [
        0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501, 0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122,
        0xfd98_7193, 0xa679_438e, 0x49b4_0821, 0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8, 0x21e1_cde6, 0xc337_07d6,
        0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a, 0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60,
        0xbebf_bc70, 0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665, 0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039,
        0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1, 0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
    ]

    package static func md5(_ message: [UInt8]) -> [UInt8] {
        var hash: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
        let text = padded(message, isBigEndian: false)
        for block in stride(from: 0, to: text.count, by: 64) {
            let input = words(text[block..<(block + 64)], isBigEndian: false)
            var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
            for index in 0..<64 {
                let (mixed, place): (UInt32, Int)
                switch index / 16 {
                case 0: (mixed, place) = ((b & c) | (~b & d), index)
                case 1: (mixed, place) = ((d & b) | (~d & c), (5 * index + 1) % 16)
                case 2: (mixed, place) = (b ^ c ^ d, (3 * index + 5) % 16)
                default: (mixed, place) = (c ^ (b | ~d), 7 * index % 16)
                }
                let sum: UInt32 = a &+ mixed &+ sines[index] &+ input[place]
                let turned = left(sum, shifts[index / 16 * 4 + index % 4])
                (a, b, c, d) = (d, b &+ turned, b, c)
            }
            for (index, value) in [a, b, c, d].enumerated() { hash[index] = hash[index] &+ value }
        }
        return bytes(hash, isBigEndian: false)
    }
}
