#if Kafka
    import CRdkafka

    /// Why a broker, or the library before it, did not take a message.
    struct KafkaFailure: Error, Equatable {
        /// What is to be done.
        enum Kind: Equatable {
            /// Try again.
            case passing
            /// A person must act: credentials, permissions, a topic that is not there.
            case held
            /// The message itself is refused, by itself or for another in its batch.
            case message
        }

        var kind: Kind
        var reason: String

        init(kind: Kind, reason: String) {
            (self.kind, self.reason) = (kind, reason)
        }

        /// Sorts an error of librdkafka; `detail` is what it said beside the code.
        init(_ code: rd_kafka_resp_err_t, _ detail: String?) {
            // SAFETY: both functions give static, terminated texts.
            let name = String(cString: rd_kafka_err2name(code))
            let text = detail ?? String(cString: rd_kafka_err2str(code))
            kind = Self.kind(of: code, text)
            reason = "\(name): \(String(decoding: text.utf8.prefix(Self.reasonBytes), as: UTF8.self))"
        }

        /// A reason is cut here.
        private static let reasonBytes = 500

        private static func kind(of code: rd_kafka_resp_err_t, _ text: String) -> Kind {
            switch code {
            case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE,
                RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_RECORD,
                RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
                .message
            case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
                RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, RD_KAFKA_RESP_ERR_ILLEGAL_SASL_STATE,
                RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_SECURITY_DISABLED,
                RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,
                RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
                RD_KAFKA_RESP_ERR_POLICY_VIOLATION, RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE,
                RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
                RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
                RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
                .held
            // A broker that goes away during the handshake ends TLS too; only a certificate wants a person.
            case RD_KAFKA_RESP_ERR__SSL: text.contains("certificate") ? .held : .passing
            default: .passing
            }
        }
    }
#endif
