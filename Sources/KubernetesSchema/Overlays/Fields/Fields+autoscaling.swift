extension FieldTables {
    /// HorizontalPodAutoscalers and Scale.
    static let autoscaling: StaticString = #"""
v1.ScaleSpec
 plain replicas
v2.HPAScalingPolicy
 named type HPAScalingPolicyType Percent|Pods
v2.HPAScalingRules
 null policies
 pointer selectPolicy
 named selectPolicy ScalingPolicySelect Disabled|Max|Min
v2.HorizontalPodAutoscalerCondition
 written lastTransitionTime
 named status v1.ConditionStatus
 named type HorizontalPodAutoscalerConditionType
v2.HorizontalPodAutoscalerStatus
 plain currentReplicas
 written currentMetrics desiredReplicas
v2.MetricSpec
 named type MetricSourceType ContainerResource|External|Object|Pods|Resource
v2.MetricStatus
 named type MetricSourceType
v2.MetricTarget
 named type MetricTargetType AverageValue|Utilization|Value
v2.ContainerResourceMetricSource
 named name v1.ResourceName
v2.ResourceMetricSource
 named name v1.ResourceName

"""#
}
