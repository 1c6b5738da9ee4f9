/// A quantity for sums and comparisons: how much, and whether it is written in powers of two.
///
/// - Units: thousandths. Bounds: cut to about 9e15 whole units.
/// - Source: k8s.io/apimachinery `api/resource.Quantity`, canonical form.
struct ResourceAmount: Equatable, Sendable {
    var milli: Int
    var isBinary = false

    static let zero = ResourceAmount(milli: 0)

    init(milli: Int, isBinary: Bool = false) {
        self.milli = milli
        self.isBinary = isBinary
    }

    /// Reads `500m`, `1.5Gi`, `1e3`; nil for anything else.
    init?(_ text: String) {
        let number = text.prefix { ($0.isASCII && $0.isNumber) || $0 == "." || $0 == "-" || $0 == "+" }
        guard !number.isEmpty, let base = Double(number.hasSuffix(".") ? number + "0" : number.hasPrefix(".") ? "0" + number : String(number)) else {
            return nil
        }
        let suffix = text.dropFirst(number.count)
        let scale: Double
        switch suffix {
        case "n": scale = 1e-9
        case "u": scale = 1e-6
        case "m": scale = 1e-3
        case "": scale = 1
        case "k": scale = 1e3
        case "M": scale = 1e6
        case "G": scale = 1e9
        case "T": scale = 1e12
        case "P": scale = 1e15
        case "E": scale = 1e18
        case "Ki": scale = 1024
        case "Mi": scale = 1_048_576
        case "Gi": scale = 1_073_741_824
        case "Ti": scale = 1_099_511_627_776
        case "Pi": scale = 1_125_899_906_842_624
        case "Ei": scale = 1_152_921_504_606_846_976
        default:
            guard let first = suffix.first, first == "e" || first == "E", let exponent = Int(suffix.dropFirst()), abs(exponent) < 19 else {
                return nil
            }
            var power = 1.0
            for _ in 0..<abs(exponent) { power *= 10 }
            scale = exponent < 0 ? 1 / power : power
        }
        let value = (base * scale * 1000).rounded(.up)
        milli = value >= 9e18 ? .max / 2 : value <= -9e18 ? .min / 2 : Int(value)
        isBinary = suffix.hasSuffix("i")
    }

    /// Whole units, rounded up.
    var units: Int { milli >= 0 ? (milli + 999) / 1000 : milli / 1000 }

    static func + (left: ResourceAmount, right: ResourceAmount) -> ResourceAmount {
        ResourceAmount(milli: left.milli &+ right.milli, isBinary: left.milli == 0 ? right.isBinary : left.isBinary)
    }

    /// The canonical text.
    var text: String {
        if milli % 1000 != 0 { return "\(milli)m" }
        var value = milli / 1000
        var step = 0
        let suffixes = isBinary ? ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] : ["", "k", "M", "G", "T", "P", "E"]
        let base = isBinary ? 1024 : 1000
        while value != 0, value % base == 0, step < suffixes.count - 1 {
            value /= base
            step += 1
        }
        return "\(value)\(suffixes[step])"
    }
}
