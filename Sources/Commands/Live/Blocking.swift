import Dispatch
import Synchronization

/// Waits for asynchronous work from a command, which is none itself.
enum Blocking {
    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Result<Value, any Error>?>(nil)
    }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = Box<Value>()
        let done = DispatchSemaphore(value: 0)
        Task {
            let outcome: Result<Value, any Error>
            do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
            box.value.withLock { $0 = outcome }
            done.signal()
        }
        done.wait()
        return try box.value.withLock { $0 }!.get()
    }
}
