/// The images that ship with the product, by repository, as texts in the format of `ImageProfile`.
enum BuiltInImages {
    /// The text of each name that an image is known by.
    static let index: [String: String] = {
        var result: [String: String] = [:]
        for (names, text) in webServers + proxies + echoServers + shells + languages + databases + examples + retail + loadTools + autoscalers { for name in names { result[name] = text } }
        return result
    }()

    /// Names in Docker's official library: those that a slip of the pen is measured against.
    static let officialNames = ["nginx", "httpd", "busybox", "alpine", "redis", "mysql", "postgres", "memcached", "mongo", "python", "node", "ubuntu", "debian", "wordpress", "mariadb"]

    static let nginxPage = """
        <!DOCTYPE html>
        <html>
        <head>
        <title>Welcome to nginx!</title>
        <style>
        html { color-scheme: light dark; }
        body { width: 35em; margin: 0 auto;
        font-family: Tahoma, Verdana, Arial, sans-serif; }
        </style>
        </head>
        <body>
        <h1>Welcome to nginx!</h1>
        <p>If you see this page, the nginx web server is successfully installed and
        working. Further configuration is required.</p>
        </body>
        </html>
        """

    private static func indented(_ text: String, by width: Int) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { String(repeating: " ", count: width) + $0 }.joined(separator: "\n")
    }

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
            ["nginx", "nginx/nginx", "bitnami/nginx", "nginxinc/nginx-unprivileged"],
            """
            kind: Image
            metadata: {name: nginx}
            spec:
              tags: [latest, mainline*, stable*, alpine*, perl, trixie*, bookworm*, '1', '1-*', '1.[0-9]', '1.[0-9]-*', '1.[0-9].*', '1.[0-9][0-9]', '1.[0-9][0-9]-*', '1.[0-9][0-9].*']
              sizeMB: 72.4
              run: server
              system: debian
              tools: [nginx, curl, envsubst, openssl]
              programs: [nginx, nginx-debug, /docker-entrypoint.sh]
              startup: 120ms
              ports: [80]
              root: /usr/share/nginx/html
              accessLog: nginx
              reads: nginx
              env: {NGINX_VERSION: 1.29.4}
              cost: {cpuMilliseconds: 0.4, idleMilliCPU: 0, idleMemoryMB: 3.4, memoryKBPerRequest: 24, concurrency: 1024, waitMilliseconds: 0.3}
              files:
                /etc/nginx/nginx.conf: |
                  user  nginx;
                  worker_processes  auto;
                  error_log  /var/log/nginx/error.log notice;
                  pid        /run/nginx.pid;
                  events { worker_connections  1024; }
                  http {
                      include       /etc/nginx/mime.types;
                      default_type  application/octet-stream;
                      sendfile        on;
                      keepalive_timeout  65;
                      include /etc/nginx/conf.d/*.conf;
                  }
                /etc/nginx/mime.types: |
                  types {
                      text/html                html htm shtml;
                      text/css                 css;
                      text/xml                 xml;
                      text/plain               txt;
                      image/gif                gif;
                      image/jpeg               jpeg jpg;
                      image/png                png;
                      image/svg+xml            svg svgz;
                      image/webp               webp;
                      image/x-icon             ico;
                      font/woff                woff;
                      font/woff2               woff2;
                      application/javascript   js;
                      application/json         json;
                      application/pdf          pdf;
                      application/zip          zip;
                      application/wasm         wasm;
                  }
                /etc/nginx/fastcgi_params: "fastcgi_param  QUERY_STRING  $query_string;\\n"
                /etc/nginx/conf.d/default.conf: |
                  server {
                      listen       80;
                      server_name  localhost;
                      location / {
                          root   /usr/share/nginx/html;
                          index  index.html index.htm;
                      }
                      error_page   500 502 503 504  /50x.html;
                      location = /50x.html { root   /usr/share/nginx/html; }
                  }
                /usr/share/nginx/html/50x.html: "<html><head><title>Error</title></head></html>"
                /usr/share/nginx/html/index.html: |
            \(indented(nginxPage, by: 6))
              log:
              - "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration"
              - "/docker-entrypoint.sh: Configuration complete; ready for start up"
              - "${time:nginx} [notice] 1#1: using the \\"epoll\\" event method"
              - "${time:nginx} [notice] 1#1: start worker processes"
            """
        ),
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
