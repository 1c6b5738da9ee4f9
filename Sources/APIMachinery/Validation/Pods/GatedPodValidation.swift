import KubernetesObjects

/// What may change of a pod that waits at scheduling gates: its node selector and its node affinity may become narrower.
///
/// - Source: kubernetes `validation.ValidatePodUpdate`, v1.36.
enum GatedPodValidation {
    private static let required = "requiredDuringSchedulingIgnoredDuringExecution"

    /// Checks what may change, and sets it back in `spec`, so that the rest can be compared.
    static func changes(_ spec: inout Value, _ old: Value, into errors: inout FieldErrors) {
        let selector = spec.map("nodeSelector")
        if selector != old.map("nodeSelector") {
            if old.map("nodeSelector").contains(where: { selector[$0.key] != $0.value }) {
                errors.invalid(
                    .spec / "nodeSelector", .object(selector.sorted()), "only additions to spec.nodeSelector are allowed (no mutations or deletions)")
            }
            spec["nodeSelector"] = old["nodeSelector"]
        }
        let (affinity, before) = (spec["affinity", "nodeAffinity"], old["affinity", "nodeAffinity"])
        guard !sameValue(affinity, before) else { return }
        self.affinity(affinity ?? [:], before ?? [:], into: &errors)
        let hasPodTerms = spec["affinity"]?.has("podAffinity") == true || spec["affinity"]?.has("podAntiAffinity") == true
        if !old.has("affinity"), !hasPodTerms {
            spec["affinity"] = nil
        } else {
            spec["affinity", default: [:]]["nodeAffinity"] = before
        }
    }

    /// Terms that were required stay, and may ask for more.
    private static func affinity(_ new: Value, _ old: Value, into errors: inout FieldErrors) {
        let path = FieldPath.spec / "affinity" / "nodeAffinity" / required / "nodeSelectorTerms"
        let (terms, before) = (new[required]?.list("nodeSelectorTerms") ?? [], old[required]?.list("nodeSelectorTerms") ?? [])
        if before.isEmpty { return }
        guard terms.count == before.count else {
            return errors.invalid(path, shown(terms), "no additions/deletions to non-empty NodeSelectorTerms list are allowed")
        }
        for (index, (term, earlier)) in zip(terms, before).enumerated() where !onlyAdds(term, to: earlier) {
            errors.invalid(path[index], InternalForm.value(term, as: "NodeSelectorTerm"), "only additions are allowed (no mutations or deletions)")
        }
    }

    private static func shown(_ terms: [Value]) -> Value {
        terms.isEmpty ? .null : .array(terms.map { InternalForm.value($0, as: "NodeSelectorTerm") })
    }

    /// An empty term chooses nothing, and stays empty.
    private static func onlyAdds(_ new: Value, to old: Value) -> Bool {
        let fields = ["matchExpressions", "matchFields"]
        if fields.allSatisfy({ old.list($0).isEmpty }) { return fields.allSatisfy { new.list($0).isEmpty } }
        return fields.allSatisfy { new.list($0).starts(with: old.list($0)) }
    }
}
