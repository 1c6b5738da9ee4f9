/// The part of the lab format that says what a check may assert.
package enum CheckFormat {
    /// The fields of which an assertion has exactly one.
    package static let assertionFields = ["object", "cel", "http", "timeline", "command", "eksctl", "file", "all", "any", "not"]

    private static let assertion: [FieldSpec] = [
        FieldSpec("object", .tree, "A partial object with apiVersion and kind: one in the cluster must match it. Lists match by their merge key; null means that a field is absent."),
        FieldSpec("exists", .bool, "With `object`: false when no object may match."),
        FieldSpec("count", .either([.integer(0...100_000), .object("Count")]), "With `object`: how many objects must match."),
        FieldSpec("cel", .string, "A CEL expression that must be true. Its variables are given in `with`."),
        FieldSpec("with", .map(.object("Reference")), "With `cel`: the objects its variables stand for. One with a name is an object (null when missing), one without is a list."),
        FieldSpec("meaning", .text, "With `cel`: what the expression means, for reports."),
        FieldSpec("http", .object("HTTP"), "Requests through the simulated network, and the answers they must get."),
        FieldSpec("timeline", .object("Timeline"), "What must hold over a stretch of the scenario."),
        FieldSpec("command", .object("Command"), "A kubectl or eksctl command and what it must print."),
        FieldSpec("eksctl", .tree, "A partial ClusterConfig that the submission's must match."),
        FieldSpec("file", .object("File"), "A file of the submission: its presence, text or structure."),
        FieldSpec("all", .list(.object("Assertion")), "Assertions that must all hold."),
        FieldSpec("any", .list(.object("Assertion")), "Assertions of which one must hold."),
        FieldSpec("not", .object("Assertion"), "An assertion that must not hold."),
    ]

    package static let types: [TypeSpec] = [
        TypeSpec(
            "Check", "One thing that must be true, and what it is worth.", exactlyOne: assertionFields,
            [
                FieldSpec("name", .string, required: true, "Unique in the lab; `needs` and reports refer to it."),
                FieldSpec("title", .text, "What the check wants, in a few words."),
                FieldSpec("points", .integer(0...1000), "What it is worth; 1 unless given."),
                FieldSpec("hint", .text, "Advice that `labrunner hint` gives."),
                FieldSpec("needs", .list(.string), "Checks that must pass first; else this one is skipped."),
                FieldSpec("at", .string, "When it is judged: `submission` (the default), `end`, or the name of a step of the scenario."),
            ] + assertion),
        TypeSpec("Assertion", "One assertion inside another.", exactlyOne: assertionFields, assertion),
        TypeSpec(
            "Count", "A range of numbers of objects.",
            [
                FieldSpec("min", .integer(0...100_000), "At least so many."),
                FieldSpec("max", .integer(0...100_000), "At most so many."),
            ]),
        TypeSpec(
            "Reference", "Names one object, or the objects of a kind.",
            [
                FieldSpec("apiVersion", .string, "Such as apps/v1; v1 unless given."),
                FieldSpec("kind", .string, required: true, "Such as Deployment."),
                FieldSpec("name", .string, "Its name; without one the variable is a list."),
                FieldSpec("namespace", .string, "`default` unless given; `*` for all."),
                FieldSpec("labels", .map(.string), "Labels that listed objects must have."),
            ]),
        TypeSpec(
            "HTTP", "Requests and the answers they must get.", exactlyOne: ["url", "service"],
            [
                FieldSpec("from", .either([.word(["outside"]), .object("Origin")]), "Where requests come from: `outside` (the default), a node or a pod."),
                FieldSpec("url", .string, "The address, when it is known beforehand."),
                FieldSpec("service", .tree, "A partial Service; requests go to one that matches."),
                FieldSpec("via", .word(["nodePort", "clusterIP", "loadBalancer", "name"]), "How the Service is reached; nodePort unless given."),
                FieldSpec("port", .either([.integer(1...65535), .string]), "Number or name of the Service's port; the first unless given."),
                FieldSpec("everyNode", .bool, "With `via: nodePort`: ask every node."),
                FieldSpec("path", .string, "`/` unless given."),
                FieldSpec("method", .string, "GET unless given."),
                FieldSpec("headers", .map(.string), "Headers of the request."),
                FieldSpec("times", .integer(1...1000), "How many requests go to each address; 1 unless given."),
                FieldSpec("status", .integer(100...599), "The status each must get; 200 unless given."),
                FieldSpec("body", .either([.string, .object("Text")]), "What the body must contain."),
                FieldSpec("spread", .integer(1...1000), "From how many pods answers must come."),
                FieldSpec("refused", .bool, "True when there must be no answer."),
            ]),
        TypeSpec(
            "Origin", "Where a request comes from.", exactlyOne: ["node", "pod", "labels"],
            [
                FieldSpec("node", .string, "A node's name."),
                FieldSpec("pod", .string, "A pod's name."),
                FieldSpec("labels", .map(.string), "Labels of a running pod."),
                FieldSpec("namespace", .string, "The pod's namespace; `default` unless given."),
            ]),
        TypeSpec(
            "Timeline", "What must hold over a stretch of the scenario.", exactlyOne: ["always", "never", "eventually", "holds"],
            [
                FieldSpec("from", .string, "The moment at which it begins: `submission` (the default) or the name of a step."),
                FieldSpec("to", .string, "The moment at which it ends: `end` (the default) or the name of a step."),
                FieldSpec("always", .object("Assertion"), "Must hold all the time."),
                FieldSpec("never", .object("Assertion"), "Must not hold at any time."),
                FieldSpec("eventually", .object("Assertion"), "Must hold at some time."),
                FieldSpec("within", .duration, "With `eventually`: so long after the beginning at the latest."),
                FieldSpec("holds", .object("Assertion"), "Must hold at the time that `after` gives."),
                FieldSpec("after", .duration, "With `holds`: so long after the beginning."),
            ]),
        TypeSpec(
            "Command", "A command and what it must print.",
            [
                FieldSpec("run", .string, required: true, "The command line, as in a script."),
                FieldSpec("exit", .integer(0...255), "Its exit status; 0 unless given."),
                FieldSpec("stdout", .either([.string, .object("Text")]), "What it must print."),
                FieldSpec("stderr", .either([.string, .object("Text")]), "What it must complain."),
            ]),
        TypeSpec(
            "File", "A file of the submission.",
            [
                FieldSpec("path", .string, required: true, "Its path in the submission."),
                FieldSpec("exists", .bool, "False when it must not be there."),
                FieldSpec("text", .either([.string, .object("Text")]), "What it must contain."),
                FieldSpec("document", .tree, "A partial tree that one of its YAML documents must match."),
            ]),
        TypeSpec(
            "Text", "What a text must be like. A plain text in its place means `contains`.",
            [
                FieldSpec("equals", .string, "The whole text, blanks around it left out."),
                FieldSpec("contains", .either([.string, .list(.string)]), "Parts that it must have."),
                FieldSpec("absent", .either([.string, .list(.string)]), "Parts that it must not have."),
            ]),
    ]
}
