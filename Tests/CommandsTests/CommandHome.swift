import Glibc

@testable import Commands

/// A place of its own for the clusters that tests make.
enum CommandHome {
    private static let path: String = {
        var template = Array("/tmp/labrunner-home-XXXXXX".utf8CString)
        let path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
        setenv("LABRUNNER_HOME", path, 1)
        return path
    }()

    /// The folder of a cluster that is not there yet.
    static func folder(_ name: String) throws -> ClusterFolder {
        _ = path
        let folder = try ClusterFolder(name)
        if folder.exists { try folder.delete() }
        return folder
    }
}
