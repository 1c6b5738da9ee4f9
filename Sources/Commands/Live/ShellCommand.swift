import APIServer
import ArgumentParser
import Cluster
import Glibc
import KubernetesObjects

struct ShellCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell whose kubectl leads to a live cluster.",
        discussion: """
            Serves a cluster with the lab set up, or a plain one, and starts your shell with KUBECONFIG set. When the shell
            ends the cluster is gone, unless --keep is given: then it stays up until 'labrunner cluster down'.

            Examples:
              labrunner shell nodeport
              labrunner shell --nodes 5 --speed 10x
              labrunner shell nodeport --keep
              labrunner shell nodeport -- kubectl get nodes
            """)

    @OptionGroup var labOptions: LabOptions
    @Argument(help: "The lab; without one, a cluster with nothing in it.") var lab: String?
    @Flag(help: "Let the cluster go on when the shell ends.") var keep = false
    @OptionGroup var options: NewClusterOptions
    @Argument(parsing: .postTerminator, help: "A command to run in place of your shell.") var command: [String] = []

    func validate() throws {
        if lab != nil, options.saysWhat { throw ValidationError("A lab says itself what its cluster is made of: leave out --nodes and --profile.") }
    }

    func run() throws {
        if let lab { _ = try Grader(labs: labOptions).lab(lab) }
        let folder = try freeFolder()
        var isUp = false
        defer { if !isUp || !keep { end(folder, wasUp: isUp) } }
        try Background.start(folder, arguments: arguments(folder)) { _ in isUp = true }
        let status = try StudentShell(cluster: folder.name, folder: folder.path).run(command)
        if keep { Host.talk("Cluster \(folder.name) stays up. Use it with: export KUBECONFIG=\(folder.path)/kubeconfig\nStop it with 'labrunner cluster down \(folder.name)'.\n") }
        if status != 0 {
            if !keep { end(folder, wasUp: true) }
            isUp = false
            throw ExitCode(status)
        }
    }

    /// A new folder under the lab's name, or under the next one that is free.
    private func freeFolder() throws(CommandError) -> ClusterFolder {
        let base = lab ?? "shell"
        var folder = try ClusterFolder(base)
        var number = 2
        while try !folder.claim() {
            folder = try ClusterFolder("\(base)-\(number)")
            number += 1
        }
        return folder
    }

    private func arguments(_ folder: ClusterFolder) -> [String] {
        var arguments = ["cluster", "up", folder.name, "--foreground", "--port", "0"] + options.words
        if !keep { arguments.append("--with-parent") }
        guard let lab else { return arguments }
        arguments += ["--lab", lab]
        if let labs = labOptions.labs { arguments += ["--labs", labs] }
        if let ref = labOptions.ref { arguments += ["--ref", ref] }
        return arguments
    }

    private func end(_ folder: ClusterFolder, wasUp: Bool) {
        guard folder.exists else { return }
        if let served = ServedCluster(folder) { _ = served.end() }
        try? folder.delete()
    }
}

/// The student's own shell, or a command of his, in a cluster.
struct StudentShell {
    let cluster: String
    /// Where the files that set the prompt are put.
    let folder: String

    /// Runs the shell, or a command, until it ends; returns its exit status.
    func run(_ command: [String]) throws(CommandError) -> Int32 {
        var variables = Spawn.environment.filter { !$0.hasPrefix("KUBECONFIG=") && !$0.hasPrefix("LABRUNNER_CLUSTER=") }
        variables += ["KUBECONFIG=\(folder)/kubeconfig", "LABRUNNER_CLUSTER=\(cluster)"]
        var words = command
        if words.isEmpty {
            let shell = Host.variable("SHELL") ?? "/bin/sh"
            words = try [shell] + prompt(for: shell, &variables)
            if isatty(STDIN_FILENO) == 1 { Host.talk("kubectl leads to cluster \(cluster) here. Leave with 'exit'.\n") }
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // Ctrl-C is the shell's business; this process only waits for it.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGQUIT, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        let process = try Spawn.run(words[0], words, variables, actions: &actions, attributes: &attributes)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    }

    /// Makes the shell say in its prompt which cluster it leads to, after its own settings; returns its arguments.
    private func prompt(for shell: String, _ variables: inout [String]) throws(CommandError) -> [String] {
        let label = "(\(cluster)) "
        let home = Host.variable("HOME") ?? "/root"
        func write(_ name: String, _ text: String) throws(CommandError) -> String {
            try Host.writeFile(folder + "/" + name, Array(text.utf8))
            return folder + "/" + name
        }
        switch shell.split(separator: "/").last.map(String.init) ?? "" {
        case "bash":
            let file = try write("shell.bashrc", "[ -f ~/.bashrc ] && . ~/.bashrc\nPS1='\(label)'\"${PS1-\\\\$ }\"\n")
            return ["--rcfile", file]
        case "zsh":
            let own = Host.variable("ZDOTDIR") ?? home
            _ = try write(".zshrc", "ZDOTDIR='\(own)'\n[[ -f '\(own)/.zshrc' ]] && . '\(own)/.zshrc'\nPROMPT='\(label)'\"$PROMPT\"\n")
            variables = variables.filter { !$0.hasPrefix("ZDOTDIR=") } + ["ZDOTDIR=\(folder)"]
            return []
        case "fish":
            return [
                "-C",
                "functions -q fish_prompt; and functions -c fish_prompt labrunner_own_prompt; function fish_prompt; echo -n '\(label)'; functions -q labrunner_own_prompt; and labrunner_own_prompt; or echo -n '> '; end",
            ]
        default:
            let file = try write("shell.profile", "[ -n \"$LABRUNNER_OWN_ENV\" ] && . \"$LABRUNNER_OWN_ENV\"\nPS1='\(label)'\"${PS1:-\\$ }\"\n")
            if let own = Host.variable("ENV") { variables.append("LABRUNNER_OWN_ENV=\(own)") }
            variables = variables.filter { !$0.hasPrefix("ENV=") } + ["ENV=\(file)"]
            return []
        }
    }
}
