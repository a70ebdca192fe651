package import AgentCore

/// The configuration of the `syslog` sink.
package struct SyslogConfiguration: Configurable, Hashable {
    /// What stands behind the structured data.
    package enum Message: String, Sendable, CaseIterable {
        /// The whole event as CloudEvents JSON.
        case cloudevents
        /// The sentence a person reads.
        case text
    }

    /// How one event is told from the next in a stream.
    package enum Framing: String, Sendable, CaseIterable {
        /// RFC 6587 and RFC 5425: the length before each.
        case octetCounting = "octet-counting"
        /// A line end behind each: what sockets in the file system are read by.
        case newline
    }

    /// Ports of RFC 5425 and RFC 5426; TCP has none of its own, 514 is what is used.
    static let ports: KeyValuePairs = ["tcp": 514, "tls": 6514, "udp": 514]
    static let paths = ["unix-stream", "unix-dgram"]
    /// What receivers take by default: rsyslog of a datagram, syslog-ng of a stream.
    static let (datagramBytes, streamBytes) = (8 << 10, 64 << 10)
    /// The number RFC 5612 keeps for examples: who has one of his own sets it.
    static let exampleEnterprise = 32_473

    package var url: Endpoint
    package var facility: SyslogFacility
    package var message: Message
    /// Nil: as the kind of socket wants it.
    package var framing: Framing?
    package var tls: SocketTLS
    package var timeout: Duration
    /// Nil: what receivers of the kind of socket take by default.
    package var maximumBytes: Int?
    package var resend: Int
    package var enterprise: Int

    package init(
        url: Endpoint, facility: SyslogFacility = .local0, message: Message = .cloudevents, framing: Framing? = nil,
        tls: SocketTLS = SocketTLS(), timeout: Duration = .seconds(10), maximumBytes: Int? = nil, resend: Int = 4 << 20,
        enterprise: Int = exampleEnterprise
    ) {
        (self.url, self.facility, self.message, self.framing) = (url, facility, message, framing)
        (self.tls, self.timeout, self.maximumBytes) = (tls, timeout, maximumBytes)
        (self.resend, self.enterprise) = (resend, enterprise)
    }

    package init(from reader: inout ConfigurationReader) {
        url = reader.required("url", .endpoint(Self.ports, paths: Self.paths), "Where the syslog server listens.")
        facility = reader.optional("facility", .choice(), default: .local0, "The facility of every event.")
        message = reader.optional(
            "message", .choice(), default: .cloudevents,
            "What stands behind the structured data: the event as JSON, or the sentence a person reads.")
        framing = reader.optional(
            "framing", .choice(),
            "How events are told apart in a stream; octet-counting by TCP and TLS, newline in the file system."
        )
        tls = reader.optional("tls", .object(), default: SocketTLS(), "Whom to trust and what to show, with tls://.")
        timeout = reader.optional(
            "timeout", .duration, default: .seconds(10), "How long connecting, and then a batch, may take.")
        maximumBytes = reader.optional(
            "maximumBytes", .bytes,
            "Longer events are cut and say so; 8KiB by UDP, 64KiB otherwise: what receivers take by default.")
        resend = reader.optional(
            "resend", .bytes, default: 4 << 20,
            "How much of what was sent last is sent again when a connection breaks; 0B for nothing.")
        enterprise = reader.optional(
            "enterprise", .integer(in: 1...Int(Int32.max)), default: Self.exampleEnterprise,
            "Your private enterprise number, the name space of the structured data.")
        if let maximumBytes, !(480...(64 << 20)).contains(maximumBytes) {
            reader.problem("maximumBytes: write a size from \"480B\", which every receiver takes, to \"64MiB\"")
        }
        if resend > 256 << 20 { reader.problem("resend: it is kept in memory; write \"256MiB\" or less") }
        if timeout < .milliseconds(10) { reader.problem("timeout: too short for any server; write \"10ms\" or more") }
    }

    /// Whether each event is a datagram of its own.
    var isDatagram: Bool { url.scheme == "udp" || url.scheme == "unix-dgram" }

    /// What stands around each event.
    var usedFraming: Framing? {
        if isDatagram { return nil }
        return framing ?? (url.scheme == "unix-stream" ? .newline : .octetCounting)
    }

    /// The length at which events are cut.
    var limit: Int { maximumBytes ?? (url.scheme == "udp" ? Self.datagramBytes : Self.streamBytes) }
}
