import ArgumentParser
import GitReading
import Grading
import LabEngine

/// Where labs come from, and how they are run.
struct LabOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder, repository or URL that holds the labs.", valueName: "path|url"))
    var labs: String?

    @Option(help: ArgumentHelp("Branch, tag or commit of the labs.", valueName: "rev"))
    var ref: String?

    @Option(help: ArgumentHelp("Language of texts, such as en or ko.", valueName: "code"))
    var lang: String?

    var language: String { lang ?? Host.language }

    func validate() throws {
        if let lang, !Language.isCode(lang) { throw ValidationError("'\(lang)' is not a language code such as en or ko.") }
    }

    private var location: String { labs ?? Host.variable("LABRUNNER_LABS") ?? Self.nearestLabs() }

    /// Where the labs are, for a process that stands in another folder.
    var absoluteLocation: String {
        let location = location
        return location.contains("://") || location.hasPrefix("/") ? location : Host.currentFolder + "/" + location
    }

    /// Opens the labs.
    func catalogue() throws(CommandError) -> LabCatalogue {
        let location = location
        let locator = SourceLocator(temporaryFolder: Host.temporaryFolder)
        do throws(SourceError) {
            let located = try locator.open(location, reference: ref)
            return try LabCatalogue(located, solutions: Self.solutions(beside: location, ref: ref, located: located))
        } catch {
            let advice = labs == nil && error.code == .missing ? " Give the folder with --labs." : ""
            throw CommandError(.usage, error.message + (error.message.hasSuffix("--labs.") ? "" : advice))
        }
    }

    /// The nearest folder with labs: here or in a folder above.
    private static func nearestLabs() -> String {
        var folder = "."
        for _ in 0..<12 {
            for place in [folder == "." ? "labs" : folder + "/labs", folder] where holdsLabs(place) { return place }
            folder = folder == "." ? ".." : folder + "/.."
        }
        return "labs"
    }

    private static func holdsLabs(_ folder: String) -> Bool {
        if Host.exists(folder + "/" + LabReader.fileName) { return true }
        guard folder.hasSuffix("labs"), Host.isFolder(folder) else { return false }
        return Host.names(in: folder).contains { Host.exists(folder + "/" + $0 + "/" + LabReader.fileName) }
    }

    /// `solutions/` beside a folder of labs.
    private static func solutions(beside location: String, ref: String?, located: LocatedSource) -> (any FileSource)? {
        if location.contains("://") { return nil }
        var plain = location
        var revision = ref
        if !Host.exists(plain), let at = plain.lastIndex(of: "@") {
            revision = String(plain[plain.index(after: at)...])
            plain = String(plain[..<at])
        }
        while plain.count > 1, plain.hasSuffix("/") { plain.removeLast() }
        let parents = located.source.hasFile(LabReader.fileName) ? ["../../solutions", "solutions"] : ["../solutions", "solutions"]
        for parent in parents {
            let place = plain == "labs" && parent == "../solutions" ? "solutions" : plain + "/" + parent
            if revision == nil, !Host.isFolder(place) { continue }
            var locator = SourceLocator(temporaryFolder: Host.temporaryFolder)
            locator.readsProvenance = false
            if let source = try? locator.open(place, reference: revision).source {
                if located.source.hasFile(LabReader.fileName), parent == "../../solutions" { return source }
                return source
            }
        }
        return nil
    }
}

/// Where a submission comes from, and the seed of its run.
struct SubmissionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder or repository of the submission, at a revision if one is given.", valueName: "path|url[@rev]"))
    var submission: String?

    @Option(help: ArgumentHelp("Seed of everything random in the cluster.", valueName: "n"))
    var seed: UInt64 = LabRunner.standardSeed

    /// Opens the submission of a lab.
    ///
    /// - Shape: with several labs, the submission of each stands in a folder of its name.
    func open(for lab: String, of labCount: Int) throws(CommandError) -> LocatedSource {
        guard let submission else { return try openNearest(lab) }
        let located = try Self.open(submission)
        if located.source.hasFolder(lab), labCount > 1 || !located.source.hasFile(LabReader.fileName) {
            return try Self.inside(located, lab)
        }
        guard labCount == 1 else {
            throw CommandError(.submission, "\(submission) has no folder '\(lab)': with several labs, each submission stands in a folder of its lab's name.")
        }
        return located
    }

    private static func inside(_ located: LocatedSource, _ folder: String) throws(CommandError) -> LocatedSource {
        var inner = located
        do throws(SourceError) { inner.source = try located.source.folder(folder) } catch { throw CommandError(.submission, error.message) }
        inner.provenance.location = SourcePath.join(located.provenance.location, folder)
        return inner
    }

    private static func open(_ location: String) throws(CommandError) -> LocatedSource {
        do throws(SourceError) {
            return try SourceLocator(temporaryFolder: Host.temporaryFolder).open(location)
        } catch {
            throw CommandError(.submission, "The submission cannot be read: \(error.message)")
        }
    }

    /// The submission that is meant when none is named: the lab's folder here, or this folder.
    private func openNearest(_ lab: String) throws(CommandError) -> LocatedSource {
        guard let folder = Workplace.submission(of: lab) else {
            throw CommandError(
                .submission, "There is no submission of '\(lab)' here. Run 'labrunner start \(lab)', or name a folder with --submission.")
        }
        return try Self.open(folder)
    }
}
