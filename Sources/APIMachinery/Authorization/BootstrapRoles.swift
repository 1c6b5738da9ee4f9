/// The roles of a new cluster and who they are bound to, as tables.
///
/// - Shape: a role a line: its name (with its namespace before a slash), then its rules, each
///   `groups;resources[names];verbs` or `!paths=verbs`. Verbs `RO`, `LW`, `W`, `CPU` and `ALL` stand for the usual sets.
///   A binding a line: its name, its role, its subjects (`G:` a group, `U:` a user, `S:namespace:name` a ServiceAccount).
enum BootstrapRoles {
    static let text = """
        cluster-admin *;*;* !*=*
        system:discovery !/api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/=get
        system:public-info-viewer !/healthz,/livez,/readyz,/version,/version/=get
        system:monitoring !/healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*=get
        system:basic-user authorization.k8s.io;selfsubjectaccessreviews,selfsubjectrulesreviews;create authentication.k8s.io;selfsubjectreviews;create
        system:aggregate-to-admin authorization.k8s.io;localsubjectaccessreviews;create rbac.authorization.k8s.io;rolebindings,roles;ALL
        system:aggregate-to-edit ;pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy;RO ;serviceaccounts;impersonate ;pods,pods/attach,pods/exec,pods/portforward,pods/proxy;W ;pods/eviction;create ;configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy;W ;serviceaccounts/token;create apps;daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale;W autoscaling;horizontalpodautoscalers;W batch;cronjobs,jobs;W extensions;daemonsets,deployments,deployments/rollback,deployments/scale,ingresses,networkpolicies,replicasets,replicasets/scale,replicationcontrollers/scale;W policy;poddisruptionbudgets;W networking.k8s.io;ingresses,networkpolicies;W coordination.k8s.io;leases;ALL resource.k8s.io;resourceclaims,resourceclaimtemplates;W
        system:aggregate-to-view ;configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services,services/status;RO ;bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status;RO ;namespaces;RO discovery.k8s.io;endpointslices;RO apps;controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status;RO autoscaling;horizontalpodautoscalers,horizontalpodautoscalers/status;RO batch;cronjobs,cronjobs/status,jobs,jobs/status;RO extensions;daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,ingresses,ingresses/status,networkpolicies,replicasets,replicasets/scale,replicasets/status,replicationcontrollers/scale;RO policy;poddisruptionbudgets,poddisruptionbudgets/status;RO networking.k8s.io;ingresses,ingresses/status,networkpolicies;RO resource.k8s.io;resourceclaims,resourceclaims/status,resourceclaimtemplates;RO
        system:heapster ;events,namespaces,nodes,pods;RO extensions;deployments;RO
        system:node-problem-detector ;nodes;get ;nodes/status;patch ,events.k8s.io;events;CPU
        system:kubelet-api-admin ;nodes;RO ;nodes;proxy ;nodes/log,nodes/metrics,nodes/proxy,nodes/stats;* ;nodes/configz,nodes/healthz,nodes/pods;*
        system:node-bootstrapper certificates.k8s.io;certificatesigningrequests;create,get,list,watch
        system:auth-delegator authentication.k8s.io;tokenreviews;create authorization.k8s.io;subjectaccessreviews;create
        system:kube-aggregator ;endpoints,services;RO
        system:kube-controller-manager ,events.k8s.io;events;CPU coordination.k8s.io;leases;create coordination.k8s.io;leases[kube-controller-manager];get,update ;secrets,serviceaccounts;create ;secrets;delete ;configmaps,namespaces,secrets,serviceaccounts;get ;secrets,serviceaccounts;update authentication.k8s.io;tokenreviews;create authorization.k8s.io;subjectaccessreviews;create *;*;LW ;serviceaccounts/token;create
        system:kube-dns ;endpoints,services;LW
        system:persistent-volume-provisioner ;persistentvolumes;create,delete,get,list,watch ;persistentvolumeclaims;get,list,update,watch storage.k8s.io;storageclasses;RO ;events;watch ,events.k8s.io;events;CPU
        system:certificates.k8s.io:certificatesigningrequests:nodeclient certificates.k8s.io;certificatesigningrequests/nodeclient;create
        system:certificates.k8s.io:certificatesigningrequests:selfnodeclient certificates.k8s.io;certificatesigningrequests/selfnodeclient;create
        system:certificates.k8s.io:kube-apiserver-client-approver certificates.k8s.io;signers[kubernetes.io/kube-apiserver-client];approve
        system:certificates.k8s.io:kube-apiserver-client-kubelet-approver certificates.k8s.io;signers[kubernetes.io/kube-apiserver-client-kubelet];approve
        system:certificates.k8s.io:kubelet-serving-approver certificates.k8s.io;signers[kubernetes.io/kubelet-serving];approve
        system:certificates.k8s.io:legacy-unknown-approver certificates.k8s.io;signers[kubernetes.io/legacy-unknown];approve
        system:service-account-issuer-discovery !/.well-known/openid-configuration,/.well-known/openid-configuration/,/openid/v1/jwks,/openid/v1/jwks/=get
        system:volume-scheduler ;persistentvolumes;get,list,patch,update,watch storage.k8s.io;storageclasses;RO ;persistentvolumeclaims;get,list,patch,update,watch
        system:node authentication.k8s.io;tokenreviews;create authorization.k8s.io;localsubjectaccessreviews,subjectaccessreviews;create ;services;RO ;nodes;create,get,list,watch ;nodes/status;patch,update ;nodes;patch,update ;events;CPU ;pods;RO ;pods;create,delete ;pods/status;patch,update ;pods/eviction;create ;configmaps,secrets;RO ;persistentvolumeclaims,persistentvolumes;get ;endpoints;get certificates.k8s.io;certificatesigningrequests;create,get,list,watch coordination.k8s.io;leases;create,delete,get,patch,update storage.k8s.io;volumeattachments;get ;serviceaccounts/token;create ;persistentvolumeclaims/status;get,patch,update storage.k8s.io;csidrivers;RO storage.k8s.io;csinodes;create,delete,get,patch,update node.k8s.io;runtimeclasses;RO resource.k8s.io;resourceclaims;get resource.k8s.io;resourceslices;deletecollection ;serviceaccounts;get
        system:node-proxier ;endpoints,services;LW ;nodes;RO ,events.k8s.io;events;CPU networking.k8s.io;servicecidrs;LW discovery.k8s.io;endpointslices;LW
        system:kube-scheduler ,events.k8s.io;events;CPU coordination.k8s.io;leases;create,list,watch coordination.k8s.io;leases[kube-scheduler];get,update ;nodes;RO ;pods;delete,get,list,watch ;bindings,pods/binding;create ;pods/status;patch,update ;replicationcontrollers,services;RO apps,extensions;replicasets;RO apps;statefulsets;RO policy;poddisruptionbudgets;RO ;persistentvolumeclaims,persistentvolumes;RO authentication.k8s.io;tokenreviews;create authorization.k8s.io;subjectaccessreviews;create storage.k8s.io;csinodes;RO storage.k8s.io;volumeattachments;RO ;namespaces;RO storage.k8s.io;csidrivers;RO storage.k8s.io;csistoragecapacities;RO resource.k8s.io;deviceclasses;RO resource.k8s.io;resourceclaims;get,list,patch,update,watch resource.k8s.io;resourceclaims/status;get,list,patch,update,watch ;pods/finalizers;get,list,patch,update,watch resource.k8s.io;resourceslices;RO resource.k8s.io;resourceclaims/binding;patch,update
        """

    static let bindings = """
        cluster-admin cluster-admin G:system:masters
        system:monitoring system:monitoring G:system:monitoring
        system:discovery system:discovery G:system:authenticated
        system:basic-user system:basic-user G:system:authenticated
        system:public-info-viewer system:public-info-viewer G:system:authenticated G:system:unauthenticated
        system:node-proxier system:node-proxier U:system:kube-proxy
        system:kube-controller-manager system:kube-controller-manager U:system:kube-controller-manager
        system:kube-dns system:kube-dns S:kube-system:kube-dns
        system:kube-scheduler system:kube-scheduler U:system:kube-scheduler
        system:volume-scheduler system:volume-scheduler U:system:kube-scheduler
        system:node system:node
        system:service-account-issuer-discovery system:service-account-issuer-discovery G:system:serviceaccounts
        """

    static let namespaced = """
        kube-public/system:controller:bootstrap-signer ;configmaps;RO ;configmaps[cluster-info];update ,events.k8s.io;events;CPU
        kube-system/extension-apiserver-authentication-reader ;configmaps[extension-apiserver-authentication];RO
        kube-system/system::leader-locking-kube-controller-manager ;configmaps;watch ;configmaps[kube-controller-manager];get,update
        kube-system/system::leader-locking-kube-scheduler ;configmaps;watch ;configmaps[kube-scheduler];get,update
        kube-system/system:controller:bootstrap-signer ;secrets;RO
        kube-system/system:controller:cloud-provider ;configmaps;create,get,list,watch
        kube-system/system:controller:token-cleaner ;secrets;delete,get,list,watch ,events.k8s.io;events;CPU
        """

    static let namespacedBindings = """
        kube-public/system:controller:bootstrap-signer system:controller:bootstrap-signer S:kube-system:bootstrap-signer
        kube-system/system::extension-apiserver-authentication-reader extension-apiserver-authentication-reader U:system:kube-controller-manager U:system:kube-scheduler
        kube-system/system::leader-locking-kube-controller-manager system::leader-locking-kube-controller-manager U:system:kube-controller-manager S:kube-system:kube-controller-manager
        kube-system/system::leader-locking-kube-scheduler system::leader-locking-kube-scheduler U:system:kube-scheduler S:kube-system:kube-scheduler
        kube-system/system:controller:bootstrap-signer system:controller:bootstrap-signer S:kube-system:bootstrap-signer
        kube-system/system:controller:cloud-provider system:controller:cloud-provider S:kube-system:cloud-provider
        kube-system/system:controller:token-cleaner system:controller:token-cleaner S:kube-system:token-cleaner
        """
}
