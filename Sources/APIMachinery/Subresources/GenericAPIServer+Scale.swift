import KubernetesObjects
import KubernetesSchema

/// The scale subresource: replicas of a workload as an `autoscaling/v1` Scale.
///
/// - Source: `pkg/registry/apps/*/storage` `ScaleREST`; apiextensions-apiserver `registry/customresource` `ScaleREST`.
extension GenericAPIServer {
    /// Where an object keeps what a Scale shows.
    private struct ScalePaths {
        var spec: [String]
        var status: [String]
        var selector: [String]?
    }

    private static func paths(_ type: ServedResource) throws(APIStatus) -> ScalePaths {
        guard let custom = type.custom else { return ScalePaths(spec: ["spec", "replicas"], status: ["status", "replicas"], selector: nil) }
        guard let scale = custom.scale else { throw .pageNotFound() }
        func path(_ field: String) -> [String] { (scale[field]?.stringValue ?? "").split(separator: ".").map(String.init) }
        let selector = path("labelSelectorPath")
        return ScalePaths(spec: path("specReplicasPath"), status: path("statusReplicasPath"), selector: selector.isEmpty ? nil : selector)
    }

    /// The Scale of an object.
    static func scale(of object: Value, _ type: ServedResource) throws(APIStatus) -> Value {
        let paths = try Self.paths(type)
        var metadata: Value = ["name": .string(object.name)]
        if !object.namespace.isEmpty { metadata["namespace"] = .string(object.namespace) }
        metadata["uid"] = .string(object.uid)
        metadata["resourceVersion"] = .string(object.resourceVersion)
        metadata["creationTimestamp"] = object["metadata"]?["creationTimestamp"]
        var status: Value = ["replicas": object[path: paths.status] ?? 0]
        let selector: String
        if let path = paths.selector {
            selector = object[path: path]?.stringValue ?? ""
        } else if type.storage == .replicationControllers {
            selector = LabelSelector(matching: object["spec"]?["selector"]?.fields ?? [:]).description
        } else {
            selector = LabelSelector(object: object["spec"]?["selector"]).description
        }
        if !selector.isEmpty { status["selector"] = .string(selector) }
        var spec: Value = [:]
        if let replicas = object[path: paths.spec], replicas.intValue != 0 { spec["replicas"] = replicas }
        return ["kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status]
    }

    /// A Scale as a table: what is wanted and what is there.
    private func scaleTable(_ scale: Value) -> Value {
        let columns = [("Name", "string", "name"), ("Desired", "integer", ""), ("Available", "integer", ""), ("Age", "string", "")]
        let row: Value = [
            "cells": [
                .string(scale.name), scale["spec", "replicas"] ?? 0, scale["status", "replicas"] ?? 0,
                CellMaker(object: scale, now: now).age,
            ],
            "object": Self.partial(scale),
        ]
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(scale.resourceVersion)],
            "columnDefinitions": .array(
                columns.map { ["name": .string($0.0), "type": .string($0.1), "format": .string($0.2), "description": "", "priority": 0] }),
            "rows": [row],
        ]
    }

    mutating func handleScale(_ request: APIRequest, _ scope: inout RequestScope) throws(APIStatus) -> APIResponse {
        let type = scope.type
        let paths = try Self.paths(type)
        if request.verb == .get {
            let object = try get(type, namespace: scope.namespace, name: scope.name)
            let scale = try Self.scale(of: object, type)
            if case .table = request.representation { return APIResponse(body: scaleTable(scale), warnings: scope.warnings) }
            return APIResponse(body: scale, warnings: scope.warnings)
        }
        let body = request.body ?? .null
        let form = request.verb == .patch ? request.patchType : nil
        if request.verb == .patch, form == nil { throw Self.unsupportedPatch("", type) }
        let name = scope.name
        let result = try update(&scope) { (old: Value, _: inout RequestScope) throws(APIStatus) in
            let present = try Self.scale(of: old, type)
            var wanted = body
            switch form {
            case nil: break
            case .json: wanted = try JSONPatch.apply(body, to: present)
            default: wanted = MergePatch.apply(body, to: present)
            }
            if wanted.name != name, !wanted.name.isEmpty {
                throw .badRequest("the name of the object (\(wanted.name)) does not match the name on the URL (\(name))")
            }
            let given = wanted["spec"]?["replicas"]
            if let given, given.intValue == nil, !given.isNull {
                throw .badRequest(
                    DecodingFailure.badRequest(
                        "json: cannot unmarshal \(given.goTypeName) into Go struct field ScaleSpec.spec.replicas of type int32",
                        given: GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"), expectedKind: "Scale"))
            }
            let replicas = given?.intValue ?? 0
            if replicas < 0 {
                throw .invalid(
                    kind: "Scale", group: "autoscaling", name: name,
                    [.invalid("spec.replicas", Value(replicas), "must be greater than or equal to 0")])
            }
            var object = old
            object.set(Value(replicas), at: paths.spec)
            let version = wanted.resourceVersion
            object["metadata", default: [:]]["resourceVersion"] = version.isEmpty ? nil : .string(version)
            if version.isEmpty, !type.traits.allowsUnconditionalUpdate {
                object["metadata", default: [:]]["resourceVersion"] = .string(old.resourceVersion)
            }
            return object
        }
        return APIResponse(body: try Self.scale(of: result.object, type), warnings: scope.warnings)
    }
}
