import KubernetesObjects
import SimulationKernel

/// The pressure on a node as a value, to be kept with the machine.
extension NodePressure {
    /// One map a signal: `outside`, the amount that something besides the pods uses, and `bad`, when it was last below its threshold;
    /// of the disk what is `left`, and when the next `collection` of images is due.
    var value: Value {
        var value: Value = [:]
        for signal in Signal.allCases {
            if let amount = outside[signal] { value[signal.resource, default: [:]]["outside"] = .int(amount) }
            if signal == .disk, let diskLeft { value[signal.resource, default: [:]]["left"] = Value(diskLeft) }
            if signal == .disk, let nextCollection { value[signal.resource, default: [:]]["collection"] = .int(nextCollection.nanoseconds) }
            if let instant = lastBad[signal] { value[signal.resource, default: [:]]["bad"] = .int(instant.nanoseconds) }
        }
        return value
    }

    init(_ value: Value) {
        self.init()
        diskLeft = value[Signal.disk.resource]?["left"]?.intValue
        nextCollection = value[Signal.disk.resource]?["collection"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
        for signal in Signal.allCases {
            outside[signal] = value[signal.resource]?["outside"]?.intValue.map(Int64.init)
            lastBad[signal] = value[signal.resource]?["bad"]?.intValue.map { Instant(nanoseconds: Int64($0)) }
        }
    }
}
