import Testing

@testable import SimulationKernel

@Suite struct TimeZoneTests {
    @Test(arguments: [
        ("Asia/Seoul", "2026-07-01T00:00:00Z", 540), ("UTC", "2026-07-01T00:00:00Z", 0), ("Etc/GMT+5", "2026-07-01T00:00:00Z", -300),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", 60), ("Europe/Berlin", "2026-03-29T01:00:00Z", 120), ("Europe/Berlin", "2026-10-25T00:59:59Z", 120),
        ("Europe/Berlin", "2026-10-25T01:00:00Z", 60), ("America/New_York", "2026-03-08T06:59:59Z", -300), ("America/New_York", "2026-03-08T07:00:00Z", -240),
        ("America/New_York", "2026-11-01T05:59:59Z", -240), ("America/New_York", "2026-11-01T06:00:00Z", -300),
        ("Australia/Sydney", "2026-01-01T00:00:00Z", 660), ("Australia/Sydney", "2026-04-04T15:59:59Z", 660), ("Australia/Sydney", "2026-04-04T16:00:00Z", 600),
        ("Australia/Sydney", "2026-10-03T16:00:00Z", 660), ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 630), ("Australia/Lord_Howe", "2026-12-01T00:00:00Z", 660),
        ("Pacific/Chatham", "2026-04-04T13:59:59Z", 825), ("Pacific/Chatham", "2026-04-04T14:00:00Z", 765), ("Pacific/Auckland", "2026-09-26T14:00:00Z", 780),
        ("America/Santiago", "2026-04-05T03:00:00Z", -240), ("America/Santiago", "2026-09-06T04:00:00Z", -180), ("Pacific/Easter", "2026-09-06T04:00:00Z", -300),
        ("Asia/Jerusalem", "2026-03-27T00:00:00Z", 180), ("Africa/Cairo", "2026-04-23T22:00:00Z", 180), ("Africa/Cairo", "2026-10-29T21:00:00Z", 120),
        ("Asia/Beirut", "2026-03-28T22:00:00Z", 180), ("Asia/Beirut", "2026-10-24T21:00:00Z", 120), ("America/Havana", "2026-03-08T05:00:00Z", -240),
        ("Antarctica/Troll", "2026-07-01T00:00:00Z", 120), ("Asia/Kathmandu", "2026-07-01T00:00:00Z", 345), ("Europe/Dublin", "2026-07-01T00:00:00Z", 60),
    ])
    func `clocks are so far from UTC`(_ name: String, _ moment: String, _ minutes: Int) throws {
        let zone = try #require(TimeZoneRule(named: name))
        #expect(zone.offsetSeconds(at: try #require(Instant(rfc3339: moment))) == minutes * 60)
    }

    @Test func `all names of the database are known, and no others`() {
        #expect(TimeZoneTable.zones.count == 598)
        for name in ["", "Local", "asia/seoul", "Asia", "Asia/", "Mars/Olympus", "+09:00"] { #expect(TimeZoneRule(named: name) == nil, "\(name)") }
    }
}
