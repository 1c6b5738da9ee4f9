import Cluster
import KubernetesObjects
import SimulationKernel

/// What a kept cluster was made with, and how its clock goes.
package struct ClusterSettings: Sendable, Hashable {
    package var profile: String
    /// What `profile` stands for when it is not the name of a built-in profile, such as a lab's own cluster.
    package var ownProfile: Value?
    /// The lab that it was set up for, in the words of whoever made it; nil for a cluster without one.
    package var lab: Value?
    package var seed: UInt64
    /// A moment on the wall, and the cluster's own time at that moment: the clock goes on from there.
    package var wallStart: Instant
    package var clusterStart: Instant
    /// Virtual seconds a second on the wall.
    package var speed: Double
    /// The port that its kubeconfig names.
    package var port: Int
    /// The cluster's time at which it began.
    package var firstStart: Instant

    package init(profile: String, seed: UInt64, wallStart: Instant, clusterStart: Instant, speed: Double, port: Int) {
        self.profile = profile
        self.seed = seed
        self.wallStart = wallStart
        self.clusterStart = clusterStart
        self.speed = speed
        self.port = port
        firstStart = clusterStart
    }

    /// The cluster's time at a moment on the wall.
    package func clusterTime(at wall: Instant) -> Instant {
        let elapsed = Double((wall - wallStart).nanoseconds) * speed
        return clusterStart + .nanoseconds(Int64(min(max(elapsed, 0), 9e18)))
    }

    /// Lets the cluster's clock be so much further at every moment on the wall.
    package mutating func runAhead(by duration: Duration) {
        wallStart = wallStart - .nanoseconds(Int64(Double(duration.nanoseconds) / max(speed, 0.001)))
    }

    package var value: Value {
        var value: Value = [
            "profile": .string(profile), "seed": .string(String(seed)), "wallStart": .int(wallStart.nanoseconds),
            "clusterStart": .int(clusterStart.nanoseconds), "firstStart": .int(firstStart.nanoseconds), "speed": Value(speed), "port": Value(port),
        ]
        if let ownProfile { value["ownProfile"] = ownProfile }
        if let lab { value["lab"] = lab }
        return value
    }

    /// The profile that the cluster was made of; nil when this version does not know it.
    package var clusterProfile: ClusterProfile? {
        ownProfile.flatMap { ClusterProfile($0) } ?? ClusterProfile.named(profile)
    }

    package init?(_ value: Value) {
        guard let profile = value["profile"]?.stringValue, let seed = value["seed"]?.stringValue.flatMap(UInt64.init),
            let wall = value["wallStart"]?.intValue, let start = value["clusterStart"]?.intValue, let speed = value["speed"]?.doubleValue,
            let port = value["port"]?.intValue
        else { return nil }
        self.init(
            profile: profile, seed: seed, wallStart: Instant(nanoseconds: Int64(wall)), clusterStart: Instant(nanoseconds: Int64(start)),
            speed: speed, port: port)
        ownProfile = value["ownProfile"]
        lab = value["lab"]
        if let first = value["firstStart"]?.intValue { firstStart = Instant(nanoseconds: Int64(first)) }
    }
}
