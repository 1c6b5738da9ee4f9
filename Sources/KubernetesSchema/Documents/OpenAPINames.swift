/// The names that definitions have in Kubernetes' OpenAPI documents.
enum OpenAPINames {
    /// `io.k8s.api.apps.v1.DeploymentSpec` for `apps.v1.DeploymentSpec`.
    static func long(_ short: String) -> String {
        switch short.prefix(while: { $0 != "." }) {
        case "meta": "io.k8s.apimachinery.pkg.apis.\(short)"
        case "version": "io.k8s.apimachinery.pkg.\(short)"
        case "apiextensions": "io.k8s.apiextensions-apiserver.pkg.apis.\(short)"
        case "apiregistration": "io.k8s.kube-aggregator.pkg.apis.\(short)"
        default: "io.k8s.api.\(short)"
        }
    }

    /// `com.example.lab.v1.Gadget` for a custom kind.
    static func custom(_ kind: GroupVersionKind) -> String {
        (kind.group.split(separator: ".").reversed().map(String.init) + [kind.version, kind.kind]).joined(separator: ".")
    }

    static let quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity"
    static let time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time"
    static let microTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime"
    static let intOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
    static let rawExtension = "io.k8s.apimachinery.pkg.runtime.RawExtension"
    static let fieldSet = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1"
    static let json = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"
    static let schemaOrBool = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool"
    static let schemaOrArray = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray"
    static let schemaOrStringArray = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray"

    /// The definition that a form of its own has in the documents, for forms that have one.
    static func of(_ form: TypeSchema.Form) -> String? {
        switch form {
        case .quantity: quantity
        case .time: time
        case .microTime: microTime
        case .intOrString: intOrString
        case .object: rawExtension
        case .fieldSet: fieldSet
        case .any: json
        case .schemaOrBool: schemaOrBool
        case .schemaOrArray: schemaOrArray
        case .schemaOrStringArray: schemaOrStringArray
        default: nil
        }
    }
}
