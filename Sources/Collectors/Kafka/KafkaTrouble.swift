#if Kafka
    import AgentCore
    import CRdkafka

    /// What the brokers, or the library, say is wrong.
    struct KafkaTrouble: Error, Equatable, CustomStringConvertible {
        var description: String
        /// A person must act: credentials, permissions.
        var isRefusal: Bool
        /// What was read cannot be gone on with: the consumer is made anew, and begins where the checkpoint says.
        var endsConsumer = false

        init(_ description: String, isRefusal: Bool = false, endsConsumer: Bool = false) {
            (self.description, self.isRefusal, self.endsConsumer) = (description, isRefusal, endsConsumer)
        }

        /// Sorts an error of librdkafka; `detail` is what it said beside the code.
        init(_ code: rd_kafka_resp_err_t, _ detail: String?) {
            // SAFETY: both functions give static, terminated texts.
            let text = detail ?? String(cString: rd_kafka_err2str(code))
            let name = String(cString: rd_kafka_err2name(code))
            description = "\(name): \(String(decoding: text.utf8.prefix(Self.reasonBytes), as: UTF8.self))"
            switch code {
            case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
                RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
                isRefusal = true
            case RD_KAFKA_RESP_ERR__SSL: isRefusal = text.contains("certificate")
            default: isRefusal = false
            }
            endsConsumer = code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR__FATAL
        }

        /// A reason is cut here.
        private static let reasonBytes = 500

        /// As the runner wants it.
        var error: any Error {
            isRefusal ? CollectorError.refused(description) : self
        }
    }
#endif
