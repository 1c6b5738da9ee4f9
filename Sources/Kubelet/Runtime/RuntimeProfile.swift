/// How long the container runtime takes and how much of a kubelet's work is simulated.
///
/// - Units: virtual time.
package struct RuntimeProfile: Hashable, Sendable {
    /// From a pod's binding to its sandbox.
    package var sandboxTime: Duration = .milliseconds(350)
    /// From a pulled image to a running container.
    package var startTime: Duration = .milliseconds(250)
    /// How long a container's process has run when its kubelet, which looks at its containers once a second, tells that
    /// it runs; a part of `startTime`. A server that is up by then listens as soon as its pod is seen to run.
    package var noticeTime: Duration = .milliseconds(150)
    /// Bytes of an image pulled in a second.
    package var pullBytesPerSecond = 45_000_000
    /// The least time that a pull takes.
    package var pullTimeMin: Duration = .milliseconds(600)
    /// How long a container takes to stop once it was told to.
    package var stopTime: Duration = .milliseconds(400)
    /// From a change of a ConfigMap or Secret until containers see it in their files.
    package var volumeRefreshTime: Duration = .seconds(60)
    /// Steps a process in a container may take in a second of virtual time: how much CPU its loops have.
    package var processStepsPerSecond = 20_000
    /// How often a kubelet looks again at a pod that waits for something that no watch tells of.
    package var retryPeriod: Duration = .seconds(10)
    /// Whether probes are run; without them a container is ready as soon as it runs.
    package var runsProbes = true
    /// Whether sidecars become ready; the recordings' runtime never says so of containers beside the main ones.
    package var startsSidecars = true
    /// Whether kubelets send Events.
    package var sendsEvents = true
    /// Whether images behave as the catalogue says; without it every image exists, runs for ever and never exits.
    package var imagesBehave = true

    package init() {}

    /// The fake runtime under the recordings: everything at once, no probes, no events, no exits.
    package static let recording: RuntimeProfile = {
        var profile = RuntimeProfile()
        profile.sandboxTime = .milliseconds(50)
        profile.startTime = .milliseconds(50)
        profile.pullTimeMin = .zero
        profile.pullBytesPerSecond = .max
        profile.stopTime = .milliseconds(800)
        profile.retryPeriod = .seconds(2)
        profile.runsProbes = false
        profile.startsSidecars = false
        profile.sendsEvents = false
        profile.imagesBehave = false
        return profile
    }()
}
