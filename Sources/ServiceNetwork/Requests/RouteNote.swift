/// What happened at a station of a request's way, as a value: a code and what it is about.
///
/// - Shape: the text of a code has its values at `{0}`, `{1}`, …; `RouteTexts` holds them in each language.
package struct RouteNote: Hashable, Sendable, CustomStringConvertible {
    package var code: RouteCode
    package var values: [String]

    package init(_ code: RouteCode, _ values: String...) {
        self.code = code
        self.values = values
    }

    /// The note for a person who reads `language`; English for languages that are not known.
    package func text(_ language: String = "en") -> String {
        let texts = RouteTexts.of(code)
        let template = language == "ko" || language.hasPrefix("ko-") ? texts.ko : texts.en
        var result = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            if let index = Int(rest[rest.index(after: open)..<close]), index < values.count { result += values[index] }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    package var description: String { text() }
}

/// What can happen on the way of a request. The raw values are stable: they stand in JSON.
package enum RouteCode: String, Sendable, CaseIterable {
    // On the way
    case asksFromOutside, asksFromNode, asksFromPod
    case hostsFile, resolved, resolvedAs, alias
    case balancerPicksNode, balancerPicksPod, externalAddress
    case nodePortTaken, hostPortTaken
    case picksEndpoint, picksStickyEndpoint, leadsToServer, keptToZone, keptToNode, keptLocal, usesTerminating
    case ingressRule, ingressRedirects, ingressUnmatched, ingressDefault, ingressNoService, ingressNoEndpoints, ingressFails
    case gatewayRule, gatewayRedirects, gatewayUnmatched, gatewayNoBackend
    case leavesPod, leavesCluster, policyLetsIn, reachesPod, localhost, answers
    case healthCheck, proxyHealth, kubeletPort
    // Where it stops
    case nameUnknown, serviceUnknown, serviceElsewhere, endpointNameUnknown, noClusterNames, dnsBlocked, dnsWithoutEndpoints, noPodDNS
    case loopbackOutside, addressOutside, addressUnknown, clusterAddressOutside, externalHostClosed
    case portNotOfService, sourceRangeRefuses, balancerWithoutNodes, balancerWithoutNodePort
    case nodeUnknown, nodeNotReady, nodePortUnknown
    case localWithoutEndpoint, noneReady, noSelector, selectorMatchesNothing, targetPortUnknown, noneRunning, endpointWithoutPod
    case egressDenied, ingressDenied
    case podNotRunning, nothingListens, containerListensElsewhere, startsListening, noAnswer, zoneCutOff, noController, tooManyHops
    /// Words of another room, as they are.
    case told
}
