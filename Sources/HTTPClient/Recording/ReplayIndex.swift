/// What a recording has in store: each exchange once, equal requests in their recorded order.
struct ReplayIndex {
    private let folder: RecordingFolder
    private let names: SecretNames
    private var exchanges: [Stored] = []
    private var unused: [NormalizedRequest: [Int]] = [:]

    private struct Stored {
        let exchange: RecordedExchange
        let request: NormalizedRequest
        let requestFile: String?
        let responseFile: String?
    }

    /// Reads the heads and requests of the folder. Throws `.invalid` with the file and what is wrong in it.
    init(_ folder: RecordingFolder, _ names: SecretNames) throws(HTTPError) {
        (self.folder, self.names) = (folder, names)
        let files = try folder.names()
        for file in files where file.hasSuffix(RecordedExchange.headEnding) {
            let text = String(decoding: try folder.read(file), as: UTF8.self)
            try add(RecordedExchange(file: file, text: text), files)
        }
        guard !exchanges.isEmpty else {
            throw .invalid("\"\(folder.path)\" holds no recording: no file like \"0001-Login.http\"")
        }
        exchanges.sort { $0.exchange.number < $1.exchange.number }
        for (index, stored) in exchanges.enumerated() { unused[stored.request, default: []].append(index) }
        // The next one is taken from the end.
        for request in unused.keys { unused[request]?.reverse() }
    }

    /// How many exchanges have not been used.
    var left: Int { unused.values.reduce(0) { $0 + $1.count } }

    /// The outcome of the next recorded request equal to this one, and the file of its body.
    mutating func take(
        _ request: HTTPRequest, operation: String
    ) throws(HTTPError) -> (outcome: RecordedExchange.Outcome, bodyFile: String?) {
        let asked = NormalizedRequest(
            method: request.method, target: NormalizedRequest.target(of: request.url), body: request.body, names: names)
        guard let index = unused[asked]?.popLast() else { throw .notRecorded(complaint(asked, operation)) }
        return (exchanges[index].exchange.outcome, exchanges[index].responseFile)
    }

    private mutating func add(_ exchange: RecordedExchange, _ files: [String]) throws(HTTPError) {
        let requestFile = files.first { $0.hasPrefix(exchange.bodyNames.request) }
        let body: [UInt8] = if let requestFile { try folder.read(requestFile) } else { [] }
        exchanges.append(
            Stored(
                exchange: exchange,
                request: NormalizedRequest(method: exchange.method, target: exchange.target, body: body, names: names),
                requestFile: requestFile,
                responseFile: files.first { $0.hasPrefix(exchange.bodyNames.response) }))
    }

    private func complaint(_ asked: NormalizedRequest, _ operation: String) -> String {
        let what = "\(operation) (\(asked.method) \(asked.target))"
        if let last = exchanges.last(where: { $0.request == asked }) {
            let count = exchanges.count { $0.request == asked }
            return "\(what): all \(count) like it in \"\(folder.path)\" are used up; the last was \(last.exchange.name)"
        }
        let place = { (stored: Stored) in asked.firstDifference(from: stored.request) }
        let alike = exchanges.filter { $0.request.method == asked.method && $0.request.target == asked.target }
        guard let nearest = alike.max(by: { place($0) < place($1) }) else {
            return "\(what): nothing for that address is in \"\(folder.path)\""
        }
        let difference = place(nearest)
        return """
            \(what) is not in "\(folder.path)". Nearest is \(nearest.requestFile ?? nearest.exchange.name), \
            different from byte \(difference) on: recorded "\(nearest.request.excerpt(at: difference))", \
            asked "\(asked.excerpt(at: difference))"
            """
    }
}
