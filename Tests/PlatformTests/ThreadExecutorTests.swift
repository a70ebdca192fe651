import Glibc
import Platform
import Testing

@Suite struct ThreadExecutorTests {
    /// An actor that works on its own thread and tells how.
    private actor Worker {
        private nonisolated let executor: ThreadExecutor
        private(set) var steps: [Int] = []

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        init(_ executor: ThreadExecutor) {
            self.executor = executor
        }

        func append(_ step: Int) { steps.append(step) }

        func threadName() -> String { currentThreadName() }

        func block(until done: Locked<Bool>) {
            while !done.withLock({ $0 }) { usleep(200) }
        }
    }

    @Test("jobs run in the order they came, on the thread of that name")
    func order() async {
        let executor = ThreadExecutor(name: "order-of-a-very-long-name")
        let worker = Worker(executor)
        for step in 0..<1000 { await worker.append(step) }
        #expect(await worker.steps == Array(0..<1000))
        #expect(await worker.threadName() == "order-of-a-very")
        executor.stop()
    }

    @Test("an executor nobody uses has no thread")
    func lazy() {
        let executor = ThreadExecutor(name: "never-started")
        #expect(!threadNames().contains("never-started"))
        executor.stop()
        #expect(!threadNames().contains("never-started"))
    }

    @Test("what was enqueued before a stop still runs; then the thread ends, and a late job starts another")
    func stop() async {
        let executor = ThreadExecutor(name: "stopping")
        let worker = Worker(executor)
        let done = Locked(false)
        let blocked = Task { await worker.block(until: done) }
        #expect(await eventually { threadNames().contains("stopping") })
        let queued = (0..<10).map { step in Task { await worker.append(step) } }
        executor.stop()
        executor.stop()
        done.withLock { $0 = true }
        await blocked.value
        for task in queued { await task.value }
        #expect(await worker.steps.count == 10)
        #expect(await eventually { !threadNames().contains("stopping") })
        await worker.append(10)
        #expect(await worker.steps.count == 11)
        #expect(await eventually { !threadNames().contains("stopping") })
    }

    @Test("blocking jobs leave the cooperative pool free")
    func pool() async {
        let done = Locked(false)
        let executors = (0..<8).map { ThreadExecutor(name: "blocked-\($0)") }
        let blocked = executors.map { executor in
            Task { await Worker(executor).block(until: done) }
        }
        let free = await Task { true }.value
        #expect(free)
        done.withLock { $0 = true }
        for task in blocked { await task.value }
        executors.forEach { $0.stop() }
    }
}

@Suite struct ThreadTests {
    @Test("a thread has its name, cut to what the system allows, and ends with its body")
    func name() async {
        let name = Locked("")
        Thread.start(name: "a-thread-with-a-long-name") { name.withLock { $0 = currentThreadName() } }
        #expect(await eventually { name.withLock { $0 } == "a-thread-with-a" })
        #expect(await eventually { !threadNames().contains("a-thread-with-a") })
    }
}

/// The name of this thread, as the system tells it.
private func currentThreadName() -> String {
    contents(of: "/proc/thread-self/comm")
}

/// The names of all threads of this process.
private func threadNames() -> [String] {
    guard let folder = opendir("/proc/self/task") else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
        let id = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        names.append(contents(of: "/proc/self/task/\(id)/comm"))
    }
    return names
}

private func contents(of path: String) -> String {
    guard let file = fopen(path, "r") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count).filter { $0 != 10 }, as: UTF8.self)
}

/// Waits until the condition holds; false when it does not within twenty seconds.
private func eventually(_ condition: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return condition()
}
