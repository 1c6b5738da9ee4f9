import Testing

@testable import Kubelet

/// What the database servers of containers answer, as their clients print it.
@Suite struct SQLServerTests {
    /// Runs scripts one after another against one server, each in a call of its own, and prints the last answer.
    private func last(_ client: SQLClient, _ scripts: [String], database: String? = "shop") -> String {
        var tables: [String: [UInt8]] = ["shop": [], "postgres": [], "mysql": []]
        var shown = ""
        for script in scripts {
            let session = SQLServer.Session(user: client.dialect == .mysql ? "root" : "postgres", database: database, now: "2026-03-02 10:00:00", seed: 1)
            var server = SQLServer(client.dialect, tables: tables, session: session)
            let printed = client.print(server.run(script))
            shown = printed.output + printed.errors
            tables = server.tables
        }
        return shown
    }

    private static let items = "CREATE TABLE items (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL UNIQUE, price DECIMAL(8,2) DEFAULT 0, made DATETIME DEFAULT CURRENT_TIMESTAMP, KEY by_price (price)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4; INSERT INTO items (name, price) VALUES ('pen', 1.5), ('ink', 12), (\"it's\", NULL)"

    @Test(arguments: [
        (["SELECT id, name, price FROM items WHERE price > 1 ORDER BY price DESC"], "id\tname\tprice\n2\tink\t12.00\n1\tpen\t1.50\n"),
        (["select count(*), max(id) as most from items"], "count(*)\tmost\n3\t3\n"),
        (["SELECT * FROM shop.items WHERE name = 'it\\'s'"], "id\tname\tprice\tmade\n3\tit's\tNULL\t2026-03-02 10:00:00\n"),
        (["UPDATE items SET price = price * 2 WHERE id = 1; SELECT price FROM items LIMIT 1"], "price\n3.00\n"),
        (["DELETE FROM items WHERE id = 3", "INSERT INTO items (name) VALUES ('cap')", "SELECT id FROM items WHERE name = 'cap'"], "id\n4\n"),
        (["INSERT INTO items (name, price) VALUES ('pen', 9) ON DUPLICATE KEY UPDATE price = VALUES(price)", "SELECT price FROM items WHERE name = 'pen'"], "price\n9.00\n"),
        (["INSERT IGNORE INTO items (name) VALUES ('pen')", "SELECT COUNT(*) n FROM items"], "n\n3\n"),
        (["TRUNCATE TABLE items; SELECT COUNT(*) FROM items"], "COUNT(*)\n0\n"),
        (["SHOW TABLES"], "Tables_in_shop\nitems\n"), (["SHOW DATABASES"], "Database\nmysql\npostgres\nshop\n"),
        (["CREATE DATABASE other; USE other; CREATE TABLE t (a INT); INSERT INTO t VALUES (7)", "SELECT a, name FROM other.t JOIN items ON items.id = 1"], "a\tname\n7\tpen\n"),
        (["DROP DATABASE shop; SELECT * FROM items"], "ERROR 1046 (3D000) at line 1: No database selected\n"),
        (["START TRANSACTION; DELETE FROM items; ROLLBACK; SELECT COUNT(*) c FROM items"], "c\n3\n"),
        (["BEGIN; DELETE FROM items", "SELECT COUNT(*) c FROM items"], "c\n3\n"),
        (["SELECT CONCAT(name, '-', id) x FROM items WHERE id = 1; -- the rest"], "x\npen-1\n"),
        (["SELECT NOW(), DATABASE(), @@version"], "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '@@version' at line 1\n"),
        (["SELECT NOW() t, DATABASE() d"], "t\td\n2026-03-02 10:00:00\tshop\n"),
        (["SELECT @@version"], "@@version\n9.5.0\n"), (["SHOW VARIABLES LIKE 'max_conn%'"], "Variable_name\tValue\nmax_connections\t151\n"),
        (["CREATE TABLE a (x INT); DESCRIBE a"], "Field\tType\tNull\tKey\tDefault\tExtra\nx\tint\tYES\t\tNULL\t\n"),
        (["INSERT INTO items (id, name) VALUES (1, 'new')"], "ERROR 1062 (23000) at line 1: Duplicate entry '1' for key 'items.PRIMARY'\n"),
        (["INSERT INTO items (name) VALUES ('new'), ('ink')"], "ERROR 1062 (23000) at line 1: Duplicate entry 'ink' for key 'items.name'\n"),
        (["INSERT INTO items (name) VALUES (NULL)"], "ERROR 1048 (23000) at line 1: Column 'name' cannot be null\n"),
        (["SELECT * FROM nope"], "ERROR 1146 (42S02) at line 1: Table 'shop.nope' doesn't exist\n"),
        (["SELECT colour FROM items"], "ERROR 1054 (42S22) at line 1: Unknown column 'colour' in 'field list'\n"),
        (["SELEC 1"], "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near 'SELEC 1' at line 1\n"),
        (["CREATE TABLE items (a INT)"], "ERROR 1050 (42S01) at line 1: Table 'items' already exists\n"),
        (["SELECT RAND() < 1 a, RAND() >= 0 b, COUNT(*) n FROM items WHERE RAND() < 0"], "a\tb\tn\n1\t1\t0\n"),
        (["SELECT DATE_FORMAT(NOW(), '%Y-%m %W %H:%i') t, UNIX_TIMESTAMP() n, UNIX_TIMESTAMP('1970-01-02') d, FROM_UNIXTIME(86400) f"], "t\tn\td\tf\n2026-03 Monday 10:00\t1772445600\t86400\t1970-01-02 00:00:00\n"),
        (["SELECT LEFT('hello', 2), YEAR(NOW()), DATEDIFF('2026-03-05', NOW()), FLOOR(2.7), LPAD('1', 3, '0') p"], "LEFT('hello', 2)\tYEAR(NOW())\tDATEDIFF('2026-03-05', NOW())\tFLOOR(2.7)\tp\nhe\t2026\t3\t2\t001\n"),
        (["INSERT INTO items SET name = 'cap', price = 3", "INSERT INTO items SET id = 4, name = 'cap' ON DUPLICATE KEY UPDATE price = 5", "SELECT id, price FROM items WHERE name = 'cap'"], "id\tprice\n4\t5.00\n"),
        (["CREATE TABLE o (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(9), n INT NOT NULL DEFAULT 3, u INT UNIQUE); SHOW CREATE TABLE o\\G"], "*************************** 1. row ***************************\n       Table: o\nCreate Table: CREATE TABLE `o` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `v` varchar(9) DEFAULT NULL,\n  `n` int NOT NULL DEFAULT '3',\n  `u` int DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `u` (`u`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci\n"),
        (["SHOW CREATE TABLE nope"], "ERROR 1146 (42S02) at line 1: Table 'shop.nope' doesn't exist\n"), (["SELECT 1 a, 2 bc\\G"], "*************************** 1. row ***************************\n a: 1\nbc: 2\n"),
        (["CREATE TABLE IF NOT EXISTS items (a INT); CREATE USER 'kim'@'%' IDENTIFIED BY 'x'; GRANT ALL ON shop.* TO 'kim'@'%'; FLUSH PRIVILEGES"], ""),
    ])
    func `MySQL answers`(_ scripts: [String], _ expected: String) {
        #expect(last(SQLClient("mysql", []), [Self.items] + scripts) == expected)
    }

    private static let people = "CREATE TABLE people (id SERIAL PRIMARY KEY, name TEXT NOT NULL, is_member BOOLEAN DEFAULT false, joined TIMESTAMP WITH TIME ZONE DEFAULT now()); INSERT INTO people (name, is_member) VALUES ('kim', true), ('lee', false)"

    @Test(arguments: [
        (["SELECT id, name, is_member FROM public.people"], " id | name | is_member \n----+------+-----------\n  1 | kim  | t\n  2 | lee  | f\n(2 rows)\n\n"),
        (["SELECT count(*) FROM people"], " count \n-------\n     2\n(1 row)\n\n"), (["SELECT 1 + 1, 'a'::text"], " ?column? | ?column? \n----------+----------\n        2 | a\n(1 row)\n\n"),
        (["UPDATE people SET name = 'park' WHERE id = 2"], "UPDATE 1\n"), (["INSERT INTO people (name) VALUES ('choi') RETURNING id"], " id \n----\n  3\n(1 row)\n\nINSERT 0 1\n"),
        (["DELETE FROM people; SELECT * FROM people LIMIT 0"], "DELETE 2\n id | name | is_member | joined \n----+------+-----------+--------\n(0 rows)\n\n"),
        (["CREATE DATABASE x; CREATE ROLE app; CREATE INDEX i ON people (name); DROP TABLE people"], "CREATE DATABASE\nCREATE ROLE\nCREATE INDEX\nDROP TABLE\n"),
        (["SELECT current_user, session_user u"], " current_user |    u     \n--------------+----------\n postgres     | postgres\n(1 row)\n\n"),
        (["EXPLAIN SELECT 1"], "ERROR:  EXPLAIN is not supported\n"),
        (["SELECT * FROM nope"], "ERROR:  relation \"nope\" does not exist\n"), (["SELECT age FROM people"], "ERROR:  column \"age\" does not exist\n"),
        (["SELECT FROM FROM"], "ERROR:  syntax error at or near \"FROM\"\n"), (["INSERT INTO people (id, name) VALUES (1, 'x')"], "ERROR:  duplicate key value violates unique constraint \"people_pkey\"\n"),
        (["INSERT INTO people (name) VALUES (NULL)"], "ERROR:  null value in column \"name\" of relation \"people\" violates not-null constraint\n"),
        (["\\dt"], "           List of tables\n Schema |  Name  | Type  |  Owner   \n--------+--------+-------+----------\n public | people | table | postgres\n(1 row)\n\n"),
        (["SELECT name FROM people WHERE name ILIKE 'K%' OR joined > CURRENT_DATE ORDER BY name LIMIT 1"], " name \n------\n kim\n(1 row)\n\n"),
        (["SELECT generate_series(1, 3)"], " generate_series \n-----------------\n               1\n               2\n               3\n(3 rows)\n\n"),
        (["SELECT x FROM generate_series(10, 1, -4) AS s(x) WHERE x < 9"], " x \n---\n 6\n 2\n(2 rows)\n\n"), (["INSERT INTO people (name) SELECT 'p' || g FROM generate_series(1, 5) g; SELECT count(*) n FROM people"], "INSERT 0 5\n n \n---\n 7\n(1 row)\n\n"),
        (["SELECT p.id, g FROM people p JOIN generate_series(2, 9) g ON g = p.id, generate_series(1, 1) h"], " id | g \n----+---\n  2 | 2\n(1 row)\n\n"),
        (["SELECT (random() * 0 + 2.6)::int i, to_char(now(), 'YYYY-MM-DD HH24:MI'), extract(year FROM now()), now()::date d, left('abc', 2)"], " i |     to_char      | extract |     d      | left \n---+------------------+---------+------------+------\n 3 | 2026-03-02 10:00 |    2026 | 2026-03-02 | ab\n(1 row)\n\n"),
        (["SELECT * FROM generate_series(1, 9000000)"], "ERROR:  result is larger than 10000 rows or 1048576 bytes\n"),
        (["BEGIN; INSERT INTO people (name) VALUES ('x'); COMMIT"], "BEGIN\nINSERT 0 1\nCOMMIT\n"), (["COMMIT"], "COMMIT\n"),
    ])
    func `PostgreSQL answers`(_ scripts: [String], _ expected: String) {
        #expect(last(SQLClient("psql", []), [Self.people] + scripts, database: "postgres") == expected)
    }

    @Test(arguments: [
        ("mysql", ["-N", "-e", "x"], "1\tpen\n2\tNULL\n"), ("mysql", ["-sNe", "x"], "1\tpen\n2\tNULL\n"),
        ("mysql", ["-t", "-e", "x"], "+----+------+\n| id | name |\n+----+------+\n|  1 | pen  |\n|  2 | NULL |\n+----+------+\n"),
        ("psql", ["-tAc", "x"], "1|pen\n2|\n"), ("psql", ["-At", "-F", ",", "-c", "x"], "1,pen\n2,\n"), ("psql", ["-t", "-c", "x"], " 1 | pen\n 2 | \n\n"),
        ("psql", ["--csv", "-c", "x"], "id,name\n1,pen\n2,\n"),
    ])
    func `clients print as they are asked to`(_ tool: String, _ options: [String], _ expected: String) {
        let client = SQLClient(tool, options)
        #expect(client.script == "x")
        #expect(client.print([.rows(columns: ["id", "name"], rows: [["1", "pen"], ["2", nil]])]).output == expected)
    }

    @Test func `clients read their command lines`() {
        let mysql = SQLClient("mysql", ["-h", "db", "-P3307", "-uapp", "-ps3cret", "--default-character-set=utf8mb4", "shop"])
        #expect(mysql.host == "db" && mysql.port == 3307 && mysql.user == "app" && mysql.password == "s3cret" && mysql.database == "shop" && mysql.showsPassword && mysql.script == nil)
        let psql = SQLClient("psql", ["-hdb", "-p", "5433", "-U", "app", "-d", "shop", "-c", "SELECT 1"])
        #expect(SQLClient("psql", ["-c", "\\dt", "-c", "SELECT 1"]).script == "\\dt;\nSELECT 1")
        #expect(psql.host == "db" && psql.port == 5433 && psql.user == "app" && psql.database == "shop" && psql.script == "SELECT 1")
    }

    /// What would take the machine away, tell the wall's time or reach a file.
    @Test(.timeLimit(.minutes(1)), arguments: [
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", "ERROR 3024 (HY000) at line 1: Query execution was interrupted, maximum statement execution time exceeded\n"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n", "ERROR 1105 (HY000) at line 1: result is larger than 10000 rows or 1048576 bytes\n"),
        ("::text", "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '' at line 1\n"),
        ("ATTACH '/etc/passwd' AS x", "ERROR 1105 (HY000) at line 1: not authorized\n"), ("PRAGMA writable_schema = ON", "ERROR 1105 (HY000) at line 1: not authorized\n"),
        ("SELECT datetime('now')", "ERROR 1105 (HY000) at line 1: not authorized to use function: datetime\n"),
        ("SELECT load_extension('x')", "ERROR 1105 (HY000) at line 1: not authorized to use function: load_extension\n"),
        ("SELECT length(replace(hex(zeroblob(10000000)), '0', 'aaaa')) n", "ERROR 1105 (HY000) at line 1: string or blob too big\n"),
    ])
    func `statements are kept in bounds`(_ statement: String, _ expected: String) {
        let said = last(SQLClient("mysql", []), [statement])
        #expect(said == expected)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["(", ", b INT DEFAULT ON", "ON ", "USE shop; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) SELECT count(*) FROM n; "])
    func `statements that go on and on are refused in time`(_ piece: String) {
        let begin = piece.hasPrefix(",") ? "CREATE TABLE t (a INT" : piece == "(" ? "SELECT " : ""
        let said = last(SQLClient("mysql", []), [begin + String(repeating: piece, count: 20_000)])
        #expect(said.contains("ERROR "), "\(said.prefix(200))")
    }

    @Test func `more databases than a statement may name are all kept`() {
        var tables = Dictionary(uniqueKeysWithValues: (0..<14).map { ("d\($0)", [UInt8]()) })
        func run(_ script: String) -> [SQLServer.Answer] {
            var server = SQLServer(.mysql, tables: tables, session: .init(user: "root", database: "d0", now: "2026-03-02 10:00:00", seed: 1))
            defer { tables = server.tables }
            return server.run(script)
        }
        for number in 0..<14 { _ = run("CREATE TABLE d\(number).t (a INT); INSERT INTO d\(number).t VALUES (\(number))") }
        _ = run((1..<14).map { "INSERT INTO d\($0).t VALUES (1)" }.joined(separator: ";"))
        for number in 1..<14 { #expect(run("SELECT a FROM d\(number).t LIMIT 1") == [.rows(columns: ["a"], rows: [[String(number)]])]) }
    }

    @Test func `the same statements make the same tables`() {
        func tables() -> [String: [UInt8]] {
            var server = SQLServer(.postgres, tables: ["postgres": []], session: .init(user: "u", database: "postgres", now: "2026-03-02 10:00:00", seed: 9))
            _ = server.run(Self.people + "; INSERT INTO people (name) SELECT gen_random_uuid(); UPDATE people SET id = 100 * random() WHERE id = 3")
            return server.tables
        }
        #expect(tables() == tables())
    }
}
