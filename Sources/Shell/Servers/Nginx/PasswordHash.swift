/// Passwords as a file of users has them.
///
/// - Differs: plain ones and those of SHA-1; those of `crypt` and Apache's MD5 match nothing.
enum PasswordHash {
    static func matches(_ password: String, _ stored: String) -> Bool {
        if stored.hasPrefix("{SHA}") { return stored.dropFirst(5) == Base64Text.encode(Digests.sha1(Array(password.utf8))) }
        if stored.hasPrefix("{PLAIN}") { return stored.dropFirst(7) == password }
        return !stored.hasPrefix("$") && stored == password
    }
}
