import APIMachinery
import KubernetesObjects
import SimulationKernel

/// An administrator's requests to the API server in process: everything between the decoded body and the answer's tree.
///
/// What is counted: authorization, decoding and defaulting, admission, validation, managed fields, the store and its log.
/// Reading and writing JSON and the network are not.
package enum APIMeasurement {
    /// Kinds that are measured: a small one, and the one with the most rules.
    package enum Kind: String, CaseIterable, Sendable {
        case configmaps, pods

        func object(_ index: Int) -> Value {
            let metadata: Value = ["name": .string("o-\(index)"), "namespace": "default", "labels": ["app": "load", "shard": .string("s\(index % 10)")]]
            switch self {
            case .configmaps: return ["apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": ["key": .string("value-\(index)")]]
            case .pods:
                return [
                    "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
                    "spec": ["containers": [["name": "web", "image": "nginx:1.27", "ports": [["containerPort": 80]], "resources": ["requests": ["cpu": "100m"]]]]],
                ]
            }
        }
    }

    package static func run(_ kind: Kind, objects: Int) -> [Measurement] {
        var run = Run(kind: kind, objects: objects)
        return run.all()
    }

    private struct Run {
        let kind: Kind
        let objects: Int
        var api = GenericAPIServer(seed: 1)
        let resource: GroupVersionResource

        init(kind: Kind, objects: Int) {
            self.kind = kind
            self.objects = objects
            resource = GroupVersionResource(group: "", version: "v1", resource: kind.rawValue)
            _ = try? api.create(.namespaces, ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "default"]])
            _ = try? api.create(.serviceAccounts, ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default", "namespace": "default"]])
            api.store.logCapacity = max(api.store.logCapacity, objects * 4)
            _ = api.takeEvents()
        }

        private func request(_ verb: APIVerb) -> APIRequest { APIRequest(verb, resource, namespace: "default") }

        /// Sends one request for each object, and measures them together.
        private mutating func each(_ operation: String, _ verb: APIVerb, _ complete: (inout APIRequest, Int) -> Void = { _, _ in }) -> Measurement {
            var digest = Digest()
            let plain = request(verb)
            let watch = Stopwatch()
            for index in 0..<objects {
                var request = plain
                if verb != .create { request.name = "o-\(index)" }
                complete(&request, index)
                do {
                    digest.add(try api.handle(request).body.resourceVersion)
                } catch {
                    digest.add(error.message)
                }
                _ = api.takeEvents()
            }
            return Measurement("api.\(operation)(\(kind.rawValue): \(objects))", items: "requests", count: objects, watch, digest: digest.value)
        }

        mutating func all() -> [Measurement] {
            var watching = request(.watch)
            watching.options.resourceVersion = String(api.store.revision)
            var cursor = try? WatchCursor(watching, on: api)
            let kind = kind
            var results = [
                each("create", .create) { $0.body = kind.object($1) }, each("get", .get), list(limit: 0), list(limit: 500), select(),
                each("patch", .patch) { request, index in
                    request.patchType = .strategicMerge
                    request.body = ["metadata": ["annotations": ["touched": .string("t\(index)")]]]
                },
            ]
            results.append(watch(&cursor))
            results.append(each("delete", .delete) { request, _ in request.options.gracePeriodSeconds = 0 })
            return results
        }

        /// Lists everything, in pages of `limit` or (0) at once.
        private mutating func list(limit: Int) -> Measurement {
            var digest = Digest()
            var count = 0
            var next = ""
            let watch = Stopwatch()
            repeat {
                var request = request(.list)
                request.options.limit = limit
                request.options.continueToken = next
                guard let body = try? api.handle(request).body else { break }
                count += body["items"]?.elements.count ?? 0
                digest.add(body.resourceVersion)
                next = body["metadata"]?["continue"]?.stringValue ?? ""
            } while !next.isEmpty
            let name = limit == 0 ? "list" : "listPages"
            return Measurement("api.\(name)(\(kind.rawValue): \(objects))", items: "objects", count: count, watch, digest: digest.value)
        }

        /// Lists a tenth by label.
        private mutating func select() -> Measurement {
            var digest = Digest()
            let watch = Stopwatch()
            var request = request(.list)
            request.options.labelSelector = "shard=s3"
            let items = (try? api.handle(request).body)?["items"]?.elements ?? []
            digest.add(items.last?.name ?? "")
            return Measurement(
                "api.listSelected(\(kind.rawValue): \(objects))", items: "objects", count: objects, watch, notes: "\(items.count) selected",
                digest: digest.value)
        }

        /// Reads the changes of all that went before.
        private func watch(_ cursor: inout WatchCursor?) -> Measurement {
            var digest = Digest()
            let watch = Stopwatch()
            let events = cursor?.poll(api) ?? []
            for event in events { digest.add(event.object.resourceVersion) }
            return Measurement("api.watch(\(kind.rawValue): \(objects))", items: "events", count: events.count, watch, digest: digest.value)
        }
    }
}
