import KubernetesObjects

/// What is wrong with a pod template, and with the selector that goes with it.
enum PodTemplateValidation {
    /// A PodTemplate object.
    static func object(_ object: Value, into errors: inout FieldErrors) {
        template(object["template"], at: FieldPath("template"), into: &errors)
    }

    static func template(_ template: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        let metadata = template?["metadata"]
        // The real paths leave `metadata` out.
        ObjectMetaValidation.labels(metadata?.map("labels") ?? Fields(), at: path / "labels", into: &errors)
        ObjectMetaValidation.annotations(metadata?.map("annotations") ?? Fields(), at: path / "annotations", into: &errors)
        let (spec, annotations) = (template?["spec"] ?? [:], metadata?.map("annotations") ?? Fields())
        PodAnnotationValidation.check(annotations, spec, at: path / "annotations", into: &errors)
        PodSpecValidation.check(spec, at: path / "spec", into: &errors)
        PodAnnotationValidation.agree(annotations, spec, at: path / "spec", into: &errors)
        if !spec.list("ephemeralContainers").isEmpty {
            errors.forbidden(path / "spec" / "ephemeralContainers", "ephemeral containers not allowed in pod template")
        }
    }

    /// Pods that are kept running restart always and have no deadline.
    static func alwaysRunning(_ template: Value?, kind: String, at path: FieldPath, into errors: inout FieldErrors) {
        let spec = template?["spec"] ?? [:]
        let policy = spec.text("restartPolicy")
        if policy != "Always" { errors.notSupported(path / "spec" / "restartPolicy", policy, ["Always"]) }
        if spec.has("activeDeadlineSeconds") {
            errors.forbidden(path / "spec" / "activeDeadlineSeconds", "activeDeadlineSeconds in \(kind) is not Supported")
        }
    }

    /// The selector must choose the template's own pods.
    static func match(_ selector: Value?, _ template: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        let labels = template?["metadata"]?.map("labels") ?? Fields()
        if selector != nil, selector?.isNull == false, LabelSelectorValidation.isEmpty(selector) { return }
        if !LabelSelectorValidation.matches(selector, labels) {
            let shown: Value = labels.isEmpty ? .null : .object(labels.sorted())
            errors.invalid(path / "metadata" / "labels", shown, "`selector` does not match template `labels`")
        }
    }

    /// The selector, then the template, as ReplicaSets and Deployments check them.
    static func selectorAndTemplate(_ spec: Value, kind: String, at path: FieldPath, into errors: inout FieldErrors) {
        let selector = spec.present("selector")
        if let selector {
            LabelSelectorValidation.check(selector, at: path / "selector", into: &errors)
            if LabelSelectorValidation.isEmpty(selector) {
                errors.invalid(path / "selector", InternalForm.labelSelector(selector), "empty selector is invalid for deployment")
            }
        } else {
            errors.required(path / "selector")
        }
        if let selector, !LabelSelectorValidation.isUsable(selector) {
            errors.invalid(path / "selector", InternalForm.labelSelector(selector), "invalid label selector")
            return
        }
        match(selector, spec["template"], at: path / "template", into: &errors)
        template(spec["template"], at: path / "template", into: &errors)
        alwaysRunning(spec["template"], kind: kind, at: path / "template", into: &errors)
    }
}

/// What is wrong with numbers that may be percentages.
enum IntOrPercentValidation {
    static func positive(_ value: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        guard let value, !value.isNull else { return }
        if let text = value.stringValue {
            if !NameFormats.isPercent(text) { errors.invalid(path, text, NameFormats.percentMessage) }
        } else {
            errors.checkNonNegative(value.intValue, path)
        }
    }

    static func notMoreThan100Percent(_ value: Value?, at path: FieldPath, into errors: inout FieldErrors) {
        if let text = value?.stringValue, NameFormats.isPercent(text), let number = Int(text.dropLast()), number > 100 {
            errors.invalid(path, text, "must not be greater than 100%")
        }
    }

    /// The number itself, of a percentage the number before the sign; 0 for anything else.
    static func plain(_ value: Value?) -> Int {
        if let text = value?.stringValue { return NameFormats.isPercent(text) ? Int(text.dropLast()) ?? 0 : 0 }
        return value?.intValue ?? 0
    }
}
