extension RecordedExchange {
    /// The head file.
    var text: String {
        var text = remark.isEmpty ? "" : "# \(remark)\n"
        text += "\(method) \(target) HTTP/1.1\n" + Self.text(of: requestHeaders) + "\n"
        switch outcome {
        case .answered(let response): text += "HTTP/1.1 \(response.status)\n" + Self.text(of: response.headers)
        case .failed(let error): text += "! \(Self.oneLine(error.description))\n"
        }
        return text
    }

    /// Reads the head file called `file`. Throws `.invalid` with the file and what is wrong in it.
    init(file: String, text: String) throws(HTTPError) {
        let name = file.dropLast(Self.headEnding.count)
        guard let dash = name.firstIndex(of: "-"), let number = Int(name[..<dash]), number > 0 else {
            throw .invalid("\"\(file)\" is no name for an exchange; call it like \"0007-ReadNextEvents.http\"")
        }
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let parts = lines.map { $0.trimmingBlanks() }.filter { !$0.hasPrefix("#") }.split { $0.isEmpty }
        guard parts.count == 2, let asked = parts[0].first, let answered = parts[1].first else {
            throw .invalid("\"\(file)\" has not two parts with an empty line between them, the request and the answer")
        }
        let words = asked.split(separator: " ")
        guard words.count >= 2, words[1].hasPrefix("/") else {
            throw .invalid("\"\(file)\": \"\(asked)\" is no request; write it like \"POST /sdk HTTP/1.1\"")
        }
        (self.number, operation) = (number, String(name[name.index(after: dash)...]))
        (method, target) = (String(words[0]), String(words[1]))
        requestHeaders = try Self.headers(parts[0].dropFirst(), file)
        outcome = try Self.outcome(answered, try Self.headers(parts[1].dropFirst(), file), file)
    }

    private static func outcome(
        _ line: Substring, _ headers: HTTPHeaders, _ file: String
    ) throws(HTTPError) -> Outcome {
        let words = line.split(separator: " ")
        if words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) {
            return .answered(HTTPResponse(status: status, headers: headers))
        }
        for (start, error) in [("! unreachable: ", HTTPError.unreachable), ("! timed out: ", HTTPError.timedOut)]
        where line.hasPrefix(start) {
            return .failed(error(String(line.dropFirst(start.count))))
        }
        throw .invalid("\"\(file)\": \"\(line)\" is no answer; write \"HTTP/1.1 200\" or \"! unreachable: why\"")
    }

    private static func headers(_ lines: ArraySlice<Substring>, _ file: String) throws(HTTPError) -> HTTPHeaders {
        var headers = HTTPHeaders([])
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else {
                throw .invalid("\"\(file)\": \"\(line)\" is no header; write \"Name: value\"")
            }
            let value = line[line.index(after: colon)...].trimmingBlanks()
            headers.fields.append(HTTPHeaders.Field(String(line[..<colon]), String(value)))
        }
        return headers
    }

    private static func text(of headers: HTTPHeaders) -> String {
        headers.fields.map { "\($0.name): \(oneLine($0.value))\n" }.joined()
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }
}
