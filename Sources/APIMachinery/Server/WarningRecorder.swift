/// The warnings of one request, each once.
///
/// - Bounds: past `totalMax` characters each is cut to `itemMax`, and past it again nothing more is kept.
/// - Source: apiserver `endpoints/filters/warning.go`.
struct WarningRecorder: Sendable {
    static let totalMax = 4096
    static let itemMax = 256

    private(set) var texts: [String] = []
    private var ordered: [String] = []
    private var recorded: Set<String> = []
    private var written = 0
    private var isCutting = false

    mutating func add(_ text: String) {
        if text.isEmpty || (isCutting && written >= Self.totalMax) { return }
        guard recorded.insert(text).inserted else { return }
        ordered.append(text)
        let length = text.unicodeScalars.count
        if !isCutting, written + length > Self.totalMax {
            isCutting = true
            written = 0
            texts = []
            for text in ordered { write(text) }
        } else {
            write(text)
        }
    }

    private mutating func write(_ text: String) {
        let kept = isCutting ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.itemMax))) : text
        written += kept.unicodeScalars.count
        texts.append(kept)
    }
}
