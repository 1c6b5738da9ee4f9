import GitReading

/// How much a submission may ask of the grader.
///
/// - Units: bytes, counts, and virtual time.
package struct SubmissionLimits: Sendable {
    package var fileBytesMax = 1 << 20
    package var totalBytesMax = 8 << 20
    package var filesMax = 200
    package var documentsMax = 500
    /// Commands, loop turns and expansions of the script.
    package var scriptStepsMax = 200_000
    /// Calls of kubectl and eksctl.
    package var scriptCallsMax = 200
    package var scriptOutputBytesMax = 1 << 20
    /// Virtual time that the script may take.
    package var scriptTimeMax: Duration = .seconds(3600)
    /// Pods that may be in the cluster at once.
    package var podsMax = 2000
    /// Objects that may be in the cluster at once.
    package var objectsMax = 20_000

    package init() {}

    var source: SourceLimits { SourceLimits(fileBytesMax: fileBytesMax, filesMax: 2000, depthMax: 8) }
}
