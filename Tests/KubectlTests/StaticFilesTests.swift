import APIMachinery
import Testing

@testable import Kubectl

/// What `kubectl proxy --www` answers.
@Suite struct StaticFilesTests {
    private static let files = StaticFiles(
        files: MemoryFiles(["/www/a.html": "<p>", "/www/b": "text", "/www/sub/index.html": "inner", "/www/raw/x&y.txt": "raw", "/secret": "no"]),
        folder: "/www", prefix: "/static/")

    struct Case: CustomTestStringConvertible {
        let path: String, code: Int, type: String, body: String
        var testDescription: String { path }
    }

    @Test(arguments: [
        Case(path: "/static/a.html", code: 200, type: "text/html; charset=utf-8", body: "<p>"),
        Case(path: "/static/b", code: 200, type: "text/plain; charset=utf-8", body: "text"),
        Case(path: "/static/sub/", code: 200, type: "text/html; charset=utf-8", body: "inner"),
        Case(path: "/static/sub", code: 301, type: "", body: ""),
        Case(path: "/static/raw/x%26y.txt", code: 200, type: "text/plain; charset=utf-8", body: "raw"),
        Case(path: "/static/raw/", code: 200, type: "text/html; charset=utf-8", body: "<!doctype html>\n<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n<a href=\"x%26y.txt\">x&amp;y.txt</a>\n</pre>\n"),
        Case(path: "/static/none", code: 404, type: "text/plain; charset=utf-8", body: "404 page not found\n"),
        Case(path: "/static/../secret", code: 404, type: "text/plain; charset=utf-8", body: "404 page not found\n"),
        Case(path: "/static/%2e%2e/secret", code: 404, type: "text/plain; charset=utf-8", body: "404 page not found\n"),
    ])
    func `shows a folder and nothing outside it`(_ expected: Case) {
        guard case .answer(let code, let headers, let body) = Self.files.answer(expected.path) else {
            Issue.record("\(expected.path) is passed on")
            return
        }
        #expect(code == expected.code)
        #expect(headers.first { $0.0 == "Content-Type" }?.1 ?? "" == expected.type)
        #expect(String(decoding: body, as: UTF8.self) == expected.body)
    }
}
