import Testing

@testable import CEL

/// Literals, operators, macros, fields and errors.
@Suite struct LanguageConformanceTests {
    @Test(arguments: ConformanceCase.table(literals)) func `reads literals`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(arithmetic)) func `computes`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(comparison)) func `compares`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(logic)) func `decides`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(fields)) func `selects`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(macros)) func `walks`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(compile)) func `refuses`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }

    static let literals = #"""
        42  =>  42
        -42  =>  -42
        0x2A  =>  42
        -0x2A  =>  -42
        9223372036854775807  =>  9223372036854775807
        -9223372036854775808  =>  -9223372036854775808
        9223372036854775808  =>  compile: invalid int literal
        42u  =>  42u
        0xFFu  =>  255u
        18446744073709551615u  =>  18446744073709551615u
        1.5  =>  1.5
        .5  =>  0.5
        1e3  =>  1000.0
        -2.5e-1  =>  -0.25
        true  =>  true
        false  =>  false
        null  =>  null
        "hi"  =>  "hi"
        'it\'s'  =>  "it's"
        "a\tb\n"  =>  "a\tb\n"
        "\x41\u00e9\U0001F600\101"  =>  "Aé😀A"
        r"a\nb"  =>  "a\\nb"
        """a"b"""  =>  "a\"b"
        b"abc"  =>  b"abc"
        b"\xc3\xa9"  =>  b"é"
        [1, 2, 3]  =>  [1, 2, 3]
        [1, 2,]  =>  [1, 2]
        []  =>  []
        {"a": 1}  =>  {"a": 1}
        {1: "a", 2: "b"}  =>  {1: "a", 2: "b"}
        {}  =>  {}
        {true: 1}  =>  {true: 1}
        (1)  =>  1
        1 // comment  =>  1
        type(1)  =>  int
        type(1u)  =>  uint
        type(1.0)  =>  double
        type("a") == string  =>  true
        type([1]) == list  =>  true
        type({}) == map  =>  true
        type(null) == null_type  =>  true
        type(type(1)) == type  =>  true
        type(timestamp("2026-01-05T09:00:00Z")) == google.protobuf.Timestamp  =>  true
        type(duration("1s")) == google.protobuf.Duration  =>  true
        type(true) == bool  =>  true
        type(b"a") == bytes  =>  true
        """#

    static let arithmetic = #"""
        1 + 2  =>  3
        1 - 2  =>  -1
        2 * 3  =>  6
        7 / 2  =>  3
        -7 / 2  =>  -3
        7 % 3  =>  1
        -7 % 3  =>  -1
        1 + 2 * 3  =>  7
        (1 + 2) * 3  =>  9
        10 - 3 - 2  =>  5
        -x  =>  -7
        --x  =>  7
        -(1 + 2)  =>  -3
        1u + 2u  =>  3u
        1u - 2u  =>  error: unsigned integer overflow
        3u * 4u  =>  12u
        7u / 2u  =>  3u
        7u % 4u  =>  3u
        1.5 + 2.5  =>  4.0
        1.0 / 4.0  =>  0.25
        1.0 / 0.0  =>  Infinity
        2.0 * 1.5  =>  3.0
        d - 0.5  =>  2.0
        1 / 0  =>  error: division by zero
        1 % 0  =>  error: modulus by zero
        1u / 0u  =>  error: division by zero
        9223372036854775807 + 1  =>  error: integer overflow
        -9223372036854775808 - 1  =>  error: integer overflow
        9223372036854775807 * 2  =>  error: integer overflow
        -9223372036854775808 / -1  =>  error: integer overflow
        -(-9223372036854775807 - 1)  =>  error: integer overflow
        18446744073709551615u + 1u  =>  error: unsigned integer overflow
        "a" + "b"  =>  "ab"
        b"a" + b"b"  =>  b"ab"
        [1] + [2, 3]  =>  [1, 2, 3]
        [] + [1]  =>  [1]
        duration("1h") + duration("30m")  =>  5400s
        duration("1h") - duration("90m")  =>  -1800s
        timestamp("2026-01-05T09:00:00Z") + duration("1h")  =>  2026-01-05T10:00:00Z
        duration("1h") + timestamp("2026-01-05T09:00:00Z")  =>  2026-01-05T10:00:00Z
        timestamp("2026-01-05T09:00:00Z") - duration("1h")  =>  2026-01-05T08:00:00Z
        timestamp("2026-01-05T09:00:00Z") - timestamp("2026-01-05T08:59:00Z")  =>  60s
        timestamp("9999-12-31T23:59:59Z") + duration("1s")  =>  error: timestamp overflow
        dyn(1) + dyn("a")  =>  error: no such overload
        """#

    static let comparison = #"""
        1 == 1  =>  true
        1 != 2  =>  true
        1 < 2  =>  true
        2 <= 2  =>  true
        3 > 4  =>  false
        3 >= 3  =>  true
        1 < 2u  =>  true
        1 < 1.5  =>  true
        2u >= 2.0  =>  true
        -1 < 1u  =>  true
        1.5 > 1  =>  true
        9223372036854775807 < 9223372036854775808.0  =>  true
        dyn(1) == dyn(1.0)  =>  true
        dyn(1) == dyn(1u)  =>  true
        dyn(1u) == 1.0  =>  true
        dyn(1) == "1"  =>  false
        dyn("a") != 1  =>  true
        dyn(null) == 1  =>  false
        null == null  =>  true
        nothing == null  =>  true
        "a" < "b"  =>  true
        "a" == "a"  =>  true
        "B" < "a"  =>  true
        b"a" < b"b"  =>  true
        false < true  =>  true
        duration("1m") == duration("60s")  =>  true
        duration("1m") < duration("2m")  =>  true
        timestamp("2026-01-05T10:00:00+01:00") == timestamp("2026-01-05T09:00:00Z")  =>  true
        timestamp("2026-01-05T09:00:00Z") < timestamp("2026-01-05T09:00:01Z")  =>  true
        [1, 2] == [1, 2]  =>  true
        [1, 2] == [2, 1]  =>  false
        [1] == [dyn(1.0)]  =>  true
        {"a": 1, "b": 2} == {"b": 2, "a": 1}  =>  true
        {"a": 1} == {"a": 2}  =>  false
        {dyn(1): "a"} == {dyn(1u): "a"}  =>  true
        0.0 / 0.0 == 0.0 / 0.0  =>  false
        0.0 / 0.0 < 1.0  =>  false
        dyn(1) < dyn("a")  =>  error: no such overload
        1 in [1, 2]  =>  true
        3 in [1, 2]  =>  false
        "a" in {"a": 1}  =>  true
        "c" in {"a": 1}  =>  false
        "a" in names  =>  true
        dyn(1.0) in [1, 2]  =>  true
        !("z" in names)  =>  true
        1 in []  =>  false
        """#

    static let logic = #"""
        true && true  =>  true
        true && false  =>  false
        false || true  =>  true
        !true  =>  false
        !!flag  =>  true
        true ? 1 : 2  =>  1
        false ? 1 : 2  =>  2
        x > 5 ? "big" : "small"  =>  "big"
        true ? (false ? 1 : 2) : 3  =>  2
        false && 1 / 0 > 0  =>  false
        1 / 0 > 0 && false  =>  false
        true || 1 / 0 > 0  =>  true
        1 / 0 > 0 || true  =>  true
        1 / 0 > 0 && true  =>  error: division by zero
        1 / 0 > 0 || false  =>  error: division by zero
        true ? 1 : 1 / 0  =>  1
        false ? 1 / 0 : 2  =>  2
        true && true && true && false  =>  false
        false || false || true  =>  true
        true || false && false  =>  true
        flag && x == 7 && s.startsWith("h")  =>  true
        dyn(1) && true  =>  error: no such overload
        """#

    static let fields = #"""
        object.metadata.name  =>  "web"
        object["metadata"]["name"]  =>  "web"
        object.metadata.labels["app"]  =>  "web"
        object.spec.ports[0].name  =>  "http"
        object.spec.ports[1].port  =>  5432
        object.spec.ports[2]  =>  error: index out of bounds: 2
        object.spec.ports[-1]  =>  error: index out of bounds: -1
        object.spec.missing  =>  error: no such key: missing
        object.missing.name  =>  error: no such key: missing
        object.metadata.name.first  =>  error: no such overload
        object.spec.nothing.first  =>  error: no such key: first
        has(object.spec.replicas)  =>  true
        has(object.spec.missing)  =>  false
        has(object.missing.name)  =>  error: no such key: missing
        has(object.missing) && has(object.missing.name)  =>  false
        has({"a": 1}.a)  =>  true
        has({"a": 1}.b)  =>  false
        self.spec.replicas  =>  3
        self.spec.ratio  =>  1.0
        self.spec.ratio + 0.5  =>  1.5
        self.spec.x__dash__y  =>  1
        self.spec.timeout  =>  90s
        self.spec.timeout > duration("1m")  =>  true
        self.metadata.creationTimestamp.getFullYear()  =>  2026
        self.spec.ports.map(p, p.port)  =>  [80, 5432]
        self.spec.ports.exists(p, p.name == "db")  =>  true
        self.metadata.labels["a-b"]  =>  "c"
        self.metadata.labels.app  =>  "web"
        has(self.spec.absent)  =>  false
        has(self.spec.replicas)  =>  true
        self.spec.absent  =>  error: no such key: absent
        self.spec.missing  =>  compile: undefined field 'missing'
        has(self.spec.missing)  =>  compile: undefined field 'missing'
        self.spec.replicas.x  =>  compile: type 'int' does not support field selection
        self.spec.replicas + "a"  =>  compile: found no matching overload for '_+_' applied to '(int, string)'
        [10, 20][1]  =>  20
        [10][0u]  =>  compile: found no matching overload for '_[_]' applied to '(list(int), uint)'
        [10][dyn(0u)]  =>  10
        [10][dyn(0.0)]  =>  10
        {"a": 1}["b"]  =>  error: no such key: b
        {1: "a"}[1]  =>  "a"
        {1: "a"}[dyn(1u)]  =>  "a"
        config.a  =>  1
        config.b[1]  =>  2
        request.userInfo  =>  "eve"
        missing.x  =>  error: no such attribute(s): missing
        .x  =>  7
        object.?spec.?replicas  =>  optional(3)
        object.?spec.?missing  =>  none
        object.?missing.name  =>  none
        object.?missing.name.orValue("z")  =>  "z"
        object[?"spec"].hasValue()  =>  true
        [1, 2][?5]  =>  none
        [1, 2][?0]  =>  optional(1)
        {"a": 1}[?"a"].value()  =>  1
        [?object.?missing, 1]  =>  [1]
        {?"a": object.?missing, "b": 1}  =>  {"b": 1}
        optional.of(1).value()  =>  1
        optional.none().hasValue()  =>  false
        optional.none().value()  =>  error: optional.none() dereference
        optional.of(1).or(optional.of(2)).value()  =>  1
        optional.none().orValue(5)  =>  5
        optional.ofNonZeroValue("")  =>  none
        optional.ofNonZeroValue("a")  =>  optional("a")
        optional.of(2).optMap(v, v * 2)  =>  optional(4)
        optional.none().optMap(v, v)  =>  none
        optional.of(2).optFlatMap(v, optional.of(v + 1))  =>  optional(3)
        optional.of(1) == optional.of(1)  =>  true
        optional.unwrap([optional.of(1), optional.none()])  =>  [1]
        [optional.of(1)].unwrapOpt()  =>  [1]
        [1, 2].first()  =>  optional(1)
        [1, 2].last()  =>  optional(2)
        """#

    static let macros = #"""
        [1, 2, 3].all(i, i > 0)  =>  true
        [1, 2, 3].all(i, i > 1)  =>  false
        [].all(i, i > 1)  =>  true
        [1, 2, 3].exists(i, i == 2)  =>  true
        [1, 2, 3].exists(i, i == 5)  =>  false
        [].exists(i, true)  =>  false
        [1, 2, 3].exists_one(i, i > 2)  =>  true
        [1, 2, 3].exists_one(i, i > 1)  =>  false
        [1, 2, 3].existsOne(i, i > 2)  =>  true
        [1, 2, 3].filter(i, i % 2 == 1)  =>  [1, 3]
        [1, 2, 3].map(i, i * 2)  =>  [2, 4, 6]
        [1, 2, 3].map(i, i > 1, i * 2)  =>  [4, 6]
        {"a": 1, "b": 2}.all(k, k < "c")  =>  true
        {"a": 1, "b": 2}.exists(k, k == "b")  =>  true
        {"a": 1, "b": 2}.map(k, k)  =>  ["a", "b"]
        {"a": 1, "b": 2}.filter(k, k == "a")  =>  ["a"]
        [1, 0].all(i, 1 / i > 5)  =>  false
        [0, 1].all(i, 1 / i == 1)  =>  error: division by zero
        [0, 1].exists(i, 1 / i == 1)  =>  true
        [0, 2].exists(i, 1 / i == 1)  =>  error: division by zero
        [0].exists_one(i, 1 / i == 1)  =>  error: division by zero
        [0].map(i, 1 / i)  =>  error: division by zero
        [[1, 2], [3]].map(l, l.map(i, i + x))  =>  [[8, 9], [10]]
        [1, 2].map(x, x)  =>  [1, 2]
        [1, 2].map(i, [3].map(i, i))  =>  [[3], [3]]
        [1, 2, 3].all(i, v, i < v)  =>  true
        [1, 2, 3].exists(i, v, i == 2 && v == 3)  =>  true
        [1, 2].existsOne(i, v, v == 2)  =>  true
        {"a": 1}.all(k, v, k == "a" && v == 1)  =>  true
        [5, 6].transformList(i, v, i * v)  =>  [0, 6]
        [5, 6].transformList(i, v, i > 0, v)  =>  [6]
        {"a": 1}.transformList(k, v, v + 1)  =>  [2]
        {"a": 1, "b": 2}.transformMap(k, v, v * 10)  =>  {"a": 10, "b": 20}
        {"a": 1, "b": 2}.transformMap(k, v, v > 1, v)  =>  {"b": 2}
        [5].transformMap(i, v, v)  =>  {0: 5}
        {"a": "x"}.transformMapEntry(k, v, {v: k})  =>  {"x": "a"}
        {"a": 1, "b": 1}.transformMapEntry(k, v, {v: k})  =>  error: insert failed: key 1 already exists
        cel.bind(y, x + 1, y * y)  =>  64
        cel.bind(a, [1, 2], a.exists(i, i == 2) && a.size() == 2)  =>  true
        names.filter(n, names.exists_one(m, m == n))  =>  ["b"]
        object.spec.ports.all(p, p.port > 0 && p.port < 65536)  =>  true
        object.spec.ports.filter(p, p.name.startsWith("h")).map(p, p.port)  =>  [80]
        object.metadata.labels.all(k, k.size() < 64)  =>  true
        dyn(1).all(i, true)  =>  error: no such overload
        """#

    static let compile = #"""
        y  =>  compile: undeclared reference to 'y' (in container '')
        1 + "a"  =>  compile: found no matching overload for '_+_' applied to '(int, string)'
        1 == "a"  =>  compile: found no matching overload for '_==_' applied to '(int, string)'
        1 == 1.0  =>  compile: found no matching overload for '_==_' applied to '(int, double)'
        true && 1  =>  compile: found no matching overload for '_&&_' applied to '(bool, int)'
        1 ? 2 : 3  =>  compile: found no matching overload for '_?_:_' applied to '(int, int, int)'
        true ? 1 : "a"  =>  compile: found no matching overload for '_?_:_' applied to '(bool, int, string)'
        !1  =>  compile: found no matching overload for '!_' applied to '(int)'
        -"a"  =>  compile: found no matching overload for '-_' applied to '(string)'
        foo(1)  =>  compile: undeclared reference to 'foo' (in container '')
        s.foo()  =>  compile: undeclared reference to 'foo' (in container '')
        s.startsWith(1)  =>  compile: found no matching overload for 'startsWith' applied to 'string.(int)'
        size(1)  =>  compile: found no matching overload for 'size' applied to '(int)'
        x.name  =>  compile: type 'int' does not support field selection
        1.all(i, true)  =>  compile: expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)
        [1].all(1, true)  =>  compile: argument must be a simple name
        [1].all(i.j, true)  =>  compile: argument must be a simple name
        has(x)  =>  compile: invalid argument to has() macro
        [1, "a"]  =>  compile: expected type 'int' but found 'string'
        {"a": 1, "b": "c"}  =>  compile: expected type 'int' but found 'string'
        [1, dyn("a")]  =>  [1, "a"]
        Foo{a: 1}  =>  compile: undeclared reference to 'Foo' (in container '')
        1 in 2  =>  compile: found no matching overload for '@in' applied to '(int, int)'
        [1].map(i, y)  =>  compile: undeclared reference to 'y' (in container '')
        y + z  =>  compile: undeclared reference to 'y' (in container ''); undeclared reference to 'z' (in container '')
        1 +  =>  compile: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}
        (1  =>  compile: Syntax error: missing ')' at '<EOF>'
        1 2  =>  compile: Syntax error: extraneous input '2' expecting <EOF>
        a.  =>  compile: Syntax error: no viable alternative at input '.'
        for  =>  compile: reserved identifier: for
        quantity(1)  =>  compile: found no matching overload for 'quantity' applied to '(int)'
        [1, 2].filter(i, i)  =>  compile: found no matching overload for '_?_:_' applied to '(int, list(dyn), list(dyn))'
        [1, 2].all(i, i)  =>  compile: found no matching overload for '_&&_' applied to '(bool, int)'
        """#
}
