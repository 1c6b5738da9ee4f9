/// The images that ship with the product, by repository, as texts in the format of `ImageProfile`.
enum BuiltInImages {
    /// The text of each name that an image is known by.
    static let index: [String: String] = {
        var result: [String: String] = [:]
        for (names, text) in nginx + webServers + proxies + echoServers + shells + languages + databases + ensembles + examples + retail + loadTools + autoscalers + networkParts { for name in names { result[name] = text } }
        return result
    }()

    /// Names in Docker's official library: those that a slip of the pen is measured against.
    static let officialNames = ["nginx", "httpd", "busybox", "alpine", "redis", "mysql", "postgres", "memcached", "mongo", "python", "node", "ubuntu", "debian", "wordpress", "mariadb"]

    typealias Group = [(names: [String], text: String)]

    static let proxies: Group = [
        (
            ["ingress-nginx/controller", "ingress-nginx/controller-chroot", "nginx-ingress-controller", "nginx-ingress-controller/nginx-ingress-controller"],
            """
            kind: Image
            metadata: {name: ingress-nginx}
            spec:
              sizeMB: 113
              programs: [/nginx-ingress-controller, "--*"]
              startup: 3s
              ports: [80, 443, 8443, 10254]
              routes:
              - {path: /healthz, status: 200, type: text/plain, body: "ok"}
              cost: {cpuMilliseconds: 0.3, idleMilliCPU: 2, idleMemoryMB: 88, concurrency: 10000, waitMilliseconds: 0.2}
              log: ["NGINX Ingress controller"]
            """
        )
    ]

    static let webServers: Group = [
        (
            ["httpd", "bitnami/apache"],
            """
            kind: Image
            metadata: {name: httpd}
            spec:
              sizeMB: 58.6
              system: debian
              tools: [openssl]
              programs: [httpd-foreground, httpd, apache2-foreground]
              startup: 150ms
              ports: [80]
              root: /usr/local/apache2/htdocs
              accessLog: apache
              cost: {cpuMilliseconds: 0.7, idleMilliCPU: 1, idleMemoryMB: 12, memoryKBPerRequest: 64, concurrency: 400, waitMilliseconds: 0.5}
              files:
                /usr/local/apache2/htdocs/index.html: "<html><body><h1>It works!</h1></body></html>\\n"
              log: ["[${time:apache}] [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.66 (Unix) configured -- resuming normal operations"]
            """
        ),
        (
            ["nginx-slim"],
            """
            kind: Image
            metadata: {name: nginx-slim}
            spec:
              sizeMB: 37
              programs: [nginx]
              startup: 120ms
              ports: [80]
              root: /usr/share/nginx/html
              accessLog: nginx
              cost: {cpuMilliseconds: 0.4, idleMilliCPU: 0, idleMemoryMB: 3.4, memoryKBPerRequest: 24, concurrency: 1024, waitMilliseconds: 0.3}
              files: {/usr/share/nginx/html/index.html: "<html><head><title>Welcome to nginx!</title></head></html>\\n"}
            """
        ),
        (
            ["haproxy", "envoyproxy/envoy", "traefik", "caddy", "tomcat", "jetty"],
            """
            kind: Image
            metadata: {name: proxy}
            spec:
              sizeMB: 90
              startup: 800ms
              ports: [80, 8080]
              routes: [{path: "/*", type: text/html, body: "<html><body>${hostname}</body></html>"}]
            """
        ),
    ]
}
