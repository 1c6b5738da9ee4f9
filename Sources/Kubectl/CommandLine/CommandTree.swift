/// Every command, in the order and under the headings of the root's help.
enum CommandTree {
    static let root = Command(
        name: "kubectl", summary: "kubectl controls the Kubernetes cluster manager",
        details: "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/",
        usage: "[flags]", subcommands: groups.flatMap { group in
            group.commands.map { command in
                var command = command
                command.group = group.title
                return command
            }
        } + [options, alpha])

    /// The heading before which the user's own commands stand.
    static let lastGroup = "Other Commands"

    private static let groups: [(title: String, commands: [Command])] = [
        ("Basic Commands (Beginner)", [CreateCommand.command, ExposeCommand.command, RunCommand.command, SetCommand.command]),
        ("Basic Commands (Intermediate)", [ExplainCommand.command, GetCommand.command, EditCommand.command, DeleteCommand.command]),
        ("Deploy Commands", [RolloutCommand.command, ScaleCommand.command, AutoscaleCommand.command]),
        (
            "Cluster Management Commands",
            [
                CertificateCommand.command, ClusterInfoCommand.command, TopCommand.command, NodeCommands.cordon, NodeCommands.uncordon,
                DrainCommand.command, NodeCommands.taint,
            ]
        ),
        (
            "Troubleshooting and Debugging Commands",
            [
                DescribeCommand.command, LogsCommand.command, AttachCommand.command, ExecCommand.command, PortForwardCommand.command, ProxyCommand.command,
                CopyCommand.command, AuthCommand.command, DebugCommand.command, EventsCommand.command,
            ]
        ),
        (
            "Advanced Commands",
            [
                DiffCommand.command, ApplyCommand.command, PatchCommand.command, ReplaceCommand.command, WaitCommand.command,
                KustomizeCommand.command,
            ]
        ),
        ("Settings Commands", [LabelCommand.label, LabelCommand.annotate, CompletionCommand.command]),
        (
            lastGroup,
            [
                APIResourcesCommand.resources, APIResourcesCommand.versions, ConfigCommand.command, KubercCommand.command, PluginCommand.command, SmallCommands.version,
            ]
        ),
    ]

    /// Known, and in no list for as long as nothing is in alpha.
    private static let alpha = Command(
        name: "alpha", summary: "",
        run: { (invocation) throws(Failure) in invocation.errLine("No alpha commands are available in this version of kubectl") })

    private static let options = Command(
        name: "options", summary: "Print the list of flags inherited by all commands", run: { (invocation) throws(Failure) in invocation.out(HelpPrinter.globalOptions()) })
}
