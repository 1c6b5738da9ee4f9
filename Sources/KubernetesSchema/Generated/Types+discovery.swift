// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let discoveryTypes: StaticString = #"""
v1.Endpoint
 addresses []string required list=set
 conditions discovery.v1.EndpointConditions
 deprecatedTopology map:string
 hints discovery.v1.EndpointHints
 hostname string
 nodeName string
 targetRef core.v1.ObjectReference
 zone string
v1.EndpointConditions
 ready bool
 serving bool
 terminating bool
v1.EndpointHints
 forNodes []discovery.v1.ForNode list=atomic
 forZones []discovery.v1.ForZone list=atomic
v1.EndpointPort atomic
 appProtocol string
 name string
 port int32
 protocol string
v1.EndpointSlice kind=discovery.k8s.io/v1/EndpointSlice
 addressType string required
 apiVersion string
 endpoints []discovery.v1.Endpoint list=atomic
 kind string
 metadata meta.v1.ObjectMeta
 ports []discovery.v1.EndpointPort list=atomic
v1.EndpointSliceList kind=discovery.k8s.io/v1/EndpointSliceList
 apiVersion string
 items []discovery.v1.EndpointSlice required
 kind string
 metadata meta.v1.ListMeta
v1.ForNode
 name string required
v1.ForZone
 name string required

"""#
}
