import KubernetesObjects

/// What became of a submission when it was run: what was read, applied and refused, and where each thing was said.
package struct SubmissionRecord: Sendable {
    /// The texts of the files that could be read, by path.
    package var texts: [String: String] = [:]
    /// The documents of the YAML files that could be read.
    package var documents: [SubmittedDocument] = []
    package var problems: [SubmissionProblem] = []
    /// Objects that commands of the script made, with the line of the command.
    package var commanded: [CommandedObject] = []
    /// The ClusterConfig that was used, if one was.
    package var clusterConfig: SubmittedDocument?
    /// What the script printed.
    package var transcript = ""
    /// Notes that are worth telling once: an image that is not known, say.
    package var notes: [String] = []

    package init() {}

    /// The document that a live object was applied from.
    package func document(for object: Value) -> SubmittedDocument? {
        documents.last { $0.value.kind == object.kind && $0.value.name == object.name && Self.agree($0.value.namespace, object.namespace) }
    }

    private static func agree(_ written: String, _ live: String) -> Bool {
        written == live || written.isEmpty
    }

    /// Where the submission says what a live object has at a path; the nearest thing it says when it does not.
    package func position(of object: Value, at steps: [PathStep] = []) -> FilePosition? {
        if let document = document(for: object) { return document.position(following: steps, in: object) }
        return commanded.last { $0.kind == object.kind && $0.name == object.name && Self.agree($0.namespace, object.namespace) }?.position
    }
}

/// A document of a submitted file.
package struct SubmittedDocument: Sendable {
    package var file: String
    package var marked: MarkedDocument

    package init(file: String, marked: MarkedDocument) {
        self.file = file
        self.marked = marked
    }

    package var value: Value { marked.value }

    /// Where the field at a path, or the last one on the way to it, stands.
    package func position(_ steps: [PathStep] = []) -> FilePosition {
        let place = marked.nearestPosition(of: ValuePath(steps))
        return FilePosition(file: file, line: place.line, column: place.column)
    }

    /// The place of what stands at a path of a live object that was made of this document. Elements of lists are
    /// found by name where they have one, since the live list may be in another order.
    package func position(following steps: [PathStep], in live: Value) -> FilePosition {
        var here: Value? = value
        var there: Value? = live
        var path: [PathStep] = []
        for step in steps {
            switch step {
            case .key(let key):
                here = here?[key]
                there = there?[key]
                if here != nil { path.append(step) }
            case .index(let index):
                there = there?[index]
                var found = index
                if let name = there?["name"], let elements = here?.arrayValue, let match = elements.firstIndex(where: { $0["name"] == name }) {
                    found = match
                }
                here = here?[found]
                if here != nil { path.append(.index(found)) }
            }
            if here == nil { break }
        }
        return position(path)
    }
}

/// An object that a command made.
package struct CommandedObject: Sendable {
    package var kind: String
    package var namespace: String
    package var name: String
    package var position: FilePosition

    package init(kind: String, namespace: String, name: String, position: FilePosition) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.position = position
    }
}

/// Something that went wrong while a submission was read or run.
package struct SubmissionProblem: Sendable, Hashable {
    package enum Kind: String, Sendable {
        /// A file that is missing, too large, no text, or leads out of the folder.
        case file
        /// A file that is not what it should be: not YAML, not an object.
        case syntax
        /// The API server or eksctl refused it.
        case refused
        /// A command that failed or is not available.
        case command
        /// A limit on steps, time or size was passed.
        case limit
        /// Accepted, but the server warned.
        case warning
    }

    package var kind: Kind
    package var position: FilePosition
    package var message: String
    /// What was refused: kind and name, where known.
    package var subjectKind: String
    package var subjectName: String

    package init(_ kind: Kind, at position: FilePosition, _ message: String, subjectKind: String = "", subjectName: String = "") {
        self.kind = kind
        self.position = position
        self.message = message
        self.subjectKind = subjectKind
        self.subjectName = subjectName
    }

    package var isError: Bool { kind != .warning }
}
