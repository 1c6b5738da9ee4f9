import KubernetesObjects
import KubernetesSchema
import SimulationKernel
import Testing

@testable import APIMachinery

@Suite struct TableTests {
    @Test func `every resource has a cell for each of its columns`() {
        for type in ResourceIndex(.complete).all where type.type.allows("list") {
            let object: Value = ["metadata": ["name": "x", "creationTimestamp": "2026-01-05T09:00:00Z"], "spec": [:], "status": [:]]
            let cells = Tables.cells(of: object, type, now: .simulationStart)
            #expect(cells.count == type.type.columns.count, "\(type.groupResource): \(type.type.columns.map(\.name))")
        }
    }

    struct PodCase: CustomTestStringConvertible {
        let testDescription: String, pod: String, ready: String, status: String, restarts: String
    }

    static let pods: [PodCase] = [
        PodCase(testDescription: "pending", pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Pending"}}"#, ready: "0/1", status: "Pending", restarts: "0"),
        PodCase(
            testDescription: "running", pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[{"ready":true,"restartCount":0,"state":{"running":{}}}]}}"#,
            ready: "1/1", status: "Running", restarts: "0"),
        PodCase(
            testDescription: "crash loop",
            pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[{"restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":{"terminated":{"exitCode":1,"finishedAt":"2026-01-05T08:59:00Z"}}}]}}"#,
            ready: "0/1", status: "CrashLoopBackOff", restarts: "3 (60s ago)"),
        PodCase(
            testDescription: "init failed",
            pod: #"{"spec":{"initContainers":[{"name":"i"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","restartCount":1,"state":{"terminated":{"exitCode":2}}}]}}"#,
            ready: "0/1", status: "Init:ExitCode:2", restarts: "1"),
        PodCase(
            testDescription: "init going on",
            pod: #"{"spec":{"initContainers":[{"name":"i"},{"name":"j"}],"containers":[{}]},"status":{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":0}}},{"name":"j","state":{"running":{}}}]}}"#,
            ready: "0/1", status: "Init:1/2", restarts: "0"),
        PodCase(
            testDescription: "side car",
            pod: #"{"spec":{"initContainers":[{"name":"i","restartPolicy":"Always"}],"containers":[{}]},"status":{"phase":"Running","initContainerStatuses":[{"name":"i","started":true,"ready":true,"state":{"running":{}}}],"containerStatuses":[{"ready":true,"state":{"running":{}}}]}}"#,
            ready: "2/2", status: "Running", restarts: "0"),
        PodCase(
            testDescription: "completed", pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Succeeded","containerStatuses":[{"state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}}"#,
            ready: "0/1", status: "Completed", restarts: "0"),
        PodCase(
            testDescription: "killed by a signal", pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Failed","containerStatuses":[{"state":{"terminated":{"exitCode":137,"signal":9}}}]}}"#,
            ready: "0/1", status: "Signal:9", restarts: "0"),
        PodCase(
            testDescription: "terminating",
            pod: #"{"metadata":{"deletionTimestamp":"2026-01-05T09:00:30Z"},"spec":{"containers":[{}]},"status":{"phase":"Running","containerStatuses":[{"ready":true,"state":{"running":{}}}]}}"#,
            ready: "1/1", status: "Terminating", restarts: "0"),
        PodCase(
            testDescription: "gated",
            pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"SchedulingGated"}]}}"#,
            ready: "0/1", status: "SchedulingGated", restarts: "0"),
        PodCase(testDescription: "evicted", pod: #"{"spec":{"containers":[{}]},"status":{"phase":"Failed","reason":"Evicted"}}"#, ready: "0/1", status: "Evicted", restarts: "0"),
    ]

    @Test(arguments: pods) func `a pod's state in one word`(_ c: PodCase) throws {
        let cells = try PodCells(CellMaker(object: Value(parsingJSON: c.pod), now: .simulationStart)).cells
        #expect(cells[1] == .string(c.ready))
        #expect(cells[2] == .string(c.status))
        #expect(cells[3] == .string(c.restarts))
    }

    @Test func `metrics of an autoscaler`() throws {
        let object = try Value(
            parsingJSON: #"{"metadata":{"name":"w"},"spec":{"scaleTargetRef":{"kind":"Deployment","name":"web"},"minReplicas":1,"maxReplicas":9,"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},{"type":"Pods","pods":{"metric":{"name":"q"},"target":{"type":"AverageValue","averageValue":"10"}}},{"type":"External","external":{"metric":{"name":"e"},"target":{"type":"Value","value":"5"}}}]},"status":{"currentReplicas":2,"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":30}}}]}}"#
        )
        let cells = CellMaker(object: object, now: .simulationStart).autoscaler
        #expect(cells == ["w", "Deployment/web", "cpu: 30%/50%, <unknown>/10 + 1 more...", "1", "9", 2, "<unknown>"])
    }
}
