import KubernetesObjects

/// What is wrong with the rule by which a device's capacity is shared out.
///
/// - Source: kubernetes `pkg/apis/resource/validation.validateRequestPolicy`, v1.36. Differs: a step of nothing is refused in words; the
///   real server divides by it and fails.
enum CapacityPolicyValidation {
    private static let optionsMax = 10

    static func check(_ policy: Value, of capacity: Quantity, at path: FieldPath, into errors: inout FieldErrors) {
        let options = policy.list("validValues").compactMap { Quantity($0) }
        let range = policy.present("validRange")
        let standard = Quantity(policy.present("default"))
        if !options.isEmpty, range != nil {
            return errors.forbidden(
                path, #"exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time"#)
        }
        if !options.isEmpty {
            guard let standard else { return errors.required(path / "default", "required when validValues is defined") }
            values(options, standard, capacity, at: path / "validValues", into: &errors)
        } else if let range {
            guard let standard else { return errors.required(path / "default", "required when validRange is defined") }
            self.range(range, standard, capacity, at: path / "validRange", into: &errors)
        }
    }

    private static func values(
        _ options: [Quantity], _ standard: Quantity, _ capacity: Quantity, at path: FieldPath, into errors: inout FieldErrors
    ) {
        for (index, pair) in zip(options, options.dropFirst()).enumerated() where pair.0 > pair.1 {
            errors.invalid(path[index + 1], pair.1.description, "values must be sorted in ascending order")
        }
        let few = DeviceValidation.few(options, max: optionsMax, at: path, into: &errors)
        for (index, option) in few where option > capacity {
            errors.invalid(path[index], option.description, "option is larger than capacity value: \(capacity)")
        }
        DeviceValidation.distinct(options.map { String($0.value) }, max: optionsMax, at: path, into: &errors)
        if !few.contains(where: { $0.1 == standard }) {
            errors.invalid(path, standard.description, "default value is not valid according to the requestPolicy")
        }
    }

    private static func range(
        _ range: Value, _ standard: Quantity, _ capacity: Quantity, at path: FieldPath, into errors: inout FieldErrors
    ) {
        guard let min = Quantity(range.present("min")) else { return errors.required(path / "min", "required when validRange is defined") }
        let max = Quantity(range.present("max"))
        if min > capacity { errors.invalid(path / "min", min.description, "min is larger than capacity value: \(capacity)") }
        if standard < min { errors.invalid(path / "min", standard.description, "default is less than min: \(min)") }
        if let max {
            if min > max { errors.invalid(path / "max", min.description, "min is larger than max: \(max)") }
            if max > capacity { errors.invalid(path / "max", max.description, "max is larger than capacity value: \(capacity)") }
            if standard > max { errors.invalid(path / "max", standard.description, "default is more than max: \(max)") }
        }
        guard let step = Quantity(range.present("step")) else { return }
        if step.sign <= 0 { return errors.invalid(path / "step", step.description, "must be greater than zero") }
        if min + step > capacity {
            errors.invalid(path / "step", step.description, "one step \(min + step) is larger than capacity value: \(capacity)")
        }
        for value in [standard, max].compactMap({ $0 }) where (Int128(value.value) - Int128(min.value)) % Int128(step.value) != 0 {
            errors.invalid(path / "step", value.description, "value is not a multiple of a given step (\(step)) from (\(min))")
        }
    }
}
