#if MQTT
    import AgentCore
    import EventModel

    /// Writes entries as messages: topic, payload and properties of the CloudEvents MQTT protocol binding 1.0.
    struct MQTTEncoder {
        /// A message, but for its properties.
        struct Message {
            var topic: [UInt8]
            var payload: ArraySlice<UInt8>
        }

        private static let structuredType = "application/cloudevents+json; charset=utf-8"

        private let configuration: MQTTConfiguration
        private let journal: String
        private let expirySeconds: UInt32?
        private var stateChanges: [EventType: GuestStateChange] = [:]

        /// What an event of a type means for a guest's retained message.
        enum GuestStateChange {
            case none
            case told
            case gone
        }

        init(_ configuration: MQTTConfiguration, journal: String, expires: Duration?) {
            (self.configuration, self.journal) = (configuration, journal)
            expirySeconds = expires.map { UInt32(clamping: $0.components.seconds) }
        }

        /// The message of an entry. `payload` is used again.
        func message(of entry: Entry, payload: inout [UInt8]) -> Message {
            let topic = configuration.topic.text(for: entry, isSafe: Self.isSafe)
            if configuration.mode == .binary {
                return Message(topic: topic, payload: Self.member("data", of: entry)?.value ?? [])
            }
            return Message(topic: topic, payload: structured(entry, &payload))
        }

        /// The properties of an entry's message; none by MQTT 3.1.1.
        func properties(of entry: Entry) -> MosquittoProperties {
            var properties = MosquittoProperties()
            if configuration.version == .v311 { return properties }
            if let expirySeconds { properties.add(.messageExpiry, expirySeconds) }
            guard configuration.mode == .binary else {
                properties.addContentType(Self.structuredType)
                return properties
            }
            var members = EventMembers(entry.body)
            while let member = members.next() {
                if member.isNamed("datacontenttype") {
                    properties.addContentType(String(decoding: member.text, as: UTF8.self))
                } else if member.isText {
                    properties.add(String(decoding: member.name, as: UTF8.self), Self.harmless(member.text))
                }
            }
            properties.add("sequence", EventEncoder.text(of: entry.sequence))
            properties.add("journal", journal)
            return properties
        }

        /// What an entry means for its guest's retained message, and where that is; nil where it means nothing.
        mutating func state(of entry: Entry, payload: inout [UInt8]) -> Message? {
            guard let template = configuration.state, let change = change(by: entry.type),
                Self.member("subject", of: entry) != nil
            else { return nil }
            let topic = template.text(for: entry, isSafe: Self.isSafe)
            // An empty retained message takes the one before away.
            return Message(topic: topic, payload: change == .gone ? [] : structured(entry, &payload))
        }

        /// The properties of a retained message.
        func stateProperties() -> MosquittoProperties {
            var properties = MosquittoProperties()
            if configuration.version == .v5 { properties.addContentType(Self.structuredType) }
            return properties
        }

        private func structured(_ entry: Entry, _ payload: inout [UInt8]) -> ArraySlice<UInt8> {
            payload.removeAll(keepingCapacity: true)
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &payload)
            return payload[...]
        }

        private mutating func change(by type: EventType) -> GuestStateChange? {
            if let known = stateChanges[type] { return known == .none ? nil : known }
            let (running, stopped) = (GuestState(.running), GuestState(.stopped))
            let change: GuestStateChange =
                if running.applying(type).phase == .removed {
                    .gone
                } else if running.applying(type) != running || stopped.applying(type) != stopped {
                    .told
                } else {
                    .none
                }
            stateChanges[type] = change
            return change == .none ? nil : change
        }

        private static func member(_ name: String, of entry: Entry) -> EventMembers.Member? {
            var members = EventMembers(entry.body)
            while let member = members.next() {
                if member.name.elementsEqual(name.utf8) { return member }
            }
            return nil
        }

        /// User properties are texts without control characters.
        private static func harmless(_ text: ArraySlice<UInt8>) -> String {
            if text.allSatisfy({ (0x20...0x7E).contains($0) }) { return String(decoding: text, as: UTF8.self) }
            var bytes: [UInt8] = []
            HarmlessText.append(String(decoding: text, as: UTF8.self), to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }

        /// What separates and what stands for others in a topic is no part of a name in it.
        private static func isSafe(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: "+") && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "/")
                && byte != UInt8(ascii: "$")
        }
    }
#endif
