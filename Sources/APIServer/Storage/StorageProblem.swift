import APIMachinery
import GRDB

/// Why a cluster's file cannot be read or written, for the person who keeps it.
///
/// Two problems are the same when their codes are.
package struct StorageProblem: Error, Sendable, Equatable {
    package enum Code: Sendable {
        /// There is no such file.
        case missing
        /// The file is there but is none of ours.
        case foreign
        /// Written by a version that this one cannot read.
        case version
        /// Parts of the file are not what was written.
        case corrupt
        /// No room is left.
        case full
        /// Another process has it.
        case inUse
        /// Anything else the disk refuses.
        case unwritable
    }

    package var code: Code
    /// What was being done, to what, what is wrong, what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: StorageProblem, right: StorageProblem) -> Bool { left.code == right.code }

    /// What SQLite says, in our words.
    init(_ error: any Error, doing action: String, path: String) {
        guard let error = error as? DatabaseError else {
            if let problem = error as? StorageProblem {
                self = problem
            } else {
                self.init(.unwritable, "\(action): \(error).")
            }
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.full, "\(action): no space is left on the disk of \(path). What was there is kept; make room and try again.")
        case .SQLITE_NOTADB: self.init(.foreign, "\(path) is no cluster of labrunner. Nothing was changed; move it away to make a cluster there.")
        case .SQLITE_CORRUPT:
            self.init(.corrupt, "\(path) is damaged (\(reason)). Nothing was changed. Restore a copy of the file, or start over with 'labrunner cluster reset'.")
        case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.inUse, "\(action): another process is using \(path). Try again when it has ended.")
        default: self.init(.unwritable, "\(action): \(path): \(reason). What was there is kept.")
        }
    }

    /// The refusal that a client gets whose write could not be kept.
    package var status: APIStatus {
        code == .full
            ? APIStatus(code: 507, reason: "InsufficientStorage", message: message)
            : APIStatus(code: 500, reason: "InternalError", message: message)
    }
}
