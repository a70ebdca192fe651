#if MQTT
    import CMosquitto
    import Glibc

    /// One connection to a broker by libmosquitto, used by one thread alone: nothing happens but within its calls.
    ///
    /// Whoever lost it makes a new one: the library never connects again by itself here.
    final class MosquittoClient {
        // SAFETY: `client` is used by the owner's thread alone and freed once, in deinit; the library calls back only
        // within `loop`, with `reports` as its context, which lives as long as this object. Payloads and properties
        // are copied by the calls that take them.

        /// What a publish came to.
        enum Published: Equatable {
            /// The number the acknowledgement will carry.
            case number(Int)
            case failed(Int32)
        }

        let reports: MosquittoReports
        private let client: OpaquePointer

        /// The library wants to be told once that somebody is there.
        private static let isReady: Bool = mosquitto_lib_init() == 0

        /// Makes a client that is not connected yet; nil when the library cannot.
        init?(id: String, isCleanSession: Bool) {
            let reports = MosquittoReports()
            let context = Unmanaged.passUnretained(reports).toOpaque()
            guard Self.isReady, let client = mosquitto_new(id, isCleanSession, context) else { return nil }
            (self.reports, self.client) = (reports, client)
            MosquittoReports.listen(to: client)
            mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1)
        }

        deinit {
            mosquitto_destroy(client)
        }

        /// Chooses MQTT 5 or 3.1.1, and how many messages may be on their way.
        func prepare(isVersion5: Bool, inflight: Int) {
            let version = isVersion5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
            mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, version)
            mosquitto_max_inflight_messages_set(client, UInt32(inflight))
        }

        /// Says who we are.
        func authenticate(username: String, password: String?) -> Int32 {
            mosquitto_username_pw_set(client, username, password)
        }

        /// Turns on TLS; a code of the library.
        func useTLS(_ settings: SocketTLS) -> Int32 {
            let code =
                settings.caFile == nil
                ? mosquitto_int_option(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1)
                : mosquitto_tls_set(client, settings.caFile, nil, settings.certificate, settings.key, nil)
            if code != 0 { return code }
            return settings.insecure ? mosquitto_tls_insecure_set(client, true) : 0
        }

        /// Connects and says hello; the answer comes in `reports.greeting`.
        func connect(to endpoint: Endpoint, keepaliveSeconds: Int, sessionSeconds: Int?) -> Int32 {
            var properties = MosquittoProperties()
            if let sessionSeconds { properties.add(.sessionExpiry, UInt32(clamping: sessionSeconds)) }
            return mosquitto_connect_bind_v5(
                client, endpoint.host, Int32(endpoint.port), Int32(keepaliveSeconds), nil, properties.list)
        }

        /// Publishes with QoS 1.
        func publish(
            _ payload: some Collection<UInt8>, to topic: [UInt8], retained: Bool,
            _ properties: borrowing MosquittoProperties
        ) -> Published {
            var number: Int32 = 0
            let topic = topic.map { CChar(bitPattern: $0) } + [0]
            let bytes = payload.withContiguousStorageIfAvailable { bytes in
                mosquitto_publish_v5(
                    client, &number, topic, Int32(clamping: bytes.count), bytes.baseAddress, 1, retained,
                    properties.list)
            }
            let code = bytes ?? Int32(MOSQ_ERR_INVAL.rawValue)
            return code == 0 ? .number(Int(number)) : .failed(code)
        }

        /// Reads and writes what there is, waiting for it for so long at the most; a code of the library.
        func loop(milliseconds: Int32) -> Int32 {
            mosquitto_loop(client, milliseconds, 1)
        }

        /// Says goodbye.
        func disconnect() {
            mosquitto_disconnect_v5(client, 0, nil)
            _ = mosquitto_loop(client, 0, 1)
        }

        /// A code of the library in words.
        static func text(_ code: Int32) -> String {
            if code == Int32(MOSQ_ERR_ERRNO.rawValue) { return String(cString: strerror(errno)) }
            return String(cString: mosquitto_strerror(code))
        }

        /// A reason code of MQTT 5 in words.
        static func reason(_ code: Int32) -> String {
            String(cString: mosquitto_reason_string(code))
        }

        /// A return code of a greeting of MQTT 3.1.1 in words.
        static func greeting(_ code: Int32) -> String {
            String(cString: mosquitto_connack_string(code))
        }
    }
#endif
