/// The roles of the controllers of kube-controller-manager, each bound to its own ServiceAccount in `kube-system`.
///
/// Pods of tainted nodes are evicted under the account of `node-controller`: that controller has no role of its own.
///
/// - Shape: as `BootstrapRoles.text`.
/// - Source: kubernetes `bootstrappolicy/testdata/controller-roles.yaml`, v1.36.
enum BootstrapControllerRoles {
    static let text = """
        system:controller:attachdetach-controller ;persistentvolumeclaims,persistentvolumes;LW ;nodes;RO ;nodes/status;patch,update ;pods;LW ,events.k8s.io;events;CPU storage.k8s.io;volumeattachments;create,delete,get,list,watch storage.k8s.io;csidrivers;RO storage.k8s.io;csinodes;RO
        system:controller:certificate-controller certificates.k8s.io;certificatesigningrequests;delete,get,list,watch certificates.k8s.io;certificatesigningrequests/approval,certificatesigningrequests/status;update certificates.k8s.io;signers[kubernetes.io/kube-apiserver-client-kubelet];approve certificates.k8s.io;signers[kubernetes.io/kube-apiserver-client,kubernetes.io/kube-apiserver-client-kubelet,kubernetes.io/kubelet-serving,kubernetes.io/legacy-unknown];sign authorization.k8s.io;subjectaccessreviews;create ,events.k8s.io;events;CPU
        system:controller:clusterrole-aggregation-controller rbac.authorization.k8s.io;clusterroles;escalate,get,list,patch,update,watch
        system:controller:cronjob-controller batch;cronjobs;get,list,update,watch batch;jobs;create,delete,get,list,patch,update,watch batch;cronjobs/status;update batch;cronjobs/finalizers;update ;pods;delete,list,watch ,events.k8s.io;events;CPU
        system:controller:daemon-set-controller apps,extensions;daemonsets;RO apps,extensions;daemonsets/status;update apps,extensions;daemonsets/finalizers;update ;nodes;LW ;pods;create,delete,list,patch,watch ;pods/binding;create apps;controllerrevisions;create,delete,get,list,patch,update,watch ,events.k8s.io;events;CPU
        system:controller:deployment-controller apps,extensions;deployments;get,list,update,watch apps,extensions;deployments/status;update apps,extensions;deployments/finalizers;update apps,extensions;replicasets;create,delete,get,list,patch,update,watch ;pods;get,list,update,watch ,events.k8s.io;events;CPU
        system:controller:disruption-controller apps,extensions;deployments;RO apps,extensions;replicasets;RO ;replicationcontrollers;RO policy;poddisruptionbudgets;RO apps;statefulsets;RO policy;poddisruptionbudgets/status;update ;pods/status;patch,update *;*/scale;get ,events.k8s.io;events;CPU
        system:controller:endpoint-controller ;pods,services;RO ;endpoints;create,delete,get,list,update,watch ;endpoints/restricted;create ,events.k8s.io;events;CPU
        system:controller:endpointslice-controller ;nodes,pods,services;RO ;services/finalizers;update discovery.k8s.io;endpointslices;create,delete,get,list,update,watch ,events.k8s.io;events;CPU
        system:controller:endpointslicemirroring-controller ;endpoints,services;RO ;services/finalizers;update ;endpoints/finalizers;update discovery.k8s.io;endpointslices;create,delete,get,list,update,watch ,events.k8s.io;events;CPU
        system:controller:ephemeral-volume-controller ;pods/finalizers;update ;pods;RO ;persistentvolumeclaims;create,get,list,watch ,events.k8s.io;events;CPU
        system:controller:expand-controller ;persistentvolumes;get,list,patch,update,watch ;persistentvolumeclaims/status;patch,update ;persistentvolumeclaims;RO ,events.k8s.io;events;CPU
        system:controller:generic-garbage-collector *;*;delete,get,list,patch,update,watch ,events.k8s.io;events;CPU
        system:controller:horizontal-pod-autoscaler autoscaling;horizontalpodautoscalers;RO autoscaling;horizontalpodautoscalers/status;update *;*/scale;get,update ;pods;LW metrics.k8s.io;pods;LW custom.metrics.k8s.io;*;RO external.metrics.k8s.io;*;RO ,events.k8s.io;events;CPU
        system:controller:job-controller batch;jobs;get,list,patch,update,watch batch;jobs/status;update batch;jobs/finalizers;update ;pods;create,delete,list,patch,watch ,events.k8s.io;events;CPU
        system:controller:legacy-service-account-token-cleaner ;configmaps[kube-apiserver-legacy-service-account-token-tracking];get ;secrets;delete,patch
        system:controller:namespace-controller ;namespaces;delete,get,list,watch ;namespaces/finalize,namespaces/status;update *;*;delete,deletecollection,get,list,watch
        system:controller:node-controller ;nodes;delete,get,list,patch,update,watch ;nodes/status;patch,update ;pods/status;patch,update ;pods;delete,get,list,watch ,events.k8s.io;events;CPU
        system:controller:persistent-volume-binder ;persistentvolumes;create,delete,get,list,update,watch ;persistentvolumes/status;update ;persistentvolumeclaims;get,list,update,watch ;persistentvolumeclaims/status;update ;pods;create,delete,get,list,watch storage.k8s.io;storageclasses;RO ;nodes;LW ,events.k8s.io;events;CPU ;events;watch
        system:controller:pod-garbage-collector ;pods;delete,list,watch ;nodes;RO ;pods/status;patch
        system:controller:pv-protection-controller ;persistentvolumes;get,list,update,watch ,events.k8s.io;events;CPU
        system:controller:pvc-protection-controller ;persistentvolumeclaims;get,list,update,watch ;persistentvolumeclaims/status;update ;pods;RO ,events.k8s.io;events;CPU
        system:controller:replicaset-controller apps,extensions;replicasets;get,list,update,watch apps,extensions;replicasets/status;update apps,extensions;replicasets/finalizers;update ;pods;create,delete,list,patch,watch ,events.k8s.io;events;CPU
        system:controller:replication-controller ;replicationcontrollers;get,list,update,watch ;replicationcontrollers/status;update ;replicationcontrollers/finalizers;update ;pods;create,delete,list,patch,watch ,events.k8s.io;events;CPU
        system:controller:resource-claim-controller ;pods;RO ;pods/finalizers;update resource.k8s.io;resourceclaims;create,delete,get,list,watch resource.k8s.io;resourceclaims,resourceclaims/status;patch,update ;pods/status;patch,update ,events.k8s.io;events;CPU resource.k8s.io;resourceclaims/binding;patch,update
        system:controller:resourcequota-controller *;*;LW ;resourcequotas/status;update ,events.k8s.io;events;CPU
        system:controller:root-ca-cert-publisher ;configmaps;create,update ,events.k8s.io;events;CPU
        system:controller:route-controller ;nodes;LW ;nodes/status;patch ,events.k8s.io;events;CPU
        system:controller:selinux-warning-controller ,events.k8s.io;events;CPU ;persistentvolumes;RO ;persistentvolumeclaims;RO ;pods;RO storage.k8s.io;csidrivers;RO
        system:controller:service-account-controller ;serviceaccounts;create ,events.k8s.io;events;CPU
        system:controller:service-cidrs-controller networking.k8s.io;servicecidrs;get,list,patch,update,watch networking.k8s.io;servicecidrs/finalizers;patch,update networking.k8s.io;servicecidrs/status;patch,update networking.k8s.io;ipaddresses;RO ,events.k8s.io;events;CPU
        system:controller:service-controller ;services;RO ;services/status;patch,update ;nodes;LW ,events.k8s.io;events;CPU
        system:controller:statefulset-controller ;pods;LW apps;statefulsets;RO apps;statefulsets/status;update apps;statefulsets/finalizers;update ;pods;create,delete,get,patch,update apps;controllerrevisions;create,delete,get,list,patch,update,watch ;persistentvolumeclaims;create,get,list,watch ;persistentvolumeclaims;delete,update ;pods/finalizers;update ,events.k8s.io;events;CPU
        system:controller:ttl-after-finished-controller batch;jobs;delete,get,list,watch ,events.k8s.io;events;CPU
        system:controller:ttl-controller ;nodes;list,patch,update,watch ,events.k8s.io;events;CPU
        system:controller:validatingadmissionpolicy-status-controller admissionregistration.k8s.io;validatingadmissionpolicies;RO admissionregistration.k8s.io;validatingadmissionpolicies/status;get,patch,update ,events.k8s.io;events;CPU
        system:controller:volumeattributesclass-protection-controller ;persistentvolumeclaims;RO ;persistentvolumes;RO storage.k8s.io;volumeattributesclasses;get,list,update,watch ,events.k8s.io;events;CPU
        system:controller:device-taint-eviction-controller ;pods;delete,get,list,watch ;pods/status;patch,update resource.k8s.io;resourceclaims;RO resource.k8s.io;resourceslices;RO resource.k8s.io;deviceclasses;RO ,events.k8s.io;events;CPU
        """
}
