import Cluster

/// What a client sends to a forwarded port, read in the protocol that the port speaks.
protocol PortConversation: Sendable {
    /// What the server says before the client has said anything.
    mutating func greeting() -> [UInt8]

    /// Takes what the client has sent.
    mutating func append(_ bytes: [UInt8])

    /// What is to be done about what has come so far.
    mutating func next() -> PortStep

    /// Reads what the pod answered to a question.
    mutating func answered(_ answer: ProxyAnswer) -> PortReply
}

/// What comes next on a forwarded connection.
enum PortStep: Sendable {
    case needsMore
    /// Bytes for the client that nothing in the cluster is asked for.
    case send([UInt8])
    case ask(ProxiedRequest)
    /// Bytes for the client, and the end.
    case end([UInt8])
}

/// Bytes for the client; `isLast` when the connection ends with them.
struct PortReply: Sendable {
    var bytes: [UInt8]
    var isLast = false
}

extension PortConversation {
    mutating func greeting() -> [UInt8] { [] }
}
