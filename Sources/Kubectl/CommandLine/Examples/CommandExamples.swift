/// The examples that the help of each command shows.
///
/// - Shape: by the command's path without `kubectl`; a line `# WHAT` and the lines that do it, with a blank line after each.
enum CommandExamples {
    /// The examples of a command; nil for one that has none.
    static func text(for path: [String]) -> String? {
        let name = path.dropFirst().joined(separator: " ")
        return creating[name] ?? objects[name] ?? operating[name] ?? settings[name]
    }
}
