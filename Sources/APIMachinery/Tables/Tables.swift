import KubernetesObjects
import KubernetesSchema
import SimulationKernel

/// Tables as the server prints them for `Accept: application/json;as=Table`.
package enum Tables {
    /// What each row carries besides its cells.
    package enum RowObjects: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// The table of some objects of a resource.
    package static func table(_ objects: [Value], _ type: ServedResource, now: Instant, metadata: Value, rows: RowObjects) -> Value {
        let columns = type.type.columns
        let definitions: [Value] = columns.map {
            [
                "name": .string($0.name), "type": .string($0.type), "format": .string($0.format), "description": .string($0.description),
                "priority": Value($0.priority),
            ]
        }
        let lines: [Value] = objects.map { object in
            var row: Value = ["cells": .array(cells(of: object, type, now: now))]
            switch rows {
            case .none: break
            case .metadata: row["object"] = GenericAPIServer.partial(object)
            case .object: row["object"] = VersionConversion.served(object, type)
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": .array(definitions), "rows": .array(lines),
        ]
    }

    /// The cells of one object, in the order of the resource's columns.
    static func cells(of object: Value, _ type: ServedResource, now: Instant) -> [Value] {
        let maker = CellMaker(object: object, now: now)
        if type.custom != nil { return CustomCells.cells(maker, columns: type.type.columns) }
        return printers[type.storage.description]?(maker) ?? maker.plain
    }

    private static let printers: [String: @Sendable (CellMaker) -> [Value]] = [
        "pods": { PodCells($0).cells },
        "podtemplates": { $0.podTemplate },
        "componentstatuses": { $0.componentStatus },
        "leasecandidates.coordination.k8s.io": { $0.leaseCandidate },
        "storageversions.internal.apiserver.k8s.io": { $0.storageVersion },
        "replicationcontrollers": { $0.replicationController },
        "services": { $0.service },
        "endpoints": { $0.endpoints },
        "nodes": { $0.node },
        "events": { $0.event },
        "namespaces": { $0.namespace },
        "secrets": { $0.secret },
        "configmaps": { $0.configMap },
        "serviceaccounts": { $0.serviceAccount },
        "persistentvolumes": { $0.persistentVolume },
        "persistentvolumeclaims": { $0.persistentVolumeClaim },
        "resourcequotas": { $0.resourceQuota },
        "controllerrevisions.apps": { $0.controllerRevision },
        "daemonsets.apps": { $0.daemonSet },
        "deployments.apps": { $0.deployment },
        "replicasets.apps": { $0.replicaSet },
        "statefulsets.apps": { $0.statefulSet },
        "horizontalpodautoscalers.autoscaling": { $0.autoscaler },
        "cronjobs.batch": { $0.cronJob },
        "jobs.batch": { $0.job },
        "certificatesigningrequests.certificates.k8s.io": { $0.signingRequest },
        "clustertrustbundles.certificates.k8s.io": { [$0.name, $0.string($0.spec["signerName"])] },
        "leases.coordination.k8s.io": { $0.lease },
        "endpointslices.discovery.k8s.io": { $0.endpointSlice },
        "flowschemas.flowcontrol.apiserver.k8s.io": { $0.flowSchema },
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": { $0.priorityLevel },
        "ingresses.networking.k8s.io": { $0.ingress },
        "ingressclasses.networking.k8s.io": { $0.ingressClass },
        "networkpolicies.networking.k8s.io": { $0.networkPolicy },
        "ipaddresses.networking.k8s.io": { $0.ipAddress },
        "servicecidrs.networking.k8s.io": { $0.serviceCIDR },
        "runtimeclasses.node.k8s.io": { $0.runtimeClass },
        "poddisruptionbudgets.policy": { $0.disruptionBudget },
        "clusterrolebindings.rbac.authorization.k8s.io": { $0.roleBinding },
        "rolebindings.rbac.authorization.k8s.io": { $0.roleBinding },
        "deviceclasses.resource.k8s.io": { [$0.name, $0.age] },
        "resourceclaims.resource.k8s.io": { $0.resourceClaim },
        "resourceclaimtemplates.resource.k8s.io": { [$0.name, $0.age] },
        "resourceslices.resource.k8s.io": { $0.resourceSlice },
        "priorityclasses.scheduling.k8s.io": { $0.priorityClass },
        "csidrivers.storage.k8s.io": { $0.csiDriver },
        "csinodes.storage.k8s.io": { $0.csiNode },
        "csistoragecapacities.storage.k8s.io": { $0.csiStorageCapacity },
        "storageclasses.storage.k8s.io": { $0.storageClass },
        "volumeattachments.storage.k8s.io": { $0.volumeAttachment },
        "volumeattributesclasses.storage.k8s.io": { [$0.name, $0.string($0.object["driverName"]), $0.age] },
        "mutatingwebhookconfigurations.admissionregistration.k8s.io": { $0.webhooks() },
        "validatingwebhookconfigurations.admissionregistration.k8s.io": { $0.webhooks() },
        "validatingadmissionpolicies.admissionregistration.k8s.io": { $0.admissionPolicy("validations") },
        "validatingadmissionpolicybindings.admissionregistration.k8s.io": { $0.policyBinding },
        "mutatingadmissionpolicies.admissionregistration.k8s.io": { $0.admissionPolicy("mutations") },
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io": { $0.policyBinding },
        "apiservices.apiregistration.k8s.io": { $0.apiService },
    ]
}
