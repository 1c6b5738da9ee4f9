extension CommandExamples {
    /// Of the commands that are about the server's and kubectl's own settings.
    static let settings: [String: String] = [
        "completion": #"""
            # bash, in this shell
            source <(kubectl completion bash)

            # zsh, in this shell
            source <(kubectl completion zsh)

            # fish, in this shell
            kubectl completion fish | source

            # powershell, in this shell
            kubectl completion powershell | Out-String | Invoke-Expression
            """#,
        "api-resources": #"""
            # All
            kubectl api-resources

            # With more columns
            kubectl api-resources -o wide

            # Sorted
            kubectl api-resources --sort-by=name

            # Without a namespace only
            kubectl api-resources --namespaced=false

            # Of a group
            kubectl api-resources --api-group=rbac.authorization.k8s.io
            """#,
        "api-versions": #"""
            # All
            kubectl api-versions
            """#,
        "config current-context": #"""
            # The present one
            kubectl config current-context
            """#,
        "config delete-cluster": #"""
            # One
            kubectl config delete-cluster minikube
            """#,
        "config delete-context": #"""
            # One
            kubectl config delete-context minikube
            """#,
        "config delete-user": #"""
            # One
            kubectl config delete-user minikube
            """#,
        "config get-clusters": #"""
            # All
            kubectl config get-clusters
            """#,
        "config get-contexts": #"""
            # All
            kubectl config get-contexts

            # One
            kubectl config get-contexts my-context
            """#,
        "config get-users": #"""
            # All
            kubectl config get-users
            """#,
        "config rename-context": #"""
            # To another name
            kubectl config rename-context old-name new-name
            """#,
        "config set": #"""
            # The address of a cluster
            kubectl config set clusters.my-cluster.server https://1.2.3.4

            # A certificate, in base 64
            kubectl config set clusters.my-cluster.certificate-authority-data $(echo "cert_data_here" | base64 -i -)

            # The cluster of a context
            kubectl config set contexts.my-context.cluster my-cluster

            # A key as it is
            kubectl config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true
            """#,
        "config set-cluster": #"""
            # The address
            kubectl config set-cluster e2e --server=https://1.2.3.4

            # The certificate of its authority, in the file itself
            kubectl config set-cluster e2e --embed-certs --certificate-authority=~/.kube/e2e/kubernetes.ca.crt

            # No check of certificates
            kubectl config set-cluster e2e --insecure-skip-tls-verify=true
            """#,
        "config set-context": #"""
            # The user of a context
            kubectl config set-context gce --user=cluster-admin

            # The namespace of the present one
            kubectl config set-context --current --namespace=my-namespace
            """#,
        "config set-credentials": #"""
            # A key
            kubectl config set-credentials cluster-admin --client-key=~/.kube/admin.key

            # A certificate, in the file itself
            kubectl config set-credentials cluster-admin --client-certificate=~/.kube/admin.crt --embed-certs=true

            # A program that makes credentials
            kubectl config set-credentials cluster-admin --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1
            """#,
        "config unset": #"""
            # No present context
            kubectl config unset current-context

            # No namespace in a context
            kubectl config unset contexts.foo.namespace
            """#,
        "config use-context": #"""
            # The context of a cluster
            kubectl config use-context minikube
            """#,
        "config view": #"""
            # All files as one
            kubectl config view

            # With secrets
            kubectl config view --raw

            # One field
            kubectl config view -o jsonpath='{.users[?(@.name == "e2e")].user.password}'
            """#,
        "kuberc": #"""
            # What is set
            kubectl kuberc view

            # Another default of an option
            kubectl kuberc set --section defaults --command get --option output=wide

            # Another name for a command with its arguments
            kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide
            """#,
        "kuberc set": #"""
            # Another default of an option
            kubectl kuberc set --section defaults --command get --option output=wide

            # The same for a subcommand
            kubectl kuberc set --section defaults --command "set env" --option output=yaml

            # Another name for a command with its arguments
            kubectl kuberc set --section aliases --name runx --command run --option image=nginx --appendarg "--" --appendarg custom-arg1

            # In place of what was set
            kubectl kuberc set --section defaults --command get --option output=json --overwrite

            # Only this program may make credentials
            kubectl kuberc set --section credentialplugin --policy Allowlist --allowlist-entry command=cloud-credential-helper
            """#,
        "kuberc view": #"""
            # As YAML
            kubectl kuberc view

            # As JSON
            kubectl kuberc view --output json

            # Of another file
            kubectl kuberc view --kuberc /path/to/kuberc
            """#,
        "plugin": #"""
            # All programs
            kubectl plugin list
            """#,
        "plugin list": #"""
            # With their folders
            kubectl plugin list

            # Only their names
            kubectl plugin list --name-only
            """#,
        "options": #"""
            # Options of all commands
            kubectl options
            """#,
        "version": #"""
            # Of client and server
            kubectl version
            """#,
    ]
}
