import Cluster
import Grading

/// The format of `lab.yaml`, version 1.
///
/// One table says what fields there are: it checks labs, makes the JSON Schema, and is the reference in docs/LAB-FORMAT.md.
package enum LabFormat {
    package static let apiVersion = "labrunner.dev/v1"
    package static let kind = "Lab"

    package static let table = FormatTable(root: "Lab", types: labTypes + CheckFormat.types)

    private static let labTypes: [TypeSpec] = [
        TypeSpec(
            "Lab", "A task, a cluster to begin with, what is handed in, what happens then, and what must be true.",
            [
                FieldSpec("apiVersion", .word([apiVersion]), required: true, "The version of the format."),
                FieldSpec("kind", .word([kind]), required: true, "Always Lab."),
                FieldSpec("metadata", .object("Metadata"), required: true, "What the lab is called and about."),
                FieldSpec("cluster", .object("Cluster"), "The cluster to begin with."),
                FieldSpec("submission", .object("Submission"), "The files that are handed in, and how they are run."),
                FieldSpec("scenario", .list(.object("Step")), "What happens on the virtual clock after the submission was run."),
                FieldSpec("checks", .list(.object("Check")), required: true, "What must be true."),
            ]),
        TypeSpec(
            "Metadata", "What a lab is called and about.",
            [
                FieldSpec("name", .string, required: true, "The lab's name: that of its folder."),
                FieldSpec("title", .text, required: true, "A few words."),
                FieldSpec("summary", .text, "One or two sentences."),
                FieldSpec("level", .word(["beginner", "intermediate", "advanced"]), "How hard it is."),
                FieldSpec("minutes", .integer(1...1000), "How long it takes."),
                FieldSpec("tags", .list(.string), "Words to find it by."),
                FieldSpec("prerequisites", .list(.string), "Labs that should be done before."),
                FieldSpec("kubernetes", .string, "The Kubernetes version, such as \"1.36\"."),
            ]),
        TypeSpec(
            "Cluster", "The cluster to begin with. Give a profile, an eksctl file, or nodes; without any it is eks-3x-m5.large.",
            atMostOne: [["profile", "config", "nodes"]],
            [
                FieldSpec("profile", .string, "The name of a profile: eks-3x-m5.large, empty, recording."),
                FieldSpec("config", .string, "An eksctl ClusterConfig in the lab's folder."),
                FieldSpec("nodes", .list(.object("Node")), "The nodes, one by one."),
                FieldSpec("addOns", .list(.word(AddOn.allCases.map(\.rawValue))), "What is installed besides what every cluster has."),
                FieldSpec("metrics", .list(.object("Metric")), "Custom and external metrics that the cluster serves."),
                FieldSpec("setup", .list(.object("Setup")), "What is in the cluster before the submission is run."),
            ]),
        TypeSpec(
            "Node", "One node, or several equal ones.",
            [
                FieldSpec("name", .string, "Its name; a number is added when `count` is more than one."),
                FieldSpec("count", .integer(1...1000), "How many; 1 unless given."),
                FieldSpec("cpu", .either([.integer(1...1024), .string]), "CPU that it has, such as 2 or 500m."),
                FieldSpec("memory", .string, "Memory that it has, such as 8Gi."),
                FieldSpec("pods", .integer(1...1000), "How many pods it takes."),
                FieldSpec("zone", .string, "Its zone; several nodes take the letters from a on."),
                FieldSpec("instanceType", .string, "An EC2 instance type, which gives CPU, memory and pods."),
                FieldSpec("labels", .map(.string), "More labels."),
                FieldSpec("taints", .list(.tree), "Its taints: key, value, effect."),
                FieldSpec("staticPods", .list(.tree), "Pods that its kubelet runs from manifests on its own disk."),
            ]),
        TypeSpec(
            "Metric", "A metric that the cluster serves besides CPU and memory: of pods, of one object, or from outside.", atMostOne: [["pods", "object", "external"]],
            [
                FieldSpec("name", .string, required: true, "Its name."),
                FieldSpec("namespace", .string, "`default` unless given."),
                FieldSpec("pods", .map(.string), "Each pod with these labels has it."),
                FieldSpec("object", .object("MetricObject"), "One object has it."),
                FieldSpec("external", .map(.string), "It comes from outside, with these labels."),
                FieldSpec("values", .list(.object("MetricPoint")), required: true, "What it says from when on."),
            ]),
        TypeSpec(
            "MetricObject", "The object that has a metric.",
            [
                FieldSpec("apiVersion", .string, "Its version; v1 unless given."),
                FieldSpec("kind", .string, required: true, "Its kind."),
                FieldSpec("name", .string, required: true, "Its name."),
            ]),
        TypeSpec(
            "MetricPoint", "A value and from when on it holds.",
            [
                FieldSpec("after", .duration, "The time since the cluster was made; from the start unless given."),
                FieldSpec("value", .either([.integer(-1_000_000_000_000...1_000_000_000_000), .string]), required: true, "A quantity, such as 100 or 1500m."),
            ]),
        TypeSpec(
            "Setup", "One thing to do before the submission is run.", exactlyOne: ["apply", "manifest", "run"],
            [
                FieldSpec("apply", .either([.string, .list(.string)]), "Manifests in the lab's folder."),
                FieldSpec("manifest", .tree, "A manifest written here."),
                FieldSpec("run", .string, "Commands, as in a script."),
            ]),
        TypeSpec(
            "Submission", "The files that are handed in, and how they are run: eksctl first, then the manifests, then the script.",
            [
                FieldSpec("files", .list(.object("SubmittedFile")), "The files that are expected."),
                FieldSpec("oneOf", .list(.string), "Files of which at least one must be there."),
                FieldSpec("apply", .either([.string, .list(.string)]), "Manifests to apply, in this order; `*` stands for any name. All YAML files unless given."),
                FieldSpec("script", .string, "A command script, run when it is there."),
                FieldSpec("eksctl", .string, "A ClusterConfig for `eksctl create cluster -f`."),
                FieldSpec("live", .bool, "True to grade the student's live cluster."),
                FieldSpec("settle", .duration, "How long the cluster may take to come to rest; 10m unless given."),
            ]),
        TypeSpec(
            "SubmittedFile", "A file that is expected.",
            [
                FieldSpec("path", .string, required: true, "Its path in the submission."),
                FieldSpec("required", .bool, "False when the submission may do without it."),
                FieldSpec("about", .text, "What belongs in it."),
            ]),
        TypeSpec(
            "Step", "One thing that happens.",
            exactlyOne: [
                "wait", "settle", "load", "stopLoad", "kill", "killContainer", "stopNode", "startNode", "removeNode", "drain", "uncordon", "fillDisk",
                "freeDisk", "fillMemory", "freeMemory", "fillPIDs", "freePIDs", "cutZone", "healZone", "slowPulls", "failPulls", "healPulls", "jump", "setImage", "apply", "run",
            ],
            [
                FieldSpec("name", .string, "Names the moment after the step, for `at`, `from` and `to`."),
                FieldSpec("wait", .duration, "Time passes."),
                FieldSpec("settle", .duration, "Time passes until the cluster is at rest, at most so long."),
                FieldSpec("load", .object("Load"), "Requests begin to come."),
                FieldSpec("stopLoad", .string, "The load of this name ends."),
                FieldSpec("kill", .object("Kill"), "Pods are deleted at once."),
                FieldSpec("stopNode", .string, "A node goes down; a number stands for the node at this place of the list, which begins at 0."),
                FieldSpec("startNode", .string, "A node comes back."),
                FieldSpec("killContainer", .object("KillContainer"), "The processes of containers end at once; kubelets start them again."),
                FieldSpec("removeNode", .string, "A machine is gone for good, and its node with it."),
                FieldSpec("drain", .string, "A node is cordoned and its pods are evicted, as budgets allow."),
                FieldSpec("uncordon", .string, "Pods may come to a node again."),
                FieldSpec("fillDisk", .string, "The disk of a node is full: writes fail, images go, pods are evicted."),
                FieldSpec("freeDisk", .string, "There is room on the disk of a node again."),
                FieldSpec("fillMemory", .string, "A node runs low on memory: it evicts pods."),
                FieldSpec("freeMemory", .string, "A node has memory again."),
                FieldSpec("fillPIDs", .string, "A node runs low on process IDs: it evicts pods."),
                FieldSpec("freePIDs", .string, "A node has process IDs again."),
                FieldSpec("cutZone", .string, "No node of a zone is heard of, and nothing in it answers."),
                FieldSpec("healZone", .string, "A zone is back."),
                FieldSpec("slowPulls", .object("SlowPulls"), "Image pulls take longer."),
                FieldSpec("failPulls", .object("FailPulls"), "Image pulls fail."),
                FieldSpec("healPulls", .bool, "True: image pulls are as they were."),
                FieldSpec("jump", .duration, "The clock is that much later at once; nothing happens in between."),
                FieldSpec("setImage", .object("SetImage"), "A container's image is changed."),
                FieldSpec("apply", .either([.string, .tree]), "A manifest in the lab's folder, or one written here, is applied."),
                FieldSpec("run", .string, "Commands are run, as in a script."),
            ]),
        TypeSpec(
            "Load", "Requests at a rate.",
            [
                FieldSpec("name", .string, "Its name; `load` unless given."),
                FieldSpec("to", .string, required: true, "The URL that is asked for."),
                FieldSpec("rate", .either([.integer(1...10_000_000), .number]), required: true, "Requests a second."),
                FieldSpec("from", .either([.word(["outside"]), .object("Origin")]), "Where they come from; outside unless given."),
                FieldSpec("for", .duration, "How long; until stopLoad or the end unless given."),
            ]),
        TypeSpec(
            "Kill", "Which pods.",
            [
                FieldSpec("labels", .map(.string), required: true, "Labels of the pods."),
                FieldSpec("namespace", .string, "`default` unless given."),
                FieldSpec("count", .integer(1...10_000), "How many, the oldest first; 1 unless given."),
            ]),
        TypeSpec(
            "KillContainer", "Which containers.",
            [
                FieldSpec("labels", .map(.string), required: true, "Labels of the pods."),
                FieldSpec("namespace", .string, "`default` unless given."),
                FieldSpec("container", .string, "The container; all of the pod unless given."),
                FieldSpec("count", .integer(1...10_000), "In how many pods, the oldest first; 1 unless given."),
            ]),
        TypeSpec(
            "SlowPulls", "How slow image pulls are.",
            [
                FieldSpec("factor", .integer(1...100_000), required: true, "How many times as long they take."),
                FieldSpec("node", .string, "Only on this node; a number stands for the node at this place of the list, which begins at 0."),
            ]),
        TypeSpec(
            "FailPulls", "Which image pulls fail.",
            [
                FieldSpec("image", .string, required: true, "A pattern of images as containers name them; `*` for any text."),
                FieldSpec("node", .string, "Only on this node; a number stands for the node at this place of the list, which begins at 0."),
            ]),
        TypeSpec(
            "SetImage", "A new image for a container.",
            [
                FieldSpec("kind", .string, "Deployment unless given."),
                FieldSpec("name", .string, "The workload; the only one of the kind unless given."),
                FieldSpec("namespace", .string, "`default` unless given."),
                FieldSpec("container", .string, "The container; the first unless given."),
                FieldSpec("image", .string, required: true, "The image."),
            ]),
    ]
}
