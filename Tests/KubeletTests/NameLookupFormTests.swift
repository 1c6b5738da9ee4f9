import Testing

@testable import Kubelet

/// In whose words `nslookup` answers, by the image that it is in.
@Suite struct NameLookupFormTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let image: String
        let form: NameLookupForm
        let found: String
        let missing: String
        var testDescription: String { image }

        init(_ image: String, _ form: NameLookupForm) {
            (self.image, self.form) = (image, form)
            switch form {
            case .bind, .busybox:
                let head = "Server:\t\t10.100.0.10\nAddress:\t10.100.0.10\(form == .bind ? "#" : ":")53\n\n"
                found = head + "Name:\tweb.default.svc.cluster.local\nAddress: 10.100.1.1\n\n"
                missing = head + "** server can't find web: NXDOMAIN\n\n"
            case .oldBusybox:
                found = "Server:    10.100.0.10\nAddress 1: 10.100.0.10\n\nName:      web\nAddress 1: 10.100.1.1\n"
                missing = "Server:    10.100.0.10\nAddress 1: 10.100.0.10\n\nnslookup: can't resolve 'web'\n"
            }
        }
    }

    @Test(arguments: [
        Case("busybox", .busybox), Case("busybox:1.37", .busybox), Case("busybox:1.36.1-glibc", .busybox), Case("busybox:1.28", .oldBusybox), Case("registry.k8s.io/busybox:1.27.2", .oldBusybox),
        Case("busybox:glibc", .busybox), Case("alpine:3.20", .busybox), Case("nicolaka/netshoot", .bind), Case("registry.k8s.io/e2e-test-images/agnhost:2.53", .bind), Case("example.com/unheard/of", .bind),
    ])
    func `the image says whose words they are`(_ c: Case) throws {
        var catalogue = ImageCatalogue()
        guard case .found(let image) = catalogue.look(up: c.image) else {
            Issue.record("not found")
            return
        }
        #expect(image.lookupForm == c.form)
        var command = NetworkCommand(["nslookup", "web"], environment: [])
        (command.lookupForm, command.nameServer) = (image.lookupForm, "10.100.0.10")
        let records = [NameRecord(name: "web.default.svc.cluster.local", type: "A", value: "10.100.1.1")]
        let found = command.render(.resolved(name: "web.default.svc.cluster.local", records: records, server: "10.100.0.10"))
        #expect(String(decoding: found.output, as: UTF8.self) == c.found)
        let missing = command.render(.failed(.noSuchHost, .zero))
        #expect(String(decoding: missing.output, as: UTF8.self) + String(decoding: missing.errors, as: UTF8.self) == c.missing)
        #expect(missing.status == 1)
    }
}
