import APIMachinery
import KubernetesObjects

extension Invocation {
    /// A whole list, asked for in pages of `--chunk-size` where the command has it.
    ///
    /// - Throws: what refused a page. When a later page is too old to go on with, the list is asked for anew as a whole.
    /// - Source: k8s.io/client-go `tools/pager`.
    func list(_ request: APIRequest) throws(Failure) -> Value {
        var request = request
        request.options.limit = flags.isKnown("chunk-size") ? flags.int("chunk-size") : 0
        var whole = try send(request).body
        let field = whole["rows"] == nil ? "items" : "rows"
        var parts = whole[field]?.elements ?? []
        var token = whole["metadata", "continue"]?.stringValue ?? ""
        guard !token.isEmpty else { return whole }
        while !token.isEmpty {
            request.options.continueToken = token
            let page: Value
            do throws(Failure) { page = try send(request).body } catch {
                guard error.status?.reason == "Expired" else { throw error }
                request.options.limit = 0
                request.options.continueToken = ""
                return try send(request).body
            }
            parts += page[field]?.elements ?? []
            token = page["metadata", "continue"]?.stringValue ?? ""
        }
        whole[field] = .array(parts)
        whole["metadata"]?["continue"] = nil
        whole["metadata"]?["remainingItemCount"] = nil
        return whole
    }
}
