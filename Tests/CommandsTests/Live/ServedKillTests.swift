import APIMachinery
import APIServer
import Foundation
import KubernetesObjects
import SimulationKernel
import Synchronization
import Testing

@testable import Commands

/// A server that is killed at random moments, as its clients see it over TLS.
///
/// - Shape: writers create ConfigMaps and change one of their own, a watch goes on from where the last one ended. Then the
///   process is killed, started again, and everything that was answered is looked for.
/// - Bounds: 50 processes, each written to for at most 60 ms.
@Suite(.serialized, .enabled(if: ServedProcess.program != nil, "the program is not built")) struct ServedKillTests {
    private static let rounds = 50
    private static let writers = 3
    private static let configMaps = GroupVersionResource(group: "", version: "v1", resource: "configmaps")

    /// What clients were answered, by name: the revision and the text of the object.
    private typealias Acknowledged = [String: (revision: UInt64, text: String)]

    @Test(.timeLimit(.minutes(5))) func `what was acknowledged over TLS survives kill -9`() throws {
        let folder = try CommandHome.folder("killed")
        try DiskCluster.make(folder, profile: "recording", seed: 3, speed: 1)
        var random = RandomStream(seed: 20, name: "kills")
        var known: Acknowledged = [:]
        var highest: UInt64 = 0
        var watched: UInt64 = 0
        var answered: Set<UInt64> = []
        var shown: Set<UInt64> = []
        for round in 0..<Self.rounds {
            let process = try ServedProcess(folder, arguments: ["--port", "0"])
            defer { process.kill() }
            let served = try #require(process.served(), "round \(round)")
            let client = try served.client()
            let list = try client.send(APIRequest(.list, Self.configMaps, namespace: "default")).body
            // Nothing that was answered is lost, nothing is older than it was, and revisions go on.
            var found: [String: Value] = [:]
            for item in list["items"]?.elements ?? [] { found[item.name] = item }
            for (name, was) in known {
                let revision = found[name]?["metadata"]?["resourceVersion"]?.stringValue.flatMap { UInt64($0) } ?? 0
                #expect(revision >= was.revision, "\(name) in round \(round)")
                // A change that was not answered may have been made, too; one that was is there.
                if revision == was.revision { #expect(found[name]?["data"]?["text"]?.stringValue == was.text, "\(name) in round \(round)") }
            }
            let revision = list["metadata"]?["resourceVersion"]?.stringValue.flatMap { UInt64($0) } ?? 0
            #expect(revision >= highest, "round \(round)")
            highest = max(highest, revision)

            // Without a revision a watch would begin with what there is, in the order of names.
            if watched == 0 { watched = revision }
            let stream = try openWatch(client, from: watched)
            let answers = write(to: served, round: round, for: 5 + random.below(55), killing: process)
            for (name, answer) in answers {
                #expect(answer.revision > highest, "\(name) in round \(round)")
                known[name] = answer
                answered.insert(answer.revision)
            }
            highest = max(highest, answers.values.map(\.revision).max() ?? 0)
            // What the watch has shown comes in order, and goes on where the last one ended.
            var patience = 2000
            while patience > 0 {
                guard let event = stream.next() else {
                    // What was sent before the end may still be on its way.
                    if stream.isEnded { break }
                    patience -= 1
                    usleep(1000)
                    continue
                }
                let seen = UInt64(event.object.resourceVersion) ?? 0
                if event.kind == .error {
                    Issue.record("round \(round): \(event.object["message"] ?? .null)")
                    break
                }
                #expect(seen > watched, "round \(round)")
                watched = max(watched, seen)
                shown.insert(seen)
                if let text = event.object["data"]?["text"]?.stringValue, known[event.object.name].map({ $0.revision < seen }) ?? true {
                    // Shown, though its answer did not get through: it must be there as well.
                    known[event.object.name] = (seen, text)
                }
            }
            highest = max(highest, watched)
        }
        #expect(known.count > Self.rounds)
        // One watch was cut off fifty times and has missed nothing.
        #expect(shown.count > Self.rounds)
        #expect(answered.filter { $0 <= watched }.isSubset(of: shown))
    }

    private func openWatch(_ client: HTTPSClient, from revision: UInt64) throws(APIStatus) -> any WatchStream {
        var request = APIRequest(.watch, Self.configMaps, namespace: "default")
        request.options.resourceVersion = String(revision)
        return try client.watch(request)
    }

    /// Writes from several connections until the process is gone; returns what was answered last of each object.
    private func write(to served: ServedCluster, round: Int, for milliseconds: Int, killing process: ServedProcess) -> Acknowledged {
        let answers = Mutex<Acknowledged>([:])
        let group = DispatchGroup()
        let begun = DispatchSemaphore(value: 0)
        for writer in 0..<Self.writers {
            group.enter()
            Thread.detachNewThread {
                defer { group.leave() }
                guard let client = try? served.client() else { return }
                var number = 0
                while true {
                    // Every third write changes the writer's own object.
                    let isChange = number % 3 == 2
                    let name = isChange ? "w\(writer)-own" : "w\(writer)-\(round)-\(number)"
                    let text = "\(round).\(number) " + String(repeating: "z", count: number * 37 % 2000)
                    var request = APIRequest(isChange ? .patch : .create, Self.configMaps, namespace: "default", name: isChange ? name : "")
                    request.body = ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)], "data": ["text": .string(text)]]
                    if isChange {
                        request.patchType = .apply
                        request.options.fieldManager = "writer"
                        request.options.force = true
                    }
                    guard let answer = try? client.send(request) else { return }
                    answers.withLock { $0[name] = (UInt64(answer.body.resourceVersion) ?? 0, text) }
                    if number == 0 { begun.signal() }
                    number += 1
                }
            }
        }
        _ = begun.wait(timeout: .now() + 10)
        usleep(useconds_t(milliseconds * 1000))
        process.kill()
        group.wait()
        return answers.withLock { $0 }
    }
}
