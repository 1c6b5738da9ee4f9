import KubernetesObjects

extension CELLibrary {
    /// Addresses and blocks of addresses.
    static let networks: [CELFunction] = [
        CELFunction("ip", "(string) ip", "cidr.() ip") { arguments, _ throws(CELEvaluationError) in
            if case .cidr(let block) = arguments[0] { return .ip(block.address) }
            return .ip(try address(arguments[0]))
        },
        CELFunction("isIP", "(string) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(IPAddress(try string(arguments[0])).map { !$0.isIPv4Mapped } ?? false)
        },
        CELFunction("ip.isCanonical", "(string) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(try address(arguments[0]).description == (try string(arguments[0])))
        },
        CELFunction("family", "ip.() int") { arguments, _ throws(CELEvaluationError) in .int(try ip(arguments[0]).isIPv4 ? 4 : 6) },
        test("isUnspecified") { $0.isUnspecified }, test("isLoopback") { $0.isLoopback }, test("isLinkLocalMulticast") { $0.isLinkLocalMulticast },
        test("isLinkLocalUnicast") { $0.isLinkLocalUnicast }, test("isGlobalUnicast") { $0.isGlobalUnicast },
        CELFunction("cidr", "(string) cidr") { arguments, _ throws(CELEvaluationError) in .cidr(try block(arguments[0])) },
        CELFunction("isCIDR", "(string) bool") { arguments, _ throws(CELEvaluationError) in
            .bool(IPBlock(try string(arguments[0])).map { !$0.address.isIPv4Mapped } ?? false)
        },
        CELFunction("containsIP", "cidr.(ip) bool", "cidr.(string) bool") { arguments, _ throws(CELEvaluationError) in
            guard case .cidr(let block) = arguments[0] else { throw .noSuchOverload }
            if case .ip(let inner) = arguments[1] { return .bool(block.contains(inner)) }
            return .bool(block.contains(try address(arguments[1])))
        },
        CELFunction("containsCIDR", "cidr.(cidr) bool", "cidr.(string) bool") { arguments, _ throws(CELEvaluationError) in
            guard case .cidr(let outer) = arguments[0] else { throw .noSuchOverload }
            if case .cidr(let inner) = arguments[1] { return .bool(outer.contains(inner)) }
            return .bool(outer.contains(try block(arguments[1])))
        },
        CELFunction("masked", "cidr.() cidr") { arguments, _ throws(CELEvaluationError) in
            guard case .cidr(let block) = arguments[0] else { throw .noSuchOverload }
            return .cidr(block.masked)
        },
        CELFunction("prefixLength", "cidr.() int") { arguments, _ throws(CELEvaluationError) in
            guard case .cidr(let block) = arguments[0] else { throw .noSuchOverload }
            return .int(Int64(block.prefixLength))
        },
    ]

    private static func test(_ name: String, _ holds: @escaping @Sendable (IPAddress) -> Bool) -> CELFunction {
        CELFunction(name, "ip.() bool") { arguments, _ throws(CELEvaluationError) in .bool(holds(try ip(arguments[0]))) }
    }

    private static func ip(_ value: CELValue) throws(CELEvaluationError) -> IPAddress {
        guard case .ip(let address) = value else { throw .noSuchOverload }
        return address
    }

    private static func address(_ value: CELValue) throws(CELEvaluationError) -> IPAddress {
        let text = try string(value)
        guard let address = IPAddress(text) else {
            guard let problem = AddressProblem.address(text) else {
                throw CELEvaluationError("IP address \(GoText.quoted(text)) with zone value is not allowed")
            }
            throw CELEvaluationError("IP Address \(GoText.quoted(text)) parse error during conversion from string: \(problem)")
        }
        if address.isIPv4Mapped { throw CELEvaluationError("IPv4-mapped IPv6 address \(GoText.quoted(text)) is not allowed") }
        return address
    }

    private static func block(_ value: CELValue) throws(CELEvaluationError) -> IPBlock {
        let text = try string(value)
        guard let block = IPBlock(text) else {
            throw CELEvaluationError("network address parse error during conversion from string: \(AddressProblem.range(text) ?? "")")
        }
        if block.address.isIPv4Mapped { throw CELEvaluationError("IPv4-mapped IPv6 address \(GoText.quoted(text)) is not allowed") }
        return block
    }
}
