import APIMachinery
import Kubectl
import KubernetesObjects
import SimulationKernel

/// An API server in process, without controllers, as a client sees it.
final class TestClient: APIClient {
    var server: GenericAPIServer
    var user = UserInfo.admin
    /// Every request that was sent, for tests of what is asked.
    private(set) var requests: [APIRequest] = []

    init() {
        server = GenericAPIServer(pipeline: .open)
        for name in ["default", "kube-system"] {
            var request = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "namespaces"))
            request.body = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
            _ = try? server.handle(request)
        }
        var account = APIRequest(.create, GroupVersionResource(group: "", version: "v1", resource: "serviceaccounts"), namespace: "default")
        account.body = ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": ["name": "default"]]
        _ = try? server.handle(account)
    }

    var now: Instant { server.now }
    func advance(by duration: Duration) { server.now += duration }

    func send(_ request: APIRequest) throws(APIStatus) -> APIResponse {
        requests.append(request)
        return try server.handle(request)
    }

    /// Whether watches are served; nothing comes on one but what there is already, when it asks for that.
    var servesWatches = false

    func watch(_ request: APIRequest) throws(APIStatus) -> any WatchStream {
        guard servesWatches else { throw .methodNotSupported(request.resource.groupResource, action: "watch") }
        guard request.options.resourceVersion.isEmpty else { return QuietStream([]) }
        var list = request
        list.verb = .list
        return QuietStream((try server.handle(list).body["items"]?.elements ?? []).map { WatchEvent(.added, $0) })
    }

    private final class QuietStream: WatchStream {
        private(set) var isEnded = false
        private var events: [WatchEvent]
        init(_ events: [WatchEvent]) { self.events = events }
        func next() -> WatchEvent? { events.isEmpty ? nil : events.removeFirst() }
        func cancel() { isEnded = true }
    }
}

/// A person at a keyboard: files, a cluster, and what kubectl printed.
final class Terminal {
    let client = TestClient()
    let files: MemoryFiles
    var input = ""
    var variables: [String: String] = ["HOME": "/home/me"]
    /// What an editor makes of the text that it is opened on.
    var edit: ((String) -> String?)?

    init(_ files: [String: String] = [:]) { self.files = MemoryFiles(workingDirectory: "/work", files) }

    /// What a program of `KUBECTL_EXTERNAL_DIFF` answers for two folders.
    var compare: ((String, [(name: String, text: String)], [(name: String, text: String)]) -> Int32?)?

    /// What a program that makes credentials answers.
    var credentials: ((KubectlEnvironment.CredentialProgram) -> KubectlEnvironment.CredentialProgram.Answer)?

    /// Plug-ins that there are.
    var programs: KubectlEnvironment.Programs?

    struct Answer: Equatable {
        var output = ""
        var errors = ""
        var status: Int32 = 0
    }

    func kubectl(_ arguments: [String]) -> Answer {
        var answer = Answer()
        var output = ""
        var errors = ""
        var environment = KubectlEnvironment(files: files, writeOutput: { output += $0 }, writeError: { errors += $0 })
        let text = input
        environment.standardInput = { Array(text.utf8) }
        environment.variables = variables
        if let edit { environment.edit = { _, _, text in edit(text).map { .saved(KubectlEnvironment.EditedText(text: $0, path: "/tmp/edited.yaml")) } ?? .failed } }
        environment.programs = programs
        environment.compare = compare
        environment.credentials = credentials
        if credentials != nil {
            // Whoever shows a token is called so.
            environment.resolveUser = { entry in entry["token"]?.stringValue.map { UserInfo(name: $0, groups: ["system:masters"]) } }
        }
        answer.status = Kubectl(client: client, environment: environment).run(arguments)
        answer.output = output
        answer.errors = errors
        return answer
    }

    /// Runs a line, whose words may be in single or double quotes.
    func run(_ line: String) -> Answer { kubectl(Self.words(line)) }

    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var current = ""
        var quote: Character?
        var hasWord = false
        for letter in line {
            if let open = quote {
                if letter == open { quote = nil } else { current.append(letter) }
            } else if letter == "'" || letter == "\"" {
                quote = letter
                hasWord = true
            } else if letter == " " {
                if hasWord { words.append(current) }
                current = ""
                hasWord = false
            } else {
                current.append(letter)
                hasWord = true
            }
        }
        if hasWord { words.append(current) }
        return words
    }
}
