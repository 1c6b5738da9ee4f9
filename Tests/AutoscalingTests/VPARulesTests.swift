import KubernetesObjects
import Testing

@testable import Autoscaling

/// What the admission controller of the vertical pod autoscaler refuses.
@Suite struct VPARulesTests {
    @Test(arguments: [
        ("{targetRef: {kind: Deployment, name: web}}", nil), ("{}", "targetRef is required. If you're using v1beta1 version of the API, please migrate to v1"),
        ("{targetRef: {kind: D, name: w}, updatePolicy: {minReplicas: 1}}", "updateMode is required if UpdatePolicy is used"),
        ("{targetRef: {kind: D, name: w}, updatePolicy: {updateMode: Sometimes}}", "unexpected UpdateMode value Sometimes"),
        ("{targetRef: {kind: D, name: w}, updatePolicy: {updateMode: Auto, minReplicas: 0}}", "minReplicas has to be positive, got 0"),
        ("{targetRef: {kind: D, name: w}, resourcePolicy: {containerPolicies: [{mode: Auto}]}}", "containerPolicies.ContainerName is required"),
        ("{targetRef: {kind: D, name: w}, resourcePolicy: {containerPolicies: [{containerName: c, minAllowed: {cpu: 1500u}}]}}", "minAllowed: CPU [1500u] must be a whole number of milli CPUs"),
        ("{targetRef: {kind: D, name: w}, resourcePolicy: {containerPolicies: [{containerName: c, maxAllowed: {memory: 1500m}}]}}", "maxAllowed: memory [1500m] must be a whole number of bytes"),
        (
            "{targetRef: {kind: D, name: w}, resourcePolicy: {containerPolicies: [{containerName: c, minAllowed: {memory: 2Gi}, maxAllowed: {memory: 1Gi}}]}}",
            "max resource for memory is lower than min"
        ),
        (
            "{targetRef: {kind: D, name: w}, resourcePolicy: {containerPolicies: [{containerName: c, mode: 'Off', controlledValues: RequestsAndLimits}]}}",
            "controlledValues shouldn't be specified if container scaling mode is off"
        ),
        ("{targetRef: {kind: D, name: w}, recommenders: [{name: a}, {name: b}]}", "the current version of VPA object shouldn't specify more than one recommenders"),
    ] as [(String, String?)])
    func `says what is wrong with an autoscaler`(_ spec: String, _ problem: String?) throws {
        let value = try #require(YAMLReader().read(spec).documents.first?.value)
        #expect(VPARules.problem(in: ["spec": value], isNew: true) == problem)
    }
}
