// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let nodeTypes: StaticString = #"""
v1.Overhead
 podFixed map:Quantity
v1.RuntimeClass kind=node.k8s.io/v1/RuntimeClass
 apiVersion string
 handler string required
 kind string
 metadata meta.v1.ObjectMeta
 overhead node.v1.Overhead
 scheduling node.v1.Scheduling
v1.RuntimeClassList kind=node.k8s.io/v1/RuntimeClassList
 apiVersion string
 items []node.v1.RuntimeClass required
 kind string
 metadata meta.v1.ListMeta
v1.Scheduling
 nodeSelector map:string map=atomic
 tolerations []core.v1.Toleration list=atomic

"""#
}
