/// An HTTP request with its own limits.
package struct HTTPRequest: Sendable, Hashable {
    /// `GET`, `POST`, …
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    /// Sent as they are; the transport adds `Host`, `Accept`, `Accept-Encoding` and `Content-Length`.
    package var headers: HTTPHeaders
    /// Empty: none.
    package var body: [UInt8]
    /// For this transfer alone.
    package var timeouts: HTTPTimeouts
    /// An answer with a longer body ends with `.bodyTooLarge`. In bytes.
    package var bodyLimit: Int

    /// The limits have defaults that suit a page of events.
    package init(
        _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeouts: HTTPTimeouts = HTTPTimeouts(), bodyLimit: Int = 64 << 20
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeouts, self.bodyLimit) = (timeouts, bodyLimit)
    }
}

/// How long a transfer may take.
package struct HTTPTimeouts: Sendable, Hashable {
    /// Until the connection stands, TLS included.
    package var connect: Duration
    /// Without a byte in either direction.
    package var idle: Duration
    /// From the call to the last byte.
    package var whole: Duration

    /// Defaults that suit a request which is answered at once.
    package init(connect: Duration = .seconds(10), idle: Duration = .seconds(60), whole: Duration = .seconds(300)) {
        (self.connect, self.idle, self.whole) = (connect, idle, whole)
    }
}

/// The head of an answer.
package struct HTTPResponse: Sendable, Hashable {
    /// `200`, …
    package var status: Int
    /// As the server sent them, trailers excepted.
    package var headers: HTTPHeaders

    /// A head with this status.
    package init(status: Int, headers: HTTPHeaders = [:]) {
        (self.status, self.headers) = (status, headers)
    }
}

/// Header fields in order; names are compared without case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One line of a head.
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    /// In their order, repeated names included.
    package var fields: [Field]

    /// The fields in this order.
    package init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The fields in the order written.
    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0.0, $0.1) }
    }

    /// The first value of a name; setting replaces all, nil removes them.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            fields.removeAll { $0.name.lowercased() == name.lowercased() }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }
}
