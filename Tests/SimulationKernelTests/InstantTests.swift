import Testing

@testable import SimulationKernel

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-01-05T09:00:00Z", 1_767_603_600), ("2024-02-29T23:59:59Z", 1_709_251_199), ("1969-12-31T23:59:59Z", -1),
        ("2000-01-01T00:00:00Z", 946_684_800), ("1900-03-01T00:00:00Z", -2_203_891_200),
    ] as [(String, Int64)])
    func `reads and prints RFC 3339`(text: String, seconds: Int64) throws {
        let instant = try #require(Instant(rfc3339: text))
        #expect(instant.seconds == seconds && instant.rfc3339 == text)
        #expect(instant.civil.instant == instant)
    }

    @Test(arguments: [
        ("2026-01-05T10:00:00+01:00", "2026-01-05T09:00:00.000000Z"), ("2026-01-05T09:00:00.123456789Z", "2026-01-05T09:00:00.123456Z"),
        ("2026-01-05t09:00:00.5z", "2026-01-05T09:00:00.500000Z"), ("2026-01-05T09:00:00-00:30", "2026-01-05T09:30:00.000000Z"),
    ])
    func `reads offsets and fractions`(text: String, micro: String) { #expect(Instant(rfc3339: text)?.rfc3339Micro == micro) }

    @Test(arguments: [
        "", "2026-01-05", "2026-13-05T09:00:00Z", "2026-02-30T09:00:00Z", "2026-01-05T24:00:00Z", "2026-01-05T09:00:00", "2026-01-05T09:00:00.Z",
        "2026-01-05T09:00:00+1:00", "2026-01-05T09:00:00Zx", "x026-01-05T09:00:00Z",
    ])
    func `refuses what is no time`(text: String) { #expect(Instant(rfc3339: text) == nil) }

    @Test func `the ends of time do not overflow`() {
        #expect(Instant(rfc3339: "9999-12-31T23:59:59Z") == Instant(nanoseconds: .max))
        #expect(Instant(rfc3339: "0001-01-01T00:00:00Z") == Instant(nanoseconds: .min))
        #expect(Instant(seconds: .max) + .seconds(1) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: .min) - .seconds(Int64.max) == Instant(nanoseconds: .min))
        #expect((Instant(nanoseconds: .max) - Instant(nanoseconds: .min)).nanoseconds == .max)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max && Duration.seconds(Int64.min).nanoseconds == .min)
        #expect(!Instant(nanoseconds: .min).rfc3339.isEmpty && !Instant(nanoseconds: .max).rfc3339.isEmpty)
    }

    @Test func `days of the week and of months`() {
        #expect(CivilTime(year: 2026, month: 1, day: 5).weekday == 1)
        #expect(CivilTime(year: 1969, month: 12, day: 31).weekday == 3)
        #expect(CivilTime.daysIn(month: 2, year: 2024) == 29 && CivilTime.daysIn(month: 2, year: 2100) == 28)
    }

    @Test(arguments: 0..<20) func `civil times and back, at random`(seed: Int) {
        var random = RandomStream(seed: UInt64(seed), name: "civil")
        for _ in 0..<200 {
            let instant = Instant(nanoseconds: Int64(bitPattern: random.next()) / 2)
            #expect(instant.civil.instant == instant)
            #expect(Instant(rfc3339: instant.rfc3339)?.seconds == instant.seconds)
        }
    }
}
