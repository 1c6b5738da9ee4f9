import Testing

@testable import Shell

/// nginx's configuration: what it says of mistakes, and which answers come of it.
@Suite struct NginxTests {
    static func files(_ server: String, main: String = "events {}\nhttp { include mime.types; include conf.d/*.conf; }\n") -> VirtualFileSystem {
        var files = VirtualFileSystem.standard()
        files.install(Array(main.utf8), at: "/etc/nginx/nginx.conf")
        files.install(Array("types { text/html html; text/css css; application/json json; }\n".utf8), at: "/etc/nginx/mime.types")
        files.install(Array(server.utf8), at: "/etc/nginx/conf.d/default.conf")
        for (path, text) in [("index.html", "home"), ("a.css", "css"), ("docs/index.html", "docs"), ("list/b.txt", "b"), ("50x.html", "sorry"), ("app.html", "app")] {
            files.install(Array(text.utf8), at: "/srv/" + path)
        }
        files.install(Array("ann:secret\nbob:{SHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=\n".utf8), at: "/etc/nginx/users")
        return files
    }

    static let mistakes: [(String, String)] = [
        ("server {\n  listen 80;\n  lisen 81;\n}", "unknown directive \"lisen\" in /etc/nginx/conf.d/default.conf:3"),
        ("server {\n  listen 80\n}", "unexpected \"}\" in /etc/nginx/conf.d/default.conf:3"),
        ("server {\n  listen 80;\n", "unexpected end of file, expecting \"}\" in /etc/nginx/conf.d/default.conf:3"),
        ("server { listen 80; }\n}", "unexpected \"}\" in /etc/nginx/conf.d/default.conf:2"),
        ("listen 80;", "\"listen\" directive is not allowed here in /etc/nginx/conf.d/default.conf:1"),
        ("server { listen 80;\nroot; }", "invalid number of arguments in \"root\" directive in /etc/nginx/conf.d/default.conf:2"),
        ("server { listen eighty; }", "host not found in \"eighty\" of the \"listen\" directive in /etc/nginx/conf.d/default.conf:1"),
        ("server { listen 99999; }", "invalid port in \"99999\" of the \"listen\" directive in /etc/nginx/conf.d/default.conf:1"),
        ("server { listen 80\nserver_name x; }", "invalid parameter \"server_name\" in /etc/nginx/conf.d/default.conf:2"),
        ("server { location / { } location / { } }", "duplicate location \"/\" in /etc/nginx/conf.d/default.conf:1"),
        ("server { root /a; root /b; }", "\"root\" directive is duplicate in /etc/nginx/conf.d/default.conf:1"),
        ("server { autoindex yes; }", "invalid value \"yes\" in \"autoindex\" directive, it must be \"on\" or \"off\" in /etc/nginx/conf.d/default.conf:1"),
        ("server { include none.conf; }", "open() \"/etc/nginx/none.conf\" failed (2: No such file or directory) in /etc/nginx/conf.d/default.conf:1"),
        ("server { location / { proxy_pass web; } }", "invalid URL prefix in /etc/nginx/conf.d/default.conf:1"),
        ("server { location / { return 200 $nothing; } }", "unknown \"nothing\" variable"),
        ("upstream u { }", "no servers are inside upstream in /etc/nginx/conf.d/default.conf:1"),
        ("server { listen 80 default_server; } server { listen 80 default_server; }", "a duplicate default server for 0.0.0.0:80 in /etc/nginx/conf.d/default.conf:1"),
        ("server { listen 443 ssl; }", "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive in /etc/nginx/conf.d/default.conf:1"),
        ("server { include conf.d/*.conf; }", "\"server\" directive is not allowed here in /etc/nginx/conf.d/default.conf:1"),
    ]

    @Test(arguments: mistakes)
    func `a mistake is told in nginx's words`(text: String, message: String) {
        #expect(throws: NginxProblem(message)) { try NginxConfiguration(files: Self.files(text)) }
    }

    @Test func `without events there is no configuration`() {
        #expect(throws: NginxProblem("no \"events\" section in configuration")) { try NginxConfiguration(files: Self.files("", main: "http { }")) }
    }

    static func ask(_ server: String, _ target: String, method: String = "GET", port: Int = 80, host: String = "web", headers: [(name: String, value: String)] = [], client: String = "10.0.0.9", body: Int = 0) throws -> String {
        let files = files(server)
        let request = NginxRequest(
            method: method, target: target, host: host, port: port, headers: headers, bodySize: body, client: client, address: "10.0.0.1", hostName: "p", version: "1.29.4", served: 0, now: 0)
        guard var exchange = NginxExchange(request, configuration: try NginxConfiguration(files: files)) else { return "refused" }
        switch exchange.run(files) {
        case .close: return "closed"
        case .pass(let passing): return passing.urls.joined(separator: " ") + " Host=" + (passing.headers.first { $0.name == "Host" }?.value ?? "")
        case .answer(let answer):
            let location = answer.headers.first { $0.name == "Location" }?.value
            let text = String(decoding: answer.body, as: UTF8.self)
            return "\(answer.status) " + (location ?? (text.hasPrefix("<html>\r\n<head><title>\(answer.status)") ? "page" : text))
        }
    }

    static let root = "root /srv; index index.html;"
    static let answers: [(server: String, target: String, answer: String)] = [
        ("server { \(root) }", "/", "200 home"), ("server { \(root) }", "/docs", "301 http://web/docs/"), ("server { \(root) }", "/docs/", "200 docs"),
        ("server { \(root) }", "/none", "404 page"), ("server { \(root) }", "/list/", "403 page"), ("server { \(root) }", "/../../etc/nginx/users", "404 page"),
        ("server { location = / { return 200 exact; } location / { return 200 prefix; } }", "/", "200 exact"),
        ("server { location / { return 200 a; } location /img { return 200 b; } location ~* \\.PNG$ { return 200 c; } }", "/img/x.png", "200 c"),
        ("server { location ^~ /img { return 200 b; } location ~ \\.png$ { return 200 c; } }", "/img/x.png", "200 b"),
        ("server { return 301 https://$host$request_uri; }", "/a?b=1", "301 https://web/a?b=1"), ("server { return 444; }", "/", "closed"),
        ("server { \(root) location / { try_files $uri $uri/ /app.html; } }", "/some/page", "200 app"), ("server { \(root) location / { try_files $uri =404; } }", "/x", "404 page"),
        ("server { location /files/ { alias /srv/list/; } }", "/files/b.txt", "200 b"),
        ("server { \(root) error_page 404 /50x.html; }", "/x", "404 sorry"), ("server { \(root) error_page 404 =200 /app.html; }", "/x", "200 app"),
        ("server { \(root) error_page 404 @f; location @f { return 200 named; } }", "/x", "404 named"),
        ("server { location / { rewrite ^/old/(.*)$ /new/$1 last; return 200 $uri; } location /new { return 200 new$uri; } }", "/old/x", "200 new/new/x"),
        ("server { location / { if ($arg_v = 2) { return 200 two; } return 200 one; } }", "/?v=2", "200 two"),
        ("map $uri $kind { default x; ~^/a y; }\nserver { location / { return 200 $kind; } }", "/abc", "200 y"),
        ("server { location ~ ^/u/(?<name>\\w+)$ { return 200 \"hi $name\"; } }", "/u/ann", "200 hi ann"),
        ("server { location / { deny all; } }", "/", "403 page"), ("server { location / { allow 10.0.0.0/8; deny all; return 200 in; } }", "/", "200 in"),
        ("server { location /api/ { proxy_pass http://back:8080/; } }", "/api/x?y=1", "http://back:8080/x?y=1 Host=back:8080"),
        ("server { location /api { proxy_pass http://back; proxy_set_header Host $host; } }", "/api/x", "http://back/api/x Host=web"),
        ("upstream u { server a:1; server b:2 backup; }\nserver { location / { proxy_pass http://u; } }", "/", "http://a:1/ http://b:2/ Host=u"),
        ("server { server_name other; return 200 other; } server { server_name web; return 200 web; }", "/", "200 web"),
        ("server { listen 8080; return 200 x; }", "/", "refused"), ("server { location = /s { stub_status; } }", "/s", "200 \(NginxPages.status(accepted: 1))"),
        ("server { location /a { error_page 500 /a; return 500; } }", "/a", "500 page"), ("server { rewrite ^ /a last; location /a { rewrite ^ /b last; } location /b { rewrite ^ /a last; } }", "/", "500 page"),
    ]

    @Test(arguments: answers)
    func `a configuration decides the answer`(server: String, target: String, answer: String) throws { #expect(try Self.ask(server, target) == answer) }

    @Test func `users, methods and sizes are looked at`() throws {
        let closed = "server { \(Self.root) location / { auth_basic who; auth_basic_user_file users; } }"
        #expect(try Self.ask(closed, "/") == "401 page")
        #expect(try Self.ask(closed, "/", headers: [("Authorization", "Basic " + Base64Text.encode(Array("ann:secret".utf8)))]) == "200 home")
        #expect(try Self.ask(closed, "/", headers: [("Authorization", "Basic " + Base64Text.encode(Array("bob:test".utf8)))]) == "200 home")
        #expect(try Self.ask(closed, "/", headers: [("Authorization", "Basic " + Base64Text.encode(Array("bob:guess".utf8)))]) == "401 page")
        #expect(try Self.ask("server { \(Self.root) }", "/", method: "POST") == "405 page")
        #expect(try Self.ask("server { client_max_body_size 1k; return 200 x; }", "/", method: "POST", body: 2000) == "200 x")
        #expect(try Self.ask("server { client_max_body_size 1k; location / { proxy_pass http://b; } }", "/", method: "POST", body: 2000) == "413 page")
    }

    @Test func `hostile files end with a message`() {
        let deep = String(repeating: "location / {", count: 5000)
        #expect(throws: NginxProblem.self) { try NginxConfiguration(files: Self.files("server { \(deep)")) }
        #expect(throws: NginxProblem.self) { try NginxConfiguration(files: Self.files("include /etc/nginx/conf.d/default.conf;")) }
        #expect(throws: NginxProblem.self) { try NginxConfiguration(files: Self.files(String(repeating: "# x\n", count: 400_000))) }
        #expect(throws: NginxProblem.self) { try NginxConfiguration(files: Self.files("server { return 200 \"${\";")) }
    }
}
