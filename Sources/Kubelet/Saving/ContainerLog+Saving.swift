import KubernetesObjects
import SimulationKernel

extension ContainerLog {
    /// How much of a log is kept over a restart: the last lines, in number and bytes.
    static let keptLinesMax = 1000
    static let keptBytesMax = 64 << 10

    /// The log as it is kept: lines as `[time, stream, text]`.
    var value: Value {
        var value: Value = ["lines": Self.value(lines)]
        if !previous.isEmpty { value["previous"] = Self.value(previous) }
        if !open.isEmpty {
            value["open"] = .object(
                Fields(open.keys.sorted().map { (String($0), .string(String(decoding: open[$0]!, as: UTF8.self))) }))
        }
        return value
    }

    init(_ value: Value) {
        lines = Self.lines(value["lines"])
        previous = Self.lines(value["previous"])
        bytes = lines.reduce(0) { $0 + $1.text.utf8.count }
        for (stream, text) in value["open"]?.fields ?? Fields() {
            if let number = Int(stream) { open[number] = Array((text.stringValue ?? "").utf8) }
        }
    }

    private static func value(_ lines: [Line]) -> Value {
        var first = lines.endIndex
        var left = keptBytesMax
        while first > lines.startIndex, lines.endIndex - first < keptLinesMax {
            left -= lines[first - 1].text.utf8.count
            if left < 0 { break }
            first -= 1
        }
        return .array(lines[first...].map { [.int($0.time.nanoseconds), Value($0.stream), .string($0.text)] })
    }

    private static func lines(_ value: Value?) -> [Line] {
        (value?.elements ?? []).map {
            Line(time: Instant(nanoseconds: Int64($0[0]?.intValue ?? 0)), stream: $0[1]?.intValue ?? 1, text: $0[2]?.stringValue ?? "")
        }
    }
}
