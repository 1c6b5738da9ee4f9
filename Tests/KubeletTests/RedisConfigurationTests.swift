import KubernetesObjects
import Shell
import Testing

@testable import Kubelet

/// What a Redis server takes from its file, its command line and `CONFIG`.
@Suite struct RedisConfigurationTests {
    @Test(arguments: [
        (["CONFIG", "GET", "maxmemory"], "maxmemory\n2097152"), (["config", "get", "maxmemory-policy"], "maxmemory-policy\nallkeys-lru"), (["CONFIG", "GET", "nothing"], ""),
        (["CONFIG", "GET", "append*only"], "appendonly\nno"), (["CONFIG", "GET", "port", "databases"], "databases\n16\nport\n6379"), (["CONFIG", "SET", "maxmemory", "1gb", "hz", "20"], "OK"),
        (["CONFIG", "SET", "maxmemory", "x"], "ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value\n"),
        (["CONFIG", "SET", "databases", "2"], "ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config\n"),
        (["CONFIG", "SET", "nope", "2"], "ERR Unknown option or number of arguments for CONFIG SET - 'nope'\n"),
        (["AUTH", "x"], "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?\n"),
    ] as [([String], String)]) func `a client sees and changes settings`(_ words: [String], _ answer: String) throws {
        var data = RedisData([])
        data.configuration = try RedisConfiguration(file: "# a comment\nmaxmemory 2mb\nmaxmemory-policy allkeys-lru\n\nclient-output-buffer-limit normal 0 0 0\n")
        #expect(data.run(words) == answer)
    }

    @Test(arguments: [
        ("maxmemry 2mb", 1, "Bad directive or wrong number of arguments"), ("\nport x", 2, "argument couldn't be parsed into an integer"), ("appendonly maybe", 1, "argument must be 'yes' or 'no'"),
        ("save \"3600", 1, "Unbalanced quotes in configuration line"), ("maxmemory", 1, "Bad directive or wrong number of arguments"),
    ]) func `a mistake in the file is told with its line`(_ file: String, _ line: Int, _ message: String) {
        do throws(RedisConfiguration.Problem) {
            _ = try RedisConfiguration(file: file)
            Issue.record("taken: \(file)")
        } catch { #expect(error.line == line && error.message == message) }
    }

    private static func pod(_ name: String, _ arguments: String) -> String {
        "metadata: {name: \(name)}\nspec: {volumes: [{name: m, configMap: {name: m, items: [{key: redis-config, path: redis.conf}]}}], containers: [{name: c, image: 'redis:8.0.2', command: [redis-server, \(arguments)], volumeMounts: [{name: m, mountPath: /redis-master}]}]}"
    }

    @Test func `a server keeps the settings that it was started with`() throws {
        var world = KubeletWorld()
        func settings(_ text: String) -> Value { ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "m", "namespace": "default"], "data": ["redis-config": .string(text)]] }
        world.put(.configMaps, settings("maxmemory 2mb\nport 6380\n"))
        try world.pod(Self.pod("p", "/redis-master/redis.conf, --hz, '50'"))
        try world.pod(Self.pod("q", "/redis-master/none.conf"))
        try world.pod(Self.pod("r", "--requirepass, secret"))
        world.run(for: .seconds(10))
        #expect(world.exec("p", "redis-cli -p 6380 CONFIG GET maxmemory; redis-cli -p 6380 CONFIG GET hz; redis-cli -p 6379 PING") == "maxmemory\n2097152\nhz\n50\nCould not connect to Redis at localhost:6379: Connection refused[1]")
        #expect(world.logs("q").contains("# Fatal error, can't open config file '/redis-master/none.conf': No such file or directory"))
        #expect(world.exec("r", "redis-cli GET a; redis-cli -a secret SET a 1; REDISCLI_AUTH=secret redis-cli GET a; printf 'GET a\\nINCR a\\n' | redis-cli -a secret") == "NOAUTH Authentication required.\n\nOK\n1\n1\n2")
        world.put(.configMaps, settings("nonsense 1\n"))
        world.run(for: .seconds(120))
        #expect(world.exec("p", "cat /redis-master/redis.conf; redis-cli -p 6380 CONFIG GET maxmemory") == "nonsense 1\nmaxmemory\n2097152")
        try world.pod(Self.pod("s", "/redis-master/redis.conf"))
        world.run(for: .seconds(10))
        #expect(world.logs("s").contains("*** FATAL CONFIG FILE ERROR (Redis 8.0.2) ***\nReading the configuration file, at line 1\n>>> 'nonsense 1'\nBad directive or wrong number of arguments"))
    }
}
