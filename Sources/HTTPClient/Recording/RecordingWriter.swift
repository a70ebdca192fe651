import Platform

/// The one who writes a recording: numbers the exchanges, blanks them and puts them into the folder, on a thread of its
/// own.
actor RecordingWriter {
    private let folder: RecordingFolder
    private var blanker: SecretBlanker
    private var numbers = 0
    private let start = ContinuousClock.now
    private let executor = ThreadExecutor(name: "recording")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Writes into `folder`, which exists.
    init(_ folder: RecordingFolder, _ blanker: SecretBlanker) {
        (self.folder, self.blanker) = (folder, blanker)
    }

    deinit {
        executor.stop()
    }

    /// The number of a request that begins now.
    func nextNumber() -> Int {
        numbers += 1
        return numbers
    }

    /// Writes the bodies, then the head: an exchange with a head is whole. Throws `.invalid` with the file and the
    /// reason.
    func write(_ open: OpenExchange, _ outcome: RecordedExchange.Outcome, _ body: [UInt8]) throws(HTTPError) {
        blanker.learn(open.request.headers, open.request.body)
        if case .answered(let response) = outcome { blanker.learn(response.headers, body) }

        let exchange = RecordedExchange(
            number: open.number, operation: RecordedExchange.fileName(of: open.operation), method: open.request.method,
            target: blanker.blankFound(in: NormalizedRequest.target(of: open.request.url)),
            requestHeaders: blanker.blank(open.request.headers), outcome: blank(outcome), remark: remark(on: open))
        try write(open.request.body, exchange.bodyNames.request, open.request.headers)
        if case .answered(let response) = outcome { try write(body, exchange.bodyNames.response, response.headers) }
        try folder.write(Array(exchange.text.utf8), to: exchange.name + RecordedExchange.headEnding)
    }

    private func write(_ body: [UInt8], _ name: String, _ headers: HTTPHeaders) throws(HTTPError) {
        guard !body.isEmpty else { return }
        try folder.write(blanker.blank(body), to: name + RecordedExchange.ending(of: body, headers))
    }

    private func blank(_ outcome: RecordedExchange.Outcome) -> RecordedExchange.Outcome {
        guard case .answered(var response) = outcome else { return outcome }
        response.headers = blanker.blank(response.headers)
        // The body is kept decoded and whole, whatever way it came.
        for name in ["Content-Encoding", "Content-Length", "Transfer-Encoding"] { response.headers[name] = nil }
        return .answered(response)
    }

    private func remark(on open: OpenExchange) -> String {
        let took = open.start.duration(to: .now)
        let since = start.duration(to: open.start)
        return "\(since.secondsText) s after the start, answered after \(took.secondsText) s"
    }
}

extension Duration {
    /// Seconds with three decimals.
    fileprivate var secondsText: String {
        let milliseconds = String(max(0, milliseconds))
        let padded = String(repeating: "0", count: max(0, 4 - milliseconds.count)) + milliseconds
        return "\(padded.dropLast(3)).\(padded.suffix(3))"
    }
}
