import KubernetesObjects

/// Which objects a list or a watch is about.
package struct ObjectFilter: Sendable {
    var labels: LabelSelector?
    var fields: [FieldTerm] = []
    package var namespace: String?

    struct FieldTerm: Sendable {
        var path: String
        var value: String
        var isEqual: Bool
    }

    var selectsAll: Bool { labels == nil && fields.isEmpty }

    /// Reads the selectors of a request.
    ///
    /// - Throws: 400 for a selector that cannot be read or a field that this resource cannot be selected by.
    init(_ type: ServedResource, labels labelText: String, fields fieldText: String) throws(APIStatus) {
        if !labelText.isEmpty {
            let selector: LabelSelector
            do throws(SelectorError) { selector = try LabelSelector(parsing: labelText) } catch { throw .badRequest(error.message) }
            labels = selector.isEmpty ? nil : selector
        }
        if !fieldText.isEmpty {
            let selector: FieldSelector
            do throws(SelectorError) { selector = try FieldSelector(parsing: fieldText) } catch { throw .badRequest(error.message) }
            for term in selector.requirements {
                try SelectableFields.check(term.field, type)
                fields.append(FieldTerm(path: term.field, value: term.value, isEqual: !term.isNegated))
            }
        }
    }

    /// Selects one object by name besides.
    mutating func select(name: String) { fields.append(FieldTerm(path: "metadata.name", value: name, isEqual: true)) }

    func matches(_ object: Value) -> Bool {
        if let namespace, object.namespace != namespace { return false }
        if let labels, !labels.matches(object.labels) { return false }
        for term in fields where (SelectableFields.value(term.path, of: object) == term.value) != term.isEqual { return false }
        return true
    }
}

/// The fields that objects can be selected by.
///
/// - Source: `pkg/apis/*/v1/conversion.go` and the registries' `GetAttrs`, v1.36.
enum SelectableFields {
    private static let byResource: [String: Set<String>] = [
        "pods": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase",
            "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
        "nodes": ["spec.unschedulable"],
        "replicationcontrollers": ["status.replicas"],
        "namespaces": ["status.phase"],
        "secrets": ["type"],
        "services": ["spec.clusterIP", "spec.type"],
        "events": [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        "events.events.k8s.io": [
            "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion", "regarding.resourceVersion",
            "regarding.fieldPath", "reason", "reportingController", "type",
        ],
        "jobs.batch": ["status.successful"],
        "certificatesigningrequests.certificates.k8s.io": ["spec.signerName"],
        "clustertrustbundles.certificates.k8s.io": ["spec.signerName"],
        "resourceslices.resource.k8s.io": ["spec.nodeName", "spec.driver"],
        "ipaddresses.networking.k8s.io": ["parentRef.group", "parentRef.resource", "parentRef.namespace", "parentRef.name"],
    ]

    static func check(_ path: String, _ type: ServedResource) throws(APIStatus) {
        if path == "metadata.name" || (path == "metadata.namespace") { return }
        let name = type.groupResource.description
        if let known = byResource[name] {
            if known.contains(path) { return }
            if name == "jobs.batch" { throw .badRequest("field label \(goQuoted(path)) not supported for Job") }
            throw .badRequest("field label not supported: \(path)")
        }
        if let custom = type.custom {
            if custom.selectableFields.contains(path) { return }
            throw .badRequest("field label not supported: \(path)")
        }
        throw .badRequest("\(goQuoted(path)) is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    }

    /// The text that a field is compared by.
    static func value(_ path: String, of object: Value) -> String {
        switch path {
        case "metadata.name": return object.name
        case "metadata.namespace": return object.namespace
        case "spec.unschedulable", "spec.hostNetwork":
            return object[path: path.split(separator: ".").map(String.init)]?.boolValue == true ? "true" : "false"
        case "status.podIP", "status.podIPs": return object["status"]?["podIP"]?.stringValue ?? ""
        case "status.successful": return String(object["status"]?["succeeded"]?.intValue ?? 0)
        case "status.replicas": return String(object["status"]?["replicas"]?.intValue ?? 0)
        case "source":
            let source = object["source"]?["component"]?.stringValue ?? ""
            return source.isEmpty ? object["reportingComponent"]?.stringValue ?? "" : source
        case "reportingController": return object["reportingComponent"]?.stringValue ?? ""
        default:
            let parts = path.split(separator: ".").map { $0 == "regarding" ? "involvedObject" : String($0) }
            guard let found = object[path: parts] else { return "" }
            return switch found {
            case .string(let text): text
            case .int(let number): String(number)
            case .bool(let flag): flag ? "true" : "false"
            case .number(let literal): literal.text
            default: ""
            }
        }
    }
}
