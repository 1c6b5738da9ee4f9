// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let autoscalingTypes: StaticString = #"""
v1.CrossVersionObjectReference atomic
 apiVersion string
 kind string required
 name string required
v1.HorizontalPodAutoscaler kind=autoscaling/v1/HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec autoscaling.v1.HorizontalPodAutoscalerSpec required
 status autoscaling.v1.HorizontalPodAutoscalerStatus
v1.HorizontalPodAutoscalerList kind=autoscaling/v1/HorizontalPodAutoscalerList
 apiVersion string
 items []autoscaling.v1.HorizontalPodAutoscaler required
 kind string
 metadata meta.v1.ListMeta
v1.HorizontalPodAutoscalerSpec
 maxReplicas int32 required
 minReplicas int32
 scaleTargetRef autoscaling.v1.CrossVersionObjectReference required
 targetCPUUtilizationPercentage int32
v1.HorizontalPodAutoscalerStatus
 currentCPUUtilizationPercentage int32
 currentReplicas int32 required
 desiredReplicas int32 required
 lastScaleTime Time
 observedGeneration int64
v1.Scale kind=autoscaling/v1/Scale
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec autoscaling.v1.ScaleSpec
 status autoscaling.v1.ScaleStatus
v1.ScaleSpec
 replicas int32
v1.ScaleStatus
 replicas int32 required
 selector string
v2.ContainerResourceMetricSource
 container string required
 name string required
 target autoscaling.v2.MetricTarget required
v2.ContainerResourceMetricStatus
 container string required
 current autoscaling.v2.MetricValueStatus required
 name string required
v2.CrossVersionObjectReference
 apiVersion string
 kind string required
 name string required
v2.ExternalMetricSource
 metric autoscaling.v2.MetricIdentifier required
 target autoscaling.v2.MetricTarget required
v2.ExternalMetricStatus
 current autoscaling.v2.MetricValueStatus required
 metric autoscaling.v2.MetricIdentifier required
v2.HPAScalingPolicy
 periodSeconds int32 required
 type string required
 value int32 required
v2.HPAScalingRules
 policies []autoscaling.v2.HPAScalingPolicy list=atomic
 selectPolicy string
 stabilizationWindowSeconds int32
 tolerance Quantity
v2.HorizontalPodAutoscaler kind=autoscaling/v2/HorizontalPodAutoscaler
 apiVersion string
 kind string
 metadata meta.v1.ObjectMeta
 spec autoscaling.v2.HorizontalPodAutoscalerSpec required
 status autoscaling.v2.HorizontalPodAutoscalerStatus
v2.HorizontalPodAutoscalerBehavior
 scaleDown autoscaling.v2.HPAScalingRules
 scaleUp autoscaling.v2.HPAScalingRules
v2.HorizontalPodAutoscalerCondition
 lastTransitionTime Time
 message string
 reason string
 status string required
 type string required
v2.HorizontalPodAutoscalerList kind=autoscaling/v2/HorizontalPodAutoscalerList
 apiVersion string
 items []autoscaling.v2.HorizontalPodAutoscaler required
 kind string
 metadata meta.v1.ListMeta
v2.HorizontalPodAutoscalerSpec
 behavior autoscaling.v2.HorizontalPodAutoscalerBehavior
 maxReplicas int32 required
 metrics []autoscaling.v2.MetricSpec list=atomic
 minReplicas int32
 scaleTargetRef autoscaling.v2.CrossVersionObjectReference required
v2.HorizontalPodAutoscalerStatus
 conditions []autoscaling.v2.HorizontalPodAutoscalerCondition list=map(type) patch=merge(type)
 currentMetrics []autoscaling.v2.MetricStatus list=atomic
 currentReplicas int32
 desiredReplicas int32 required
 lastScaleTime Time
 observedGeneration int64
v2.MetricIdentifier
 name string required
 selector meta.v1.LabelSelector
v2.MetricSpec
 containerResource autoscaling.v2.ContainerResourceMetricSource
 external autoscaling.v2.ExternalMetricSource
 object autoscaling.v2.ObjectMetricSource
 pods autoscaling.v2.PodsMetricSource
 resource autoscaling.v2.ResourceMetricSource
 type string required
v2.MetricStatus
 containerResource autoscaling.v2.ContainerResourceMetricStatus
 external autoscaling.v2.ExternalMetricStatus
 object autoscaling.v2.ObjectMetricStatus
 pods autoscaling.v2.PodsMetricStatus
 resource autoscaling.v2.ResourceMetricStatus
 type string required
v2.MetricTarget
 averageUtilization int32
 averageValue Quantity
 type string required
 value Quantity
v2.MetricValueStatus
 averageUtilization int32
 averageValue Quantity
 value Quantity
v2.ObjectMetricSource
 describedObject autoscaling.v2.CrossVersionObjectReference required
 metric autoscaling.v2.MetricIdentifier required
 target autoscaling.v2.MetricTarget required
v2.ObjectMetricStatus
 current autoscaling.v2.MetricValueStatus required
 describedObject autoscaling.v2.CrossVersionObjectReference required
 metric autoscaling.v2.MetricIdentifier required
v2.PodsMetricSource
 metric autoscaling.v2.MetricIdentifier required
 target autoscaling.v2.MetricTarget required
v2.PodsMetricStatus
 current autoscaling.v2.MetricValueStatus required
 metric autoscaling.v2.MetricIdentifier required
v2.ResourceMetricSource
 name string required
 target autoscaling.v2.MetricTarget required
v2.ResourceMetricStatus
 current autoscaling.v2.MetricValueStatus required
 name string required

"""#
}
