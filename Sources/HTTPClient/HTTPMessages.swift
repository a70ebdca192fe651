/// An HTTP request with its own limits.
package struct HTTPRequest: Sendable, Hashable {
    package var method: String
    /// Absolute, `http` or `https`.
    package var url: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var timeouts: HTTPTimeouts
    /// An answer with a longer body ends with `.bodyTooLarge`. In bytes.
    package var bodyLimit: Int

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

    package init(connect: Duration = .seconds(10), idle: Duration = .seconds(60), whole: Duration = .seconds(300)) {
        (self.connect, self.idle, self.whole) = (connect, idle, whole)
    }
}

/// The head of an answer.
package struct HTTPResponse: Sendable, Hashable {
    package var status: Int
    package var headers: HTTPHeaders

    package init(status: Int, headers: HTTPHeaders = [:]) {
        (self.status, self.headers) = (status, headers)
    }
}

/// Header fields in order; names are compared without case.
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    package var fields: [Field]

    package init(_ fields: [Field]) {
        self.fields = fields
    }

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
