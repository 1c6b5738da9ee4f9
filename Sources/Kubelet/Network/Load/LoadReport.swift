import Shell

/// What load generators print when they have ended.
///
/// - Source: the reports of hey 0.1, ApacheBench 2.3, wrk 4.2, fortio 1.6, vegeta 12, k6 1.0 and locust 2, as their documentation shows them.
enum LoadReport {
    static func render(_ tool: String, _ plan: LoadPlan, _ result: LoadResult) -> HostAnswer {
        switch tool {
        case "hey": HostAnswer(output: hey(plan, result))
        case "ab": ab(plan, result)
        case "wrk", "wrk2": wrk(plan, result)
        case "fortio": HostAnswer(output: fortio(plan, result), errors: "", status: result.answered > 0 || result.failed == 0 ? 0 : 1)
        case "vegeta": HostAnswer(output: vegetaLine(result))
        case "k6": HostAnswer(output: k6(plan, result))
        default: HostAnswer(output: locust(plan, result), errors: "", status: result.failed > 0 ? 1 : 0)
        }
    }

    // MARK: Numbers

    /// A number with so many digits behind the point.
    static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "0" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let units = Int64((abs(value) * scale).rounded())
        let digits = String(units)
        let sign = value < 0 && units > 0 ? "-" : ""
        if places == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    static func right(_ text: String, _ width: Int) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    static func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

    /// Milliseconds as Go and wrk write durations: `1.25ms`, `2.1s`, `640µs`.
    static func span(_ milliseconds: Double, micro: String = "µs") -> String {
        if milliseconds < 1 { return fixed(milliseconds * 1000, 2) + micro }
        if milliseconds < 1000 { return fixed(milliseconds, 2) + "ms" }
        return fixed(milliseconds / 1000, 2) + "s"
    }

    private static func size(_ bytes: Double, _ units: [String] = ["B", "KB", "MB", "GB", "TB"], base: Double = 1024) -> String {
        var (value, index) = (bytes, 0)
        while value >= base, index + 1 < units.count {
            value /= base
            index += 1
        }
        return fixed(value, 2) + units[index]
    }

    private static func count(_ value: Double) -> Int { Int(min(max(value.rounded(), 0), 1e15)) }

    /// Counts by status that add up to the rounded total, in the order of statuses.
    private static func statuses(_ result: LoadResult) -> [(status: Int, count: Int)] {
        result.byStatus.sorted { $0.key < $1.key }.map { ($0.key, count($0.value)) }.filter { $0.1 > 0 }
    }

    /// What the tools say of requests that got no answer.
    static func reason(_ result: LoadResult, _ plan: LoadPlan) -> String {
        let parts = URLParts(plan.url)
        let (host, port) = (parts?.host ?? "", parts?.port ?? 80)
        switch result.failure {
        case .refused?: return "dial tcp \(host):\(port): connect: connection refused"
        case .noSuchHost?: return "dial tcp: lookup \(host): no such host"
        case .reset?: return "read tcp \(host):\(port): read: connection reset by peer"
        case .unreachable?: return "dial tcp \(host):\(port): connect: no route to host"
        case .timedOut?, nil: return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
        }
    }

    // MARK: hey

    private static func hey(_ plan: LoadPlan, _ result: LoadResult) -> String {
        let times = result.latencies
        var text = "\nSummary:\n  Total:\t\(fixed(result.seconds, 4)) secs\n"
        if times.total > 0 {
            text += "  Slowest:\t\(fixed(times.max / 1000, 4)) secs\n  Fastest:\t\(fixed(times.min / 1000, 4)) secs\n  Average:\t\(fixed(times.mean / 1000, 4)) secs\n"
        } else {
            text += "  Slowest:\t0.0000 secs\n  Fastest:\t0.0000 secs\n  Average:\tNaN secs\n"
        }
        text += "  Requests/sec:\t\(fixed((result.answered + result.failed) / max(result.seconds, 0.0001), 4))\n  \n"
        if times.total > 0 {
            if result.bodyBytes > 0 { text += "  Total data:\t\(count(times.total) * result.bodyBytes) bytes\n  Size/request:\t\(result.bodyBytes) bytes\n\n" }
            text += "Response time histogram:\n"
            let step = (times.max - times.min) / 10
            var rows: [(Double, Int)] = []
            var before = 0
            for index in 0...10 {
                let end = times.min + step * Double(index)
                let total = index == 10 ? count(times.total) : count(times.count(upTo: end))
                rows.append((end, max(total - before, 0)))
                before = max(total, before)
            }
            let most = max(rows.map(\.1).max() ?? 1, 1)
            for (end, number) in rows { text += "  \(fixed(end / 1000, 3)) [\(number)]\t|\(String(repeating: "■", count: (number * 40 + most / 2) / most))\n" }
            text += "\n\nLatency distribution:\n"
            for share in [10, 25, 50, 75, 90, 95, 99] { text += "  \(share)% in \(fixed(times.quantile(Double(share) / 100) / 1000, 4)) secs\n" }
            text += "\nDetails (average, fastest, slowest):\n  DNS+dialup:\t0.0001 secs, \(fixed(times.min / 1000, 4)) secs, \(fixed(times.max / 1000, 4)) secs\n"
            text += "  resp wait:\t\(fixed(times.mean / 1000, 4)) secs, \(fixed(times.min / 1000, 4)) secs, \(fixed(times.max / 1000, 4)) secs\n\nStatus code distribution:\n"
            for (status, number) in statuses(result) { text += "  [\(status)]\t\(number) responses\n" }
        }
        if count(result.failed) > 0 { text += "\nError distribution:\n  [\(count(result.failed))]\t\(plan.method.prefix(1) + plan.method.dropFirst().lowercased()) \"\(plan.url)\": \(reason(result, plan))\n" }
        return text + "\n"
    }

    // MARK: ab

    private static func ab(_ plan: LoadPlan, _ result: LoadResult) -> HostAnswer {
        let parts = URLParts(plan.url)
        let (host, port) = (parts?.host ?? "", parts?.port ?? 80)
        let head = "This is ApacheBench, Version 2.3 <$Revision: 1923142 $>\nCopyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\nLicensed to The Apache Software Foundation, http://www.apache.org/\n\nBenchmarking \(host) (be patient)"
        guard result.answered > 0 else {
            let problem =
                switch result.failure {
                case .refused?: "apr_socket_recv: Connection refused (111)"
                case .noSuchHost?: "ab: Could not resolve host \(host)"
                default: "apr_pollset_poll: The timeout specified has expired (70007)"
                }
            return HostAnswer(output: head, errors: "\(problem)\n", status: result.failure == .noSuchHost ? 1 : 111)
        }
        let times = result.latencies
        let complete = count(result.answered)
        let bad = statuses(result).filter { !(200..<300).contains($0.status) }.reduce(0) { $0 + $1.count }
        let transferred = complete * (result.bodyBytes + 230)
        func line(_ name: String, _ value: String) -> String { left(name, 24) + value + "\n" }
        var text = head + "...\(complete > 1000 ? "" : "..")done\n\n\n"
        text += line("Server Software:", "") + line("Server Hostname:", host) + line("Server Port:", String(port)) + "\n"
        text += line("Document Path:", parts?.path ?? "/") + line("Document Length:", "\(result.bodyBytes) bytes") + "\n"
        text += line("Concurrency Level:", String(plan.workers)) + line("Time taken for tests:", "\(fixed(result.seconds, 3)) seconds")
        text += line("Complete requests:", String(complete)) + line("Failed requests:", String(count(result.failed)))
        if bad > 0 { text += line("Non-2xx responses:", String(bad)) }
        text += line("Total transferred:", "\(transferred) bytes") + line("HTML transferred:", "\(complete * result.bodyBytes) bytes")
        text += line("Requests per second:", "\(fixed(result.perSecond, 2)) [#/sec] (mean)")
        text += line("Time per request:", "\(fixed(result.seconds * 1000 * Double(plan.workers) / Double(complete), 3)) [ms] (mean)")
        text += line("Time per request:", "\(fixed(result.seconds * 1000 / Double(complete), 3)) [ms] (mean, across all concurrent requests)")
        text += line("Transfer rate:", "\(fixed(Double(transferred) / 1024 / max(result.seconds, 0.001), 2)) [Kbytes/sec] received") + "\nConnection Times (ms)\n"
        text += "              min  mean[+/-sd] median   max\n"
        func row(_ name: String, _ min: Double, _ mean: Double, _ deviation: Double, _ median: Double, _ max: Double) -> String {
            left(name, 13) + right(fixed(min, 0), 4) + right(fixed(mean, 0), 6) + right(fixed(deviation, 1), 6) + right(fixed(median, 0), 7) + right(fixed(max, 0), 8) + "\n"
        }
        text += row("Connect:", 0, 0, 0, 0, 0)
        for name in ["Processing:", "Waiting:", "Total:"] { text += row(name, times.min, times.mean, times.deviation, times.quantile(0.5), times.max) }
        text += "\nPercentage of the requests served within a certain time (ms)\n"
        for share in [50, 66, 75, 80, 90, 95, 98, 99] { text += "  \(share)% \(right(fixed(times.quantile(Double(share) / 100), 0), 6))\n" }
        text += " 100% \(right(fixed(times.max, 0), 6)) (longest request)\n"
        return HostAnswer(output: text)
    }

    // MARK: wrk

    private static func wrk(_ plan: LoadPlan, _ result: LoadResult) -> HostAnswer {
        guard result.failure != .noSuchHost, result.failure != .refused || result.answered > 0 else {
            let parts = URLParts(plan.url)
            let problem = result.failure == .refused ? "unable to connect to \(parts?.host ?? ""):\(parts.map { $0.port == 80 ? "http" : String($0.port) } ?? "") Connection refused" : "unable to resolve \(parts?.host ?? ""):\(parts.map { $0.port == 80 ? "http" : String($0.port) } ?? "") Name does not resolve"
            return HostAnswer(output: "", errors: problem + "\n", status: 1)
        }
        let times = result.latencies
        let asked = plan.duration?.inSeconds ?? result.seconds
        let perThread = result.perSecond / Double(max(plan.threads, 1))
        func thousands(_ value: Double) -> String { value >= 1000 ? fixed(value / 1000, 2) + "k" : fixed(value, 2) }
        let within = times.total > 0 ? (times.count(upTo: times.mean + times.deviation) - times.count(upTo: max(times.mean - times.deviation, 0))) / times.total * 100 : 0
        var text = "Running \(fixed(asked, 0))s test @ \(plan.url)\n  \(plan.threads) threads and \(plan.workers) connections\n  Thread Stats   Avg      Stdev     Max   +/- Stdev\n"
        text += "    Latency \(right(span(times.mean, micro: "us"), 10))\(right(span(times.deviation, micro: "us"), 10))\(right(span(times.max, micro: "us"), 9))\(right(fixed(within, 2), 9))%\n"
        text += "    Req/Sec \(right(thousands(perThread), 10))\(right("0.00", 10))\(right(thousands(perThread), 9))\(right("100.00", 9))%\n"
        if plan.script == "latency" {
            text += "  Latency Distribution\n"
            for share in [50, 75, 90, 99] { text += "     \(share)% \(right(span(times.quantile(Double(share) / 100), micro: "us"), 8))\n" }
        }
        let bytes = times.total * Double(result.bodyBytes + 230)
        text += "  \(count(times.total)) requests in \(fixed(result.seconds, 2))s, \(size(bytes)) read\n"
        if count(result.failed) > 0 { text += "  Socket errors: connect 0, read 0, write 0, timeout \(count(result.failed))\n" }
        let bad = statuses(result).filter { $0.status >= 400 }.reduce(0) { $0 + $1.count }
        if bad > 0 { text += "  Non-2xx or 3xx responses: \(bad)\n" }
        text += "Requests/sec: \(right(fixed(result.perSecond, 2), 10))\nTransfer/sec: \(right(size(bytes / max(result.seconds, 0.001)), 12))\n"
        return HostAnswer(output: text)
    }

    // MARK: fortio

    private static func fortio(_ plan: LoadPlan, _ result: LoadResult) -> String {
        let times = result.latencies
        let limit = plan.duration.map { "for \(fixed($0.inSeconds, 0))s" } ?? "for \(plan.requests ?? 0) calls"
        let rate = plan.ratePerSecond.map { "\(fixed($0, 0)) queries per second" } ?? "max queries per second"
        var text = "Fortio 1.69.5 running at \(rate), 2->2 procs, \(limit): \(plan.url)\nStarting at \(plan.ratePerSecond.map { fixed($0, 0) } ?? "max") qps with \(plan.workers) thread(s) [gomax 2] \(limit)\n"
        let total = result.answered + result.failed
        text += "Ended after \(fixed(result.seconds, 6))s : \(count(total)) calls. qps=\(fixed(total / max(result.seconds, 0.001), 5))\n"
        if times.total > 0 {
            text += "Aggregated Function Time : count \(count(times.total)) avg \(fixed(times.mean / 1000, 9)) +/- \(fixed(times.deviation / 1000, 6)) min \(fixed(times.min / 1000, 9)) max \(fixed(times.max / 1000, 9)) sum \(fixed(times.sum / 1000, 6))\n"
            for share in [50.0, 75, 90, 99, 99.9] { text += "# target \(share == 99.9 ? "99.9" : fixed(share, 0))% \(fixed(times.quantile(share / 100) / 1000, 6))\n" }
        }
        for (status, number) in statuses(result) { text += "Code \(right(String(status), 3)) : \(number) (\(fixed(Double(number) / max(total, 1) * 100, 1)) %)\n" }
        if count(result.failed) > 0 { text += "Code  -1 : \(count(result.failed)) (\(fixed(result.failed / max(total, 1) * 100, 1)) %)\n" }
        text += "All done \(count(total)) calls (plus 0 warmup) \(fixed(times.mean, 3)) ms avg, \(fixed(total / max(result.seconds, 0.001), 1)) qps\n"
        return text
    }

    // MARK: vegeta

    /// What `vegeta attack` hands to `vegeta report`: one line of numbers.
    private static func vegetaLine(_ result: LoadResult) -> String {
        let failure =
            switch result.failure {
            case .refused?: "refused"
            case .noSuchHost?: "noSuchHost"
            case nil: ""
            default: "timedOut"
            }
        let statuses = result.byStatus.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return "vegeta \(result.seconds) \(result.failed) \(result.bodyBytes) [\(failure)] [\(statuses)] \(result.latencies.numbers.map { String($0) }.joined(separator: " "))\n"
    }

    /// `vegeta report`, of what `vegeta attack` wrote.
    static func vegeta(_ input: [UInt8]) -> HostAnswer {
        let words = String(decoding: input, as: UTF8.self).split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init)
        guard words.count > 10, words[0] == "vegeta" else { return HostAnswer(output: "", errors: "encode: can't detect encoding of \"stdin\"\n", status: 1) }
        var result = LoadResult()
        (result.seconds, result.failed, result.bodyBytes) = (Double(words[1]) ?? 0, Double(words[2]) ?? 0, Int(words[3]) ?? 0)
        let failure = words[4].dropFirst().dropLast()
        for pair in words[5].dropFirst().dropLast().split(separator: ",") {
            let parts = pair.split(separator: "=").map(String.init)
            if parts.count == 2, let status = Int(parts[0]), let number = Double(parts[1]) { result.byStatus[status] = number }
        }
        result.latencies = LatencyHistogram(numbers: words.dropFirst(6).compactMap { Double($0) })
        let times = result.latencies
        let total = result.answered + result.failed
        let good = result.byStatus.filter { (200..<400).contains($0.key) }.values.sorted().reduce(0, +)
        let wait = times.mean / 1000
        func row(_ name: String, _ columns: String, _ values: String) -> String { left(name, 14) + left(columns, 42) + values + "\n" }
        var text = row("Requests", "[total, rate, throughput]", "\(count(total)), \(fixed(total / max(result.seconds, 0.001), 2)), \(fixed(good / max(result.seconds + wait, 0.001), 2))")
        text += row("Duration", "[total, attack, wait]", "\(fixed(result.seconds + wait, 3))s, \(fixed(result.seconds, 3))s, \(span(times.mean))")
        text += row("Latencies", "[min, mean, 50, 90, 95, 99, max]", ([times.min, times.mean] + [0.5, 0.9, 0.95, 0.99].map { times.quantile($0) } + [times.max]).map { span($0) }.joined(separator: ", "))
        text += row("Bytes In", "[total, mean]", "\(count(times.total) * result.bodyBytes), \(fixed(times.total > 0 ? Double(result.bodyBytes) : 0, 2))")
        text += row("Bytes Out", "[total, mean]", "0, 0.00") + row("Success", "[ratio]", "\(fixed(good / max(total, 1) * 100, 2))%")
        let codes = (count(result.failed) > 0 ? ["0:\(count(result.failed))"] : []) + statuses(result).map { "\($0.status):\($0.count)" }
        text += row("Status Codes", "[code:count]", codes.joined(separator: "  ") + "  ") + "Error Set:\n"
        if count(result.failed) > 0 { text += failure == "refused" ? "connect: connection refused\n" : failure == "noSuchHost" ? "no such host\n" : "net/http: request canceled (Client.Timeout exceeded while awaiting headers)\n" }
        for (status, _) in statuses(result) where status >= 400 { text += "\(status) \(NetworkCommand.reason(status))\n" }
        return HostAnswer(output: text)
    }

    // MARK: k6

    private static func k6(_ plan: LoadPlan, _ result: LoadResult) -> String {
        let times = result.latencies
        let total = result.answered + result.failed
        let bad = statuses(result).filter { $0.status >= 400 }.reduce(0) { $0 + $1.count } + count(result.failed)
        let iteration = times.mean + plan.pause.inSeconds * 1000
        func row(_ name: String, _ value: String) -> String { "    " + left(name, 35).split(separator: " ", omittingEmptySubsequences: false).enumerated().map { $0.offset == 0 ? String($0.element) : "." }.joined() + ": " + value + "\n" }
        func trend(_ extra: Double) -> String {
            "avg=\(span(times.mean + extra)) min=\(span(times.min + extra)) med=\(span(times.quantile(0.5) + extra)) max=\(span(times.max + extra)) p(90)=\(span(times.quantile(0.9) + extra)) p(95)=\(span(times.quantile(0.95) + extra))"
        }
        let length = plan.duration.map { "\(fixed($0.inSeconds, 0))s" } ?? "10m0s"
        var text = "\n         /\\      Grafana   /‾‾/  \n    /\\  /  \\     |\\  __   /  /   \n   /  \\/    \\    | |/ /  /   ‾‾\\ \n  /          \\   |   (  |  (‾)  |\n / __________ \\  |_|\\_\\  \\_____/ \n\n"
        text += "     execution: local\n        script: \(plan.script)\n        output: -\n\n     scenarios: (100.00%) 1 scenario, \(plan.workers) max VUs, \(length) max duration (incl. graceful stop):\n"
        text += "              * default: \(plan.stages.isEmpty ? "\(plan.workers) looping VUs" : "Up to \(plan.workers) looping VUs") for \(length) (gracefulStop: 30s)\n\n\n"
        text += "  █ TOTAL RESULTS \n\n    HTTP\n"
        text += row("http_req_duration", trend(0)) + row("http_req_failed", "\(fixed(Double(bad) / max(total, 1) * 100, 2))%  \(bad) out of \(count(total))")
        text += row("http_reqs", "\(count(total))  \(fixed(total / max(result.seconds, 0.001), 6))/s") + "\n    EXECUTION\n"
        text += row("iteration_duration", trend(iteration - times.mean)) + row("iterations", "\(count(total))  \(fixed(total / max(result.seconds, 0.001), 6))/s")
        text += row("vus", "\(plan.workers)  min=\(plan.stages.isEmpty ? plan.workers : 0) max=\(plan.workers)") + row("vus_max", "\(plan.workers)  min=\(plan.workers) max=\(plan.workers)") + "\n    NETWORK\n"
        let (received, sent) = (times.total * Double(result.bodyBytes + 230), total * 90)
        func bytes(_ value: Double) -> String { size(value, [" B", " kB", " MB", " GB"], base: 1000) }
        text += row("data_received", "\(bytes(received)) \(bytes(received / max(result.seconds, 0.001)))/s") + row("data_sent", "\(bytes(sent)) \(bytes(sent / max(result.seconds, 0.001)))/s")
        return text + "\n\n\nrunning (\(fixed(result.seconds, 1))s), 0/\(plan.workers) VUs, \(count(total)) complete and 0 interrupted iterations\ndefault ✓ [ 100% ] \(plan.workers) VUs  \(length)\n"
    }

    // MARK: locust

    private static func locust(_ plan: LoadPlan, _ result: LoadResult) -> String {
        let times = result.latencies
        let bad = statuses(result).filter { $0.status >= 400 }.reduce(0) { $0 + $1.count } + count(result.failed)
        let total = result.answered + result.failed
        func cells(_ kind: String, _ name: String) -> String {
            let share = fixed(Double(bad) / max(total, 1) * 100, 2)
            return left(kind, 9) + left(name, 46) + right(String(count(total)), 7) + right("\(bad)(\(share)%)", 14) + " |" + right(fixed(times.mean, 0), 7) + right(fixed(times.min, 0), 8)
                + right(fixed(times.max, 0), 8) + right(fixed(times.quantile(0.5), 0), 8) + " |" + right(fixed(total / max(result.seconds, 0.001), 2), 8) + right(fixed(Double(bad) / max(result.seconds, 0.001), 2), 12) + "\n"
        }
        let head = left("Type", 9) + left("Name", 46) + right("# reqs", 7) + right("# fails", 14) + " |" + right("Avg", 7) + right("Min", 8) + right("Max", 8) + right("Med", 8) + " |" + right("req/s", 8) + right("failures/s", 12) + "\n"
        let rule = "--------|----------------------------------------------|-------|-------------|-------|-------|-------|-------|--------|-----------\n"
        var text = head + rule + cells(plan.method, plan.script) + rule + cells("", "Aggregated") + "\nResponse time percentiles (approximated)\n"
        let shares = [50.0, 66, 75, 80, 90, 95, 98, 99, 99.9, 99.99, 100]
        text += left("Type", 9) + left("Name", 40) + shares.map { right(($0 == $0.rounded() ? fixed($0, 0) : fixed($0, $0 == 99.9 ? 1 : 2)) + "%", 8) }.joined() + right("# reqs", 9) + "\n"
        text += left(plan.method, 9) + left(plan.script, 40) + shares.map { right(fixed(times.quantile($0 / 100), 0), 8) }.joined() + right(String(count(total)), 9) + "\n"
        if bad > 0 {
            text += "\nError report\n# occurrences      Error\n------------------|---------------------------------------------------------\n"
            for (status, number) in statuses(result) where status >= 400 { text += left(String(number), 19) + "\(plan.method) \(plan.script): HTTPError('\(status) Client Error')\n" }
            if count(result.failed) > 0 { text += left(String(count(result.failed)), 19) + "\(plan.method) \(plan.script): ConnectionError('\(reason(result, plan))')\n" }
        }
        return text
    }
}
