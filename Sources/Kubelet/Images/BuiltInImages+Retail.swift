/// The services of the sample store of AWS's workshops: a page that asks the other services, and services with databases.
///
/// - Source: the environment variables of aws-containers/retail-store-sample-app 1.x. Each keeps its data in memory unless
///   its `…_PERSISTENCE_PROVIDER` says otherwise; then it ends when its database is not there.
extension BuiltInImages {
    static let retail: Group = [
        store(
            "ui", startup: "9s", memory: 210, user: "appuser",
            """
              routes:
              - {path: "/actuator/health*", type: application/json, body: '{"status":"UP","groups":["liveness","readiness"]}'}
              - {path: /topology, type: text/html, body: "<html><title>Topology</title><body>ui ${hostname}</body></html>"}
              - {path: "/catalog*", type: text/html, body: "<html><title>Retail Store - Catalog</title><body>${hostname}</body></html>", asks: [{variable: RETAIL_UI_ENDPOINTS_CATALOG, path: /catalog/products, body: '{"status":500,"error":"Internal Server Error","path":"/catalog"}'}]}
              - {path: "/cart*", type: text/html, body: "<html><title>Retail Store - Cart</title><body>${hostname}</body></html>", asks: [{variable: RETAIL_UI_ENDPOINTS_CARTS, path: /carts/1, body: '{"status":500,"error":"Internal Server Error","path":"/cart"}'}]}
              - {path: "/checkout*", type: text/html, body: "<html><title>Retail Store - Checkout</title><body>${hostname}</body></html>", asks: [{variable: RETAIL_UI_ENDPOINTS_CHECKOUT, path: /checkout/1, body: '{"status":500,"error":"Internal Server Error","path":"/checkout"}'}]}
              - {path: "/home", type: text/html, body: "<html><title>Retail Store</title><body>The most public Secret Shop ${hostname}</body></html>", asks: [{variable: RETAIL_UI_ENDPOINTS_CATALOG, path: /catalog/products, body: '{"status":500,"error":"Internal Server Error","path":"/home"}'}]}
              - {path: "/", type: text/html, body: "<html><title>Retail Store</title><body>${hostname}</body></html>", asks: [{variable: RETAIL_UI_ENDPOINTS_CATALOG, path: /catalog/products, body: '{"status":500,"error":"Internal Server Error","path":"/"}'}]}
            """, log: "Started UiApplication in 8.412 seconds (process running for 9.033)"),
        store(
            "catalog", startup: "1s", memory: 14, user: "appuser",
            """
              waitsFor: [{variable: RETAIL_CATALOG_PERSISTENCE_ENDPOINT, port: 3306, when: {RETAIL_CATALOG_PERSISTENCE_PROVIDER: mysql}, message: "Error: Failed to prep migration dial tcp: lookup ${host}: connection to ${host}:${port} failed", exit: {code: 1, after: 5s}}]
              routes:
              - {path: /health, type: text/plain, body: "OK"}
              - {path: "/catalog/products*", type: application/json, body: '[{"id":"cc789f85-1476-452a-8100-9e74502198e0","name":"Gentleman","description":"Touch of class for a bargain.","price":795,"tags":[{"name":"vintage","displayName":"Vintage"}]}]'}
              - {path: "/catalogue*", type: application/json, body: '[{"id":"1","name":"Gentleman","price":795}]'}
              - {path: /catalog/size, type: application/json, body: '{"size":12}'}
              - {path: /catalog/tags, type: application/json, body: '[{"name":"vintage","displayName":"Vintage"}]'}
              - {path: /topology, type: application/json, body: '{"status":"OK","persistenceProvider":"${env:RETAIL_CATALOG_PERSISTENCE_PROVIDER|in-memory}","databaseEndpoint":"${env:RETAIL_CATALOG_PERSISTENCE_ENDPOINT|N/A}"}'}
            """, log: "Running database migration..."),
        store(
            "cart", startup: "8s", memory: 230, user: "appuser",
            """
              waitsFor: [{variable: RETAIL_CART_PERSISTENCE_DYNAMODB_ENDPOINT, port: 8000, when: {RETAIL_CART_PERSISTENCE_PROVIDER: dynamodb}, message: "Unable to execute HTTP request: Connect to ${host}:${port} failed: Connection refused", exit: {code: 1, after: 20s}}]
              routes:
              - {path: "/actuator/health*", type: application/json, body: '{"status":"UP"}'}
              - {path: "/carts*", type: application/json, body: '{"customerId":"1","items":[]}'}
              - {path: /topology, type: application/json, body: '{"status":"OK","persistenceProvider":"${env:RETAIL_CART_PERSISTENCE_PROVIDER|in-memory}"}'}
            """, log: "Started CartApplication in 7.120 seconds (process running for 7.882)"),
        store(
            "orders", startup: "10s", memory: 260, user: "appuser",
            """
              waitsFor:
              - {variable: RETAIL_ORDERS_PERSISTENCE_ENDPOINT, port: 5432, when: {RETAIL_ORDERS_PERSISTENCE_PROVIDER: postgres}, message: "org.postgresql.util.PSQLException: Connection to ${host}:${port} refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.", exit: {code: 1, after: 30s}}
              - {variable: RETAIL_ORDERS_MESSAGING_RABBITMQ_ADDRESSES, port: 5672, when: {RETAIL_ORDERS_MESSAGING_PROVIDER: rabbitmq}, message: "org.springframework.amqp.AmqpConnectException: java.net.ConnectException: Connection to ${host}:${port} refused"}
              routes:
              - {path: "/actuator/health*", type: application/json, body: '{"status":"UP"}'}
              - {path: "/orders*", type: application/json, body: '[]'}
              - {path: /topology, type: application/json, body: '{"status":"OK","persistenceProvider":"${env:RETAIL_ORDERS_PERSISTENCE_PROVIDER|in-memory}"}'}
            """, log: "Started OrdersApplication in 9.301 seconds (process running for 10.114)"),
        store(
            "checkout", startup: "3s", memory: 90, user: "appuser",
            """
              waitsFor: [{variable: RETAIL_CHECKOUT_PERSISTENCE_REDIS_URL, port: 6379, when: {RETAIL_CHECKOUT_PERSISTENCE_PROVIDER: redis}, message: "Redis Client Error: connect ECONNREFUSED ${host}:${port}"}]
              routes:
              - {path: /health, type: application/json, body: '{"status":"ok","info":{"chaos":{"status":"up"}},"error":{},"details":{"chaos":{"status":"up"}}}'}
              - {path: "/checkout/*", type: application/json, body: '{"shippingRates":{"rates":[{"name":"Priority Mail","amount":5,"estimatedDays":10}]},"subtotal":0,"total":5}', asks: [{variable: RETAIL_CHECKOUT_ENDPOINTS_ORDERS, path: /orders, body: '{"statusCode":500,"message":"Internal server error"}'}]}
              - {path: /topology, type: application/json, body: '{"status":"OK","persistenceProvider":"${env:RETAIL_CHECKOUT_PERSISTENCE_PROVIDER|in-memory}"}'}
            """, log: "[Nest] 1  - ${time}     LOG [NestApplication] Nest application successfully started"),
        store(
            "assets", startup: "200ms", memory: 8, user: "1000",
            """
              routes:
              - {path: /health.html, type: text/html, body: "OK"}
              - {path: "/assets/*", type: image/jpeg, body: "image"}
            """, log: "${time:nginx} [notice] 1#1: start worker processes"),
    ]

    private static func store(_ service: String, startup: String, memory: Int, user: String, _ behaviour: String, log: String) -> (names: [String], text: String) {
        (
            ["aws-containers/retail-store-sample-\(service)", "retail-store-sample-\(service)"],
            """
            kind: Image
            metadata: {name: retail-store-sample-\(service)}
            spec:
              sizeMB: 160
              startup: \(startup)
              ports: [8080]
              portVariables: [PORT]
              programs: [java, node, ./main, nginx]
              user: \(user)
              cost: {cpuMilliseconds: 6, idleMilliCPU: 4, idleMemoryMB: \(memory)}
              log: ['\(log)']
            \(behaviour)
            """
        )
    }
}
