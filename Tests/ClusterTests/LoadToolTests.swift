import APIMachinery
import Cluster
import Kubelet
import KubernetesObjects
import SimulationKernel
import Testing

/// Load generators in containers: what they send, what comes of it, and what they say in the end.
@Suite struct LoadToolTests {
    private static let web = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, labels: {app: web}}
        spec: {containers: [{name: c, image: 'registry.k8s.io/hpa-example', resources: {limits: {cpu: 500m, memory: 200Mi}, requests: {cpu: 200m}}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        """

    /// Runs a command line in a pod of an image until it has ended, and gives its log.
    private static func run(_ image: String, _ arguments: [String], command: [String] = [], in cluster: inout Cluster, minutes: Int = 5) throws -> (log: String, phase: String) {
        let name = "load-\(cluster.store.count(.pods))"
        var container: Value = ["name": "c", "image": .string(image), "args": .array(arguments.map { .string($0) })]
        if !command.isEmpty { container["command"] = .array(command.map { .string($0) }) }
        try StorageTests.apply(["apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name)], "spec": ["restartPolicy": "Never", "containers": [container]]], in: &cluster)
        for _ in 0..<minutes * 12 {
            cluster.advance(by: .seconds(5))
            let phase = cluster.store.get(.pods, namespace: "default", name: name)?["status"]?["phase"]?.stringValue ?? ""
            if phase == "Succeeded" || phase == "Failed" { break }
        }
        var request = APIRequest(.get, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: name)
        request.subresource = "log"
        return (try cluster.send(request).body["stdout"]?.stringValue ?? "", cluster.store.get(.pods, namespace: "default", name: name)?["status"]?["phase"]?.stringValue ?? "")
    }

    private static func started() throws -> Cluster {
        var cluster = ClusterTests.started()
        try StorageTests.apply(web, in: &cluster)
        cluster.settle()
        cluster.advance(by: .seconds(5))
        return cluster
    }

    struct Tool: CustomTestStringConvertible, Sendable {
        let image: String
        let command: [String]
        let arguments: [String]
        /// Lines, or beginnings of lines, that its report has.
        let says: [String]
        var testDescription: String { image }
    }

    @Test(arguments: [
        Tool(image: "williamyeh/hey", command: [], arguments: ["-z", "20s", "-c", "5", "-q", "1", "http://web/"], says: ["Summary:", "Requests/sec:\t5.0000", "Latency distribution:", "[200]\t100 responses"]),
        Tool(image: "jordi/ab", command: ["ab"], arguments: ["-n", "40", "-c", "4", "http://web/"], says: ["Concurrency Level:      4", "Complete requests:      40", "Failed requests:        0", "Percentage of the requests served within a certain time (ms)"]),
        Tool(image: "williamyeh/wrk", command: [], arguments: ["-t2", "-c4", "-d10s", "--latency", "http://web/"], says: ["Running 10s test @ http://web/", "2 threads and 4 connections", "Latency Distribution", "Requests/sec:"]),
        Tool(image: "fortio/fortio", command: [], arguments: ["load", "-qps", "5", "-c", "2", "-t", "10s", "http://web/"], says: ["Fortio 1.69.5 running at 5 queries per second", "Code 200 : 50 (100.0 %)", "All done 50 calls"]),
        Tool(image: "peterevans/vegeta", command: ["sh", "-c"], arguments: ["echo 'GET http://web/' | vegeta attack -rate=5 -duration=10s | vegeta report"], says: ["Requests      [total, rate, throughput]", "Success       [ratio]                                   100.00%", "Status Codes  [code:count]                              200:50"]),
        Tool(
            image: "grafana/k6", command: ["sh", "-c"],
            arguments: ["cat > s.js <<'E'\nimport http from 'k6/http';\nimport { sleep } from 'k6';\nexport const options = { vus: 5, duration: '20s' };\nexport default function () { http.get('http://web/'); sleep(1); }\nE\nk6 run s.js"],
            says: ["http_req_failed....................: 0.00%", "5 looping VUs for 20s", "vus................................: 5"]),
        Tool(
            image: "locustio/locust", command: ["sh", "-c"],
            arguments: ["cat > locustfile.py <<'E'\nfrom locust import HttpUser, task, between\nclass U(HttpUser):\n    wait_time = between(1, 3)\n    @task\n    def index(self):\n        self.client.get(\"/\")\nE\nlocust --headless -u 4 -r 4 -t 20s --host http://web"],
            says: ["Aggregated", "0(0.00%)", "Response time percentiles (approximated)"]),
    ])
    func `a load generator ends and reports`(_ tool: Tool) throws {
        var cluster = try Self.started()
        let (log, phase) = try Self.run(tool.image, tool.arguments, command: tool.command, in: &cluster)
        #expect(phase == "Succeeded", "\(log)")
        for text in tool.says { #expect(log.contains(text), "\(text) is not in: \(log)") }
    }

    @Test func `workers send as fast as a full server answers`() throws {
        var cluster = try Self.started()
        // 500m of CPU at the image's cost of a request serve so many a second, and no more.
        let (log, _) = try Self.run("williamyeh/hey", ["-z", "30s", "-c", "20", "http://web/"], in: &cluster)
        let rate = log.split(separator: "\n").first { $0.contains("Requests/sec") }.flatMap { Double($0.split(separator: "\t").last ?? "") } ?? 0
        let kubelets = cluster.usages().first { $0.pod.name == "web" }
        #expect(kubelets != nil)
        #expect(rate > 1)
        // Twenty wait for each other: the mean is twenty times a share of a second's requests.
        let average = log.split(separator: "\n").first { $0.contains("Average") }.flatMap { Double($0.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst().first ?? "") } ?? 0
        #expect(abs(average * rate - 20) < 6, "\(log)")
    }

    @Test func `a loop of requests loads what it asks as much after a while as at first`() throws {
        var cluster = try Self.started()
        try StorageTests.apply(
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: site, labels: {app: site}}
            spec: {containers: [{name: c, image: httpd}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: site}
            spec: {selector: {app: site}, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: loop}
            spec: {containers: [{name: c, image: 'busybox:1.28', command: [sh, -c, "while sleep 0.02; do wget -q -O- http://site; done"]}]}
            """, in: &cluster)
        /// The most CPU that a pod is seen to use in the time between two readings.
        func used(_ pod: String) -> Int {
            var most = 0
            for _ in 0..<16 {
                cluster.advance(by: .seconds(1))
                most = max(most, cluster.usages().first { $0.pod.name == pod }?.containers.first?.milliCPU ?? 0)
            }
            return most
        }
        cluster.advance(by: .seconds(45))
        let atFirst = used("site")
        #expect(atFirst > 5)
        // By then the loop has used up what a container may take of the real machine.
        cluster.advance(by: .seconds(600))
        let later = used("site")
        #expect(abs(later - atFirst) <= atFirst / 3, "\(atFirst) \(later)")
        #expect(used("loop") < 200)
        // The signal that it gets at its end comes while it is held up.
        var deletion = APIRequest(.delete, GroupVersionResource(group: "", version: "v1", resource: "pods"), namespace: "default", name: "loop")
        deletion.options.gracePeriodSeconds = 1
        _ = try cluster.send(deletion)
        let atLast = used("site")
        #expect(atLast <= later * 2, "\(later) \(atLast)")
    }

    struct Refusal: CustomTestStringConvertible, Sendable {
        let image: String
        let arguments: [String]
        let says: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Refusal(image: "williamyeh/hey", arguments: ["-n", "100", "-c", "10", "http://nobody/"], says: "dial tcp: lookup nobody: no such host"),
        Refusal(image: "williamyeh/hey", arguments: ["-n", "5", "-c", "10", "http://web/"], says: "-n cannot be less than -c."),
        Refusal(image: "jordi/ab", arguments: ["-n", "10", "http://web"], says: "ab: invalid URL"),
        Refusal(image: "williamyeh/wrk", arguments: ["-d5s", "http://web:81/"], says: "unable to connect to web:81 Connection refused"),
        Refusal(image: "grafana/k6", arguments: ["run", "nosuch.js"], says: "couldn't be found on local disk"),
        Refusal(image: "locustio/locust", arguments: ["--headless"], says: "Could not find 'locustfile.py'"),
        Refusal(image: "williamyeh/hey", arguments: [], says: "Usage: hey [options...] <url>"),
    ])
    func `what cannot be done is said in the tool's words`(_ c: Refusal) throws {
        var cluster = try Self.started()
        let (log, _) = try Self.run(c.image, c.arguments, in: &cluster, minutes: 2)
        #expect(log.contains(c.says), "\(log)")
    }

    @Test func `a load that a command begins is served in the cluster`() throws {
        var cluster = try Self.started()
        try StorageTests.apply("apiVersion: v1\nkind: Pod\nmetadata: {name: tool}\nspec: {containers: [{name: c, image: williamyeh/hey, command: [sleep, infinity]}]}", in: &cluster)
        cluster.settle()
        let text = try StorageTests.exec("tool", "hey -z 10s -c 2 -q 2 http://web/", in: &cluster)
        #expect(text.contains("[200]\t40 responses"), "\(text)")
        cluster.advance(by: .seconds(5))
        #expect(!cluster.loadTallies.isEmpty)
        cluster.advance(by: .seconds(60))
    }

    @Test func `times of a queue have long waits for few`() {
        var times = LatencyHistogram()
        times.add(service: 10, mean: 110, count: 1000)
        #expect(abs(times.total - 1000) < 1e-6)
        #expect(times.quantile(0.5) < 110 && times.quantile(0.99) > 250)
        #expect(abs(times.mean - 107) < 5)
        #expect(LatencyHistogram(numbers: times.numbers) == times)
        #expect(LatencyHistogram().quantile(0.5) == 0)
    }
}
