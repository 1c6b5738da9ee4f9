import KubernetesObjects
import SimulationKernel
import Testing

@testable import Kubelet

/// Containers whose rules start all of their pod again.
@Suite struct RestartOfAllTests {
    /// A worker that asks once for a new start of all, beside one that was done before and one that serves.
    private static let pod = """
        metadata: {name: p}
        spec:
          restartPolicy: Never
          volumes: [{name: v, emptyDir: {}}]
          initContainers:
          - {name: prepare, image: busybox, command: [sh, -c, 'echo ready >> /v/log'], volumeMounts: [{name: v, mountPath: /v}]}
          containers:
          - name: worker
            image: busybox
            restartPolicy: Never
            restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [88]}}]
            command: [sh, -c, 'sleep 5; if [ -f /v/again ]; then sleep 3600; fi; touch /v/again; exit 88']
            volumeMounts: [{name: v, mountPath: /v}]
          - {name: done, image: busybox, command: [sh, -c, 'exit 0']}
          - {name: web, image: nginx}
        """

    private func condition(_ world: KubeletWorld) -> Value? {
        world.get("p")?["status"]?["conditions"]?.elements.first { $0["type"]?.stringValue == "AllContainersRestarting" }
    }

    @Test func `all containers begin again in place, the initial ones first`() throws {
        var world = KubeletWorld()
        try world.pod(Self.pod)
        world.run(for: .seconds(4))
        #expect(condition(world)?["status"]?.stringValue == "False")
        let address = world.get("p")?["status"]?["podIP"]
        var seen: Set<String> = []
        for _ in 0..<200 {
            world.run(for: .milliseconds(100))
            if let now = condition(world), now["status"]?.stringValue == "True" { seen.insert(now["message"]?.stringValue ?? "") }
        }
        #expect(seen == ["container exited with restart policy rule"])
        #expect(world.history["p"]?.contains("Running/RestartingAllContainers") == true)
        #expect(world.history["p"]?.contains { $0.hasPrefix("Failed") || $0.hasPrefix("Succeeded") } == false)
        #expect(condition(world)?["status"]?.stringValue == "False")
        #expect(world.get("p")?["status"]?["podIP"] == address)
        for index in 0..<3 {
            #expect(world.container("p", index)?["restartCount"]?.intValue == 1)
            let last = world.container("p", index)?["lastState"]?["terminated"]
            #expect(last?["exitCode"]?.intValue == 137)
            #expect(last?["reason"]?.stringValue == "RestartingAllContainers")
        }
        #expect(world.container("p", list: "initContainerStatuses")?["restartCount"]?.intValue == 1)
        #expect(world.container("p", 2)?["state"]?["running"] != nil)
        let log = world.exec("p", "cat /v/log", container: "worker")
        #expect(log == "ready\nready")
    }

    @Test func `an exit that no rule names ends the pod as its policy says`() throws {
        var world = KubeletWorld()
        try world.pod(
            "metadata: {name: p}\nspec: {restartPolicy: Never, containers: [{name: c, image: busybox, restartPolicy: Never, restartPolicyRules: [{action: RestartAllContainers, exitCodes: {operator: In, values: [88]}}], command: [sh, -c, 'exit 1']}]}")
        world.run(for: .seconds(20))
        #expect(world.get("p")?["status"]?["phase"]?.stringValue == "Failed")
        #expect(condition(world)?["reason"]?.stringValue == "PodFailed")
    }

    @Test func `a pod that is deleted in the middle ends`() throws {
        var world = KubeletWorld()
        try world.pod(Self.pod)
        for _ in 0..<200 where condition(world)?["status"]?.stringValue != "True" { world.run(for: .milliseconds(100)) }
        world.delete("p", grace: 5)
        world.run(for: .seconds(10))
        #expect(world.get("p") == nil)
    }
}
