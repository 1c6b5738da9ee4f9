/// The images of nginx: as root on port 80, as somebody else on 8080, and Bitnami's.
extension BuiltInImages {
    static let nginx: Group = [
        (
            ["nginx", "nginx/nginx", "bprashanth/nginxhttps", "nginxhttps"],
            image(
                "nginx", user: 0, port: 80,
                main: """
                    user  nginx;
                    worker_processes  auto;
                    error_log  /var/log/nginx/error.log notice;
                    pid        /run/nginx.pid;
                    """, http: "")
        ),
        (
            ["nginxinc/nginx-unprivileged", "nginx/nginx-unprivileged"],
            image(
                "nginx-unprivileged", user: 101, port: 8080,
                main: """
                    worker_processes  auto;
                    error_log  /var/log/nginx/error.log notice;
                    pid        /tmp/nginx.pid;
                    """,
                http: """
                    proxy_temp_path /tmp/proxy_temp;
                    client_body_temp_path /tmp/client_temp;
                    fastcgi_temp_path /tmp/fastcgi_temp;
                    uwsgi_temp_path /tmp/uwsgi_temp;
                    scgi_temp_path /tmp/scgi_temp;
                    """)
        ),
        (
            ["bitnami/nginx"],
            """
            kind: Image
            metadata: {name: bitnami-nginx}
            spec:
              sizeMB: 76
              system: debian
              user: 1001
              tools: [nginx, curl, openssl]
              programs: [nginx, /opt/bitnami/scripts/nginx/run.sh, /opt/bitnami/scripts/nginx/entrypoint.sh]
              startup: 250ms
              ports: [8080]
              root: /opt/bitnami/nginx/html
              accessLog: nginx
              cost: {cpuMilliseconds: 0.4, idleMilliCPU: 0, idleMemoryMB: 4.5, memoryKBPerRequest: 24, concurrency: 1024, waitMilliseconds: 0.3}
              files:
                /opt/bitnami/nginx/html/index.html: |
            \(indented(page, by: 6))
            """
        ),
    ]

    private static func image(_ name: String, user: Int, port: Int, main: String, http: String) -> String {
        """
        kind: Image
        metadata: {name: \(name)}
        spec:
          tags: [latest, mainline*, stable*, alpine*, perl, trixie*, bookworm*, '1', '1-*', '1.[0-9]', '1.[0-9]-*', '1.[0-9].*', '1.[0-9][0-9]', '1.[0-9][0-9]-*', '1.[0-9][0-9].*']
          sizeMB: 72.4
          run: server
          system: debian
          user: \(user)
          tools: [nginx, curl, envsubst, openssl]
          programs: [nginx, nginx-debug, /docker-entrypoint.sh]
          startup: 120ms
          ports: [\(port)]
          root: /usr/share/nginx/html
          accessLog: nginx
          reads: nginx
          env: {NGINX_VERSION: 1.29.4}
          cost: {cpuMilliseconds: 0.4, idleMilliCPU: 0, idleMemoryMB: 3.4, memoryKBPerRequest: 24, concurrency: 1024, waitMilliseconds: 0.3}
          files:
            /etc/nginx/nginx.conf: |
        \(indented(main, by: 6))
              events { worker_connections  1024; }
              http {
                  include       /etc/nginx/mime.types;
                  default_type  application/octet-stream;
        \(indented(http, by: 10))
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
                  listen       \(port);
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
        \(indented(page, by: 6))
          log:
          - "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration"
          - "/docker-entrypoint.sh: Configuration complete; ready for start up"
          - "${time:nginx} [notice] 1#1: using the \\"epoll\\" event method"
          - "${time:nginx} [notice] 1#1: start worker processes"
        """
    }

    private static let page = """
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
}
