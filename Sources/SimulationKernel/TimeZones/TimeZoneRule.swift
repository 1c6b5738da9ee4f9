/// How far the clocks of a zone are from UTC, and when they change.
///
/// - Shape: the rules of the present day, for all years.
/// - Source: the IANA time zone database. Differs: the clocks of Morocco keep their time in Ramadan.
package struct TimeZoneRule: Sendable, Equatable {
    /// Minutes east of UTC.
    package var standardMinutes: Int
    /// Nil where clocks keep standard time all year.
    var saving: Saving?

    package static let utc = TimeZoneRule(standardMinutes: 0)

    init(standardMinutes: Int, saving: Saving? = nil) {
        self.standardMinutes = standardMinutes
        self.saving = saving
    }

    /// The zone of an IANA name, letters as written; nil when there is none.
    package init?(named name: String) {
        guard let zone = TimeZoneTable.zones[name] else { return nil }
        self = zone
    }

    /// Seconds east of UTC at a moment.
    package func offsetSeconds(at instant: Instant) -> Int { (standardMinutes + (isSaving(instant) ? saving?.minutes ?? 0 : 0)) * 60 }

    /// The moment at which the clocks of the zone show a time.
    package func instant(of local: CivilTime) -> Instant {
        let plain = local.instant - .seconds(standardMinutes * 60)
        guard let saving else { return plain }
        let saved = plain - .seconds(saving.minutes * 60)
        return isSaving(saved) ? saved : plain
    }

    private func isSaving(_ instant: Instant) -> Bool {
        guard let saving else { return false }
        let year = CivilTime(instant).year
        let (begin, end) = (saving.begin.moment(in: year, standardMinutes), saving.end.moment(in: year, standardMinutes))
        // South of the equator the summer goes over the new year.
        return begin < end ? instant >= begin && instant < end : instant >= begin || instant < end
    }
}

extension TimeZoneRule {
    /// When clocks go forward and back, and by how much.
    struct Saving: Sendable, Equatable {
        var begin: Change
        var end: Change
        var minutes = 60
    }

    /// A moment of each year.
    struct Change: Sendable, Equatable {
        var month: Int
        /// 0 for Sunday.
        var weekday = 0
        /// The first such weekday from this day of the month on; nil for the last of the month.
        var from: Int?
        /// Minutes of the day.
        var time: Int
        /// On which clock the time is read, in minutes east of UTC; nil for the zone's own in standard time.
        var clock: Int?

        func moment(in year: Int, _ standardMinutes: Int) -> Instant {
            let day: Int
            if let from {
                day = from + (weekday + 7 - CivilTime(year: year, month: month, day: from).weekday) % 7
            } else {
                let last = CivilTime.daysIn(month: month, year: year)
                day = last - (CivilTime(year: year, month: month, day: last).weekday + 7 - weekday) % 7
            }
            return CivilTime(year: year, month: month, day: day).instant + .seconds((time - (clock ?? standardMinutes)) * 60)
        }
    }
}

extension TimeZoneRule.Saving {
    /// The rules by the names that the table of zones gives them.
    static let named: [String: TimeZoneRule.Saving?] = [
        "none": nil,
        "europe": Self(begin: .init(month: 3, time: 60, clock: 0), end: .init(month: 10, time: 60, clock: 0)),
        "troll": Self(begin: .init(month: 3, time: 60, clock: 0), end: .init(month: 10, time: 60, clock: 0), minutes: 120),
        "moldova": Self(begin: .init(month: 3, time: 120), end: .init(month: 10, time: 120)),
        "lebanon": Self(begin: .init(month: 3, time: 0), end: .init(month: 10, time: -60)),
        "israel": Self(begin: .init(month: 3, weekday: 5, from: 23, time: 120), end: .init(month: 10, time: 60)),
        "palestine": Self(begin: .init(month: 3, weekday: 6, from: 24, time: 120), end: .init(month: 10, weekday: 6, from: 24, time: 60)),
        "egypt": Self(begin: .init(month: 4, weekday: 5, time: 0), end: .init(month: 10, weekday: 4, time: 1380)),
        "northAmerica": Self(begin: .init(month: 3, from: 8, time: 120), end: .init(month: 11, from: 1, time: 60)),
        "cuba": Self(begin: .init(month: 3, from: 8, time: 0), end: .init(month: 11, from: 1, time: 0)),
        "chile": Self(begin: .init(month: 9, from: 2, time: 240, clock: 0), end: .init(month: 4, from: 2, time: 180, clock: 0)),
        "australia": Self(begin: .init(month: 10, from: 1, time: 120), end: .init(month: 4, from: 1, time: 120)),
        "lordHowe": Self(begin: .init(month: 10, from: 1, time: 120), end: .init(month: 4, from: 1, time: 90), minutes: 30),
        // Chatham's clocks change when Auckland's do.
        "newZealand": Self(begin: .init(month: 9, time: 120, clock: 720), end: .init(month: 4, from: 1, time: 120, clock: 720)),
    ]
}
