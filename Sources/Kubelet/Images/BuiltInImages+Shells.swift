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
              command: [sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 0, idleMemoryMB: 0.4}
            """
        ),
        (
            ["alpine", "bash", "amazonlinux", "ubuntu", "debian", "centos", "fedora", "rockylinux", "amazonlinux/amazonlinux"],
            """
            kind: Image
            metadata: {name: linux}
            spec:
              sizeMB: 29
              run: shell
              command: [/bin/sh]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              files: {/etc/os-release: "NAME=\\"Linux\\"\\nID=linux\\n"}
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
            ["kubectl", "bitnami/kubectl", "rancher/kubectl", "alpine/k8s", "amazon/aws-cli", "aws-cli/aws-cli"],
            """
            kind: Image
            metadata: {name: kubectl}
            spec:
              sizeMB: 95
              run: shell
              entrypoint: [kubectl]
              command: []
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
            """
        ),
        (
            ["python", "node", "golang", "openjdk", "ruby", "php", "perl", "rust", "eclipse-temurin"],
            """
            kind: Image
            metadata: {name: language}
            spec:
              sizeMB: 350
              run: exit
              exit: {code: 0, after: 300ms}
              programs: [python, python3, node, java, ruby, php, go]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 1, idleMemoryMB: 30}
            """
        ),
        (
            ["perl"],
            """
            kind: Image
            metadata: {name: perl}
            spec:
              sizeMB: 330
              run: exit
              programs: [perl]
              exit: {code: 0, after: 4s}
              log: ["3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651328230664709384460955058223172535940812848111745028410270193852110555964462294895493038196"]
              cost: {idleMilliCPU: 900, idleMemoryMB: 10}
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
        (
            ["hey", "williamyeh/hey", "wrk", "williamyeh/wrk", "skandyla/wrk", "fortio/fortio", "load-generator", "loadimpact/k6", "grafana/k6", "jordi/ab"],
            """
            kind: Image
            metadata: {name: hey}
            spec:
              sizeMB: 8
              run: shell
              entrypoint: [hey]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {idleMilliCPU: 50, idleMemoryMB: 12}
            """
        ),
        (
            ["polinux/stress", "vish/stress", "progrium/stress", "stress", "alexeiled/stress-ng"],
            """
            kind: Image
            metadata: {name: stress}
            spec:
              sizeMB: 4.2
              run: idle
              programs: [stress, stress-ng, /stress, "-c*", "-m*", "--cpu*", "--vm*"]
              load: {cpuFlags: ["--cpu", "-cpus", "-c"], memoryFlags: ["--vm-bytes", "-mem-total"]}
              cost: {idleMilliCPU: 1, idleMemoryMB: 1}
              log: ["stress: info: [1] dispatching hogs"]
            """
        ),
    ]
}
