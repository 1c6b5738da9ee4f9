import Testing

@testable import CEL

/// The standard library and Kubernetes' extensions.
@Suite struct LibraryConformanceTests {
    @Test(arguments: ConformanceCase.table(conversions)) func `converts`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(texts)) func `handles texts`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(formats)) func `formats values`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(times)) func `tells times`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(lists)) func `handles lists`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(mathematics)) func `calculates`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }
    @Test(arguments: ConformanceCase.table(kubernetes)) func `knows Kubernetes`(_ c: ConformanceCase) { #expect(c.outcome() == c.expected) }

    static let conversions = #"""
        int("42")  =>  42
        int("-7")  =>  -7
        int("a")  =>  error: strconv.ParseInt: parsing "a": invalid syntax
        int("9223372036854775808")  =>  error: strconv.ParseInt: parsing "9223372036854775808": value out of range
        int(3.9)  =>  3
        int(-3.9)  =>  -3
        int(1e30)  =>  error: integer overflow
        int(5u)  =>  5
        int(18446744073709551615u)  =>  error: integer overflow
        int(timestamp("1970-01-01T00:01:00Z"))  =>  60
        uint("7")  =>  7u
        uint(-1)  =>  error: unsigned integer overflow
        uint(3.2)  =>  3u
        uint("x")  =>  error: strconv.ParseUint: parsing "x": invalid syntax
        double("1.5")  =>  1.5
        double(2)  =>  2.0
        double(2u)  =>  2.0
        double("x")  =>  error: strconv.ParseFloat: parsing "x": invalid syntax
        double("1e400")  =>  error: strconv.ParseFloat: parsing "1e400": value out of range
        timestamp("2023-01-01")  =>  error: parsing time "2023-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"
        timestamp("x")  =>  error: parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"
        timestamp("2023-13-01T00:00:00Z")  =>  error: parsing time "2023-13-01T00:00:00Z": month out of range
        string(1)  =>  "1"
        string(1u)  =>  "1"
        string(1.5)  =>  "1.5"
        string(1.0)  =>  "1"
        string(1e30)  =>  "1e+30"
        string(true)  =>  "true"
        string(b"abc")  =>  "abc"
        string(b"\xff")  =>  error: invalid UTF-8 in bytes, cannot convert to string
        string(duration("90s"))  =>  "90s"
        string(timestamp("2026-01-05T09:00:00.50Z"))  =>  "2026-01-05T09:00:00.5Z"
        bytes("é")  =>  b"é"
        bool("true")  =>  true
        bool("T")  =>  true
        bool("x")  =>  error: strconv.ParseBool: parsing "x": invalid syntax
        duration("1.5h")  =>  5400s
        duration("x")  =>  error: time: invalid duration "x"
        duration("5")  =>  error: time: missing unit in duration "5"
        timestamp("2026-01-05T09:00:00+02:00")  =>  2026-01-05T07:00:00Z
        timestamp("0001-01-01T00:00:00Z")  =>  0001-01-01T00:00:00Z
        timestamp(0)  =>  1970-01-01T00:00:00Z
        timestamp(1767603600)  =>  2026-01-05T09:00:00Z
        dyn([1, "a"][0])  =>  compile: expected type 'int' but found 'string'
        size("héllo")  =>  5
        "héllo".size()  =>  5
        size(b"é")  =>  2
        size([1, 2])  =>  2
        [1, 2].size()  =>  2
        size({"a": 1})  =>  1
        names.size()  =>  3
        size(dyn(1))  =>  error: no such overload
        """#

    static let texts = #"""
        s.startsWith("hé")  =>  true
        s.endsWith("lo")  =>  true
        s.contains("ll")  =>  true
        s.contains("")  =>  true
        "abc".contains("d")  =>  false
        "tacocat".charAt(3)  =>  "o"
        "tacocat".charAt(7)  =>  ""
        "tacocat".charAt(8)  =>  error: index out of range: 8
        "tacocat".indexOf("ac")  =>  1
        "tacocat".indexOf("none")  =>  -1
        "tacocat".indexOf("")  =>  0
        "tacocat".indexOf("a", 3)  =>  5
        "tacocat".indexOf("a", 30)  =>  error: index out of range: 30
        "tacocat".lastIndexOf("at")  =>  5
        "tacocat".lastIndexOf("a", 3)  =>  1
        "tacocat".lastIndexOf("zz")  =>  -1
        "tacocat".lastIndexOf("")  =>  7
        ["a", "b"].join()  =>  "ab"
        ["a", "b"].join("-")  =>  "a-b"
        [].join("-")  =>  ""
        "TacoCat".lowerAscii()  =>  "tacocat"
        "TacoCÆt".upperAscii()  =>  "TACOCÆT"
        "hello hello".replace("he", "we")  =>  "wello wello"
        "hello hello".replace("he", "we", 1)  =>  "wello hello"
        "hello hello".replace("he", "we", 0)  =>  "hello hello"
        "hello hello".replace("he", "we", -1)  =>  "wello wello"
        "ab".replace("", "_")  =>  "_a_b_"
        "a,b,c".split(",")  =>  ["a", "b", "c"]
        "a,b,c".split(",", 2)  =>  ["a", "b,c"]
        "a,b,c".split(",", 0)  =>  []
        "a,b,c".split(",", 1)  =>  ["a,b,c"]
        "a,b,c".split(",", -1)  =>  ["a", "b", "c"]
        "abc".split("")  =>  ["a", "b", "c"]
        "tacocat".substring(4)  =>  "cat"
        "tacocat".substring(0, 4)  =>  "taco"
        "tacocat".substring(-1)  =>  error: index out of range: -1
        "tacocat".substring(2, 1)  =>  error: invalid substring range. start: 2, end: 1
        "tacocat".substring(0, 9)  =>  error: index out of range: 9
        "  \ttrim\n ".trim()  =>  "trim"
        "gums".reverse()  =>  "smug"
        strings.quote("a\"b\n")  =>  "\"a\\\"b\\n\""
        "abc".matches("^a.c$")  =>  true
        matches("abc", "b")  =>  true
        "abc".matches("^b")  =>  false
        "abc".matches("(")  =>  error: error parsing regexp: missing closing ): `(`
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab".matches("^(a+)+$")  =>  false
        "abc 123".find("[0-9]+")  =>  "123"
        "abc".find("[0-9]+")  =>  ""
        "1 22 333".findAll("[0-9]+")  =>  ["1", "22", "333"]
        "1 22 333".findAll("[0-9]+", 2)  =>  ["1", "22"]
        "1 22".findAll("[0-9]+", 0)  =>  []
        base64.encode(b"hello")  =>  "aGVsbG8="
        base64.decode("aGVsbG8=")  =>  b"hello"
        base64.decode("aGVsbG8")  =>  b"hello"
        "a\r\nb".startsWith("a\r")  =>  true
        """#

    static let formats = #"""
        "%s and %d".format(["a", 1])  =>  compile: expected type 'string' but found 'int'
        "%s and %d".format(["a", dyn(1)])  =>  "a and 1"
        "%s".format([1])  =>  "1"
        "%s".format([1.5])  =>  "1.5"
        "%s".format([true])  =>  "true"
        "%s".format([[1, 2]])  =>  "[1, 2]"
        "%s".format([{"b": 1, "a": 2}])  =>  "{a: 2, b: 1}"
        "%s".format([null])  =>  "null"
        "%s".format([duration("1h")])  =>  "3600s"
        "%s".format([timestamp("2026-01-05T09:00:00Z")])  =>  "2026-01-05T09:00:00Z"
        "%d".format([7u])  =>  "7"
        "%.2f".format([3.14159])  =>  "3.14"
        "%f".format([2.5])  =>  "2.500000"
        "%.0f".format([2.5])  =>  "2"
        "%e".format([1052.032911275])  =>  "1.052033e+03"
        "%.3e".format([2.71828])  =>  "2.718e+00"
        "%b".format([5])  =>  "101"
        "%b".format([-5])  =>  "-101"
        "%b".format([true])  =>  "1"
        "%x".format([255])  =>  "ff"
        "%X".format([255])  =>  "FF"
        "%x".format(["hi"])  =>  "6869"
        "%o".format([8])  =>  "10"
        "100%%".format([])  =>  "100%"
        "%s".format([])  =>  error: index 0 out of range
        "%z".format([1])  =>  error: could not parse formatting clause: unrecognized formatting clause "z"
        "%".format([1])  =>  error: unexpected end of string
        "%d".format(["a"])  =>  error: error during formatting: decimal clause can only be used on integers, was given string
        """#

    static let times = #"""
        timestamp("2026-01-05T09:08:07.123456Z").getFullYear()  =>  2026
        timestamp("2026-01-05T09:08:07Z").getMonth()  =>  0
        timestamp("2026-01-05T09:08:07Z").getDate()  =>  5
        timestamp("2026-01-05T09:08:07Z").getDayOfMonth()  =>  4
        timestamp("2026-01-05T09:08:07Z").getDayOfWeek()  =>  1
        timestamp("2026-02-05T09:08:07Z").getDayOfYear()  =>  35
        timestamp("2026-01-05T09:08:07Z").getHours()  =>  9
        timestamp("2026-01-05T09:08:07Z").getMinutes()  =>  8
        timestamp("2026-01-05T09:08:07Z").getSeconds()  =>  7
        timestamp("2026-01-05T09:08:07.123456Z").getMilliseconds()  =>  123
        timestamp("2026-01-05T09:08:07Z").getHours("-05:30")  =>  3
        timestamp("2026-01-05T23:08:07Z").getDate("+02:00")  =>  6
        timestamp("2026-01-05T09:08:07Z").getHours("Asia/Seoul")  =>  18
        timestamp("2026-07-05T09:08:07Z").getHours("America/New_York")  =>  5
        timestamp("0001-01-05T09:08:07Z").getHours("Europe/Berlin")  =>  10
        timestamp("2026-01-05T09:08:07Z").getHours("UTC")  =>  9
        timestamp("2026-01-05T09:08:07Z").getHours("Nowhere")  =>  error: unknown time zone Nowhere
        duration("3h2m1s").getHours()  =>  3
        duration("3h2m1s").getMinutes()  =>  182
        duration("3h2m1s").getSeconds()  =>  10921
        duration("1.234s").getMilliseconds()  =>  234
        timestamp("2024-02-29T00:00:00Z") + duration("24h")  =>  2024-03-01T00:00:00Z
        timestamp("1969-12-31T23:59:59Z").getSeconds()  =>  59
        """#

    static let lists = #"""
        [1, 2, 3].isSorted()  =>  true
        [3, 1].isSorted()  =>  false
        ["a", "b"].isSorted()  =>  true
        [].isSorted()  =>  true
        [1, 2, 3].sum()  =>  6
        [1.5, 2.5].sum()  =>  4.0
        [duration("1s"), duration("2s")].sum()  =>  3s
        [].sum()  =>  0
        [3, 1, 2].min()  =>  1
        [3, 1, 2].max()  =>  3
        ["b", "a"].min()  =>  "a"
        [dyn(1)].min()  =>  1
        [1, 2].filter(i, i > 5).max()  =>  error: max called on empty list
        [1, 2, 2].indexOf(2)  =>  1
        [1, 2, 2].lastIndexOf(2)  =>  2
        [1].indexOf(5)  =>  -1
        [1, 2, 3, 4].slice(1, 3)  =>  [2, 3]
        [1, 2].slice(0, 3)  =>  error: cannot slice(0, 3), list is length 2
        [1, 2].slice(2, 1)  =>  error: cannot slice(2, 1), start index must be less than or equal to end index
        [1, 2].slice(-1, 1)  =>  error: cannot slice(-1, 1), negative indexes not supported
        [[1], [2, 3]].flatten()  =>  [1, 2, 3]
        [dyn([dyn(1), [2]]), dyn(3)].flatten(2)  =>  [1, 2, 3]
        [dyn([1])].flatten(-1)  =>  error: level must be non-negative
        [1, 2, 1].distinct()  =>  [1, 2]
        [[1], [1], [2]].distinct()  =>  [[1], [2]]
        [3, 1, 2].sort()  =>  [1, 2, 3]
        ["b", "a"].sort()  =>  ["a", "b"]
        ["bb", "a", "ccc"].sortBy(x, x.size())  =>  ["a", "bb", "ccc"]
        [{"n": 2}, {"n": 1}].sortBy(x, x.n)  =>  [{"n": 1}, {"n": 2}]
        [3, 1, 2].sortBy(x, -x)  =>  [3, 2, 1]
        [1, 2].sortBy(x, [x])  =>  compile: found no matching overload for '@sortByAssociatedKeys' applied to 'list(int).(list(list(int)))'
        {"a": 1}.sortBy(x, x)  =>  compile: found no matching overload for 'sortBy' applied to 'map(string, int)'
        object.spec.ports.sortBy(p, p.port).map(p, p.name)  =>  ["http", "db"]
        [1, 2, 3].reverse()  =>  [3, 2, 1]
        lists.range(3)  =>  [0, 1, 2]
        lists.range(-1)  =>  []
        lists.range(10000000)  =>  error: operation cancelled: actual cost limit exceeded
        sets.contains([1, 2, 3], [2])  =>  true
        sets.contains([1], [1, 2])  =>  false
        sets.equivalent([1, 1, 2], [2, 1])  =>  true
        sets.intersects([1, 2], [2, 3])  =>  true
        sets.intersects([1], [])  =>  false
        """#

    static let mathematics = #"""
        math.greatest(1, 5, 3)  =>  5
        math.greatest([1, 5, 3])  =>  5
        math.greatest(1, 2.5)  =>  2.5
        math.least(3, 1)  =>  1
        math.least(-1.5)  =>  -1.5
        math.ceil(1.2)  =>  2.0
        math.floor(-1.2)  =>  -2.0
        math.round(2.5)  =>  3.0
        math.round(-2.5)  =>  -3.0
        math.trunc(-1.9)  =>  -1.0
        math.abs(-5)  =>  5
        math.abs(-1.5)  =>  1.5
        math.abs(-9223372036854775808)  =>  error: integer overflow
        math.sign(-5)  =>  -1
        math.sign(0.0)  =>  0.0
        math.sqrt(9)  =>  3.0
        math.isNaN(0.0 / 0.0)  =>  true
        math.isInf(1.0 / 0.0)  =>  true
        math.isFinite(1.0)  =>  true
        math.bitAnd(6, 3)  =>  2
        math.bitOr(6, 3)  =>  7
        math.bitXor(6u, 3u)  =>  5u
        math.bitNot(0)  =>  -1
        math.bitShiftLeft(1, 4)  =>  16
        math.bitShiftRight(-1, 60)  =>  15
        math.bitShiftLeft(1, 64)  =>  0
        math.bitShiftLeft(1, -1)  =>  error: math.bitShiftLeft() negative offset: -1
        """#

    static let kubernetes = #"""
        quantity("1.5Gi")  =>  1536Mi
        quantity("500m").add(quantity("500m"))  =>  1
        quantity("1").sub(1)  =>  0
        quantity("x")  =>  error: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'
        isQuantity("64Mi")  =>  true
        isQuantity("64MB")  =>  false
        quantity("64Mi").isGreaterThan(quantity("63Mi"))  =>  true
        quantity("1").isLessThan(quantity("1001m"))  =>  true
        quantity("1000m").compareTo(quantity("1"))  =>  0
        quantity("1000m") == quantity("1")  =>  true
        quantity("-3").sign()  =>  -1
        quantity("3k").asInteger()  =>  3000
        quantity("1500m").isInteger()  =>  false
        quantity("1500m").asInteger()  =>  error: cannot convert value to integer
        quantity("1500m").asApproximateFloat()  =>  1.5
        url("https://a.example.com:8080/p%20q?x=1&x=2&y=").getHost()  =>  "a.example.com:8080"
        url("https://a.example.com:8080/p").getHostname()  =>  "a.example.com"
        url("https://a.example.com:8080/p").getPort()  =>  "8080"
        url("https://[::1]:80/").getHostname()  =>  "::1"
        url("https://a/p%20q").getEscapedPath()  =>  "/p%20q"
        url("https://a/b c").getEscapedPath()  =>  "/b%20c"
        url("https://a/?x=1&x=2&y=").getQuery()  =>  {"x": ["1", "2"], "y": [""]}
        url("/path").getScheme()  =>  ""
        url("HTTPS://a").getScheme()  =>  "https"
        isURL("https://a.b")  =>  true
        isURL("a.b")  =>  false
        ip("10.0.0.1").family()  =>  4
        ip("::1").isLoopback()  =>  true
        ip("2001:0db8::0001")  =>  2001:db8::1
        string(ip("10.0.0.1"))  =>  "10.0.0.1"
        ip("192.168.0.1.0")  =>  error: IP Address "192.168.0.1.0" parse error during conversion from string: ParseAddr("192.168.0.1.0"): IPv4 address too long
        ip("255.255.255.256")  =>  error: IP Address "255.255.255.256" parse error during conversion from string: ParseAddr("255.255.255.256"): IPv4 field has value >255
        ip("fe80::1%eth0")  =>  error: IP address "fe80::1%eth0" with zone value is not allowed
        ip("10.0.01.1")  =>  error: IP Address "10.0.01.1" parse error during conversion from string: ParseAddr("10.0.01.1"): IPv4 field has octet with leading zero
        ip("10.0..1")  =>  error: IP Address "10.0..1" parse error during conversion from string: ParseAddr("10.0..1"): IPv4 field must have at least one digit (at ".1")
        ip("10.0.x.1")  =>  error: IP Address "10.0.x.1" parse error during conversion from string: ParseAddr("10.0.x.1"): unexpected character (at "x.1")
        ip("1:2")  =>  error: IP Address "1:2" parse error during conversion from string: ParseAddr("1:2"): address string too short
        ip("1::2::3")  =>  error: IP Address "1::2::3" parse error during conversion from string: ParseAddr("1::2::3"): multiple :: in address (at ":3")
        ip("1:2:3:4:5:6:7:8:9")  =>  error: IP Address "1:2:3:4:5:6:7:8:9" parse error during conversion from string: ParseAddr("1:2:3:4:5:6:7:8:9"): trailing garbage after address (at "9")
        ip("12345::")  =>  error: IP Address "12345::" parse error during conversion from string: ParseAddr("12345::"): each group must have 4 or less digits (at "12345::")
        ip("g::")  =>  error: IP Address "g::" parse error during conversion from string: ParseAddr("g::"): each colon-separated field must have at least one digit (at "g::")
        ip("1:")  =>  error: IP Address "1:" parse error during conversion from string: ParseAddr("1:"): colon must be followed by more characters (at ":")
        ip("1:2:3:4:5:6:1.2.3.4")  =>  1:2:3:4:5:6:102:304
        ip("nope")  =>  error: IP Address "nope" parse error during conversion from string: ParseAddr("nope"): unable to parse IP
        cidr("192.168.0.0/33")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("192.168.0.0/33"): prefix length out of range
        cidr("192.168.0.0/")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("192.168.0.0/"): bad bits after slash: ""
        cidr("192.168.0.0/024")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("192.168.0.0/024"): bad bits after slash: "024"
        cidr("a/8")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("a/8"): ParseAddr("a"): unable to parse IP
        cidr("fe80::1%a/64")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("fe80::1%a/64"): IPv6 zones cannot be present in a prefix
        cidr("1.2.3.4")  =>  error: network address parse error during conversion from string: netip.ParsePrefix("1.2.3.4"): no '/'
        url("https://www.example.com/path with spaces/").getEscapedPath()  =>  "/path%20with%20spaces/"
        url("https://example.com/a!b c").getEscapedPath()  =>  "/a%21b%20c"
        url("https://example.com/a!b").getEscapedPath()  =>  "/a!b"
        url("https://example.com/p#frag").getEscapedPath()  =>  "/p"
        url("https://example.com/p?a=b#frag").getQuery()  =>  {"a": ["b"]}
        url("mailto:a@b").getScheme()  =>  "mailto"
        isURL("mailto:a@b")  =>  true
        isURL("a b")  =>  false
        url("https://a b/")  =>  error: URL parse error during conversion from string: parse "https://a b/": invalid character " " in host name
        url("https://a/%zz")  =>  error: URL parse error during conversion from string: parse "https://a/%zz": invalid URL escape "%zz"
        url("https://a:x/")  =>  error: URL parse error during conversion from string: parse "https://a:x/": invalid port ":x" after host
        url("https://[::1/")  =>  error: URL parse error during conversion from string: parse "https://[::1/": missing ']' in host
        url(":foo")  =>  error: URL parse error during conversion from string: parse ":foo": missing protocol scheme
        url("")  =>  error: URL parse error during conversion from string: parse "": empty url
        url("https://[fe80::1%25en0]:80/").getPort()  =>  "80"
        url("/a?b=%zz&c=1").getQuery()  =>  {"c": ["1"]}
        format.uuid().validate("x").value()  =>  ["does not match the UUID format"]
        format.uri().validate("https://a b").value()  =>  ["parse \"https://a b\": invalid character \" \" in host name"]
        format.byte().validate("YQ==").hasValue()  =>  false
        format.byte().validate("").hasValue()  =>  true
        format.datetime().validate("2023-01-01T00:00:00.5Z").hasValue()  =>  false
        format.datetime().validate("2023-01-01t00:00:00+01:00").hasValue()  =>  false
        format.datetime().validate("2023-01-01 00:00:00Z").hasValue()  =>  true
        ip("::ffff:1.2.3.4")  =>  error: IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed
        isIP("1.2.3.4")  =>  true
        isIP("01.2.3.4")  =>  false
        ip.isCanonical("2001:db8::1")  =>  true
        ip.isCanonical("2001:DB8::1")  =>  false
        ip("0.0.0.0").isUnspecified()  =>  true
        ip("169.254.1.1").isLinkLocalUnicast()  =>  true
        ip("224.0.0.1").isLinkLocalMulticast()  =>  true
        ip("8.8.8.8").isGlobalUnicast()  =>  true
        cidr("10.0.0.0/8").containsIP("10.1.2.3")  =>  true
        cidr("10.0.0.0/8").containsIP(ip("11.1.2.3"))  =>  false
        cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16")  =>  true
        cidr("10.1.2.3/8").masked()  =>  10.0.0.0/8
        cidr("10.0.0.0/8").prefixLength()  =>  8
        cidr("10.0.0.0/8").ip().family()  =>  4
        isCIDR("10.0.0.0/33")  =>  false
        type(ip("::1")) == net.IP  =>  true
        semver("1.2.3").major()  =>  1
        semver("1.2.3").isLessThan(semver("1.10.0"))  =>  true
        semver("1.2.3-rc.1").isLessThan(semver("1.2.3"))  =>  true
        semver("1.2.3").compareTo(semver("1.2.3+build"))  =>  0
        isSemver("1.2")  =>  false
        isSemver("v1.2", true)  =>  true
        semver("v1.2", true)  =>  1.2.0
        semver("1.2")  =>  error: No Major.Minor.Patch elements found
        format.dns1123Label().validate("web-1")  =>  none
        format.dns1123Label().validate("Web").hasValue()  =>  true
        format.named("labelValue").value().validate("a b").value().size()  =>  1
        !format.named("none").hasValue()  =>  true
        format.uuid().validate("123e4567-e89b-12d3-a456-426614174000")  =>  none
        format.date().validate("2026-02-30").hasValue()  =>  true
        format.byte().validate("aGk=")  =>  none
        authorizer.group("").resource("pods").namespace("a").check("get").allowed()  =>  true
        authorizer.group("").resource("pods").check("delete").allowed()  =>  false
        authorizer.path("/healthz").check("get").reason()  =>  "because"
        authorizer.serviceAccount("ns", "sa").group("apps").resource("deployments").check("get").errored()  =>  false
        Object{spec: Object.spec{replicas: 3}}  =>  {"spec": {"replicas": 3}}
        [JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("a/b~c"), value: "x"}]  =>  [{"op": "add", "path": "/metadata/labels/a~1b~0c", "value": "x"}]
        Object{?spec: optional.none()}  =>  {}
        authorizer.resource("pods")  =>  compile: found no matching overload for 'resource' applied to 'kubernetes.authorization.Authorizer.(string)'
        """#
}
