/// Languages, whose programs are not known, and tools that make load.
extension BuiltInImages {
    static let languages: Group = [
        (
            ["python", "node", "golang", "openjdk", "ruby", "php", "rust", "eclipse-temurin", "amazoncorretto", "maven", "gradle", "dotnet/aspnet", "dotnet/sdk"],
            """
            kind: Image
            metadata: {name: language}
            spec:
              sizeMB: 350
              run: program
              system: debian
              tools: [curl, wget, openssl, ps, top, free, pgrep, pip, pip3, npm, python, python3]
              exit: {code: 0, after: 300ms}
              programs: ["python*", node, npm, npx, java, ruby, "php*", go, cargo, rustc, mvn, gradle, dotnet, pip, flask, gunicorn, uvicorn]
              env: {PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
              cost: {cpuMilliseconds: 3, idleMilliCPU: 1, idleMemoryMB: 30}
            """
        ),
        (
            ["perl"],
            """
            kind: Image
            metadata: {name: perl}
            spec:
              sizeMB: 330
              run: program
              system: debian
              tools: [perl, curl, wget]
              programs: [perl]
              exit: {code: 0, after: 4s}
              cost: {idleMilliCPU: 900, idleMemoryMB: 10}
            """
        ),
    ]

    static let loadTools: Group = [
        (
            ["hey", "williamyeh/hey", "rakyll/hey", "ricoli/hey"],
            """
            kind: Image
            metadata: {name: hey}
            spec: {sizeMB: 8, run: shell, entrypoint: [hey], cost: {idleMilliCPU: 50, idleMemoryMB: 12}}
            """
        ),
        (
            ["wrk", "williamyeh/wrk", "skandyla/wrk"],
            """
            kind: Image
            metadata: {name: wrk}
            spec: {sizeMB: 10, run: shell, entrypoint: [wrk], cost: {idleMilliCPU: 80, idleMemoryMB: 8}}
            """
        ),
        (
            ["fortio/fortio", "fortio"],
            """
            kind: Image
            metadata: {name: fortio}
            spec:
              sizeMB: 24
              ports: [8080, 8079]
              entrypoint: [/usr/bin/fortio]
              command: [server]
              subcommands: {server: {ports: [8080, 8079], routes: [{path: "/*", body: "${body}"}]}}
              cost: {idleMilliCPU: 20, idleMemoryMB: 15}
            """
        ),
        (
            ["jordi/ab", "load-generator", "devth/alpine-bench"],
            """
            kind: Image
            metadata: {name: ab}
            spec: {sizeMB: 6, run: shell, entrypoint: [ab], cost: {idleMilliCPU: 50, idleMemoryMB: 8}}
            """
        ),
        (
            ["grafana/k6", "loadimpact/k6"],
            """
            kind: Image
            metadata: {name: k6}
            spec: {sizeMB: 30, run: shell, system: alpine, tools: [k6], entrypoint: [k6], user: 12345, workdir: /home/k6, cost: {idleMilliCPU: 40, idleMemoryMB: 50}}
            """
        ),
        (
            ["locustio/locust"],
            """
            kind: Image
            metadata: {name: locust}
            spec: {sizeMB: 60, run: shell, system: debian, tools: [locust], entrypoint: [locust], user: 1000, workdir: /home/locust, cost: {idleMilliCPU: 60, idleMemoryMB: 60}}
            """
        ),
        (
            ["peterevans/vegeta", "tsenart/vegeta", "vegeta"],
            """
            kind: Image
            metadata: {name: vegeta}
            spec: {sizeMB: 11, run: shell, system: alpine, tools: [vegeta], command: [vegeta], cost: {idleMilliCPU: 40, idleMemoryMB: 20}}
            """
        ),
        (
            ["justb4/jmeter", "artilleryio/artillery"],
            """
            kind: Image
            metadata: {name: scripted-load}
            spec: {sizeMB: 60, run: idle, programs: [jmeter, artillery, run, "-*"], cost: {idleMilliCPU: 50, idleMemoryMB: 60}}
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
