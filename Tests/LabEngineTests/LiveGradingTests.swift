import Cluster
import GitReading
import Grading
import SimulationKernel
import Testing

@testable import LabEngine

/// What stands in a student's cluster is graded as if it had been handed in, and the cluster is left alone.
@Suite struct LiveGradingTests {
    /// A cluster in which a student has done what a submission would do.
    private func worked(_ lab: Lab, _ source: any FileSource) throws -> Cluster {
        let run = LabRun(try LabSetup(lab, seed: 9, startingAt: .simulationStart + .seconds(86_400)), submission: source)
        try run.runSubmission()
        return run.session.cluster
    }

    @Test(arguments: ["deployment", "nodeport", "hpa"])
    func `a solution made in a cluster passes`(_ name: String) throws {
        let catalogue = try Fixtures.catalogue()
        let lab = try catalogue.lab(name)
        let cluster = try worked(lab, try #require(catalogue.solution(of: lab.name)))
        let before = (cluster.store.revision, cluster.now, cluster.trace.digest)
        let report = try Fixtures.runner.grade(lab, live: cluster, name: "demo", labs: Provenance(location: "labs"))
        #expect(report.isPassed, "\(report.checks.filter { !$0.verdict.isPassed }.map(\.name))")
        #expect(report.receipt.submission.location == "live cluster demo")
        #expect(before == (cluster.store.revision, cluster.now, cluster.trace.digest))
        // Also after the cluster was kept and taken up again.
        let again = try Cluster(profile: cluster.profile, seed: cluster.seed, restoring: cluster.encodeState())
        #expect(try Fixtures.runner.grade(lab, live: again, name: "demo", labs: Provenance(location: "labs")).isPassed)
    }

    @Test func `a cluster with nothing done fails, and a wrong selector is explained without a line`() throws {
        let lab = try Fixtures.catalogue().lab("nodeport")
        let empty = LabRun(try LabSetup(lab, seed: 9), submission: MemorySource(label: "nothing")).session.cluster
        #expect(try !Fixtures.runner.grade(lab, live: empty, name: "demo", labs: Provenance(location: "labs")).isPassed)
        let wrong = try worked(lab, Fixtures.changed("nodeport", "service.yaml", "app: nginx", to: "app: ngnix"))
        let report = try Fixtures.runner.grade(lab, live: wrong, name: "demo", labs: Provenance(location: "labs"))
        let cause = try #require(Fixtures.cause(of: "every-node", in: report))
        #expect(cause.contains("ngnix") && cause.contains("matches no pod"))
        #expect(!cause.contains("service.yaml:"))
    }
}
