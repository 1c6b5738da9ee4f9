/// A token of a YAML text.
struct YAMLToken {
    enum ScalarStyle { case plain, quoted, block }

    enum Kind {
        case streamEnd
        case versionDirective(major: Int, minor: Int)
        case tagDirective(handle: String, prefix: String)
        case documentStart, documentEnd
        case blockSequenceStart, blockMappingStart, blockEnd
        case flowSequenceStart, flowSequenceEnd, flowMappingStart, flowMappingEnd
        case blockEntry, flowEntry, key, value
        case alias(String)
        case anchor(String)
        case tag(handle: String, suffix: String)
        case scalar(String, ScalarStyle)
    }

    var kind: Kind
    var start: YAMLMark
}

/// A reader error before its line is counted.
struct YAMLFailure: Error {
    var problem: String
    /// Where the problem is.
    var mark: YAMLMark
    /// Where what was being read began; used when the problem is on the first line.
    var context: YAMLMark?
    /// Scanner errors are reported by lines counted from one, parser errors from zero.
    var isScannerError: Bool
    /// Errors of the decoder carry no line.
    var hasLine = true

    /// The line that the message names; 0 for none.
    var reportedLine: Int {
        guard hasLine else { return 0 }
        if mark.line != 0 { return mark.line + (isScannerError ? 1 : 0) }
        return context?.line ?? 0
    }
}
