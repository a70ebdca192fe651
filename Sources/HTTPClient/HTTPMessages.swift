/// An HTTP request with its own limits.
public struct HTTPRequest: Sendable, Hashable {
    /// `GET`, `POST`, …
    public var method: String
    /// Absolute, `http` or `https`.
    public var url: String
    /// Sent as they are; the transport adds `Host`, `Accept`, `Accept-Encoding` and `Content-Length`.
    public var headers: HTTPHeaders
    /// Empty: none.
    public var body: [UInt8]
    /// For this transfer alone.
    public var timeouts: HTTPTimeouts
    /// An answer with a longer body ends with `.bodyTooLarge`. In bytes.
    public var bodyLimit: Int
    /// Whether it does no harm to be done twice. A pooled connection that breaks before a byte of the answer may have
    /// brought the request or not: one that is repeatable is then sent again, any other ends with `.unreachable`.
    public var isRepeatable = true

    /// The limits have defaults that suit a page of events.
    public init(
        _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
        timeouts: HTTPTimeouts = HTTPTimeouts(), bodyLimit: Int = 64 << 20
    ) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
        (self.timeouts, self.bodyLimit) = (timeouts, bodyLimit)
    }
}

/// How long a transfer may take.
public struct HTTPTimeouts: Sendable, Hashable {
    /// Until the connection stands, TLS included.
    public var connect: Duration
    /// Without a byte in either direction.
    public var idle: Duration
    /// From the call to the last byte.
    public var whole: Duration

    /// Defaults that suit a request which is answered at once.
    public init(connect: Duration = .seconds(10), idle: Duration = .seconds(60), whole: Duration = .seconds(300)) {
        (self.connect, self.idle, self.whole) = (connect, idle, whole)
    }
}

/// The head of an answer.
public struct HTTPResponse: Sendable, Hashable {
    /// `200`, …
    public var status: Int
    /// As the server sent them, trailers excepted.
    public var headers: HTTPHeaders

    /// A head with this status.
    public init(status: Int, headers: HTTPHeaders = [:]) {
        (self.status, self.headers) = (status, headers)
    }
}

/// Header fields in order; names are compared without case.
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One line of a head.
    public struct Field: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    /// In their order, repeated names included.
    public var fields: [Field]

    /// The fields in this order.
    public init(_ fields: [Field]) {
        self.fields = fields
    }

    /// The fields in the order written.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field($0.0, $0.1) }
    }

    /// The first value of a name; setting replaces all, nil removes them.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            fields.removeAll { $0.name.lowercased() == name.lowercased() }
            if let newValue { fields.append(Field(name, newValue)) }
        }
    }
}
