// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let storagemigrationTypes: StaticString = #"""
v1beta1.StorageVersionMigration kind=storagemigration.k8s.io/v1beta1/StorageVersionMigration
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec storagemigration.v1beta1.StorageVersionMigrationSpec
 status storagemigration.v1beta1.StorageVersionMigrationStatus
v1beta1.StorageVersionMigrationList kind=storagemigration.k8s.io/v1beta1/StorageVersionMigrationList
 apiVersion string
 items []storagemigration.v1beta1.StorageVersionMigration required
 kind string
 metadata meta.v1.ListMeta
v1beta1.StorageVersionMigrationSpec
 resource meta.v1.GroupResource required
v1beta1.StorageVersionMigrationStatus
 conditions []meta.v1.Condition list=map(type) patch=merge(type)
 resourceVersion string

"""#
}
