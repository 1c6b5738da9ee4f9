/// The definitions of the Gateway API's standard channel: GatewayClass, Gateway, HTTPRoute and ReferenceGrant.
///
/// - Source: the Gateway API v1.4: its fields, defaults, enumerations and printer columns.
enum GatewayDefinitions {
    static var manifest: String {
        [
            definition(
                kind: "GatewayClass", plural: "gatewayclasses", singular: "gatewayclass", shortNames: ["gc"], isNamespaced: false, versions: ["v1", "v1beta1"],
                columns: [
                    ("Controller", "string", ".spec.controllerName", 0), ("Accepted", "string", ".status.conditions[?(@.type==\"Accepted\")].status", 0), age,
                    ("Description", "string", ".spec.description", 1),
                ], spec: classSpec, status: statusConditions(["Accepted"]), isSpecRequired: true),
            definition(
                kind: "Gateway", plural: "gateways", singular: "gateway", shortNames: ["gtw"], isNamespaced: true, versions: ["v1", "v1beta1"],
                columns: [
                    ("Class", "string", ".spec.gatewayClassName", 0), ("Address", "string", ".status.addresses[*].value", 0),
                    ("Programmed", "string", ".status.conditions[?(@.type==\"Programmed\")].status", 0), age,
                ], spec: gatewaySpec, status: statusConditions(["Accepted", "Programmed"]), isSpecRequired: true),
            definition(
                kind: "HTTPRoute", plural: "httproutes", singular: "httproute", shortNames: [], isNamespaced: true, versions: ["v1", "v1beta1"],
                columns: [("Hostnames", "string", ".spec.hostnames", 0), age], spec: routeSpec, status: openObject, isSpecRequired: true),
            definition(
                kind: "ReferenceGrant", plural: "referencegrants", singular: "referencegrant", shortNames: ["refgrant"], isNamespaced: true, versions: ["v1beta1"],
                columns: [age], spec: grantSpec, status: nil, isSpecRequired: false),
        ].joined(separator: "---\n")
    }

    private typealias Column = (name: String, type: String, path: String, priority: Int)
    private static let age: Column = ("Age", "date", ".metadata.creationTimestamp", 0)
    private static let openObject = "{type: object, x-kubernetes-preserve-unknown-fields: true}"

    private static func definition(
        kind: String, plural: String, singular: String, shortNames: [String], isNamespaced: Bool, versions: [String], columns: [Column], spec: String, status: String?,
        isSpecRequired: Bool
    ) -> String {
        let printed = columns.map { "{name: \($0.name), type: \($0.type), jsonPath: '\($0.path)', priority: \($0.priority)}" }.joined(separator: ", ")
        let served = versions.enumerated().map { index, version in
            """
              - name: \(version)
                served: true
                storage: \(index == 0)
                \(status == nil ? "" : "subresources: {status: {}}")
                additionalPrinterColumns: [\(printed)]
                schema:
                  openAPIV3Schema:
                    type: object
                    \(isSpecRequired ? "required: [spec]" : "")
                    properties:
                      apiVersion: {type: string}
                      kind: {type: string}
                      metadata: {type: object}
                      spec: \(spec)
                      \(status.map { "status: \($0)" } ?? "")

            """
        }.joined()
        return """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata:
              name: \(plural).gateway.networking.k8s.io
              annotations:
                api-approved.kubernetes.io: https://github.com/kubernetes-sigs/gateway-api/pull/3328
                gateway.networking.k8s.io/bundle-version: v1.4.0
                gateway.networking.k8s.io/channel: standard
            spec:
              group: gateway.networking.k8s.io
              scope: \(isNamespaced ? "Namespaced" : "Cluster")
              names: {kind: \(kind), listKind: \(kind)List, plural: \(plural), singular: \(singular), shortNames: [\(shortNames.joined(separator: ", "))], categories: [gateway-api]}
              versions:
            \(served)
            """
    }

    private static func statusConditions(_ types: [String]) -> String {
        let pending = types.map {
            "{lastTransitionTime: '1970-01-01T00:00:00Z', message: Waiting for controller, reason: Pending, status: Unknown, type: \($0)}"
        }.joined(separator: ", ")
        return "{type: object, x-kubernetes-preserve-unknown-fields: true, default: {conditions: [\(pending)]}, properties: {conditions: {type: array, items: \(openObject)}}}"
    }

    // MARK: Fields

    private static let classSpec = """
        {type: object, required: [controllerName], properties: {controllerName: {type: string, minLength: 1, maxLength: 253, \
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9/._~%!$&()*+,;=:-]+$', \
        x-kubernetes-validations: [{rule: self == oldSelf, message: Value is immutable}]}, description: {type: string, maxLength: 64}, parametersRef: \(openObject)}}
        """

    private static let name = "{type: string, minLength: 1, maxLength: 253}"
    private static let portNumber = "{type: integer, format: int32, minimum: 1, maximum: 65535}"
    private static let hostName = "{type: string, minLength: 1, maxLength: 253, pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'}"

    private static let gatewaySpec = """
        {type: object, required: [gatewayClassName, listeners], properties: {gatewayClassName: \(name), \
        addresses: {type: array, maxItems: 16, items: \(openObject)}, infrastructure: \(openObject), \
        listeners: {type: array, minItems: 1, maxItems: 64, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name, port, protocol], \
        properties: {name: \(name), hostname: \(hostName), port: \(portNumber), protocol: {type: string, minLength: 1, maxLength: 255}, \
        tls: {type: object, properties: {mode: {type: string, default: Terminate, enum: [Terminate, Passthrough]}, \
        certificateRefs: {type: array, maxItems: 64, items: {type: object, required: [name], properties: {group: {type: string, default: ''}, kind: {type: string, default: Secret}, name: \(name), namespace: {type: string}}}}, \
        options: {type: object, additionalProperties: {type: string}}}}, \
        allowedRoutes: {type: object, default: {namespaces: {from: Same}}, properties: {namespaces: {type: object, default: {from: Same}, \
        properties: {from: {type: string, default: Same, enum: [All, Selector, Same]}, selector: \(openObject)}}, \
        kinds: {type: array, maxItems: 8, items: {type: object, required: [kind], properties: {group: {type: string, default: gateway.networking.k8s.io}, kind: {type: string}}}}}}}}}}}
        """

    private static let headerList = "{type: array, maxItems: 16, items: {type: object, required: [name, value], properties: {name: {type: string}, value: {type: string}}}}"
    private static let headerChange = "{type: object, properties: {set: \(headerList), add: \(headerList), remove: {type: array, maxItems: 16, items: {type: string}}}}"
    private static let pathChange = """
        {type: object, required: [type], properties: {type: {type: string, enum: [ReplaceFullPath, ReplacePrefixMatch]}, replaceFullPath: {type: string}, replacePrefixMatch: {type: string}}}
        """
    private static let filters = """
        {type: array, maxItems: 16, items: {type: object, required: [type], properties: {type: {type: string, enum: [RequestHeaderModifier, ResponseHeaderModifier, RequestMirror, RequestRedirect, URLRewrite, ExtensionRef]}, \
        requestHeaderModifier: \(headerChange), responseHeaderModifier: \(headerChange), requestMirror: \(openObject), extensionRef: \(openObject), \
        requestRedirect: {type: object, properties: {scheme: {type: string, enum: [http, https]}, hostname: {type: string}, port: \(portNumber), path: \(pathChange), statusCode: {type: integer, default: 302, enum: [301, 302]}}}, \
        urlRewrite: {type: object, properties: {hostname: {type: string}, path: \(pathChange)}}}}}
        """
    private static let valueMatch = """
        {type: array, maxItems: 16, items: {type: object, required: [name, value], properties: {type: {type: string, default: Exact, enum: [Exact, RegularExpression]}, name: {type: string}, value: {type: string}}}}
        """
    private static let routeSpec = """
        {type: object, properties: {hostnames: {type: array, maxItems: 16, items: \(hostName)}, \
        parentRefs: {type: array, maxItems: 32, items: {type: object, required: [name], properties: {group: {type: string, default: gateway.networking.k8s.io}, kind: {type: string, default: Gateway}, \
        namespace: {type: string}, name: \(name), sectionName: {type: string}, port: \(portNumber)}}}, \
        rules: {type: array, maxItems: 16, default: [{matches: [{path: {type: PathPrefix, value: /}}]}], items: {type: object, properties: {name: {type: string}, \
        matches: {type: array, maxItems: 64, default: [{path: {type: PathPrefix, value: /}}], items: {type: object, properties: {\
        path: {type: object, default: {type: PathPrefix, value: /}, properties: {type: {type: string, default: PathPrefix, enum: [Exact, PathPrefix, RegularExpression]}, value: {type: string, default: /, maxLength: 1024}}, \
        x-kubernetes-validations: [{rule: '(self.type in [''Exact'',''PathPrefix'']) ? self.value.startsWith(''/'') : true', message: 'value must be an absolute path and start with ''/'' when type one of [''Exact'', ''PathPrefix'']'}]}, \
        headers: \(valueMatch), queryParams: \(valueMatch), method: {type: string, enum: [GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH]}}}}, \
        filters: \(filters), timeouts: {type: object, properties: {request: {type: string}, backendRequest: {type: string}}}, \
        backendRefs: {type: array, maxItems: 16, items: {type: object, required: [name], properties: {group: {type: string, default: ''}, kind: {type: string, default: Service}, name: \(name), namespace: {type: string}, \
        port: \(portNumber), weight: {type: integer, format: int32, default: 1, minimum: 0, maximum: 1000000}, filters: \(filters)}}}}}}}}
        """

    private static let grantSpec = """
        {type: object, required: [from, to], properties: {from: {type: array, minItems: 1, maxItems: 16, items: {type: object, required: [group, kind, namespace], \
        properties: {group: {type: string}, kind: {type: string}, namespace: {type: string, minLength: 1}}}}, \
        to: {type: array, minItems: 1, maxItems: 16, items: {type: object, required: [group, kind], properties: {group: {type: string}, kind: {type: string}, name: {type: string}}}}}}
        """
}
