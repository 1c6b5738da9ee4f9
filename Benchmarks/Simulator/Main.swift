import Measuring

/// Measures the simulator: how cost grows with size. Prints one line a measurement; nothing here asserts a time.
@main
struct Main {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        let rest = Array(words.dropFirst())
        let sizes = rest.compactMap { Int($0) }
        switch words.first {
        case "cluster": for size in sizes.isEmpty ? [1000, 5000, 10_000] : sizes { print(ClusterMeasurement.run(pods: size)) }
        case "scheduler": schedule(rest.filter { Int($0) == nil }, nodes: sizes.first ?? 5000)
        case "api":
            for size in sizes.isEmpty ? [1000, 10_000, 100_000] : sizes {
                for kind in APIMeasurement.Kind.allCases { for line in APIMeasurement.run(kind, objects: size) { print(line) } }
            }
        case "live":
            let clients = rest.lazy.compactMap { $0.hasPrefix("clients=") ? Int($0.dropFirst(8)) : nil }.first ?? 4
            for size in sizes.isEmpty ? [1000, 10_000] : sizes {
                let amount = LiveMeasurement.Size(clients: min(max(clients, 1), 1000))
                do { for line in try LiveMeasurement.run(pods: max(size, 1), amount) { print(line) } } catch { print("live: \(error)") }
            }
        case "traffic": for size in sizes.isEmpty ? [600] : sizes { print(TrafficMeasurement.run(seconds: size)) }
        default:
            print(
                """
                usage: Benchmarks cluster [PODS…]
                       Benchmarks scheduler [SHAPE…] [NODES]
                       Benchmarks api [OBJECTS…]
                       Benchmarks live [PODS…] [clients=N]
                       Benchmarks traffic [SECONDS…]
                shapes: \(SchedulerShape.all.map(\.name).joined(separator: " "))
                """)
        }
    }

    private static func schedule(_ names: [String], nodes: Int) {
        for name in names where SchedulerShape.named(name) == nil { print("no shape is called \(name)") }
        for shape in names.isEmpty ? SchedulerShape.all : names.compactMap(SchedulerShape.named) {
            print(SchedulerMeasurement.run(shape, nodes: nodes))
        }
    }
}
