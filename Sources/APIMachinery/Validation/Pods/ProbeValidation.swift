import KubernetesObjects

/// What is wrong with probes and lifecycle hooks of containers.
enum ProbeValidation {
    static func allProbes(_ container: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        if let probe = container.present("livenessProbe") {
            let at = path / "livenessProbe"
            check(probe, scope, at: at, into: &errors)
            if (probe.int("successThreshold") ?? 0) != 1 {
                errors.invalid(at / "successThreshold", probe.int("successThreshold") ?? 0, "must be 1")
            }
        }
        if let probe = container.present("readinessProbe") {
            let at = path / "readinessProbe"
            check(probe, scope, at: at, into: &errors)
            if let grace = probe.present("terminationGracePeriodSeconds") {
                errors.invalid(at / "terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")
            }
        }
        if let probe = container.present("startupProbe") {
            let at = path / "startupProbe"
            check(probe, scope, at: at, into: &errors)
            if (probe.int("successThreshold") ?? 0) != 1 {
                errors.invalid(at / "successThreshold", probe.int("successThreshold") ?? 0, "must be 1")
            }
        }
    }

    private static func check(_ probe: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        handler(probe, scope, at: path, into: &errors)
        for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
            errors.checkNonNegative(probe.int(field), path / field)
        }
        if let grace = probe.int("terminationGracePeriodSeconds"), grace <= 0 {
            errors.invalid(path / "terminationGracePeriodSeconds", grace, "must be greater than 0")
        }
    }

    static func lifecycle(_ lifecycle: Value?, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        guard let lifecycle else { return }
        for field in ["postStart", "preStop"] {
            if let hook = lifecycle.present(field) { handler(hook, scope, at: path / field, into: &errors) }
        }
        if let signal = lifecycle.present("stopSignal")?.stringValue {
            let at = path / "stopSignal"
            if scope.os.isEmpty {
                errors.forbidden(at, "may not be set for containers with empty `spec.os.name`")
            } else if scope.os == "windows" {
                if signal != "SIGTERM", signal != "SIGKILL" { errors.notSupported(at, signal, ["SIGKILL", "SIGTERM"]) }
            } else if !stopSignals.contains(signal) {
                errors.notSupported(at, signal, stopSignals)
            }
        }
    }

    private static let stopSignals: [String] = {
        var signals = [
            "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT", "SIGIO", "SIGIOT",
            "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT", "SIGSEGV", "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM",
            "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ",
            "SIGRTMIN", "SIGRTMAX",
        ]
        signals += (1...15).map { "SIGRTMIN+\($0)" } + (1...14).map { "SIGRTMAX-\($0)" }
        return signals.sorted()
    }()

    /// The one action of a probe or hook.
    private static func handler(_ handler: Value, _ scope: PodScope, at path: FieldPath, into errors: inout FieldErrors) {
        var count = 0
        for field in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] {
            guard let action = handler.present(field) else { continue }
            let at = path / field
            if count > 0 {
                errors.forbidden(at, "may not specify more than 1 handler type")
                continue
            }
            count += 1
            switch field {
            case "exec": if action.list("command").isEmpty { errors.required(at / "command") }
            case "httpGet": httpGet(action, at: at, into: &errors)
            case "tcpSocket": ContainerPortValidation.numberOrName(action["port"], at: at / "port", into: &errors)
            case "grpc": ContainerPortValidation.number(action.int("port") ?? 0, at: at / "port", into: &errors)
            default:
                let seconds = action.int("seconds") ?? 0
                if seconds < 0 || seconds > scope.gracePeriodSeconds {
                    errors.invalid(
                        at, seconds,
                        "must be non-negative and less than terminationGracePeriodSeconds (\(scope.gracePeriodSeconds))")
                }
            }
        }
        if count == 0 { errors.required(path, "must specify a handler type") }
    }

    private static func httpGet(_ action: Value, at path: FieldPath, into errors: inout FieldErrors) {
        if action.text("path").isEmpty { errors.required(path / "path") }
        ContainerPortValidation.numberOrName(action["port"], at: path / "port", into: &errors)
        let scheme = action.text("scheme")
        if scheme != "HTTP", scheme != "HTTPS" { errors.notSupported(path / "scheme", scheme, ["HTTP", "HTTPS"]) }
        for header in action.list("httpHeaders") {
            let name = header.text("name")
            errors.invalid(path / "httpHeaders", name, each: NameFormats.headerName(name))
        }
    }
}
