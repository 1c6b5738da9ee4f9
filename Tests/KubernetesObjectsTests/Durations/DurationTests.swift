import Testing

@testable import KubernetesObjects

@Suite struct DurationTests {
    @Test(arguments: [
        ("0", "0s"), ("1h2m3s", "1h2m3s"), ("90s", "1m30s"), ("1.5s", "1.5s"), ("250ms", "250ms"), ("-1m", "-1m0s"), ("1h", "1h0m0s"), ("2us", "2µs"),
        ("5ns", "5ns"), (".5m", "30s"), ("100h", "100h0m0s"),
    ])
    func `reads and prints as Go`(text: String, printed: String) throws { #expect(try GoDuration(parsing: text).description == printed) }

    @Test(arguments: [
        ("", "time: invalid duration \"\""), ("5", "time: missing unit in duration \"5\""), ("5x", "time: unknown unit \"x\" in duration \"5x\""),
        ("a", "time: invalid duration \"a\""), ("9999999999h", "time: invalid duration \"9999999999h\""),
    ])
    func `says what Go says`(text: String, message: String) {
        #expect(throws: GoDuration.ParsingError(message: message)) { try GoDuration(parsing: text) }
    }

    @Test(arguments: [
        (0, "0s", "0s"), (59, "59s", "59s"), (119, "119s", "1m"), (120, "2m", "2m"), (150, "2m30s", "2m"), (600, "10m", "10m"), (10800, "3h", "3h"),
        (14700, "4h5m", "4h"), (169200, "47h", "1d"), (180000, "2d2h", "2d"), (777600, "9d", "9d"), (69120000, "2y70d", "2y"),
        (-1, "0s", "0s"), (-5, "<invalid>", "<invalid>"),
    ] as [(Int64, String, String)])
    func `prints ages as kubectl`(seconds: Int64, long: String, short: String) {
        #expect(HumanDuration.long(nanoseconds: seconds * 1_000_000_000) == long)
        #expect(HumanDuration.short(nanoseconds: seconds * 1_000_000_000) == short)
    }
}
