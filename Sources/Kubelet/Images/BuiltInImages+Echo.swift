/// Servers that say who they are and what they were asked.
extension BuiltInImages {
    static let echoServers: Group = [
        (
            ["traefik/whoami", "containous/whoami", "whoami"],
            """
            kind: Image
            metadata: {name: whoami}
            spec:
              sizeMB: 6.6
              programs: [/whoami, whoami, "-*"]
              ports: [80]
              portFlags: ["--port", "-port"]
              portVariables: [WHOAMI_PORT_NUMBER]
              log: ["${time:go} Starting up on port 80"]
              routes:
              - {path: /health, body: ""}
              - {path: /api, type: application/json, body: '{"hostname":"${hostname}","ip":["127.0.0.1","${ip}"],"headers":{${headers:json}},"url":"${path}","host":"${host}","method":"${method}","remoteAddr":"${client}:41234"}'}
              - {path: "/*", body: "Hostname: ${hostname}\\nIP: 127.0.0.1\\nIP: ${ip}\\nRemoteAddr: ${client}:41234\\n${method} ${path} HTTP/1.1\\nHost: ${host}\\n${headers}\\n"}
              cost: {cpuMilliseconds: 0.3, idleMemoryMB: 4}
              commands: []
            """
        ),
        (
            ["echoserver", "google_containers/echoserver", "google-containers/echoserver"],
            """
            kind: Image
            metadata: {name: echoserver}
            spec:
              sizeMB: 45
              programs: [/run.sh, nginx]
              ports: [8080, 8443]
              routes: [{path: "/*", body: "\\n\\nHostname: ${hostname}\\n\\nPod Information:\\n\\tnode name:\\t${env:NODE_NAME|-no pod information available-}\\n\\nServer values:\\n\\tserver_version=nginx: 1.21.6 - lua: 10021\\n\\nRequest Information:\\n\\tclient_address=${client}\\n\\tmethod=${method}\\n\\treal path=${path}\\n\\tquery=\\n\\trequest_version=1.1\\n\\trequest_scheme=http\\n\\trequest_uri=http://${host}:8080${path}\\n\\nRequest Headers:\\n${headers:tab}\\nRequest Body:\\n\\t${body|-no body in request-}\\n\\n"}]
              cost: {cpuMilliseconds: 0.5, idleMemoryMB: 6}
            """
        ),
        (
            ["ealen/echo-server", "inanimate/echo-server"],
            """
            kind: Image
            metadata: {name: ealen-echo-server}
            spec:
              sizeMB: 52
              programs: [node]
              ports: [80]
              portVariables: [PORT]
              routes: [{path: "/*", type: application/json, body: '{"host":{"hostname":"${host}","ip":"::ffff:${client}","ips":[]},"http":{"method":"${method}","baseUrl":"","originalUrl":"${path}","protocol":"http"},"request":{"params":{"0":"${path}"},"query":{},"cookies":{},"body":{},"headers":{${headers:json}}},"environment":{"HOSTNAME":"${hostname}"}}'}]
              log: ["Listening on port 80."]
              cost: {cpuMilliseconds: 0.8, idleMemoryMB: 28}
            """
        ),
        (
            ["mendhak/http-https-echo"],
            """
            kind: Image
            metadata: {name: mendhak-echo}
            spec:
              sizeMB: 48
              programs: [node]
              user: 1000
              ports: [8080, 8443]
              portVariables: [HTTP_PORT]
              routes: [{path: "/*", type: application/json, body: '{"path":"${path}","headers":{${headers:json}},"method":"${method}","body":"${body}","fresh":false,"hostname":"${host}","ip":"::ffff:${client}","ips":[],"protocol":"http","query":{},"subdomains":[],"xhr":false,"os":{"hostname":"${hostname}"},"connection":{}}'}]
              log: ["Listening on ports 8080 for http, and 8443 for https."]
              cost: {cpuMilliseconds: 0.8, idleMemoryMB: 30}
            """
        ),
        (
            ["jmalloc/echo-server", "kicbase/echo-server", "echo-server"],
            """
            kind: Image
            metadata: {name: echo-server}
            spec:
              sizeMB: 4.9
              programs: [/bin/echo-server, echo-server]
              ports: [8080]
              portVariables: [PORT]
              routes: [{path: "/*", body: "Request served by ${hostname}\\n\\n${method} ${path} HTTP/1.1\\n\\nHost: ${host}\\n${headers}\\n${body}"}]
              log: ["Echo server listening on port 8080."]
              cost: {cpuMilliseconds: 0.2, idleMemoryMB: 3}
              commands: []
            """
        ),
        (
            ["hashicorp/http-echo", "http-echo"],
            """
            kind: Image
            metadata: {name: http-echo}
            spec:
              sizeMB: 4.7
              programs: [/http-echo, "-text*", "-listen*", "--text*"]
              ports: [5678]
              portFlags: ["-listen", "--listen"]
              routes:
              - {path: /health, type: application/json, body: "{\\"status\\":\\"ok\\"}\\n"}
              - {path: "/*", body: "${flag:-text|${flag:--text|hello-world}}\\n"}
              log: ["${time:go} [INFO] server is listening on :5678"]
              commands: []
            """
        ),
        (
            ["hello-app", "google-samples/hello-app", "samples/hello-app"],
            """
            kind: Image
            metadata: {name: hello-app}
            spec:
              tags: ['1.0', '2.0', latest]
              sizeMB: 12
              programs: [/hello-app, hello-app]
              ports: [8080]
              portVariables: [PORT]
              routes: [{path: "/*", body: "Hello, world!\\nVersion: ${tag|1.0}.0\\nHostname: ${hostname}\\n"}]
              log: ["${time:go} Server listening on port 8080"]
              system: alpine
            """
        ),
        (
            ["node-hello", "google-samples/node-hello"],
            """
            kind: Image
            metadata: {name: node-hello}
            spec:
              sizeMB: 245
              programs: [node]
              ports: [8080]
              routes: [{path: "/*", body: "Hello Kubernetes!"}]
            """
        ),
        (
            ["paulbouwer/hello-kubernetes", "hello-kubernetes"],
            """
            kind: Image
            metadata: {name: hello-kubernetes}
            spec:
              sizeMB: 120
              programs: [node, npm]
              startup: 1s
              ports: [8080]
              portVariables: [PORT]
              routes: [{path: "/*", type: text/html, body: "<!DOCTYPE html>\\n<html>\\n<head><title>Hello Kubernetes!</title></head>\\n<body>\\n<div id=\\"message\\">${env:MESSAGE|Hello world!}</div>\\n<table><tr><th>namespace:</th><td>${env:KUBERNETES_NAMESPACE|-}</td></tr><tr><th>pod:</th><td>${hostname}</td></tr><tr><th>node:</th><td>${env:KUBERNETES_NODE_NAME|-} (Linux)</td></tr></table>\\n</body>\\n</html>\\n"}]
              log: ["Listening on: http://${hostname}:8080"]
              cost: {cpuMilliseconds: 1.2, idleMemoryMB: 40}
            """
        ),
        (
            ["nginxdemos/hello"],
            """
            kind: Image
            metadata: {name: nginxdemos-hello}
            spec:
              sizeMB: 16
              programs: [nginx]
              ports: [80]
              accessLog: nginx
              routes: [{path: "/*", type: text/html, body: "<!DOCTYPE html>\\n<html>\\n<head><title>Hello World</title></head>\\n<body>\\n<p><span>Server&nbsp;address:</span> <span>${ip}:80</span></p>\\n<p><span>Server&nbsp;name:</span> <span>${hostname}</span></p>\\n<p><span>Date:</span> <span>${time:access}</span></p>\\n<p><span>URI:</span> <span>${path}</span></p>\\n</body>\\n</html>\\n"}]
              variants:
              - tags: ['plain-text*', '*-plain-text']
                routes: [{path: "/*", body: "Server address: ${ip}:80\\nServer name: ${hostname}\\nDate: ${time:access}\\nURI: ${path}\\nRequest ID: 5f2c6b1e0d3a49f78a1c2e4b6d8f0a13\\n"}]
            """
        ),
        (
            ["stefanprodan/podinfo", "podinfo"],
            """
            kind: Image
            metadata: {name: podinfo}
            spec:
              sizeMB: 24
              programs: [./podinfo, podinfo]
              user: 100
              ports: [9898, 9797, 9999]
              portFlags: ["--port"]
              health: {"": SERVING, podinfo: SERVING}
              routes:
              - {path: /healthz, type: application/json, body: "{\\n  \\"status\\": \\"OK\\"\\n}"}
              - {path: /readyz, type: application/json, body: "{\\n  \\"status\\": \\"OK\\"\\n}"}
              - {path: /version, type: application/json, body: "{\\n  \\"commit\\": \\"unknown\\",\\n  \\"version\\": \\"${tag}\\"\\n}"}
              - {path: "/*", type: application/json, body: "{\\n  \\"hostname\\": \\"${hostname}\\",\\n  \\"version\\": \\"${tag}\\",\\n  \\"revision\\": \\"unknown\\",\\n  \\"color\\": \\"${env:PODINFO_UI_COLOR|#34577c}\\",\\n  \\"message\\": \\"${env:PODINFO_UI_MESSAGE|greetings from podinfo v${tag}}\\",\\n  \\"goos\\": \\"linux\\",\\n  \\"goarch\\": \\"amd64\\"\\n}"}
              log: ['{"level":"info","ts":"${time}","caller":"podinfo/main.go:153","msg":"Starting podinfo","version":"${tag}","port":"9898"}']
              cost: {cpuMilliseconds: 0.6, idleMemoryMB: 14}
            """
        ),
        (
            ["mccutchen/go-httpbin", "kennethreitz/httpbin", "kong/httpbin", "httpbin"],
            """
            kind: Image
            metadata: {name: httpbin}
            spec:
              sizeMB: 30
              startup: 500ms
              ports: [8080, 80]
              routes:
              - {path: "/status/500", status: 500}
              - {path: "/status/503", status: 503}
              - {path: "/status/404", status: 404}
              - {path: "/status/*", status: 200}
              - {path: "/delay/1", delay: 1s, type: application/json, body: "{}\\n"}
              - {path: "/delay/5", delay: 5s, type: application/json, body: "{}\\n"}
              - {path: "/headers", type: application/json, body: '{"headers":{${headers:json}}}'}
              - {path: "/ip", type: application/json, body: '{"origin":"${client}"}'}
              - {path: "/hostname", type: application/json, body: '{"hostname":"${hostname}"}'}
              - {path: "/*", type: application/json, body: '{"args":{},"headers":{${headers:json}},"method":"${method}","origin":"${client}","url":"http://${host}${path}"}'}
            """
        ),
    ]
}
