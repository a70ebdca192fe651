import Platform
import Testing

@Suite struct LockedTests {
    @Test("no step of many threads is lost")
    func contention() async {
        let count = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<20_000 { count.withLock { $0 += 1 } }
                }
            }
        }
        #expect(count.withLock { $0 } == 160_000)
    }

    @Test("an error thrown inside gives the lock back")
    func throwing() {
        struct Failed: Error {}
        let value = Locked([1])
        #expect(throws: Failed.self) {
            try value.withLock { value throws(Failed) -> Void in
                value.append(2)
                throw Failed()
            }
        }
        #expect(value.withLock { $0 } == [1, 2])
    }
}
