import APIServer
import Cluster
import KubernetesObjects
import LabEngine
import SimulationKernel

/// The lab that a cluster is set up for; nothing of a submission is in it. It is kept with the cluster, which can so begin anew.
///
/// - Shape: `{"name": LAB, "labs": PATH|URL, "ref": REV}` in the cluster's settings.
struct LabCluster: Sendable {
    private let name: String
    /// Where the labs are, for a process that stands in another folder.
    private let labs: String
    private let ref: String?

    /// How long before the present a lab's cluster begins, so that what its setup takes lies in the past.
    private static let age: Duration = .seconds(300)

    init(_ name: String, of options: LabOptions) {
        self.name = name
        labs = options.absoluteLocation
        ref = options.ref
    }

    init?(_ settings: ClusterSettings) {
        guard let value = settings.lab, let name = value["name"]?.stringValue, let labs = value["labs"]?.stringValue else { return nil }
        self.name = name
        self.labs = labs
        ref = value["ref"]?.stringValue
    }

    var value: Value {
        var value: Value = ["name": .string(name), "labs": .string(labs)]
        if let ref { value["ref"] = .string(ref) }
        return value
    }

    /// Makes the cluster, set up and with all that its setup set going done by now.
    func make(_ settings: ClusterSettings, _ keys: ClusterKeys) throws(CommandError) -> MadeCluster {
        var options = LabOptions()
        (options.labs, options.ref, options.lang) = (labs, ref, nil)
        let lab = try Grader.lab(name, in: options.catalogue())
        do throws(RunError) {
            let setup = try LabSetup(lab, seed: settings.seed, startingAt: Host.preciseNow - Self.age) {
                $0.adopt(keys.identity, keysAddress: LiveCluster.keysAddress(settings))
            }
            let left = Host.preciseNow - setup.session.now
            if left > .zero { setup.session.advance(by: left) }
            return MadeCluster(cluster: setup.session.cluster, account: setup.session.account)
        } catch {
            throw CommandError(error.code == .lab ? .usage : .defect, error.message)
        }
    }
}

/// A cluster at its beginning, with its AWS account where it has one.
struct MadeCluster: Sendable {
    var cluster: Cluster
    var account: Value?
}
