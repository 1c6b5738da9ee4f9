extension Descriptions {
    static let networkTable: StaticString = #"""
core.v1.Service One address and name for a set of pods.
core.v1.ServiceSpec How a service is reached, and which pods it leads to.
 allocateLoadBalancerNodePorts Whether a LoadBalancer service gets node ports.
 clusterIP The address inside the cluster; None makes the service headless.
 clusterIPs All addresses inside the cluster.
 externalIPs Addresses of nodes that also lead to the service.
 externalName The DNS name that an ExternalName service stands for.
 externalTrafficPolicy Whether traffic from outside may be passed on to other nodes.
 healthCheckNodePort The port that tells load balancers which nodes have pods.
 internalTrafficPolicy Whether traffic from inside may go to other nodes.
 ipFamilies The IP families of the service.
 ipFamilyPolicy Whether the service has one or two IP families.
 loadBalancerClass Which implementation makes the load balancer.
 loadBalancerSourceRanges Addresses that the load balancer lets in.
 ports The ports of the service.
 publishNotReadyAddresses Whether pods that are not ready are listed as well.
 selector The labels of the pods it leads to.
 sessionAffinity Whether a client always gets the same pod.
 type ClusterIP, NodePort, LoadBalancer or ExternalName.
core.v1.ServicePort A port of a service.
 appProtocol What is spoken on the port.
 name The name of the port; needed when there are several.
 nodePort The port that every node opens.
 port The port of the service.
 protocol TCP, UDP or SCTP.
 targetPort The port of the pods, as number or name; that of the service by default.
core.v1.Endpoints The addresses behind a service; EndpointSlices took its place.
discovery.v1.EndpointSlice Some of the addresses behind a service.
 addressType What kind of addresses these are.
 endpoints The addresses and their state.
 ports The ports of every address.
networking.v1.Ingress Rules that lead HTTP requests to services.
networking.v1.IngressSpec The rules of an Ingress.
 defaultBackend Where requests go that no rule matches.
 ingressClassName The class whose controller serves it.
 rules Rules by host and path.
 tls Hosts that are served with TLS, and their secrets.
networking.v1.IngressClass Names a controller that serves Ingresses.
networking.v1.NetworkPolicy Says which traffic the chosen pods accept and send.
networking.v1.NetworkPolicySpec Which pods, and which traffic.
 egress What the pods may reach.
 ingress What may reach the pods.
 podSelector The pods that the policy is for; all of the namespace when empty.
 policyTypes Which directions the policy restricts.

"""#
}
