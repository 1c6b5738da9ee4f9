import GitReading
import Grading

/// The labs of a folder or repository.
///
/// - Shape: labs are folders with a `lab.yaml`, in `labs/` of the source when it has that folder, else at its top. A
///   source that is itself one lab counts as one. Model submissions stand in `solutions/` beside the labs' folder.
package struct LabCatalogue: Sendable {
    package let source: any FileSource
    package let provenance: Provenance
    /// The names of the labs, sorted.
    package let names: [String]
    private let labsFolder: String
    private let solutionsFolder: (any FileSource)?
    private let isSingle: Bool

    /// - Throws: `missing` when the source holds no lab, or what reading it met.
    package init(_ located: LocatedSource, solutions: (any FileSource)? = nil) throws(SourceError) {
        source = located.source
        provenance = located.provenance
        if source.hasFile(LabReader.fileName) {
            isSingle = true
            labsFolder = ""
            names = [Self.nameOfSingle(located.source, provenance.location)]
            solutionsFolder = solutions
            return
        }
        isSingle = false
        labsFolder = source.hasFolder("labs") ? "labs" : ""
        var found: [String] = []
        for entry in try source.entries(of: labsFolder) where entry.kind == .folder || entry.kind == .link {
            if source.hasFile(SourcePath.join(SourcePath.join(labsFolder, entry.name), LabReader.fileName)) { found.append(entry.name) }
        }
        guard !found.isEmpty else {
            throw SourceError(
                .missing, "\(source.displayName(of: labsFolder)) holds no labs: a lab is a folder with a lab.yaml. Give the folder with --labs.")
        }
        names = found
        solutionsFolder = labsFolder.isEmpty ? solutions : source.hasFolder("solutions") ? try source.folder("solutions") : solutions
    }

    private static func nameOfSingle(_ source: any FileSource, _ location: String) -> String {
        if let lab = try? LabReader(source).read() { return lab.name }
        return SourcePath.lastName(location)
    }

    /// The folder of a lab.
    ///
    /// - Throws: `missing` with the nearest name.
    package func folder(of name: String) throws(SourceError) -> any FileSource {
        guard names.contains(name) else {
            let near = NearestName.of(name, among: names).map { "Did you mean '\($0)'?" } ?? "There are \(names.joined(separator: ", "))."
            let place = provenance.commit.map { $0.isEmpty ? "" : provenance.reference.map { " at \($0)" } ?? "" } ?? ""
            throw SourceError(provenance.commit == nil ? .missing : .missingAtRevision, "There is no lab '\(name)' in \(provenance.location)\(place). \(near)")
        }
        return isSingle ? source : try source.folder(SourcePath.join(labsFolder, name))
    }

    /// Reads a lab.
    package func lab(_ name: String) throws -> Lab {
        let folder = try folder(of: name)
        let lab = try LabReader(folder).read()
        if !isSingle, lab.name != name {
            let position = FilePosition(file: folder.displayName(of: LabReader.fileName), line: 1)
            throw LabError([FormatProblem(position, "the lab is named '\(lab.name)', and its folder '\(name)': they must be the same.")])
        }
        return lab
    }

    /// The model submission of a lab; nil when there is none.
    package func solution(of name: String) -> (any FileSource)? {
        if let solutions = solutionsFolder, solutions.hasFolder(name) { return try? solutions.folder(name) }
        if isSingle, source.hasFolder("solution") { return try? source.folder("solution") }
        return nil
    }
}
