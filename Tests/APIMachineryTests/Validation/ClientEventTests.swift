import KubernetesObjects
import Testing

@testable import APIMachinery

/// Events that clients write: loosely in the core group, strictly in the newer one.
@Suite struct ClientEventTests {
    typealias Case = ObjectValidationTests.Case

    private static func core(_ rest: String, name: String = "e") -> String {
        "apiVersion: v1\nkind: Event\nmetadata: {name: \(name)}\n\(rest)"
    }
    private static func newer(_ rest: String, name: String = "e") -> String {
        "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: \(name)}\nregarding: {kind: Pod, name: a, namespace: lab}\n\(rest)"
    }
    private static let subject = "involvedObject: {kind: Pod, name: a, namespace: lab}\n"
    private static let time = "eventTime: '2026-01-01T00:00:00.000000Z'\n"
    private static let reporter = "reportingController: a.io/b\nreportingInstance: x\naction: Do\nreason: Done\n"

    static let cases = [
        Case("of old times", core(subject + "type: Strange"), ""),
        Case("about nothing here", core("involvedObject: {kind: Pod, name: a}"), "involvedObject.namespace: Invalid value: \"\": does not match event.namespace"),
        Case("about another namespace", core("involvedObject: {kind: Pod, name: a, namespace: b}"), "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace"),
        Case("named freely", core(subject, name: "My_Event"), ""),
        Case("named like a path", core(subject, name: "a/b"), "metadata.name: Invalid value: \"a/b\": may not contain '/'"),
        Case(
            "a time without a reporter", core(subject + time),
            "reportingController: Required value\nreportingController: Invalid value: \"\": name part must be non-empty\nreportingController: Invalid value: \"\": name part \(NameFormats.qualifiedNameRegex)\nreportingInstance: Required value\naction: Required value\nreason: Required value"),
        Case("a new one", newer(time + reporter + "type: Normal\nnote: hello"), ""),
        Case(
            "a new one without a time", newer(reporter + "type: Normal"), "eventTime: Required value"),
        Case(
            "a new one in the old way", newer(time + reporter + "type: Odd\ndeprecatedCount: 2\ndeprecatedFirstTimestamp: '2026-01-01T00:00:00Z'\ndeprecatedSource: {component: c}\nseries: {count: 1, lastObservedTime: null}"),
            "series.count: Invalid value: \"\": should be at least 2\nseries.lastObservedTime: Required value\ntype: Invalid value: \"\": has invalid value: Odd\nfirstTimestamp: Invalid value: \"\": needs to be unset\ncount: Invalid value: \"\": needs to be unset\nsource: Invalid value: \"\": needs to be unset"),
        Case("a note that is long", newer(time + reporter + "type: Normal\nnote: \(String(repeating: "x", count: 1025))"), "message: Invalid value: \"\": can have at most 1024 characters"),
    ]

    @Test(arguments: cases)
    func `new events`(_ c: Case) {
        var bench = ValidationBench()
        #expect(bench.create(c.yaml) == c.refusal)
    }

    @Test func `only the series of a newer event goes on`() {
        var bench = ValidationBench()
        #expect(bench.create(Self.newer(Self.time + Self.reporter + "type: Normal")) == "")
        func patch(_ version: String, _ yaml: String) -> String { bench.patch("Event", version, "e", yaml) }
        #expect(patch("events.k8s.io/v1", "series: {count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z'}") == "")
        #expect(patch("events.k8s.io/v1", "{reason: Other, note: new}") == "reason: Invalid value: \"Other\": field is immutable\nmessage: Invalid value: \"new\": field is immutable")
        #expect(
            patch("events.k8s.io/v1", "regarding: {name: b}")
                == "involvedObject: Invalid value: {\"Kind\":\"Pod\",\"Namespace\":\"lab\",\"Name\":\"b\",\"UID\":\"\",\"APIVersion\":\"\",\"ResourceVersion\":\"\",\"FieldPath\":\"\"}: field is immutable")
        #expect(patch("v1", "{reason: Other, message: new}") == "")
    }
}
