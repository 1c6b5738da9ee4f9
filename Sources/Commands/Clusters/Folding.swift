import SimulationKernel

/// When the base of a cluster on disk is written anew, because doing again what was done since costs too much.
///
/// - Units: virtual time; idle nodes alone write six heartbeats a minute each.
enum Folding {
    /// At rest a restart loses nothing, so the base follows closely.
    static let entriesMax = 40
    static let timeMax: Duration = .seconds(600)
    /// A cluster that never rests is folded all the same before it gets slow: what is under way begins again then.
    static let restlessEntriesMax = 2000
    static let restlessTimeMax: Duration = .seconds(6 * 3600)

    static func isDue(entries: Int, since elapsed: Duration, isAtRest: Bool) -> Bool {
        isAtRest ? entries > entriesMax || elapsed > timeMax : entries > restlessEntriesMax || elapsed > restlessTimeMax
    }
}
