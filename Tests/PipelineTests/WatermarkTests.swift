import Pipeline
import Platform
import Testing

@Suite("A watermark", .timeLimit(.minutes(1)))
struct WatermarkTests {
    @Test("nobody waits for a mark that is passed")
    func passed() async {
        let mark = Watermark(5)
        await mark.wait(past: 4)
        mark.advance(to: 3)
        #expect(mark.value == 5)
        mark.advance()
        #expect(mark.value == 6)
    }

    @Test("each waiter is woken when its own mark is passed, not before")
    func order() async {
        let (mark, woken) = (Watermark(), Locked<[UInt64]>([]))
        await withTaskGroup { group in
            for number: UInt64 in [0, 3, 6] {
                group.addTask {
                    await mark.wait(past: number)
                    woken.withLock { $0.append(number) }
                }
            }
            mark.advance(to: 3)
            await eventually("the first") { woken.withLock(\.self) == [0] }
            mark.advance(to: 6)
            await eventually("the second") { woken.withLock(\.self) == [0, 3] }
            mark.advance(to: 7)
        }
        #expect(woken.withLock(\.self) == [0, 3, 6])
    }

    @Test("a cancelled wait returns, whether it was cancelled before, while or after it began")
    func cancelled() async {
        let mark = Watermark()
        for round in 0..<500 {
            let waiting = Task { await mark.wait(past: 0) }
            if round % 3 == 1 { await Task.yield() }
            waiting.cancel()
            await waiting.value
        }
        #expect(mark.value == 0)
    }

    @Test("no wake-up is lost between threads")
    func race() async {
        let mark = Watermark()
        await withTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { for number: UInt64 in 0..<2000 { await mark.wait(past: number) } }
            }
            group.addTask { for _ in 0..<2000 { mark.advance() } }
        }
        #expect(mark.value == 2000)
    }
}
