#if RabbitMQ
    import AgentCore
    import CRabbitMQ
    import EventModel

    /// Writes entries as messages of AMQP 0-9-1: the body is the event as CloudEvents JSON, the message id its id, and
    /// what queues are bound by stands in headers too.
    struct RabbitMQEncoder {
        /// The parts of a message, one behind the other.
        struct Message {
            fileprivate(set) var bytes: [UInt8] = []
            fileprivate(set) var ends: [Int] = []

            /// A part.
            func part(_ part: gw_amqp_part) -> ArraySlice<UInt8> {
                let index = Int(part.rawValue)
                return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
            }

            fileprivate mutating func add(_ bytes: some Collection<UInt8>) {
                self.bytes.append(contentsOf: bytes)
                ends.append(self.bytes.count)
            }
        }

        private let configuration: RabbitMQConfiguration
        private let journal: String
        private let expiration: [UInt8]

        init(_ configuration: RabbitMQConfiguration, journal: String, expires: Duration?) {
            (self.configuration, self.journal) = (configuration, journal)
            expiration = expires.map { Array("\($0.components.seconds * 1000)".utf8) } ?? []
        }

        /// Replaces a message by that of an entry; why it is none, or nil.
        func encode(_ entry: Entry, into message: inout Message) -> String? {
            let key = configuration.routingKey.text(for: entry, isSafe: Self.isSafe)
            if key.count > RabbitMQConfiguration.shortBytes {
                return
                    "its routing key of \(key.count) bytes is longer than the \(RabbitMQConfiguration.shortBytes) of AMQP"
            }
            message.bytes.removeAll(keepingCapacity: true)
            message.ends.removeAll(keepingCapacity: true)
            let named = Self.attributes(of: entry)
            message.add(configuration.exchange.utf8)
            message.add(key)
            message.add(Self.short(named.id))
            message.add(named.type)
            message.add(named.source)
            message.add(named.subject)
            message.add(entry.severity.rawValue.utf8)
            message.add(EventEncoder.text(of: entry.sequence).utf8)
            message.add(expiration)
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &message.bytes)
            message.add(EmptyCollection())
            return nil
        }

        private struct Attributes {
            var (id, type, source, subject):
                (ArraySlice<UInt8>, ArraySlice<UInt8>, ArraySlice<UInt8>, ArraySlice<UInt8>) =
                    ([], [], [], [])
        }

        private static func attributes(of entry: Entry) -> Attributes {
            var found = Attributes()
            var members = EventMembers(entry.body)
            // `data` comes last: there is no need to walk through it.
            while let member = members.next(), !member.isNamed("datacontenttype") {
                if member.isNamed("id") { found.id = member.text }
                if member.isNamed("type") { found.type = member.text }
                if member.isNamed("source") { found.source = member.text }
                if member.isNamed("subject") { found.subject = member.text }
            }
            return found
        }

        /// The beginning that fits into a short text and ends with a whole character.
        private static func short(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            SyslogText.prefix(Array(text), limit: RabbitMQConfiguration.shortBytes)
        }

        /// Dots separate words, and bindings have wildcards.
        private static func isSafe(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: ".") && byte != UInt8(ascii: "*") && byte != UInt8(ascii: "#")
        }
    }
#endif
