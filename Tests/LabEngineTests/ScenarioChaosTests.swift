import Cluster
import GitReading
import Grading
import KubernetesObjects
import Testing

@testable import LabEngine

/// Steps of a scenario that break things, and what a lab's cluster measures and installs.
@Suite struct ScenarioChaosTests {
    static func lab(scenario: String = "", cluster: String = "", check: String) -> String {
        """
        apiVersion: labrunner.dev/v1
        kind: Lab
        metadata:
          name: chaos
          title: {en: Chaos}
        \(cluster)
        submission: {files: [{path: web.yaml}]}
        \(scenario)
        checks:
        - name: first
          at: end
          \(check)

        """
    }

    static let web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: 900m}}}]

        """

    static func grade(_ lab: String, web: String = web) throws -> LabReport {
        let read = try LabReader(MemorySource(["lab.yaml": lab], label: "chaos")).read()
        let submission = LocatedSource(source: MemorySource(["web.yaml": web], label: "submission"), provenance: Provenance(location: "submission"))
        return try Fixtures.runner.grade(read, submission, labs: Provenance(location: "labs"))
    }

    static let recovers = "object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, status: {readyReplicas: 3}}"

    @Test(arguments: [
        "- killContainer: {labels: {app: web}}\n- wait: 1m", "- removeNode: \"0\"\n- wait: 6m", "- drain: \"1\"\n- wait: 2m\n- uncordon: \"1\"",
        "- fillDisk: \"0\"\n- wait: 1m\n- freeDisk: \"0\"\n- wait: 8m",
        "- fillMemory: \"0\"\n- wait: 1m\n- freeMemory: \"0\"\n- wait: 8m", "- fillPIDs: \"0\"\n- wait: 1m\n- freePIDs: \"0\"\n- wait: 8m", "- cutZone: ap-southeast-1a\n- wait: 2m\n- healZone: ap-southeast-1a\n- wait: 2m",
        "- slowPulls: {factor: 10}\n- kill: {labels: {app: web}}\n- wait: 5m", "- failPulls: {image: 'nginx:*', node: \"0\"}\n- healPulls: true\n- wait: 1m",
        "- jump: 2h\n- wait: 5m", "- stopNode: \"2\"\n- wait: 1m\n- startNode: \"2\"\n- wait: 1m",
    ])
    func `what breaks heals`(_ steps: String) throws {
        let report = try Self.grade(Self.lab(scenario: "scenario:\n" + steps, check: Self.recovers))
        #expect(report.isPassed, "\(report)")
    }

    @Test func `a zone that there is not is the lab's mistake`() {
        #expect {
            _ = try Self.grade(Self.lab(scenario: "scenario:\n- cutZone: mars", check: Self.recovers))
        } throws: {
            "\($0)".contains("there is no zone 'mars'. There are ap-southeast-1a, ap-southeast-1b, ap-southeast-1c.")
        }
    }

    @Test func `an add-on scales the nodes of a lab`() throws {
        let report = try Self.grade(
            Self.lab(
                scenario: "scenario:\n- wait: 3m", cluster: "cluster: {profile: eks-1x-m5.large, addOns: [cluster-autoscaler]}",
                check: Self.recovers))
        #expect(report.isPassed, "\(report)")
    }

    @Test func `a declared metric drives an autoscaler`() throws {
        let hpa = """
            ---
            apiVersion: autoscaling/v2
            kind: HorizontalPodAutoscaler
            metadata: {name: web}
            spec:
              scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
              minReplicas: 1
              maxReplicas: 6
              metrics:
              - type: External
                external:
                  metric: {name: queue_length, selector: {matchLabels: {queue: orders}}}
                  target: {type: AverageValue, averageValue: 100}

            """
        let cluster = """
            cluster:
              metrics:
              - name: queue_length
                external: {queue: orders}
                values: [{value: 0}, {after: 2m, value: 500}]
            """
        let report = try Self.grade(
            Self.lab(
                scenario: "scenario:\n- wait: 5m", cluster: cluster,
                check: "object: {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 5}}"),
            web: Self.web.replacing("900m", with: "50m") + hpa)
        #expect(report.isPassed, "\(report)")
    }
}
