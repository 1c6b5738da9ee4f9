import KubernetesObjects
import Testing

@testable import APIMachinery

/// The expressions by which claims choose devices.
@Suite struct DeviceSelectorTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String, expression: String, problem: String
        init(_ expression: String, _ problem: String) {
            testDescription = expression
            self.expression = expression
            self.problem = problem
        }
    }

    static let cases = [
        Case("device.driver == 'gpu.lab.io'", ""),
        Case("device.attributes['gpu.lab.io'].model == 'A100'", ""),
        Case("device.attributes['gpu.lab.io'].shared", ""),
        Case("device.capacity['gpu.lab.io'].memory.compareTo(quantity('40Gi')) >= 0", ""),
        Case("device.attributes['gpu.lab.io'].version.isGreaterThan(semver('1.0.0'))", ""),
        Case("cel.bind(gpu, device.attributes['gpu.lab.io'], gpu.shared && gpu.healthy)", ""),
        Case("device.allowMultipleAllocations", ""),
        Case("device.driver", "e: Invalid value: \"device.driver\": must evaluate to bool or the unknown type, not string"),
        Case(
            "device.drivr == 'x'",
            "e: Invalid value: \"device.drivr == 'x'\": compilation failed: ERROR: <input>:1:7: undefined field 'drivr'\n | device.drivr == 'x'\n | ......^"),
        Case(
            "claim.name == 'x'",
            "e: Invalid value: \"claim.name == 'x'\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'claim' (in container '')\n | claim.name == 'x'\n | ^"),
        Case(
            "device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a != b && c != d))))",
            "e: Forbidden: too complex, exceeds cost limit"),
        Case(String(repeating: "a", count: 10_241), "e: Too long: may not be more than 10240 bytes"),
    ]

    @Test(arguments: cases)
    func `compiles selectors as the real server does`(_ c: Case) {
        var errors: FieldErrors = []
        DeviceSelectorCheck.check(c.expression, at: FieldPath("e"), into: &errors)
        #expect(errors.map(\.message).joined(separator: "\n") == c.problem)
    }
}
