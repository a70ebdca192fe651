#if MQTT
    import CMosquitto

    /// Properties of MQTT 5, as the library keeps them.
    struct MosquittoProperties: ~Copyable {
        // SAFETY: the list is grown by the library alone and freed once, in deinit; texts are copied.

        enum Number {
            case messageExpiry
            case sessionExpiry

            fileprivate var code: Int32 {
                switch self {
                case .messageExpiry: Int32(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.rawValue)
                case .sessionExpiry: Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue)
                }
            }
        }

        private(set) var list: OpaquePointer?

        deinit {
            var list = list
            mosquitto_property_free_all(&list)
        }

        mutating func add(_ name: Number, _ value: UInt32) {
            mosquitto_property_add_int32(&list, name.code, value)
        }

        /// The payload's type, and that it is UTF-8.
        mutating func addContentType(_ type: String) {
            mosquitto_property_add_byte(&list, Int32(MQTT_PROP_PAYLOAD_FORMAT_INDICATOR.rawValue), 1)
            mosquitto_property_add_string(&list, Int32(MQTT_PROP_CONTENT_TYPE.rawValue), type)
        }

        /// A user property.
        mutating func add(_ name: String, _ value: String) {
            mosquitto_property_add_string_pair(&list, Int32(MQTT_PROP_USER_PROPERTY.rawValue), name, value)
        }
    }
#endif
