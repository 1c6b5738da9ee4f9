// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let eventsTypes: StaticString = #"""
v1.Event kind=events.k8s.io/v1/Event
 action string
 apiVersion string
 deprecatedCount int32
 deprecatedFirstTimestamp Time
 deprecatedLastTimestamp Time
 deprecatedSource core.v1.EventSource
 eventTime MicroTime required
 kind string
 metadata meta.v1.ObjectMeta
 note string
 reason string
 regarding core.v1.ObjectReference
 related core.v1.ObjectReference
 reportingController string
 reportingInstance string
 series events.v1.EventSeries
 type string
v1.EventList kind=events.k8s.io/v1/EventList
 apiVersion string
 items []events.v1.Event required
 kind string
 metadata meta.v1.ListMeta
v1.EventSeries
 count int32 required
 lastObservedTime MicroTime required

"""#
}
