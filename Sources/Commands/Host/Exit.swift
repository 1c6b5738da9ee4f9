import Glibc

/// Ends the process.
func endProcess(_ status: Int32) -> Never { Glibc.exit(status) }
