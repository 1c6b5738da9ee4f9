/// What the product calls itself.
enum Product {
    static let name = "labrunner"
    static let version = "0.1.0"
    static let kubernetesVersion = "v1.36.2"
}
