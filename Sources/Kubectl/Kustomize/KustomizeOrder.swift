import KubernetesObjects

/// `sortOptions`: the order in which resources are written.
///
/// - Source: kustomize `api/internal/builtins/SortOrderTransformer.go`.
struct KustomizeOrder {
    private let isLegacy: Bool
    private let first: [String]?
    private let last: [String]?

    init(_ content: Value) throws(Failure) {
        let options = content["sortOptions"] ?? [:]
        let order = options["order"]?.stringValue ?? "legacy"
        guard ["fifo", "legacy", ""].contains(order) else { throw Failure("the field 'sortOptions.order' must be one of [fifo, legacy]") }
        isLegacy = order != "fifo"
        let kinds = options["legacySortOptions"]
        if !isLegacy, kinds != nil {
            throw Failure("the field 'sortOptions.legacySortOptions' is set but the selected sort order is '\(order)', not 'legacy'")
        }
        func list(_ name: String) -> [String]? { kinds.map { ($0[name]?.elements ?? []).compactMap(\.stringValue) } }
        first = list("orderFirst")
        last = list("orderLast")
    }

    func sorted(_ resources: [KustomizedResource]) -> [KustomizedResource] {
        isLegacy ? KustomizedResource.sorted(resources, first: first, last: last) : resources
    }
}
