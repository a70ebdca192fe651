import Glibc

/// Signals by which the system ends a process that writes to a closed pipe (SIGPIPE) or beyond its file size limit
/// (SIGXFSZ): ignored, because the error of the write says it better.
enum WriteSignals {
    // SAFETY: SIG_IGN runs no code of ours; a static is made once.
    private static let ignored: Void = {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }()

    static func ignore() {
        ignored
    }
}
