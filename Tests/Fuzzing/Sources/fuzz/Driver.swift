import CLibFuzzer
import FuzzTargets

/// libFuzzer, which calls a target until it is told to stop.
enum Driver {
    // SAFETY: libFuzzer calls from the thread that called it, one call after the other, and its bytes live as long as a
    // call; `running` is set before the first one. The arguments are the program's own and outlive it.

    /// The callback of C has no place for it.
    nonisolated(unsafe) private static var running: FuzzTarget?

    /// Runs a target; the first argument, its name, is not libFuzzer's.
    static func run(_ target: FuzzTarget) {
        running = target
        var count = CommandLine.argc - 1
        let arguments = CommandLine.unsafeArgv
        arguments[1] = arguments[0]
        var own: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments + 1
        _ = LLVMFuzzerRunDriver(&count, &own) { start, count in
            Driver.running?.run(Array(UnsafeBufferPointer(start: start, count: count)))
            return 0
        }
    }
}
