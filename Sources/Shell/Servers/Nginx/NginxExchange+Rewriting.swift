/// The rewrite phase: `set`, `if`, `return`, `rewrite`.
///
/// - Source: `ngx_http_rewrite_module.c`.
extension NginxExchange {
    mutating func rewrite(_ block: [NginxDirective], _ files: VirtualFileSystem, isServer: Bool) -> Step {
        for directive in block {
            switch directive.name {
            case "set": variables[String(directive.first.dropFirst())] = filled(directive.arguments[1])
            case "break": return .goOn
            case "return": return answerReturn(directive, files)
            case "if":
                guard holds(directive, files) else { continue }
                levels.append(directive.block ?? [])
                switch rewrite(directive.block ?? [], files, isServer: isServer) {
                case .goOn: if isServer { levels.removeLast() }
                case let step: return step
                }
            case "rewrite":
                guard let pattern = try? NginxPattern(directive.first, ignoresCase: false), let found = pattern.match(uri) else { continue }
                captures = found.numbered
                for (name, value) in found.named { variables[name] = value }
                let text = filled(directive.arguments[1])
                let flag = directive.arguments.count > 2 ? directive.arguments[2] : ""
                if flag == "redirect" || flag == "permanent" || ["http://", "https://", "$scheme"].contains(where: { directive.arguments[1].hasPrefix($0) }) {
                    return .done(redirect(flag == "permanent" ? 301 : 302, to: text.hasSuffix("?") ? String(text.dropLast()) : arguments.isEmpty || text.contains("?") ? text : text + "?" + arguments))
                }
                take(text)
                if flag == "break" { return .goOn }
                if flag == "last" || !isServer && !block.contains(where: { $0.name == "rewrite" && $0.line > directive.line }) { return isServer ? .goOn : .again }
            default: break
            }
        }
        return .goOn
    }

    /// Makes a path, with a query behind it, the one that is asked for.
    mutating func take(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        uri = parts[0].hasPrefix("/") ? parts[0] : "/" + parts[0]
        // A question mark at the end drops the query.
        if parts.count > 1 { arguments = parts[1].isEmpty ? "" : parts[1] + (arguments.isEmpty ? "" : "&" + arguments) }
    }

    mutating func holds(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Bool {
        guard let condition = NginxCondition(directive.arguments) else { return false }
        let value = filled(condition.subject)
        switch condition.test {
        case .isSet: return !value.isEmpty && value != "0"
        case .equals(let text, let isWanted): return (value == filled(text)) == isWanted
        case .matches(let pattern, let isWanted):
            let found = pattern.match(value)
            if let found {
                captures = found.numbered
                for (name, value) in found.named { variables[name] = value }
            }
            return (found != nil) == isWanted
        case .file(let letter, let isWanted): return (letter == "d" ? files.isDirectory(value) : files.exists(value) && (letter == "e" || !files.isDirectory(value))) == isWanted
        }
    }

    mutating func answerReturn(_ directive: NginxDirective, _ files: VirtualFileSystem) -> Step {
        guard let status = Int(directive.first) else { return .done(redirect(302, to: filled(directive.first))) }
        if status == 444 { return .done(.close) }
        guard directive.arguments.count > 1 else {
            if status >= 300 { return fail(status, files) }
            return .done(made(status, "", type: ""))
        }
        let text = filled(directive.arguments[1])
        if [301, 302, 303, 307, 308].contains(status) { return .done(redirect(status, to: text)) }
        return .done(made(status, text, type: fileType(uri)))
    }
}
