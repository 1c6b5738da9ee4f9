/// The language that help is shown in, as far as there are texts in it; the rest is English.
///
/// - Source: k8s.io/kubectl `pkg/util/i18n`, which asks the same variables and knows the same languages. The texts are our own.
struct HelpLanguage {
    private let texts: [String: String]
    /// What ends a sentence.
    private let stop: String

    init(_ variables: [String: String]) {
        let named = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
        let language = String(named.prefix { $0 != "." })
        texts = Self.catalogues[language] ?? [:]
        stop = ["ja_JP", "zh_CN", "zh_TW"].contains(language) ? "。" : "."
    }

    /// A command whose own summary, and those of its subcommands, are in the language.
    func translated(_ command: Command) -> Command {
        if texts.isEmpty { return command }
        var result = command
        if let text = texts[command.summary] {
            result.summary = text
            if command.details.isEmpty || command.details == command.summary + "." { result.details = text + stop }
        }
        for index in result.subcommands.indices {
            if let text = texts[result.subcommands[index].summary] { result.subcommands[index].summary = text }
        }
        return result
    }

    private static let catalogues: [String: [String: String]] = [
        "de_DE": [
            "Create a resource from a file or from stdin": "Erzeuge eine Ressource aus einer Datei oder von stdin",
            "Display one or many resources": "Zeige eine oder mehrere Ressourcen",
            "Edit a resource on the server": "Bearbeite eine Ressource auf dem Server",
            "Apply a configuration to a resource by file name or stdin": "Wende eine Konfiguration auf eine Ressource an, aus einer Datei oder von stdin",
            "Print the logs for a container in a pod": "Gib die Logs eines Containers in einem Pod aus",
            "Execute a command in a container": "Führe ein Kommando in einem Container aus",
            "Modify kubeconfig files": "Verändere kubeconfig Dateien",
            "Mark node as schedulable": "Markiere Knoten als schedulable",
            "Mark node as unschedulable": "Markiere Knoten als unschedulable",
            "Print the client and server version information": "Gib die Versionen von Client und Server aus",
        ],
        "fr_FR": [
            "Create a resource from a file or from stdin": "Créer une ressource depuis un fichier ou depuis stdin",
            "Display one or many resources": "Afficher une ou plusieurs ressources",
            "Edit a resource on the server": "Modifier une ressource sur le serveur",
            "Apply a configuration to a resource by file name or stdin": "Appliquer une configuration à une ressource, par fichier ou par stdin",
            "Print the logs for a container in a pod": "Afficher les journaux d'un conteneur d'un pod",
            "Execute a command in a container": "Exécuter une commande dans un conteneur",
            "Modify kubeconfig files": "Modifier des fichiers kubeconfig",
            "Print the client and server version information": "Afficher les versions du client et du serveur",
        ],
        "it_IT": [
            "Create a resource from a file or from stdin": "Crea una risorsa da un file o da stdin",
            "Display one or many resources": "Mostra una o più risorse",
            "Edit a resource on the server": "Modifica una risorsa sul server",
            "Apply a configuration to a resource by file name or stdin": "Applica una configurazione a una risorsa, da un file o da stdin",
            "Print the logs for a container in a pod": "Stampa i log di un container in un pod",
            "Execute a command in a container": "Esegui un comando in un container",
            "Modify kubeconfig files": "Modifica i file kubeconfig",
            "Mark node as schedulable": "Contrassegna il nodo come programmabile",
            "Mark node as unschedulable": "Contrassegna il nodo come non programmabile",
            "Print the client and server version information": "Stampa le versioni di client e server",
        ],
        "ja_JP": [
            "Create a resource from a file or from stdin": "ファイルまたは標準入力からリソースを作成する",
            "Display one or many resources": "1つ以上のリソースを表示する",
            "Edit a resource on the server": "サーバー上のリソースを編集する",
            "Apply a configuration to a resource by file name or stdin": "ファイルまたは標準入力の設定をリソースに適用する",
            "Print the logs for a container in a pod": "Pod内のコンテナのログを出力する",
            "Execute a command in a container": "コンテナ内でコマンドを実行する",
            "Modify kubeconfig files": "kubeconfig を変更する",
            "Mark node as schedulable": "ノードをスケジュール可能な状態としてマークする",
            "Mark node as unschedulable": "ノードをスケジュール不可能な状態としてマークする",
            "Print the client and server version information": "クライアントとサーバーのバージョンを表示する",
        ],
        "ko_KR": [
            "Create a resource from a file or from stdin": "파일이나 표준 입력으로 리소스를 만듭니다",
            "Display one or many resources": "하나 이상의 리소스를 표시합니다",
            "Edit a resource on the server": "서버에 있는 리소스를 편집합니다",
            "Apply a configuration to a resource by file name or stdin": "파일이나 표준 입력의 구성을 리소스에 적용합니다",
            "Print the logs for a container in a pod": "파드에 있는 컨테이너의 로그를 출력합니다",
            "Execute a command in a container": "컨테이너에서 명령을 실행합니다",
            "Modify kubeconfig files": "kubeconfig 파일을 수정합니다",
            "Print the client and server version information": "클라이언트와 서버의 버전을 출력합니다",
        ],
        "pt_BR": [
            "Create a resource from a file or from stdin": "Cria um recurso a partir de um arquivo ou do stdin",
            "Display one or many resources": "Mostra um ou mais recursos",
            "Edit a resource on the server": "Edita um recurso no servidor",
            "Apply a configuration to a resource by file name or stdin": "Aplica uma configuração a um recurso, por arquivo ou pelo stdin",
            "Print the logs for a container in a pod": "Mostra os logs de um container em um pod",
            "Execute a command in a container": "Executa um comando em um container",
            "Modify kubeconfig files": "Edita o arquivo kubeconfig",
            "Mark node as schedulable": "Remove a restrição de execução de workloads no node",
            "Mark node as unschedulable": "Restringe a execução de workloads no node",
            "Print the client and server version information": "Mostra as versões do cliente e do servidor",
        ],
        "zh_CN": [
            "Create a resource from a file or from stdin": "从文件或标准输入创建资源",
            "Display one or many resources": "显示一个或多个资源",
            "Edit a resource on the server": "编辑服务器上的资源",
            "Apply a configuration to a resource by file name or stdin": "用文件或标准输入的配置来配置资源",
            "Print the logs for a container in a pod": "打印 Pod 中容器的日志",
            "Execute a command in a container": "在容器中执行命令",
            "Modify kubeconfig files": "修改 kubeconfig 文件",
            "Mark node as schedulable": "标记节点为可调度",
            "Mark node as unschedulable": "标记节点为不可调度",
            "Print the client and server version information": "打印客户端和服务器的版本",
        ],
        "zh_TW": [
            "Create a resource from a file or from stdin": "從檔案或標準輸入建立資源",
            "Display one or many resources": "顯示一個或多個資源",
            "Edit a resource on the server": "編輯伺服器上的資源",
            "Apply a configuration to a resource by file name or stdin": "以檔案或標準輸入的設定來設定資源",
            "Print the logs for a container in a pod": "印出 Pod 中容器的紀錄",
            "Execute a command in a container": "在容器中執行命令",
            "Modify kubeconfig files": "修改 kubeconfig 檔案",
            "Print the client and server version information": "印出用戶端與伺服器的版本",
        ],
    ]
}
