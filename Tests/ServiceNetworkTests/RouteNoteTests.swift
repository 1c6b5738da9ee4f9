import ServiceNetwork
import Testing

/// The words of routes: both languages say the same things.
@Suite struct RouteNoteTests {
    @Test(arguments: RouteCode.allCases)
    func `every note has a text in both languages with the same values`(_ code: RouteCode) {
        var note = RouteNote(code)
        note.values = ["<0>", "<1>", "<2>", "<3>"]
        let (english, korean) = (note.text(), note.text("ko"))
        #expect(!english.isEmpty && !korean.isEmpty)
        for value in note.values { #expect(english.contains(value) == korean.contains(value), "\(value) in '\(english)' and '\(korean)'") }
        #expect(!english.contains("{") && !korean.contains("{"))
    }

    @Test func `an unknown language gets English, and values are not read again`() {
        #expect(RouteNote(.nodeUnknown, "{1}").text("fr") == "there is no node {1}")
    }
}
