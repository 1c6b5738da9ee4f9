/// The words of routes in the languages that the product speaks.
enum RouteTexts {
    static func of(_ code: RouteCode) -> (en: String, ko: String) {
        switch code {
        case .asksFromOutside: ("a client outside the cluster asks for {0}", "클러스터 밖의 클라이언트가 {0} 요청")
        case .asksFromNode: ("node {0} asks for {1}", "노드 {0}에서 {1} 요청")
        case .asksFromPod: ("pod {0} asks for {1}", "파드 {0}에서 {1} 요청")
        case .hostsFile: ("{0} stands in /etc/hosts: {1}", "{0} 이름은 /etc/hosts에 있음: {1}")
        case .resolved: ("{0} is {1}", "{0} → {1}")
        case .resolvedAs: ("{0} is {1}, {2}", "{0} → {1}, {2}")
        case .alias: ("{0} is an alias of {1}", "{0} 이름은 {1}의 별칭(CNAME)")
        case .balancerPicksNode: ("the load balancer of Service {0} picks node {1}", "서비스 {0}의 로드 밸런서가 노드 {1} 선택")
        case .balancerPicksPod: ("the load balancer of Service {0} sends to pods directly and picks {1}", "서비스 {0}의 로드 밸런서가 파드로 직접 보내며 {1} 선택")
        case .externalAddress: ("{0} is an external IP of Service {1}, taken by node {2}", "{0} 주소는 서비스 {1}의 externalIP이며 노드 {2}에서 받음")
        case .nodePortTaken: ("node {0} takes port {1} for Service {2} port {3}", "노드 {0}의 포트 {1} → 서비스 {2} 포트 {3}")
        case .hostPortTaken: ("node {0} takes port {1} for pod {2}", "노드 {0}의 포트 {1} → 파드 {2}")
        case .picksEndpoint: ("Service {0} port {1} → {2}, one of {3}", "서비스 {0} 포트 {1} → {2} (엔드포인트 {3}개 중 하나)")
        case .picksStickyEndpoint:
            ("Service {0} port {1} → {2}, where session affinity keeps this client", "서비스 {0} 포트 {1} → {2} (세션 어피니티로 같은 엔드포인트 유지)")
        case .leadsToServer: ("Service {0} leads to the API server", "서비스 {0} → API 서버")
        case .keptToZone: ("{0} of {1} endpoints are meant for zone {2}", "엔드포인트 {1}개 중 {0}개가 영역 {2}용으로 지정됨")
        case .keptToNode: ("{0} of {1} endpoints are meant for node {2}", "엔드포인트 {1}개 중 {0}개가 노드 {2}용으로 지정됨")
        case .keptLocal: ("policy Local: {0} of {1} endpoints are on node {2}", "정책 Local: 엔드포인트 {1}개 중 {0}개가 노드 {2}에 있음")
        case .usesTerminating: ("no endpoint is ready: {0} that end but still serve are used", "준비된 엔드포인트가 없어, 종료 중이지만 응답하는 {0}개 사용")
        case .ingressRule: ("rule {0} of Ingress {1} → Service {2}", "인그레스 {1}의 규칙 {0} → 서비스 {2}")
        case .ingressRedirects: ("rule {0} of Ingress {1} redirects to {2}", "인그레스 {1}의 규칙 {0}: {2}(으)로 리다이렉트")
        case .ingressUnmatched: ("no rule matches host {0} and path {1}", "호스트 {0}, 경로 {1}에 맞는 규칙 없음")
        case .ingressDefault: ("no rule matches host {0} and path {1}: the default backend of Ingress {2} → Service {3}", "호스트 {0}, 경로 {1}에 맞는 규칙 없음: 인그레스 {2}의 기본 백엔드 → 서비스 {3}")
        case .ingressNoService: ("there is no Service {0} with port {1}", "포트 {1}이(가) 있는 서비스 {0} 없음")
        case .ingressNoEndpoints: ("Service {0} has no ready endpoints", "서비스 {0}에 준비된 엔드포인트 없음")
        case .ingressFails: ("the endpoint does not answer: {0}", "엔드포인트가 응답하지 않음: {0}")
        case .gatewayRule: ("rule {0} of HTTPRoute {1} at Gateway {2} → Service {3}", "게이트웨이 {2}의 HTTPRoute {1} 규칙 {0} → 서비스 {3}")
        case .gatewayRedirects: ("HTTPRoute {0} redirects to {1}", "HTTPRoute {0}: {1}(으)로 리다이렉트")
        case .gatewayUnmatched: ("no HTTPRoute at Gateway {0} matches host {1} and path {2}", "게이트웨이 {0}에 호스트 {1}, 경로 {2}와(과) 맞는 HTTPRoute 없음")
        case .gatewayNoBackend: ("HTTPRoute {0} has no backend that can be used: {1}", "HTTPRoute {0}에 쓸 수 있는 백엔드 없음: {1}")
        case .leavesCluster: ("the request leaves the cluster for {0} and is answered there", "요청이 클러스터를 나가 {0}에 도달하고 그곳에서 응답함")
        case .leavesPod: ("lets it leave pod {0}", "파드 {0}에서 나가는 것을 허용")
        case .policyLetsIn: ("{0} lets it into pod {1}", "{0} 정책이 파드 {1}(으)로 들어오는 것을 허용")
        case .reachesPod: ("{0} on {1}, port {2}", "{0} (노드 {1}), 포트 {2}")
        case .localhost: ("localhost is pod {0} itself", "localhost는 파드 {0} 자신")
        case .answers: ("container {0} answers {1}", "컨테이너 {0} 응답 {1}")
        case .healthCheck: ("kube-proxy on node {0} answers the health check of Service {1}: {2} endpoints here", "노드 {0}의 kube-proxy가 서비스 {1}의 상태 검사에 응답: 로컬 엔드포인트 {2}개")
        case .proxyHealth: ("kube-proxy on node {0} answers for itself", "노드 {0}의 kube-proxy가 직접 응답")
        case .kubeletPort: ("the kubelet of node {0} answers", "노드 {0}의 kubelet이 응답")

        case .nameUnknown: ("the name \"{0}\" does not resolve for {1}", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1})")
        case .serviceUnknown:
            ("the name \"{0}\" does not resolve for {1}: there is no Service {2} in namespace {3}", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1}): 네임스페이스 {3}에 서비스 {2} 없음")
        case .serviceElsewhere:
            ("the name \"{0}\" does not resolve for {1}: Service {2} is in namespace {3}; ask for {2}.{3}", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1}): 서비스 {2}은(는) 네임스페이스 {3}에 있으므로 {2}.{3} 이름을 사용")
        case .endpointNameUnknown:
            ("the name \"{0}\" does not resolve for {1}: the headless Service {2} has no ready endpoint of that name", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1}): 헤드리스 서비스 {2}에 그 이름의 준비된 엔드포인트 없음")
        case .noClusterNames: ("the name \"{0}\" does not resolve for {1}: names of the cluster are known inside it only", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1}): 클러스터 이름은 클러스터 안에서만 사용 가능")
        case .noPodDNS:
            ("the name \"{0}\" does not resolve for {1}: its dnsPolicy {2} does not ask the cluster's DNS", "이름 \"{0}\"을(를) 찾을 수 없음 (요청한 곳: {1}): dnsPolicy {2}은(는) 클러스터 DNS를 사용하지 않음")
        case .dnsBlocked: ("the name \"{0}\" cannot be looked up: {1}", "이름 \"{0}\"을(를) 조회할 수 없음: {1}")
        case .dnsWithoutEndpoints: ("the name \"{0}\" cannot be looked up: Service {1} has no ready endpoint", "이름 \"{0}\"을(를) 조회할 수 없음: 서비스 {1}에 준비된 엔드포인트 없음")
        case .loopbackOutside: ("nothing listens on {0} outside the cluster", "클러스터 밖의 {0}에서 대기하는 프로그램 없음")
        case .addressOutside:
            ("{0} is no address of a node or a load balancer; pod and cluster addresses cannot be reached from outside", "{0} 주소는 노드나 로드 밸런서의 주소가 아님: 파드와 클러스터 주소에는 밖에서 접근할 수 없음")
        case .addressUnknown: ("no pod, service or node has the address {0}", "주소가 {0}인 파드, 서비스, 노드 없음")
        case .clusterAddressOutside:
            ("{0} is the cluster IP of Service {1}, which cannot be reached from outside the cluster", "{0} 주소는 서비스 {1}의 클러스터 IP이므로 클러스터 밖에서 접근할 수 없음")
        case .externalHostClosed: ("{0} is outside the cluster and does not answer in the simulation", "{0}은(는) 클러스터 밖에 있으며 시뮬레이션에서 응답하지 않음")
        case .portNotOfService: ("Service {0} has no port {1}; it has {2}", "서비스 {0}에 포트 {1} 없음 (있는 포트: {2})")
        case .sourceRangeRefuses: ("Service {0} lets in {1} only", "서비스 {0}은(는) {1}에서 오는 요청만 허용")
        case .balancerWithoutNodes: ("the load balancer of Service {0} has no healthy node to send to", "서비스 {0}의 로드 밸런서가 보낼 수 있는 정상 노드 없음")
        case .balancerWithoutNodePort:
            ("the load balancer of Service {0} sends to node ports, and port {1} has none (allocateLoadBalancerNodePorts is false)", "서비스 {0}의 로드 밸런서는 노드 포트로 보내지만 포트 {1}에 노드 포트가 없음 (allocateLoadBalancerNodePorts: false)")
        case .nodeUnknown: ("there is no node {0}", "노드 {0} 없음")
        case .nodeNotReady: ("node {0} is not ready", "노드 {0}이(가) 준비되지 않음")
        case .nodePortUnknown: ("no Service has the node port {0}, so node {1} refuses the connection", "노드 포트 {0}을(를) 쓰는 서비스가 없어 노드 {1}이(가) 연결을 거부함")
        case .localWithoutEndpoint:
            ("Service {0} keeps traffic on the node (policy Local), and node {1} has no ready endpoint of it", "서비스 {0}은(는) 트래픽을 같은 노드에만 보내는데(정책 Local) 노드 {1}에 준비된 엔드포인트 없음")
        case .noneReady: ("none of the {0} endpoints of Service {1} is ready → {2} refused", "서비스 {1}의 엔드포인트 {0}개 중 준비된 것 없음 → {2} 거부됨")
        case .noSelector: ("Service {0} has no selector and no endpoints → {1} refused", "서비스 {0}에 셀렉터도 엔드포인트도 없음 → {1} 거부됨")
        case .selectorMatchesNothing: ("selector {0} matches no pod → Service {1} has no endpoints → {2} refused", "셀렉터 {0}에 맞는 파드 없음 → 서비스 {1}에 엔드포인트 없음 → {2} 거부됨")
        case .targetPortUnknown:
            ("no matching pod has the port {0} ({1}) → Service {2} has no endpoints → {3} refused", "셀렉터에 맞는 파드에 포트 {0} ({1}) 없음 → 서비스 {2}에 엔드포인트 없음 → {3} 거부됨")
        case .noneRunning:
            ("selector {0} matches {1} pods, but none is running → Service {2} has no endpoints → {3} refused", "셀렉터 {0}에 맞는 파드 {1}개가 있으나 실행 중인 것 없음 → 서비스 {2}에 엔드포인트 없음 → {3} 거부됨")
        case .endpointWithoutPod: ("endpoint {0} of Service {1} is no running pod", "서비스 {1}의 엔드포인트 {0}은(는) 실행 중인 파드가 아님")
        case .egressDenied: ("egress of pod {0} is limited by NetworkPolicy {1}, and no rule allows {2} port {3}", "파드 {0}의 나가는 트래픽은 NetworkPolicy {1}에 의해 제한되며, {2} 포트 {3}을(를) 허용하는 규칙 없음")
        case .ingressDenied: ("ingress of pod {0} is limited by NetworkPolicy {1}, and no rule allows {2} on port {3}", "파드 {0}(으)로 들어오는 트래픽은 NetworkPolicy {1}에 의해 제한되며, {2}에서 포트 {3}(으)로의 연결을 허용하는 규칙 없음")
        case .podNotRunning: ("no container of pod {0} runs", "파드 {0}에 실행 중인 컨테이너 없음")
        case .nothingListens: ("no container of pod {0} listens on port {1}", "파드 {0}에 포트 {1}에서 대기하는 컨테이너 없음")
        case .containerListensElsewhere:
            ("no container of pod {0} listens on port {1}; container {2} listens on {3}", "파드 {0}에 포트 {1}에서 대기하는 컨테이너 없음: 컨테이너 {2}은(는) {3}에서 대기")
        case .startsListening: ("container {1} of pod {0} has started and does not listen on port {2} yet", "파드 {0}의 컨테이너 {1}은(는) 시작되었으나 아직 포트 {2}에서 대기하지 않음")
        case .noAnswer: ("the container does not answer", "컨테이너가 응답하지 않음")
        case .zoneCutOff: ("the zone of pod {0} is cut off", "파드 {0}의 영역이 끊어짐")
        case .noController: ("no controller serves {0}", "{0}을(를) 처리하는 컨트롤러 없음")
        case .tooManyHops: ("the request goes round in circles", "요청이 같은 곳을 맴돎")
        case .told: ("{0}", "{0}")
        }
    }
}

extension Hop.Station {
    /// Its name for a person who reads `language`.
    package func text(_ language: String) -> String {
        guard language == "ko" || language.hasPrefix("ko-") else { return rawValue }
        switch self {
        case .client: return "클라이언트"
        case .dns: return "DNS"
        case .loadBalancer: return "로드 밸런서"
        case .nodePort: return "노드 포트"
        case .kubeProxy: return "kube-proxy"
        case .ingress: return "인그레스"
        case .gateway: return "게이트웨이"
        case .networkPolicy: return "네트워크 정책"
        case .node: return "노드"
        case .pod: return "파드"
        case .container: return "컨테이너"
        case .stops: return "중단"
        }
    }
}
