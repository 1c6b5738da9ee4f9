import KubernetesSchema
import Testing

@Suite struct CatalogueTests {
    @Test(arguments: [
        ("deploy", "deployments.apps/v1"), ("Deployment", "deployments.apps/v1"), ("deployments.v1.apps", "deployments.apps/v1"),
        ("deployment.apps", "deployments.apps/v1"), ("po", "pods./v1"), ("events", "events./v1"), ("ev", "events./v1"),
        ("events.events.k8s.io", "events.events.k8s.io/v1"), ("hpa", "horizontalpodautoscalers.autoscaling/v2"),
        ("hpa.v1.autoscaling", "horizontalpodautoscalers.autoscaling/v1"), ("ingress.networking", "ingresses.networking.k8s.io/v1"),
        ("pods.v1.", "pods./v1"), ("netpol", "networkpolicies.networking.k8s.io/v1"), ("limits", "limitranges./v1"),
    ])
    func `finds what a person types`(_ typed: String, _ expected: String) {
        let found = Catalogue.standard.lookUp(typed)
        #expect(found.map { "\($0.plural).\($0.group)/\($0.version)" } == expected)
    }

    @Test(arguments: ["deploymnet", "", ".", "pods.apps", "deployments.v2.apps", "events.nope"])
    func `finds nothing for other words`(_ typed: String) {
        #expect(Catalogue.standard.lookUp(typed) == nil)
    }

    @Test func `prefers stable and newer versions`() {
        let sorted = ["v1alpha1", "v10", "v2", "foo", "v1beta2", "v1", "v2beta1"].sorted { VersionRank($0) > VersionRank($1) }
        #expect(sorted == ["v10", "v2", "v1", "v2beta1", "v1beta2", "v1alpha1", "foo"])
    }

    @Test func `serves every resource with a schema that is its kind`() {
        for resource in Catalogue.complete.resources where resource.kind != "Scale" {
            #expect(resource.schema.kind == resource.groupVersionKind, "\(resource.plural)")
        }
    }

    /// The OpenAPI description of v1.36 tells 191 kinds of their own; options and watch events belong to all groups.
    @Test func `knows every kind of the description`() {
        let kinds = TypeLibrary.shared.names.compactMap { TypeLibrary.shared.type($0)?.kind }
        #expect(Set(kinds).count == 191)
        #expect(BuiltInResources.shared.all.count == 95)
        let lists = Catalogue.complete.resources.filter { $0.allows("list") }
        for resource in lists where resource.plural != "bindings" {
            let list = GroupVersionKind(group: resource.group, version: resource.version, kind: resource.listKind)
            #expect(kinds.contains(list), "\(list)")
        }
    }

    /// Headings as a real server printed them.
    @Test(arguments: [
        ("po", "NAME READY STATUS RESTARTS AGE", "IP NODE NOMINATED-NODE READINESS-GATES"),
        ("deploy", "NAME READY UP-TO-DATE AVAILABLE AGE", "CONTAINERS IMAGES SELECTOR"),
        ("ds", "NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE-SELECTOR AGE", "CONTAINERS IMAGES SELECTOR"),
        ("job", "NAME STATUS COMPLETIONS DURATION AGE", "CONTAINERS IMAGES SELECTOR"),
        ("cj", "NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST-SCHEDULE AGE", "CONTAINERS IMAGES SELECTOR"),
        ("svc", "NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE", "SELECTOR"),
        ("ev", "LAST-SEEN TYPE REASON OBJECT MESSAGE", "SUBOBJECT SOURCE FIRST-SEEN COUNT NAME"),
        ("pvc", "NAME STATUS VOLUME CAPACITY ACCESS-MODES STORAGECLASS VOLUMEATTRIBUTESCLASS AGE", "VOLUMEMODE"),
        ("pv", "NAME CAPACITY ACCESS-MODES RECLAIM-POLICY STATUS CLAIM STORAGECLASS VOLUMEATTRIBUTESCLASS REASON AGE", "VOLUMEMODE"),
        ("sa", "NAME AGE", ""), ("role", "NAME CREATED-AT", ""), ("rolebinding", "NAME ROLE AGE", "USERS GROUPS SERVICEACCOUNTS"),
        ("pc", "NAME VALUE GLOBAL-DEFAULT AGE PREEMPTIONPOLICY", ""), ("quota", "NAME REQUEST LIMIT AGE", ""),
        ("hpa", "NAME REFERENCE TARGETS MINPODS MAXPODS REPLICAS AGE", ""), ("ing", "NAME CLASS HOSTS ADDRESS PORTS AGE", ""),
    ])
    func `heads tables as the server does`(_ kind: String, _ narrow: String, _ wide: String) throws {
        let columns = try #require(Catalogue.standard.lookUp(kind)).columns
        func heading(_ isWide: Bool) -> String {
            columns.filter { ($0.priority > 0) == isWide }.map { $0.name.uppercased().split(separator: " ").joined(separator: "-") }
                .joined(separator: " ")
        }
        #expect(heading(false) == narrow)
        #expect(heading(true) == wide)
        #expect(columns.contains { $0.format == "name" })
    }

    @Test func `reads as many types as are walked through, and no more`() throws {
        let library = TypeLibrary()
        #expect(library.readCount == 0)
        let deployment = try #require(library.type("apps.v1.Deployment"))
        #expect(library.readCount == 1)
        let template = deployment.field("spec")?.type.field("template")?.type
        #expect(template?.name == "core.v1.PodTemplateSpec")
        #expect(library.readCount == 3)
        #expect(library.names.count == 760)
        #expect(library.readCount == 3)
    }

    @Test func `reads only the types that are asked for`() throws {
        let deployment = try #require(Catalogue.standard.lookUp("deploy"))
        let names = deployment.schema.fields.map(\.name)
        #expect(names == ["apiVersion", "kind", "metadata", "spec", "status"])
        let containers = try #require(
            deployment.schema.field("spec")?.type.field("template")?.type.field("spec")?.type.field("containers"))
        #expect(containers.patchStrategy == .merge)
        #expect(containers.patchMergeKey == "name")
        #expect(containers.type.listType == .map)
        #expect(containers.type.listMapKeys == ["name"])
        #expect(containers.type.element?.name == "core.v1.Container")
    }
}
