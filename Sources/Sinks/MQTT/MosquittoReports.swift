#if MQTT
    import CMosquitto

    /// What the library called back with, read by whoever called it.
    final class MosquittoReports {
        // SAFETY: the context of every callback is the object its client was made with, and that outlives the client.

        /// The broker's answer to the greeting.
        var greeting: Int32?
        /// Why the broker, or the library, ended the connection.
        var farewell: Int32?
        /// Number and reason code of what was acknowledged since somebody looked.
        var acknowledged: [(number: Int, code: Int32)] = []
        /// What the library logged last of an error.
        var lastError = ""

        /// Longer texts of the library are cut.
        private static let errorBytes = 300

        /// Makes the library call back.
        static func listen(to client: OpaquePointer) {
            mosquitto_connect_v5_callback_set(client) { _, context, code, _, _ in
                MosquittoReports.of(context)?.greeting = code
            }
            mosquitto_disconnect_v5_callback_set(client) { _, context, code, _ in
                MosquittoReports.of(context)?.farewell = code
            }
            mosquitto_publish_v5_callback_set(client) { _, context, number, code, _ in
                MosquittoReports.of(context)?.acknowledged.append((Int(number), code))
            }
            mosquitto_log_callback_set(client) { _, context, level, text in
                guard level == MOSQ_LOG_ERR, let text else { return }
                let bytes = String(cString: text).utf8.prefix(MosquittoReports.errorBytes)
                MosquittoReports.of(context)?.lastError = String(decoding: bytes, as: UTF8.self)
            }
        }

        private static func of(_ context: UnsafeMutableRawPointer?) -> MosquittoReports? {
            context.map { Unmanaged<MosquittoReports>.fromOpaque($0).takeUnretainedValue() }
        }
    }
#endif
