/// Programs that examples and tests are made with.
extension BuiltInImages {
    static let examples: Group = [
        (
            ["serve_hostname", "serve-hostname", "e2e-test-images/serve-hostname"],
            """
            kind: Image
            metadata: {name: serve-hostname}
            spec:
              sizeMB: 5
              programs: [/serve_hostname, /serve-hostname]
              entrypoint: [/serve_hostname]
              ports: [9376]
              routes: [{path: "/*", body: "${hostname}"}]
              cost: {cpuMilliseconds: 0.2, idleMemoryMB: 3}
              commands: []
            """
        ),
        (
            ["agnhost", "e2e-test-images/agnhost"],
            """
            kind: Image
            metadata: {name: agnhost}
            spec:
              sizeMB: 53
              run: idle
              programs: [/agnhost, agnhost]
              entrypoint: [/agnhost]
              command: [pause]
              ports: []
              portFlags: ["--http-port", "--port"]
              subcommands:
                pause: {}
                netexec:
                  ports: [8080]
                  log: ["Started HTTP server on port 8080", "Started UDP server on port  8081"]
                serve-hostname: {ports: [9376], routes: [{path: "/*", body: "${hostname}"}], log: ["Serving on port 9376."]}
                http-server: {ports: [80]}
                guestbook:
                  ports: [80]
                  routes: [{path: "/*", type: text/html, body: "<html><title>Guestbook</title><body>${hostname}</body></html>"}]
                porter: {ports: [80], portVariablePrefixes: [SERVE_PORT_], routes: [{path: "/*", body: "${env:SERVE_PORT_${port}}"}]}
                test-webserver: {ports: [80], routes: [{path: "/*", body: "${hostname}\\n"}]}
                nettest: {ports: [8080]}
                webhook: {ports: [8444, 443]}
                no-snat-test: {ports: [8080], routes: [{path: /whoami, body: "${client}"}, {path: "/*", status: 404, body: "404 page not found\\n"}]}
                fake-gitserver: {ports: [8000], routes: [{path: "/*", body: "I am a fake git server"}], log: []}
                tcp-reset: {ports: [8080]}
                resource-consumer: {ports: [8080]}
                grpc-health-checking: {ports: [5000, 8080], health: {"": SERVING}, routes: [{path: "/*", body: "Hello from ${hostname}"}]}
                liveness:
                  ports: [8080]
                  routes:
                  - {path: /started, body: "${age}"}
                  - {path: /healthz, body: "ok", after: {time: 10s, status: 500, body: "error: ${age}"}}
                  - {path: "/*", status: 404, body: "404 page not found\\n"}
              routes:
              - {path: /hostname, body: "${hostname}"}
              - {path: /hostName, body: "${hostname}"}
              - {path: /healthz, body: ""}
              - {path: /clientip, body: "${client}:41234"}
              - {path: /serverport, body: "${port}"}
              - {path: /header, body: "${header:${query:key}}"}
              - {path: /echo, status: "${query:code|200}", body: "${query:msg}"}
              - {path: /redirect, status: "${query:code|302}", headers: {Location: "${query:location}"}, body: ""}
              - {path: /shell, runs: "${query:shellCommand|${query:cmd}}", body: "${result}"}
              - {path: /exit, exit: {code: "${query:code|0}", after: "${query:wait|0s}"}, body: ""}
              - {path: /shutdown, exit: {code: 0}, body: ""}
              - {path: "/*", body: "NOW: ${time:long}"}
              files:
                /agnhost: |
                  #!/bin/sh
                  command=$1
                  shift
                  case "$command" in
                  connect)
                    wait=30
                    for word in "$@"; do
                      case "$word" in --timeout=*) wait=${word#--timeout=}; wait=${wait%s} ;; --*) ;; *) place=$word ;; esac
                    done
                    if nc -z -w "$wait" "${place%:*}" "${place##*:}" 2>/tmp/problem; then exit 0; fi
                    if grep -q refused /tmp/problem; then echo REFUSED >&2; elif grep -q 'bad address' /tmp/problem; then echo DNS: "$(cat /tmp/problem)" >&2; else echo TIMEOUT >&2; fi
                    exit 1 ;;
                  dns-suffix) sed -n 's/^search //p' /etc/resolv.conf | tr ' ' ',' ;;
                  dns-server-list) sed -n 's/^nameserver //p' /etc/resolv.conf | tr '\\n' ',' | sed 's/,$//' ;;
                  etc-hosts) cat /etc/hosts ;;
                  help|--help) echo 'Usage: agnhost [command]' ;;
                  --version) echo 'agnhost version 2.57' ;;
                  entrypoint-tester) echo "[/agnhost $command $*]" ;;
                  pause) trap 'exit 0' TERM INT; while true; do sleep 3600; done ;;
                  logs-generator)
                    total=0; time=0
                    while [ $# -gt 0 ]; do
                      case "$1" in
                      --log-lines-total=*|-t=*) total=${1#*=} ;; --run-duration=*|-d=*) time=${1#*=} ;;
                      --log-lines-total|-t) total=$2; shift ;; --run-duration|-d) time=$2; shift ;;
                      esac
                      shift
                    done
                    case "$time" in *h) seconds=$((${time%h} * 3600)) ;; *m) seconds=$((${time%m} * 60)) ;; *) seconds=${time%s} ;; esac
                    if [ "$total" -le 0 ]; then echo "F$(date '+%m%d %T').000000       1 logs_generator.go:61] Invalid total number of lines: $total" >&2; exit 255; fi
                    if [ "$seconds" = 0 ]; then echo "F$(date '+%m%d %T').000000       1 logs_generator.go:65] Invalid duration: 0s" >&2; exit 255; fi
                    step=$(awk "BEGIN { print $seconds / $total }")
                    id=0
                    while [ "$id" -lt "$total" ]; do
                      case $((id % 3)) in 0) method=GET; space=kube-system ;; 1) method=POST; space=default ;; 2) method=PUT; space=ns ;; esac
                      echo "I$(date '+%m%d %T').000000       1 logs_generator.go:76] $id $method /api/v1/namespaces/$space/pods/$(printf '%x' $((id * 7919 % 3840 + 256))) $((id * 37 % 400 + 200))"
                      id=$((id + 1)); sleep "$step"
                    done ;;
                  mounttest)
                    while [ $# -gt 0 ]; do
                      case "$1" in *=*) flag=${1%%=*}; path=${1#*=} ;; *) flag=$1; path=$2; shift ;; esac
                      shift
                      case "$flag" in
                      --file_mode) echo "mode of file \\"$path\\": $(ls -ld "$path" | cut -c1-10)" ;;
                      --file_perm) echo "perms of file \\"$path\\": -$(ls -ld "$path" | cut -c2-10)" ;;
                      --file_owner) echo "owner UID of \\"$path\\": $(stat -c %u "$path")"; echo "owner GID of \\"$path\\": $(stat -c %g "$path")" ;;
                      --new_file_0644|--new_file_0666|--new_file_0660|--new_file_0777) echo "mount-tester new file" > "$path" && chmod "${flag#--new_file_}" "$path" ;;
                      --file_content|--file_content_in_loop)
                        if [ -r "$path" ]; then echo "content of file \\"$path\\": $(cat "$path")"; else echo "error reading file content for \\"$path\\": open $path: no such file or directory"; exit 1; fi ;;
                      esac
                    done ;;
                  *) echo "Error: unknown command \\"$command\\" for \\"app\\"" >&2; exit 1 ;;
                  esac
            """
        ),
        (
            ["liveness", "e2e-test-images/liveness"],
            """
            kind: Image
            metadata: {name: liveness}
            spec:
              sizeMB: 3
              programs: [/server]
              ports: [8080]
              routes:
              - {path: /started, body: "${age}"}
              - {path: /healthz, body: "ok", after: {time: 10s, status: 500, body: "error: ${age}"}}
              commands: []
            """
        ),
        (
            ["hpa-example", "php-apache", "k8s.gcr.io/hpa-example"],
            """
            kind: Image
            metadata: {name: hpa-example}
            spec:
              sizeMB: 190
              programs: [apache2-foreground]
              startup: 500ms
              ports: [80]
              accessLog: apache
              routes: [{path: "/*", type: text/html, body: "OK!"}]
              cost: {cpuMilliseconds: 10, idleMilliCPU: 1, idleMemoryMB: 12, memoryKBPerRequest: 800, concurrency: 150, waitMilliseconds: 0}
            """
        ),
        (
            ["goproxy"],
            """
            kind: Image
            metadata: {name: goproxy}
            spec: {sizeMB: 5, programs: [/goproxy], ports: [8080], commands: []}
            """
        ),
        (
            ["wordpress"],
            """
            kind: Image
            metadata: {name: wordpress}
            spec:
              sizeMB: 245
              programs: [docker-entrypoint.sh, apache2-foreground]
              startup: 2s
              ports: [80]
              accessLog: apache
              routes:
              - {path: "/wp-admin/install.php", type: text/html, body: "<!DOCTYPE html>\\n<html><head><title>WordPress &rsaquo; Installation</title></head><body></body></html>", asks: [{variable: WORDPRESS_DB_HOST, port: 3306, body: "<h1>Error establishing a database connection</h1>"}]}
              - {path: "/*", status: 302, type: text/html, body: "", asks: [{variable: WORDPRESS_DB_HOST, port: 3306, body: "<h1>Error establishing a database connection</h1>"}]}
              log: ["WordPress not found in /var/www/html - copying now...", "Complete! WordPress has been successfully copied to /var/www/html"]
              cost: {cpuMilliseconds: 12, idleMilliCPU: 1, idleMemoryMB: 45}
            """
        ),
        (
            ["gb-frontend", "google_samples/gb-frontend", "google-samples/gb-frontend"],
            """
            kind: Image
            metadata: {name: gb-frontend}
            spec:
              sizeMB: 180
              programs: [apache2-foreground]
              startup: 1s
              ports: [80]
              accessLog: apache
              routes:
              - {path: "/guestbook.php*", type: application/json, body: '{"data": ""}'}
              - {path: "/*", type: text/html, body: "<html ng-app=\\"redis\\">\\n<head><title>Guestbook</title></head>\\n<body><h2>Guestbook</h2></body>\\n</html>\\n"}
              cost: {cpuMilliseconds: 3, idleMilliCPU: 1, idleMemoryMB: 20}
            """
        ),
        (
            ["google-samples/hello-go-gke", "hello-go-gke"],
            """
            kind: Image
            metadata: {name: hello-go-gke}
            spec:
              sizeMB: 5
              startup: 200ms
              ports: [80]
              commands: []
              routes: [{path: "/*", type: application/json, body: '{"message":"Hello"}'}]
              cost: {cpuMilliseconds: 0.3, idleMemoryMB: 3}
            """
        ),
        (
            ["google-samples/hello-frontend", "hello-frontend"],
            """
            kind: Image
            metadata: {name: hello-frontend}
            spec:
              sizeMB: 45
              system: debian
              tools: [nginx]
              programs: [nginx, nginx-debug]
              ports: [80]
              accessLog: nginx
              cost: {cpuMilliseconds: 0.5, idleMemoryMB: 8}
              routes:
              - {path: "/*", type: application/json, body: '{"message":"Hello"}', asks: [{host: hello, port: 80, path: /, status: 502, body: "<html>\\r\\n<head><title>502 Bad Gateway</title></head>\\r\\n</html>\\r\\n"}]}
            """
        ),
        bookinfo("productpage", 35, "<title>Simple Bookstore App</title>", asks: "[{variable: DETAILS_SERVICE, host: details, port: 9080, path: /details/0}]"),
        bookinfo("details", 25, #"{"id":0,"author":"William Shakespeare","year":1595,"type":"paperback","pages":200}"#),
        bookinfo("ratings", 40, #"{"id":0,"ratings":{"Reviewer1":5,"Reviewer2":4}}"#),
        bookinfo("reviews", 90, #"{"id":"0","podname":"${hostname}","reviews":[{"reviewer":"Reviewer1"}]}"#),
        (
            ["guestbook", "ghost", "drupal", "phpmyadmin", "adminer", "grafana/grafana", "prom/prometheus", "prometheus/prometheus", "jenkins/jenkins", "sonarqube", "gitlab/gitlab-ce"],
            """
            kind: Image
            metadata: {name: webapp}
            spec:
              sizeMB: 180
              startup: 2s
              ports: [80, 3000, 8080, 9090, 2368]
              routes: [{path: "/*", type: text/html, body: "<html><body>${hostname}</body></html>"}]
              cost: {cpuMilliseconds: 5, idleMilliCPU: 2, idleMemoryMB: 60}
            """
        ),
    ]

    /// A service of the Bookinfo application.
    private static func bookinfo(_ service: String, _ memory: Int, _ answer: String, asks: String = "[]") -> (names: [String], text: String) {
        (
            ["istio/examples-bookinfo-\(service)-v1", "istio/examples-bookinfo-\(service)-v2", "istio/examples-bookinfo-\(service)-v3", "examples-bookinfo-\(service)-v1", "examples-bookinfo-\(service)-v2", "examples-bookinfo-\(service)-v3"],
            """
            kind: Image
            metadata: {name: bookinfo-\(service)}
            spec:
              sizeMB: 75
              startup: 2s
              ports: [9080]
              routes:
              - {path: /health, type: application/json, body: '{"status":"\(service) is healthy"}'}
              - {path: "/*", type: \(service == "productpage" ? "text/html" : "application/json"), body: '\(answer)', asks: \(asks)}
              cost: {cpuMilliseconds: 4, idleMilliCPU: 3, idleMemoryMB: \(memory)}
            """
        )
    }
}
