import KubernetesObjects

/// What is wrong with certificate signing requests, and which of their conditions may change how.
///
/// - Source: kubernetes `pkg/apis/certificates/validation` and `pkg/registry/certificates/certificates`, v1.36. Differs: of a
///   certificate only the PEM form is looked at, and of a request not the signature.
enum SigningRequestValidation {
    /// What an old object already has is let through, so that it can still be written.
    private struct Tolerance {
        var bothDecisions = false
        var legacySigner = false
        var duplicateConditions = false
        var emptyConditions = false
        var anyCertificate = false
        var unknownUsages = false
        var duplicateUsages = false

        init() {}

        init(_ new: Value, old: Value) {
            let types = SigningRequestValidation.conditions(of: old).map { $0.text("type") }
            bothDecisions = types.contains("Approved") && types.contains("Denied")
            legacySigner = old["spec"]?.text("signerName") == SigningRequestValidation.legacySigner
            duplicateConditions = Set(types).count < types.count
            emptyConditions = types.contains("")
            let certificate = old["status"]?.text("certificate") ?? ""
            anyCertificate =
                certificate == new["status"]?.text("certificate") ?? ""
                || (!certificate.isEmpty && SigningRequestValidation.certificateProblem(certificate) != nil)
            let usages = old["spec"]?.texts("usages") ?? []
            unknownUsages = usages.contains { !SigningRequestValidation.usages.contains($0) }
            duplicateUsages = Set(usages).count < usages.count
        }
    }

    private static let legacySigner = "kubernetes.io/legacy-unknown"
    private static let decisions = ["Approved", "Denied"]
    private static let lasting = ["Approved", "Denied", "Failed"]
    private static let conditionsPath = FieldPath.status / "conditions"
    private static let certificatePath = FieldPath.status / "certificate"

    private static let usages = [
        "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only",
        "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement",
        "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping",
    ]

    private static func conditions(of request: Value) -> [Value] { request["status"]?.list("conditions") ?? [] }

    // MARK: Operations

    static func request(_ new: Value, old: Value?, into errors: inout FieldErrors) {
        check(new, old, mayDecide: false, mayIssue: false, into: &errors)
    }

    static func status(_ new: Value, old: Value?, into errors: inout FieldErrors) {
        check(new, old, mayDecide: false, mayIssue: true, into: &errors)
    }

    static func approval(_ new: Value, old: Value?, into errors: inout FieldErrors) {
        check(new, old, mayDecide: true, mayIssue: false, into: &errors)
    }

    private static func check(_ new: Value, _ old: Value?, mayDecide: Bool, mayIssue: Bool, into errors: inout FieldErrors) {
        guard let old else { return check(new, Tolerance(), into: &errors) }
        check(new, Tolerance(new, old: old), into: &errors)
        func ofType(_ type: String, _ request: Value) -> [Value] { conditions(of: request).filter { $0.text("type") == type } }
        for type in lasting where ofType(type, new).count < ofType(type, old).count {
            errors.forbidden(conditionsPath, "updates may not remove a condition of type \(goQuoted(type))")
        }
        if !mayDecide {
            for type in decisions {
                let (before, after) = (ofType(type, old), ofType(type, new))
                if after.count > before.count {
                    errors.forbidden(conditionsPath, "updates may not add a condition of type \(goQuoted(type))")
                } else if after.count == before.count, after != before {
                    errors.forbidden(conditionsPath, "updates may not modify a condition of type \(goQuoted(type))")
                }
            }
        }
        let (before, after) = (old["status"]?.text("certificate") ?? "", new["status"]?.text("certificate") ?? "")
        if before != after {
            if !mayIssue {
                errors.forbidden(certificatePath, "updates may not set certificate content")
            } else if !before.isEmpty {
                errors.forbidden(certificatePath, "updates may not modify existing certificate content")
            }
        }
    }

    // MARK: Parts

    private static func check(_ request: Value, _ tolerance: Tolerance, into errors: inout FieldErrors) {
        let spec = request["spec"] ?? [:]
        let text = spec.text("request")
        // Bytes that are not there print as null.
        let shown = spec.present("request") ?? .null
        if let bytes = requestBytes(text) {
            if let problem = CertificateRequestForm.problem(bytes) { errors.invalid(.spec / "request", shown, problem) }
        } else {
            errors.invalid(.spec / "request", shown, "PEM block type must be CERTIFICATE REQUEST")
        }
        let wanted = spec.texts("usages")
        if wanted.isEmpty { errors.required(.spec / "usages") }
        if !tolerance.unknownUsages {
            for (index, usage) in wanted.enumerated() where !usages.contains(usage) {
                errors.notSupported((.spec / "usages")[index], usage, usages)
            }
        }
        if !tolerance.duplicateUsages {
            var seen: Set<String> = []
            for (index, usage) in wanted.enumerated() where !seen.insert(usage).inserted { errors.duplicate((.spec / "usages")[index], usage) }
        }
        let signer = spec.text("signerName")
        if signer == legacySigner, !tolerance.legacySigner {
            errors.invalid(.spec / "signerName", signer, "the legacy signerName is not allowed via this API version")
        } else {
            checkSigner(signer, at: .spec / "signerName", into: &errors)
        }
        if let seconds = spec.int("expirationSeconds"), seconds < 600 {
            errors.invalid(.spec / "expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)")
        }
        checkConditions(conditions(of: request), tolerance, into: &errors)
        if !tolerance.anyCertificate, let certificate = request["status"]?.text("certificate"), !certificate.isEmpty,
            let problem = certificateProblem(certificate)
        {
            errors.invalid(certificatePath, "<certificate data>", problem)
        }
    }

    /// The bytes of the certificate request in a request's text; nil when its first PEM block is none.
    static func requestBytes(_ text: String) -> [UInt8]? {
        guard let bytes = Base64.decode(text), let block = PEMBlock.blocks(of: String(decoding: bytes, as: UTF8.self)).first,
            block.type == "CERTIFICATE REQUEST"
        else { return nil }
        return block.bytes
    }

    static func checkSigner(_ name: String, at path: FieldPath, into errors: inout FieldErrors) {
        if name.isEmpty { return errors.required(path) }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            return errors.invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")
        }
        if parts[0].utf8.count > 253 { errors.tooLong(path, maxBytes: 253) }
        let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for label in labels {
            for message in NameFormats.dns1123Label(label) { errors.invalid(path, parts[0], "validating label \(goQuoted(label)): \(message)") }
        }
        if labels.count < 2 { errors.invalid(path, parts[0], "should be a domain with at least two segments separated by dots") }
        for label in parts[1].split(separator: ".", omittingEmptySubsequences: false).map(String.init) {
            for message in NameFormats.dns1123Subdomain(label) { errors.invalid(path, parts[1], "validating label \(goQuoted(label)): \(message)") }
        }
        if name.utf8.count > 571 { errors.tooLong(path, maxBytes: 571) }
    }

    private static func checkConditions(_ conditions: [Value], _ tolerance: Tolerance, into errors: inout FieldErrors) {
        var seen: Set<String> = []
        for (index, condition) in conditions.enumerated() {
            let path = conditionsPath[index]
            let (type, status) = (condition.text("type"), condition.text("status"))
            if type.isEmpty, !tolerance.emptyConditions { errors.required(path / "type") }
            let allowed = lasting.contains(type) ? ["True"] : ["False", "True", "Unknown"]
            if status.isEmpty {
                errors.required(path / "status")
            } else if !allowed.contains(status) {
                errors.notSupported(path / "status", status, allowed)
            }
            if !tolerance.bothDecisions, let other = ["Approved": "Denied", "Denied": "Approved"][type], seen.contains(other) {
                errors.invalid(conditionsPath, type, "Approved and Denied conditions are mutually exclusive")
            }
            if !seen.insert(type).inserted, !tolerance.duplicateConditions { errors.duplicate(path / "type", type) }
        }
    }

    /// Why a text is no chain of certificates; nil when it is one.
    private static func certificateProblem(_ text: String) -> String? {
        let blocks = PEMBlock.blocks(of: String(decoding: Base64.decode(text) ?? [], as: UTF8.self))
        if blocks.isEmpty { return "must contain at least one CERTIFICATE PEM block" }
        for block in blocks {
            if block.type != "CERTIFICATE" { return "only CERTIFICATE PEM blocks are allowed, found \(goQuoted(block.type))" }
            if block.hasHeaders { return "no PEM block headers are permitted" }
            if block.bytes.isEmpty { return "found CERTIFICATE PEM block containing 0 certificates" }
        }
        return nil
    }
}

/// What a server fills in of a signing request: who made it, and when its conditions came.
enum SigningRequestPreparation {
    static func create(_ request: inout Value, _ context: StrategyContext) {
        let user = context.user
        request["spec", "username"] = .string(user.name)
        request["spec", "uid"] = user.uid.isEmpty ? nil : .string(user.uid)
        request["spec", "groups"] = user.groups.isEmpty ? nil : .array(user.groups.map { .string($0) })
        request["spec", "extra"] =
            user.extra.isEmpty
            ? nil
            : .object(Fields(user.extra.sorted { $0.key < $1.key }.map { ($0.key, .array($0.value.map { .string($0) })) }))
    }

    static func update(_ request: inout Value, _ old: Value, _ context: StrategyContext) {
        request["spec"] = old["spec"]
        switch context.subresource {
        case "status": keepDecisions(&request, old)
        case "approval":
            let conditions = request["status"]?["conditions"]
            request["status"] = old["status"]
            request["status", "conditions"] = conditions
        default:
            request["status"] = old["status"]
            return
        }
        stampConditions(&request, old, context.now.rfc3339)
    }

    /// Puts the conditions of a decision back as they were, so that writing them in another form is no change.
    private static func keepDecisions(_ request: inout Value, _ old: Value) {
        guard var conditions = request["status"]?["conditions"]?.arrayValue else { return }
        let before = old["status"]?.list("conditions") ?? []
        for type in ["Approved", "Denied", "Failed"] {
            let places = conditions.indices.filter { conditions[$0].text("type") == type }
            let known = before.filter { $0.text("type") == type }
            guard places.count == known.count, type != "Failed" else { continue }
            for (place, condition) in zip(places, known) { conditions[place] = condition }
        }
        request["status", "conditions"] = .array(conditions)
    }

    private static func stampConditions(_ request: inout Value, _ old: Value, _ now: String) {
        guard var conditions = request["status"]?["conditions"]?.arrayValue else { return }
        let before = old["status"]?.list("conditions") ?? []
        for index in conditions.indices {
            let condition = conditions[index]
            if !condition.has("lastUpdateTime") { conditions[index]["lastUpdateTime"] = .string(now) }
            if !condition.has("lastTransitionTime") {
                let known = before.first {
                    $0.text("type") == condition.text("type") && $0.text("status") == condition.text("status") && $0.has("lastTransitionTime")
                }
                conditions[index]["lastTransitionTime"] = known?["lastTransitionTime"] ?? .string(now)
            }
        }
        request["status", "conditions"] = .array(conditions)
    }
}
