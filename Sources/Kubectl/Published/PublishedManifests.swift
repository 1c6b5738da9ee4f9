/// Manifests that projects publish under well-known addresses, so that `kubectl apply -f https://…` of a workshop works without a network.
///
/// The texts are the simulator's own: the objects that such a manifest makes, as far as they do something here.
enum PublishedManifests {
    /// The manifest at an address; nil for one that is not known.
    static func text(at url: String) -> String? {
        func has(_ part: String) -> Bool { url.firstRange(of: part) != nil }
        if has("kubernetes-sigs/gateway-api/"), has("-install.yaml") { return GatewayDefinitions.manifest }
        if has("kubernetes/ingress-nginx/"), url.hasSuffix("/deploy.yaml") {
            let provider = url.split(separator: "/").dropLast().last.map(String.init) ?? "cloud"
            return IngressNginx.manifest(provider: provider == "static" ? "cloud" : provider)
        }
        return nil
    }

    /// What is known, for the message about an address that is not.
    static let known = "the Gateway API's standard-install.yaml and ingress-nginx's deploy.yaml"
}

/// The installation of the nginx ingress controller.
///
/// - Source: ingress-nginx `deploy/static/provider`: names, labels, ports, class; without its admission webhook.
enum IngressNginx {
    static let version = "v1.14.1"

    static func manifest(provider: String) -> String {
        let labels = "{app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx, app.kubernetes.io/component: controller}"
        let isNodePort = ["baremetal", "kind"].contains(provider)
        let type = isNodePort ? "type: NodePort" : "type: LoadBalancer\n  externalTrafficPolicy: Local"
        let annotations = provider == "aws" ? "\n  annotations: {service.beta.kubernetes.io/aws-load-balancer-type: nlb}" : ""
        let publish = provider == "kind" ? "--publish-status-address=localhost" : "--publish-service=$(POD_NAMESPACE)/ingress-nginx-controller"
        let hostPorts = provider == "kind"
        return """
            apiVersion: v1
            kind: Namespace
            metadata: {name: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/instance: ingress-nginx}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: ingress-nginx, namespace: ingress-nginx, labels: \(labels)}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
            rules:
            - {apiGroups: [''], resources: [configmaps, endpoints, nodes, pods, secrets, namespaces, services], verbs: [get, list, watch]}
            - {apiGroups: [networking.k8s.io], resources: [ingresses, ingressclasses], verbs: [get, list, watch]}
            - {apiGroups: [networking.k8s.io], resources: [ingresses/status], verbs: [update]}
            - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
            - {apiGroups: [''], resources: [events], verbs: [create, patch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: ingress-nginx, labels: {app.kubernetes.io/name: ingress-nginx}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ingress-nginx}
            subjects: [{kind: ServiceAccount, name: ingress-nginx, namespace: ingress-nginx}]
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: ingress-nginx-controller, namespace: ingress-nginx, labels: \(labels)}
            ---
            apiVersion: v1
            kind: Service
            metadata:
              name: ingress-nginx-controller
              namespace: ingress-nginx
              labels: \(labels)\(annotations)
            spec:
              \(type)
              selector: \(labels)
              ports:
              - {name: http, port: 80, protocol: TCP, targetPort: http, appProtocol: http}
              - {name: https, port: 443, protocol: TCP, targetPort: https, appProtocol: https}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: ingress-nginx-controller, namespace: ingress-nginx, labels: \(labels)}
            spec:
              minReadySeconds: 0
              revisionHistoryLimit: 10
              selector: {matchLabels: \(labels)}
              template:
                metadata: {labels: \(labels)}
                spec:
                  serviceAccountName: ingress-nginx
                  terminationGracePeriodSeconds: 300
                  nodeSelector: {kubernetes.io/os: linux}
                  containers:
                  - name: controller
                    image: registry.k8s.io/ingress-nginx/controller:\(version)
                    args: [/nginx-ingress-controller, '\(publish)', --election-id=ingress-nginx-leader, --controller-class=k8s.io/ingress-nginx, --ingress-class=nginx]
                    env:
                    - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: POD_NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
                    ports:
                    - {name: http, containerPort: 80, protocol: TCP\(hostPorts ? ", hostPort: 80" : "")}
                    - {name: https, containerPort: 443, protocol: TCP\(hostPorts ? ", hostPort: 443" : "")}
                    readinessProbe: {httpGet: {path: /healthz, port: 10254}, initialDelaySeconds: 10, periodSeconds: 10}
                    livenessProbe: {httpGet: {path: /healthz, port: 10254}, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 5}
                    resources: {requests: {cpu: 100m, memory: 90Mi}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: IngressClass
            metadata: {name: nginx, labels: \(labels)}
            spec: {controller: k8s.io/ingress-nginx}

            """
    }
}
