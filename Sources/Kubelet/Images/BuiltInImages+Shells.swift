/// Images whose use is to run commands in them.
extension BuiltInImages {
    static let shells: Group = [
        (
            ["busybox"],
            """
            kind: Image
            metadata: {name: busybox}
            spec:
              tags: [latest, stable*, glibc, musl, uclibc, unstable*, '1', '1-*', '1.[0-9]*']
              sizeMB: 2.2
              run: shell
              system: busybox
              command: [sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.4}
            """
        ),
        (
            ["alpine"],
            """
            kind: Image
            metadata: {name: alpine}
            spec:
              sizeMB: 3.6
              run: shell
              system: alpine
              command: [/bin/sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.8}
            """
        ),
        (
            ["bash"],
            """
            kind: Image
            metadata: {name: bash}
            spec:
              sizeMB: 5.3
              run: shell
              system: alpine
              tools: [bash]
              command: [bash]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.8}
            """
        ),
        (
            ["debian"],
            """
            kind: Image
            metadata: {name: debian}
            spec:
              sizeMB: 48
              run: shell
              system: debian
              command: [bash]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.8}
            """
        ),
        (
            ["ubuntu"],
            """
            kind: Image
            metadata: {name: ubuntu}
            spec:
              sizeMB: 29
              run: shell
              system: debian
              command: [/bin/bash]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              files: {/etc/os-release: "PRETTY_NAME=\\"Ubuntu 24.04.3 LTS\\"\\nNAME=\\"Ubuntu\\"\\nID=ubuntu\\n"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.8}
            """
        ),
        (
            ["amazonlinux", "centos", "fedora", "rockylinux", "amazonlinux/amazonlinux"],
            """
            kind: Image
            metadata: {name: amazonlinux}
            spec:
              sizeMB: 52
              run: shell
              system: fedora
              command: [/bin/bash]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              files: {/etc/os-release: "NAME=\\"Amazon Linux\\"\\nVERSION=\\"2023\\"\\nID=\\"amzn\\"\\nPRETTY_NAME=\\"Amazon Linux 2023\\"\\n"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.8}
            """
        ),
        (
            ["curlimages/curl", "curl", "radial/busyboxplus", "alpine/curl", "dockerqa/curl", "appropriate/curl"],
            """
            kind: Image
            metadata: {name: curl}
            spec:
              sizeMB: 9.3
              run: shell
              system: alpine
              tools: [curl, openssl]
              entrypoint: [/entrypoint.sh]
              command: [curl]
              user: 100
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              files: {/entrypoint.sh: "#!/bin/sh\\nif [ \\"${1#-}\\" != \\"$1\\" ] || [ \\"${1#http}\\" != \\"$1\\" ]; then set -- curl \\"$@\\"; fi\\nexec \\"$@\\"\\n"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 2}
            """
        ),
        (
            ["nicolaka/netshoot", "netshoot", "jrecord/nettools", "praqma/network-multitool", "wbitt/network-multitool", "tutum/dnsutils", "e2e-test-images/jessie-dnsutils", "jessie-dnsutils", "dnsutils"],
            """
            kind: Image
            metadata: {name: nettools}
            spec:
              sizeMB: 140
              run: shell
              command: [sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            """
        ),
        (
            ["kubectl", "bitnami/kubectl", "rancher/kubectl"],
            """
            kind: Image
            metadata: {name: kubectl}
            spec:
              sizeMB: 95
              run: shell
              entrypoint: [kubectl]
              user: 1001
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            """
        ),
        (
            ["alpine/k8s", "dtzar/helm-kubectl", "bitnami/kubectl-shell"],
            """
            kind: Image
            metadata: {name: k8s-tools}
            spec:
              sizeMB: 290
              run: shell
              command: [sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            """
        ),
        (
            ["amazon/aws-cli", "aws-cli/aws-cli", "aws-cli"],
            """
            kind: Image
            metadata: {name: aws-cli}
            spec:
              sizeMB: 115
              run: shell
              entrypoint: [aws]
              workdir: /aws
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            """
        ),
        (
            ["hello-world"],
            """
            kind: Image
            metadata: {name: hello-world}
            spec:
              sizeMB: 0.02
              run: exit
              exit: {code: 0, after: 50ms}
              log: ["", "Hello from Docker!", "This message shows that your installation appears to be working correctly.", ""]
              commands: []
            """
        ),
        (
            ["pause", "google_containers/pause", "eks/pause"],
            """
            kind: Image
            metadata: {name: pause}
            spec:
              sizeMB: 0.3
              run: idle
              programs: [/pause]
              commands: []
              startup: 10ms
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.3}
            """
        ),
    ]
}
