/// Ages as kubectl prints them.
///
/// | seconds | long | short |
/// |---|---|---|
/// | 59 | `59s` | `59s` |
/// | 119 | `119s` | `1m` |
/// | 150 | `2m30s` | `2m` |
/// | 4 h 5 min | `4h5m` | `4h` |
/// | 9 days 3 h | `9d` | `9d` |
///
/// - Source: apimachinery `util/duration`.
public enum HumanDuration {
    /// With two units where that says more.
    public static func long(nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 10 { return two(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        let hours = minutes / 60
        if hours < 8 { return two(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        if hours < 192 { return two(hours / 24, "d", hours % 24, "h") }
        let days = hours / 24
        if hours < 24 * 365 * 2 { return "\(days)d" }
        if hours < 24 * 365 * 8 { return two(days / 365, "y", days % 365, "d") }
        return "\(days / 365)y"
    }

    /// With one unit.
    public static func short(nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 60 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 60 { return "\(minutes)m" }
        let hours = minutes / 60
        if hours < 24 { return "\(hours)h" }
        if hours < 24 * 365 { return "\(hours / 24)d" }
        return "\(hours / 24 / 365)y"
    }

    private static func two(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}
