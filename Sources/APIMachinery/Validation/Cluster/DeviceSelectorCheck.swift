import CEL
import KubernetesObjects

/// Compiles the expressions by which claims and classes choose devices, and works out what they may cost.
///
/// - Bounds: `lengthMax` bytes, and `costMax` at worst for one device.
/// - Source: k8s.io/dynamic-resource-allocation `cel/compile.go` and kubernetes `pkg/apis/resource/validation`, v1.36.
enum DeviceSelectorCheck {
    static let lengthMax = 10 * 1024
    static let costMax: UInt64 = 1_000_000

    private static let domainMax: UInt64 = 63
    private static let valueMax: UInt64 = 64
    private static let attributesMax: UInt64 = 32

    private struct DeviceFields: CELObjectSchema {
        func fieldType(_ name: String) -> CELType? {
            switch name {
            case "driver": .string
            case "allowMultipleAllocations": .bool
            case "attributes": .map(.string, .map(.string, .dyn))
            case "capacity": .map(.string, .map(.string, .quantity))
            default: nil
            }
        }
    }

    private static let environment = CELEnvironment(
        variables: ["device": .object(CELObjectType(name: "kubernetes.DRADevice", schema: DeviceFields()))])

    /// How large the parts of a device may be.
    private static let device: CELShape = .object([
        "driver": .text(max: domainMax), "allowMultipleAllocations": .field,
        "attributes": .map(.map(.text(max: valueMax), max: attributesMax), max: attributesMax),
        "capacity": .map(.map(.field, max: attributesMax), max: attributesMax),
    ])

    static func check(_ expression: String, at path: FieldPath, into errors: inout FieldErrors) {
        if expression.utf8.count > lengthMax { return errors.tooLong(path, maxBytes: lengthMax) }
        do throws(CELCompileError) {
            let program = try environment.compile(expression)
            guard program.type == .bool || program.type == .dyn else {
                return errors.invalid(path, expression, "must evaluate to bool or the unknown type, not \(program.type.name)")
            }
            if program.costAtWorst(["device": device]) > costMax { errors.forbidden(path, "too complex, exceeds cost limit") }
        } catch {
            errors.invalid(path, expression, "compilation failed: \(error)")
        }
    }
}
