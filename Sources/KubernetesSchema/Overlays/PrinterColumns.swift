/// The columns of the tables that the API server prints for built-in resources.
///
/// - Shape: a line of column names separated by `|`; after a name, `:` and a type other than `string`; a
///   name with `+` before it is shown in wide output only. `Name` comes first and has the format `name`.
/// - Source: `pkg/printers/internalversion/printers.go`, v1.36; resources that it does not know get
///   the name and the time of creation.
enum PrinterColumns {
    static func of(_ plural: String, group: String) -> [PrinterColumn] {
        (table[group.isEmpty ? plural : "\(plural).\(group)"] ?? fallback).split(separator: "|").map { column(String($0)) }
    }

    /// The columns of a Scale.
    package static let scale = "Name|Desired:integer|Available:integer|Age".split(separator: "|").map { column(String($0)) }

    private static let fallback = "Name|Created At:date"

    private static func column(_ text: String) -> PrinterColumn {
        var text = text
        var priority = 0
        if text.hasPrefix("+") {
            priority = 1
            text.removeFirst()
        }
        let parts = text.split(separator: ":").map(String.init)
        let name = parts.first ?? ""
        return PrinterColumn(
            name: name, type: parts.count > 1 ? parts[1] : "string", format: name == "Name" ? "name" : "", priority: priority)
    }

    private static let workload = "+Containers|+Images|+Selector"

    private static let table: [String: String] = [
        "pods": "Name|Ready|Status|Restarts|Age|+IP|+Node|+Nominated Node|+Readiness Gates",
        "podtemplates": "Name|Containers|Images|Pod Labels",
        "replicationcontrollers": "Name|Desired:integer|Current:integer|Ready:integer|Age|" + workload,
        "services": "Name|Type|Cluster-IP|External-IP|Port(s)|Age|+Selector",
        "endpoints": "Name|Endpoints|Age",
        "nodes": "Name|Status|Roles|Age|Version|+Internal-IP|+External-IP|+OS-Image|+Kernel-Version|+Container-Runtime",
        "events": "Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count:integer|+Name",
        "namespaces": "Name|Status|Age",
        "secrets": "Name|Type|Data|Age",
        "configmaps": "Name|Data|Age",
        "serviceaccounts": "Name|Age",
        "persistentvolumes":
            "Name|Capacity|Access Modes|Reclaim Policy|Status|Claim|StorageClass|VolumeAttributesClass|Reason|Age|+VolumeMode",
        "persistentvolumeclaims": "Name|Status|Volume|Capacity|Access Modes|StorageClass|VolumeAttributesClass|Age|+VolumeMode",
        "componentstatuses": "Name|Status|Message|Error",
        "resourcequotas": "Name|Request|Limit|Age",
        "controllerrevisions.apps": "Name|Controller|Revision:integer|Age",
        "daemonsets.apps":
            "Name|Desired:integer|Current:integer|Ready:integer|Up-to-date:integer|Available:integer|Node Selector|Age|" + workload,
        "deployments.apps": "Name|Ready|Up-to-date:integer|Available:integer|Age|" + workload,
        "replicasets.apps": "Name|Desired:integer|Current:integer|Ready:integer|Age|" + workload,
        "statefulsets.apps": "Name|Ready|Age|+Containers|+Images",
        "horizontalpodautoscalers.autoscaling": "Name|Reference|Targets|MinPods|MaxPods|Replicas:integer|Age",
        "cronjobs.batch": "Name|Schedule|Timezone|Suspend:boolean|Active:integer|Last Schedule|Age|" + workload,
        "jobs.batch": "Name|Status|Completions|Duration|Age|" + workload,
        "certificatesigningrequests.certificates.k8s.io": "Name|Age|SignerName|Requestor|RequestedDuration|Condition",
        "clustertrustbundles.certificates.k8s.io": "Name|SignerName",
        "leases.coordination.k8s.io": "Name|Holder|Age",
        "leasecandidates.coordination.k8s.io": "Name|LeaseName|BinaryVersion|EmulationVersion|PreferredStrategy|Age",
        "endpointslices.discovery.k8s.io": "Name|AddressType|Ports|Endpoints|Age",
        "events.events.k8s.io": "Last Seen|Type|Reason|Object|+Subobject|+Source|Message|+First Seen|+Count:integer|+Name",
        "flowschemas.flowcontrol.apiserver.k8s.io":
            "Name|PriorityLevel|MatchingPrecedence:integer|DistinguisherMethod|Age|MissingPL",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io":
            "Name|Type|NominalConcurrencyShares:integer|Queues:integer|HandSize:integer|QueueLengthLimit:integer|Age",
        "storageversions.internal.apiserver.k8s.io": "Name|CommonEncodingVersion|StorageVersions|Age",
        "ingresses.networking.k8s.io": "Name|Class|Hosts|Address|Ports|Age",
        "ingressclasses.networking.k8s.io": "Name|Controller|Parameters|Age",
        "networkpolicies.networking.k8s.io": "Name|Pod-Selector|Age",
        "ipaddresses.networking.k8s.io": "Name|ParentRef|Age",
        "servicecidrs.networking.k8s.io": "Name|CIDRs|Age",
        "runtimeclasses.node.k8s.io": "Name|Handler|Age",
        "poddisruptionbudgets.policy": "Name|Min Available|Max Unavailable|Allowed Disruptions:integer|Age",
        "clusterrolebindings.rbac.authorization.k8s.io": "Name|Role|Age|+Users|+Groups|+ServiceAccounts",
        "rolebindings.rbac.authorization.k8s.io": "Name|Role|Age|+Users|+Groups|+ServiceAccounts",
        "deviceclasses.resource.k8s.io": "Name|Age",
        "resourceclaims.resource.k8s.io": "Name|State|Age",
        "resourceclaimtemplates.resource.k8s.io": "Name|Age",
        "resourceslices.resource.k8s.io": "Name|Node|Driver|Pool|Age",
        "devicetaintrules.resource.k8s.io": "Name|Age",
        "priorityclasses.scheduling.k8s.io": "Name|Value:integer|Global-Default:boolean|Age|PreemptionPolicy",
        "csidrivers.storage.k8s.io":
            "Name|AttachRequired:boolean|PodInfoOnMount:boolean|StorageCapacity:boolean|TokenRequests|RequiresRepublish:boolean|Modes|Age",
        "csinodes.storage.k8s.io": "Name|Drivers:integer|Age",
        "csistoragecapacities.storage.k8s.io": "Name|StorageClassName|Capacity",
        "storageclasses.storage.k8s.io": "Name|Provisioner|ReclaimPolicy|VolumeBindingMode|AllowVolumeExpansion|Age",
        "volumeattachments.storage.k8s.io": "Name|Attacher|PV|Node|Attached:boolean|Age",
        "volumeattributesclasses.storage.k8s.io": "Name|DriverName|Age",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io": "Name|Webhooks:integer|Age",
        "validatingwebhookconfigurations.admissionregistration.k8s.io": "Name|Webhooks:integer|Age",
        "validatingadmissionpolicies.admissionregistration.k8s.io": "Name|Validations:integer|ParamKind|Age",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io": "Name|PolicyName|ParamRef|Age",
        "mutatingadmissionpolicies.admissionregistration.k8s.io": "Name|Mutations:integer|ParamKind|Age",
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io": "Name|PolicyName|ParamRef|Age",
        "apiservices.apiregistration.k8s.io": "Name|Service|Available|Age",
    ]
}
