import SimulationKernel

/// How far the clocks of a zone are from UTC, and when they change.
///
/// - Shape: the rules of the present day, for all years.
/// - Source: the IANA time zone database, facts of 2026. Differs: only zones of `table` are known.
struct TimeZoneRule: Sendable, Equatable {
    enum Saving: Sendable { case none, europe, northAmerica, australia, newZealand, chile }

    var standardMinutes: Int
    var saving: Saving = .none

    static let utc = TimeZoneRule(standardMinutes: 0)

    init(standardMinutes: Int, saving: Saving = .none) {
        self.standardMinutes = standardMinutes
        self.saving = saving
    }

    /// The zone of an IANA name; nil when it is not known.
    init?(named name: String) {
        guard let (minutes, saving) = Self.table[name] else { return nil }
        self.init(standardMinutes: minutes, saving: saving)
    }

    func offsetSeconds(at instant: Instant) -> Int { (standardMinutes + (isSaving(instant) ? 60 : 0)) * 60 }

    /// The moment at which the clocks of the zone show a time.
    func instant(of local: CivilTime) -> Instant {
        let plain = local.instant - .seconds(standardMinutes * 60)
        let saved = plain - .seconds(3600)
        return saving != .none && isSaving(saved) ? saved : plain
    }

    private func isSaving(_ instant: Instant) -> Bool {
        let year = CivilTime(instant).year
        func sunday(_ which: Int, of month: Int, year: Int) -> CivilTime {
            if which > 0 {
                let first = CivilTime(year: year, month: month, day: 1)
                return CivilTime(year: year, month: month, day: 1 + (7 - first.weekday) % 7 + 7 * (which - 1))
            }
            let last = CivilTime.daysIn(month: month, year: year)
            return CivilTime(year: year, month: month, day: last - CivilTime(year: year, month: month, day: last).weekday)
        }
        func moment(_ day: CivilTime, hour: Int) -> Instant { day.instant + .seconds(hour * 3600) }
        let standard = Duration.seconds(standardMinutes * 60)
        switch saving {
        case .none: return false
        case .europe:
            return instant >= moment(sunday(0, of: 3, year: year), hour: 1) && instant < moment(sunday(0, of: 10, year: year), hour: 1)
        case .northAmerica:
            return instant >= moment(sunday(2, of: 3, year: year), hour: 2) - standard
                && instant < moment(sunday(1, of: 11, year: year), hour: 1) - standard
        case .australia:
            return instant < moment(sunday(1, of: 4, year: year), hour: 2) - standard
                || instant >= moment(sunday(1, of: 10, year: year), hour: 2) - standard
        case .newZealand:
            return instant < moment(sunday(1, of: 4, year: year), hour: 2) - standard
                || instant >= moment(sunday(0, of: 9, year: year), hour: 2) - standard
        case .chile:
            return instant < moment(sunday(1, of: 4, year: year), hour: 3) - .seconds(0)
                || instant >= moment(sunday(1, of: 9, year: year), hour: 4) - .seconds(0)
        }
    }

    static let table: [String: (Int, Saving)] = [
        "UTC": (0, .none), "Etc/UTC": (0, .none), "GMT": (0, .none), "Etc/GMT": (0, .none), "Africa/Abidjan": (0, .none),
        "Europe/London": (0, .europe), "Europe/Dublin": (0, .europe), "Europe/Lisbon": (0, .europe), "Atlantic/Reykjavik": (0, .none),
        "Europe/Paris": (60, .europe), "Europe/Berlin": (60, .europe), "Europe/Madrid": (60, .europe), "Europe/Rome": (60, .europe),
        "Europe/Vienna": (60, .europe), "Europe/Zurich": (60, .europe), "Europe/Amsterdam": (60, .europe), "Europe/Brussels": (60, .europe),
        "Europe/Stockholm": (60, .europe), "Europe/Oslo": (60, .europe), "Europe/Copenhagen": (60, .europe), "Europe/Prague": (60, .europe),
        "Europe/Warsaw": (60, .europe), "Europe/Budapest": (60, .europe), "Africa/Lagos": (60, .none), "CET": (60, .europe),
        "Europe/Athens": (120, .europe), "Europe/Helsinki": (120, .europe), "Europe/Kyiv": (120, .europe), "Europe/Bucharest": (120, .europe),
        "Africa/Johannesburg": (120, .none), "Europe/Istanbul": (180, .none), "Europe/Moscow": (180, .none), "Africa/Nairobi": (180, .none),
        "Asia/Riyadh": (180, .none), "Asia/Tehran": (210, .none), "Asia/Dubai": (240, .none), "Asia/Karachi": (300, .none),
        "Asia/Tashkent": (300, .none), "Asia/Kolkata": (330, .none), "Asia/Calcutta": (330, .none), "Asia/Kathmandu": (345, .none),
        "Asia/Dhaka": (360, .none), "Asia/Bangkok": (420, .none), "Asia/Jakarta": (420, .none), "Asia/Ho_Chi_Minh": (420, .none),
        "Asia/Shanghai": (480, .none), "Asia/Hong_Kong": (480, .none), "Asia/Singapore": (480, .none), "Asia/Taipei": (480, .none),
        "Asia/Manila": (480, .none), "Asia/Kuala_Lumpur": (480, .none), "Australia/Perth": (480, .none), "Asia/Tokyo": (540, .none),
        "Asia/Seoul": (540, .none), "Australia/Darwin": (570, .none), "Australia/Adelaide": (570, .australia), "Australia/Brisbane": (600, .none),
        "Australia/Sydney": (600, .australia), "Australia/Melbourne": (600, .australia), "Pacific/Guam": (600, .none),
        "Pacific/Auckland": (720, .newZealand), "America/Sao_Paulo": (-180, .none), "America/Argentina/Buenos_Aires": (-180, .none),
        "America/Halifax": (-240, .northAmerica), "America/Santiago": (-240, .chile), "America/New_York": (-300, .northAmerica),
        "America/Toronto": (-300, .northAmerica), "US/Eastern": (-300, .northAmerica), "America/Bogota": (-300, .none), "America/Lima": (-300, .none),
        "America/Chicago": (-360, .northAmerica), "US/Central": (-360, .northAmerica), "America/Mexico_City": (-360, .none),
        "America/Denver": (-420, .northAmerica), "US/Mountain": (-420, .northAmerica), "America/Phoenix": (-420, .none),
        "America/Los_Angeles": (-480, .northAmerica), "America/Vancouver": (-480, .northAmerica), "US/Pacific": (-480, .northAmerica),
        "America/Anchorage": (-540, .northAmerica), "Pacific/Honolulu": (-600, .none), "America/St_Johns": (-210, .northAmerica),
    ]
}
