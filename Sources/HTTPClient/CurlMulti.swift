import CCurl
import CCurlShims
import Glibc

/// libcurl's set of transfers with their pool of connections. Belongs to one thread, but for `wake()`.
final class CurlMulti: @unchecked Sendable {
    // SAFETY: libcurl allows curl_multi_wakeup from any thread while the handle lives; whoever calls `wake()` holds a
    // reference, so it does. All other calls come from the engine's thread. After `close()` nothing is called: the
    // engine has forgotten the handle by then.
    private let multi: UnsafeMutableRawPointer
    private var isClosed = false

    /// Connections kept open between requests: an endpoint is asked by a handful of callers.
    private static let pooledConnections = 8
    /// Connections at once; more transfers wait their turn.
    private static let connectionLimit = 64

    /// Nil when out of memory. The first one initialises libcurl for the process.
    init?() {
        guard Self.initialized, let multi = curl_multi_init() else { return nil }
        self.multi = multi
        gw_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.pooledConnections)
        gw_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, Self.connectionLimit)
    }

    deinit {
        close()
    }

    /// Closes the connections. Nothing may be called after it.
    func close() {
        if !isClosed { curl_multi_cleanup(multi) }
        isClosed = true
    }

    /// Starts the transfer of `handle`; false when out of memory.
    func add(_ handle: CurlHandle) -> Bool {
        curl_multi_add_handle(multi, handle.easy) == CURLM_OK
    }

    /// Ends the transfer of `handle`: its connection is closed, unless it had finished.
    func remove(_ handle: CurlHandle) {
        curl_multi_remove_handle(multi, handle.easy)
    }

    /// Moves all transfers as far as they go without waiting; false when libcurl has given up for good.
    func perform() -> Bool {
        var running: Int32 = 0
        return curl_multi_perform(multi, &running) == CURLM_OK
    }

    /// The next transfer that has come to its end, by the address of its handle.
    func nextFinished() -> (easy: UnsafeMutableRawPointer, code: CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle {
                return (easy, message.pointee.data.result)
            }
        }
        return nil
    }

    /// Sleeps until a transfer can go on, `wake()` is called or the time is up.
    func poll(milliseconds: Int32) {
        curl_multi_poll(multi, nil, 0, milliseconds, nil)
    }

    /// Ends the `poll` under way, or the next one.
    func wake() {
        curl_multi_wakeup(multi)
    }

    /// A write to a connection the peer has closed must be an error, not the end of the process.
    static func blockPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private static let initialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
