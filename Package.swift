// swift-tools-version: 6.1
import Foundation
import PackageDescription

// The rooms are listed by floor, as docs/ARCHITECTURE.md draws them. A room
// imports only rooms on lower floors; `TidyTests` reads `Sources/` and checks it.
//
// `ROOMS=CEL,Shell swift test` builds and tests only those rooms and what they
// stand on, which is what one wants while working in one of them.

struct Room {
    var name: String
    var on: [String] = []
    var products: [Target.Dependency] = []
    var hasTests = true
    var isTool = false
    /// Where its sources are, when not in `Sources/NAME`.
    var path: String?
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let deque: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let hashTree: Target.Dependency = .product(name: "HashTreeCollections", package: "swift-collections")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let network: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let keys: [Target.Dependency] = [.product(name: "X509", package: "swift-certificates"), .product(name: "Crypto", package: "swift-crypto")]
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")

let ground = ["KubernetesObjects", "SimulationKernel"]
let machinery = ground + ["CEL", "KubernetesSchema", "APIMachinery"]
let simulator = machinery + ["Scheduler", "Controllers", "Kubelet", "ServiceNetwork", "Autoscaling", "CloudModel", "Shell"]

let rooms: [Room] = [
    // floor 0
    Room(name: "KubernetesObjects"),
    Room(name: "SimulationKernel", products: [heap, deque]),
    Room(name: "Shell", on: ["CZlib"]),
    // floor 1
    Room(name: "GitReading", on: ["CLibGit2"]),
    Room(name: "CEL", on: ground),
    Room(name: "KubernetesSchema", on: ["KubernetesObjects"]),
    Room(name: "APIMachinery", on: ground + ["CEL", "KubernetesSchema"], products: [deque, ordered, hashTree]),
    // floor 2
    Room(name: "Scheduler", on: machinery, products: [heap, ordered]),
    Room(name: "Controllers", on: machinery + ["Scheduler"], products: [ordered, deque]),
    Room(name: "Kubelet", on: machinery + ["Scheduler", "Shell"], products: [ordered, sqlite]),
    Room(name: "ServiceNetwork", on: machinery + ["Shell"], products: [ordered]),
    Room(name: "Autoscaling", on: machinery + ["Scheduler"], products: [ordered]),
    Room(name: "CloudModel", on: machinery + ["Scheduler"], products: [ordered]),
    // floor 3
    Room(name: "Cluster", on: simulator, products: [ordered, heap]),
    // floor 4
    Room(name: "Kubectl", on: machinery, products: [ordered]),
    Room(name: "Eksctl", on: machinery + ["CloudModel"], products: [ordered]),
    Room(name: "APIServer", on: simulator + ["Cluster", "CZlib"], products: [ordered, database] + network + keys),
    // floor 5
    Room(name: "Gradebook", on: ground, hasTests: false),
    Room(name: "Grading", on: simulator + ["Cluster", "Kubectl", "Eksctl", "GitReading"], products: [ordered]),
    Room(name: "LabEngine", on: simulator + ["Grading", "Cluster", "Kubectl", "Eksctl", "GitReading"], products: [ordered]),
    // floor 6
    Room(
        name: "Commands",
        on: simulator + ["LabEngine", "Grading", "Gradebook", "Cluster", "Kubectl", "Eksctl", "APIServer", "GitReading"],
        products: [argumentParser]),
    // floor 7
    Room(name: "labrunner", on: ["Commands"], hasTests: false, isTool: true),
    // for developers
    Room(name: "SchemaGenerator", on: ["KubernetesObjects"], hasTests: false, isTool: true),
    Room(name: "Measuring", on: simulator + ["Cluster", "APIServer"], path: "Benchmarks/Measuring"),
    Room(name: "Benchmarks", on: ["Measuring"], hasTests: false, isTool: true, path: "Benchmarks/Simulator"),
]

/// What the test targets share, and the rooms it needs.
let testSupport = Room(name: "TestSupport", on: simulator + ["Cluster", "Kubectl", "LabEngine"], hasTests: false)
/// Tests that stand above all rooms: the recordings, and the tidiness of `Sources/`.
let houseTests = ["Recordings": ["TestSupport", "Cluster", "Kubectl"] + ground, "Tidy": []]
/// Rooms whose tests use `TestSupport`.
let supported: Set = ["Cluster", "Kubectl", "Grading", "LabEngine", "Commands"]

/// The rooms asked for with `ROOMS`, and all that they stand on; every room without it.
let wanted: Set<String>? = Context.environment["ROOMS"].map { text in
    var names = Set(text.split(separator: ",").map(String.init))
    var pending = Array(names)
    while let name = pending.popLast() {
        var below = (rooms + [testSupport]).first { $0.name == name }?.on ?? houseTests[name] ?? []
        if supported.contains(name), text.split(separator: ",").contains(Substring(name)) { below.append("TestSupport") }
        for next in below where names.insert(next).inserted { pending.append(next) }
    }
    return names
}
func isWanted(_ name: String) -> Bool { wanted?.contains(name) ?? true }
func isTested(_ name: String) -> Bool {
    guard let asked = Context.environment["ROOMS"] else { return true }
    return asked.split(separator: ",").contains(Substring(name))
}

/// The files that tests read from beside their sources; they are no resources.
func fixtures(of room: String) -> [String] {
    ["Fixtures", "Transcripts"].filter { FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Tests/\(room)Tests/\($0)") }
}

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    // The compiler's check of itself after each of its passes: a third of the time of a release build.
    .unsafeFlags(["-Xfrontend", "-sil-verify-none"]),
]

/// Tests are not optimised, also where what they test is: that takes longer than running them.
let testSettings = settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// A release carries Swift's libraries in itself: it starts in half the time, and runs where Swift is not installed.
let librariesOfFoundation = ["FoundationInternationalization", "CoreFoundation", "_FoundationICU", "_FoundationCShims", "_FoundationCollections"]
let toolLinking: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-Xlinker", "--strip-debug"] + (["Foundation"] + librariesOfFoundation + ["swiftSynchronization"]).flatMap { ["-Xlinker", "-l" + $0] },
        .when(platforms: [.linux], configuration: .release))
]

var targets: [Target] = [
    .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
]
for room in rooms where isWanted(room.name) {
    let dependencies = room.on.map { Target.Dependency(stringLiteral: $0) } + room.products
    targets.append(
        room.isTool
            ? .executableTarget(
                name: room.name, dependencies: dependencies, path: room.path, swiftSettings: settings, linkerSettings: toolLinking)
            : .target(name: room.name, dependencies: dependencies, path: room.path, swiftSettings: settings))
    if room.hasTests, isTested(room.name) {
        let support: [Target.Dependency] = supported.contains(room.name) ? ["TestSupport"] : []
        targets.append(
            .testTarget(
                name: room.name + "Tests", dependencies: [Target.Dependency(stringLiteral: room.name)] + dependencies + support,
                exclude: fixtures(of: room.name), swiftSettings: testSettings))
    }
}
if isWanted("TestSupport") {
    targets.append(
        .target(
            name: "TestSupport", dependencies: testSupport.on.map { Target.Dependency(stringLiteral: $0) }, path: "Tests/TestSupport",
            swiftSettings: testSettings))
}
for (name, on) in houseTests.sorted(by: { $0.key < $1.key }) where isTested(name) {
    targets.append(
        .testTarget(
            name: name + "Tests", dependencies: on.map { Target.Dependency(stringLiteral: $0) },
            exclude: fixtures(of: name), swiftSettings: testSettings))
}

let package = Package(
    name: "labrunner",
    products: isWanted("labrunner") ? [.executable(name: "labrunner", targets: ["labrunner"])] : [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: targets,
    swiftLanguageModes: [.v6]
)
