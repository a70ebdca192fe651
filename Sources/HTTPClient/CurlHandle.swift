import CCurl
import CCurlShims
import Glibc

/// libcurl's handle for one transfer at a time. Belongs to the engine's thread.
final class CurlHandle {
    /// Received at once: a page of a megabyte comes in a tenth of the calls that curl's own 16 KiB take.
    private static let receiveBytes = 128 << 10

    /// A body up to this goes out with its head, in one call of the system: libcurl's own limit for that.
    private static let copiedBytes = 32 << 10
    /// Of a longer one sent at once.
    private static let sendBytes = 128 << 10

    // SAFETY: handle and error text are allocated once and freed by deinit; the header list is freed by `reset()` or
    // deinit, after the transfer that uses it. The transfer given to `prepare` is retained by the engine until
    // `reset()`.
    /// libcurl's name for it.
    let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// Nil when out of memory.
    init?() {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// Sets everything for `transfer`, on a new or reset handle.
    func prepare(_ transfer: CurlTransfer, _ connection: HTTPConnection, _ trust: CurlTrust) throws(HTTPError) {
        errorText.pointee = 0
        try check(gw_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText))
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_URL, transfer.request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate")
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_BUFFERSIZE, Self.receiveBytes)
        try set(CURLOPT_CONNECTTIMEOUT_MS, transfer.request.timeouts.connect.atLeastOneMillisecond)
        try set(CURLOPT_TIMEOUT_MS, transfer.request.timeouts.whole.atLeastOneMillisecond)
        // An empty proxy and an empty exception list: the environment has no say.
        try set(CURLOPT_PROXY, connection.proxy ?? "")
        try set(CURLOPT_NOPROXY, "")
        try set(CURLOPT_UNIX_SOCKET_PATH, connection.socket)
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // Whatever OpenSSL's own configuration would take.
        try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try setTrust(connection.trust, trust)
        try set(CURLOPT_SSLCERT, connection.identity?.certificate)
        try set(CURLOPT_SSLKEY, connection.identity?.key)
        try setRequest(transfer)
        try setSinks(transfer)
    }

    /// Forgets the transfer and keeps what the next one can use.
    func reset() {
        curl_easy_reset(easy)
        curl_slist_free_all(headerList)
        headerList = nil
    }

    /// What libcurl says about the failure of the transfer.
    func failureText(_ code: CURLcode) -> String {
        errorText.pointee != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }

    /// Whether no connection stands yet, TLS included.
    var isConnecting: Bool { gw_curl_get_offset(easy, CURLINFO_PRETRANSFER_TIME_T) == 0 }

    /// Bytes of heads and bodies sent and received, as they are on the wire.
    var bytesMoved: Int {
        gw_curl_get_long(easy, CURLINFO_REQUEST_SIZE) + gw_curl_get_long(easy, CURLINFO_HEADER_SIZE)
            + gw_curl_get_offset(easy, CURLINFO_SIZE_UPLOAD_T) + gw_curl_get_offset(easy, CURLINFO_SIZE_DOWNLOAD_T)
    }

    private func setTrust(_ trust: TLSTrust, _ checker: CurlTrust) throws(HTTPError) {
        try check(checker.install(in: easy))
        switch trust {
        case .systemAuthorities: break
        case .authorities(let file):
            try set(CURLOPT_CAINFO, file)
            try set(CURLOPT_CAPATH, nil)
        case .thumbprint:
            // The certificate itself is checked, not its name; VERIFYPEER stays on, or nobody would ask `checker`.
            try set(CURLOPT_SSL_VERIFYHOST, 0)
            try setNoAuthorities()
        case .insecure:
            try set(CURLOPT_SSL_VERIFYHOST, 0)
            try set(CURLOPT_SSL_VERIFYPEER, 0)
            try setNoAuthorities()
        }
    }

    private func setNoAuthorities() throws(HTTPError) {
        try set(CURLOPT_CAINFO, nil)
        try set(CURLOPT_CAPATH, nil)
    }

    private func setRequest(_ transfer: CurlTransfer) throws(HTTPError) {
        let request = transfer.request
        if request.method == "HEAD" {
            try set(CURLOPT_NOBODY, 1)
        } else if request.method != "GET" || !request.body.isEmpty {
            try check(gw_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            try setBody(transfer)
            try set(CURLOPT_POST, 1)
            if request.method != "POST" { try set(CURLOPT_CUSTOMREQUEST, request.method) }
        }
        // libcurl would wait for permission before a long body, and call every body a form.
        try addHeader("Expect:")
        if request.headers["Content-Type"] == nil { try addHeader("Content-Type:") }
        for field in request.headers.fields {
            try addHeader(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        try check(gw_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headerList))
    }

    private func setBody(_ transfer: CurlTransfer) throws(HTTPError) {
        let body = transfer.request.body
        if body.isEmpty || transfer.request.isRepeatable && body.count <= Self.copiedBytes {
            // SAFETY: libcurl copies as many bytes as the size set before says. Never NULL: it would read standard
            // input then. What is so short is sent together with the head.
            return try check(gw_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, body.isEmpty ? [0] : body))
        }
        // Given as it is sent: a long body is never there twice. By who cannot begin anew libcurl fails where it would
        // send it again.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(gw_curl_set_pointer(easy, CURLOPT_READDATA, context))
        try check(gw_curl_set_sink(easy, CURLOPT_READFUNCTION, Self.giveBody))
        try set(CURLOPT_UPLOAD_BUFFERSIZE, Self.sendBytes)
        guard transfer.request.isRepeatable else { return }
        try check(gw_curl_set_pointer(easy, CURLOPT_SEEKDATA, context))
        try check(gw_curl_set_seek(easy, Self.beginBodyAnew))
    }

    private func addHeader(_ line: String) throws(HTTPError) {
        guard let longer = curl_slist_append(headerList, line) else { throw .unreachable("out of memory") }
        headerList = longer
    }

    private func setSinks(_ transfer: CurlTransfer) throws(HTTPError) {
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        try check(gw_curl_set_pointer(easy, CURLOPT_HEADERDATA, context))
        try check(gw_curl_set_sink(easy, CURLOPT_HEADERFUNCTION, Self.takeHeadLine))
        try check(gw_curl_set_pointer(easy, CURLOPT_WRITEDATA, context))
        try check(gw_curl_set_sink(easy, CURLOPT_WRITEFUNCTION, Self.takeBody))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
        try check(gw_curl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) throws(HTTPError) {
        try check(gw_curl_set_string(easy, option, value))
    }

    private func check(_ code: CURLcode) throws(HTTPError) {
        if code != CURLE_OK { throw .invalid("libcurl: \(failureText(code))") }
    }

    // SAFETY: all are called by libcurl on the engine's thread, with the transfer that `prepare` was given.
    private static let takeHeadLine: gw_curl_sink = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().take(headLine: line) ? line.count : 0
    }

    private static let giveBody: gw_curl_sink = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().give(body: room)
    }

    private static let beginBodyAnew: curl_seek_callback = { context, offset, origin in
        guard let context, origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
        let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.seek(body: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK
    }

    private static let takeBody: gw_curl_sink = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        // An empty piece is no news, and 0 would be the right answer to it as well as the sign to end.
        if piece.isEmpty { return 0 }
        return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue().take(body: piece) ? piece.count : 0
    }
}

extension Duration {
    /// For libcurl, where 0 means "as long as you like" and the most is what 32 bits hold.
    fileprivate var atLeastOneMillisecond: Int { Int(min(max(1, milliseconds), Int64(Int32.max))) }
}
