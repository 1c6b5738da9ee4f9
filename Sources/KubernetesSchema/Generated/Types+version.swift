// Made by SchemaGenerator from Kubernetes' OpenAPI description. Do not edit: run the generator.

extension GeneratedCatalogue {
    static let versionTypes: StaticString = #"""
Info
 buildDate string required
 compiler string required
 emulationMajor string
 emulationMinor string
 gitCommit string required
 gitTreeState string required
 gitVersion string required
 goVersion string required
 major string required
 minCompatibilityMajor string
 minCompatibilityMinor string
 minor string required
 platform string required

"""#
}
