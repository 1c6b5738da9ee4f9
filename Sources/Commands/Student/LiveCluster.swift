import Cluster
import Grading
import KubernetesObjects
import LabEngine

/// A cluster of the student's own, to be graded as it stands.
struct LiveCluster {
    let name: String
    /// A copy of it, all that is in memory included.
    let copy: Cluster

    /// The cluster of a name, or the one that `KUBECONFIG` leads to.
    static func named(_ given: String?) throws(CommandError) -> LiveCluster {
        guard let name = given ?? DiskKubectl.cluster(in: [])?.name else {
            let known = ClusterFolder.names
            let advice = known.isEmpty ? "Make one with 'labrunner cluster create NAME'." : "Name one with --cluster: there are \(known.joined(separator: ", "))."
            throw CommandError(.usage, "No cluster is meant: KUBECONFIG leads to none of labrunner's. \(advice)")
        }
        return LiveCluster(name: name, copy: try DiskCluster(try ClusterFolder(name)).session.cluster)
    }
}

extension Grader {
    /// The labs that are meant with a live cluster: those given, or those that were started here.
    func liveNames(_ given: [String]) throws(CommandError) -> [String] {
        if !given.isEmpty { return try names(given) }
        let started = Workplace.started(among: catalogue.names)
        guard !started.isEmpty else {
            throw CommandError(.usage, "Name the lab: 'labrunner check --live LAB'. There are \(catalogue.names.joined(separator: ", ")).")
        }
        return started
    }

    /// Grades a lab in a copy of a cluster.
    func grade(_ name: String, in source: LiveCluster, strict: Bool) throws(CommandError) -> LabReport {
        let lab = try lab(name)
        var runner = runner
        runner.isStrict = strict
        do throws(RunError) {
            return try runner.grade(lab, live: source.copy, name: source.name, labs: catalogue.provenance)
        } catch {
            throw CommandError(error.code == .lab ? .usage : .defect, error.message)
        }
    }
}
