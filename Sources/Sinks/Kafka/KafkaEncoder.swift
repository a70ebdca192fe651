#if Kafka
    import AgentCore
    import EventModel

    /// Writes entries as Kafka messages in the CloudEvents Kafka protocol binding 1.0.
    ///
    /// Structured mode: the value is the event's JSON with its `sequence` and `journal`, the header `content-type` is
    /// `application/cloudevents+json`, and `ce_id`, `ce_source` and `ce_type` are repeated as headers, so that repeats
    /// can be told without reading the value. Binary mode: every attribute is a header `ce_…`, the value is the event's
    /// data alone, and `content-type` is what the data is. The key is the guest (`subject`), so that what happens to a
    /// guest stays in order; the source, for an event without one.
    struct KafkaEncoder {
        /// A message; its pieces may share the memory of the entry.
        struct Message: Equatable {
            var key: ArraySlice<UInt8> = []
            var value: ArraySlice<UInt8> = []
            var headers: [Header] = []
        }

        struct Header: Equatable {
            var name: String
            var value: ArraySlice<UInt8>
        }

        private static let structuredType = Array("application/cloudevents+json; charset=UTF-8".utf8)[...]

        let mode: KafkaSinkConfiguration.Mode
        let journal: String

        /// The message of an entry.
        func message(of entry: Entry) -> Message {
            switch mode {
            case .structured: structured(entry)
            case .binary: binary(entry)
            }
        }

        private func structured(_ entry: Entry) -> Message {
            var message = Message()
            var source: ArraySlice<UInt8> = []
            message.headers.reserveCapacity(4)
            message.headers.append(Header(name: "content-type", value: Self.structuredType))
            var members = EventMembers(entry.body)
            // Attributes that tell repeats are headers too. `data` comes last: there is no need to walk through it.
            while let member = members.next(), !member.name.elementsEqual("datacontenttype".utf8) {
                switch member.name.count {
                case 2 where member.name.elementsEqual("id".utf8):
                    message.headers.append(Header(name: "ce_id", value: member.text))
                case 4 where member.name.elementsEqual("type".utf8):
                    message.headers.append(Header(name: "ce_type", value: member.text))
                case 6 where member.name.elementsEqual("source".utf8):
                    source = member.text
                    message.headers.append(Header(name: "ce_source", value: source))
                case 7 where member.name.elementsEqual("subject".utf8): message.key = member.text
                default: break
                }
            }
            if message.key.isEmpty { message.key = source }
            var value: [UInt8] = []
            value.reserveCapacity(entry.body.count + 80)
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &value)
            message.value = value[...]
            return message
        }

        private func binary(_ entry: Entry) -> Message {
            var message = Message()
            var source: ArraySlice<UInt8> = []
            var members = EventMembers(entry.body)
            while let member = members.next() {
                let name = String(decoding: member.name, as: UTF8.self)
                switch name {
                case "data":
                    message.value = member.value
                    continue
                case "datacontenttype":
                    message.headers.append(Header(name: "content-type", value: member.text))
                    continue
                case "subject": message.key = member.text
                case "source": source = member.text
                default: break
                }
                message.headers.append(Header(name: "ce_\(name)", value: member.text))
            }
            if message.key.isEmpty { message.key = source }
            let sequence = Array(EventEncoder.text(of: entry.sequence).utf8)
            message.headers.append(Header(name: "ce_sequence", value: sequence[...]))
            message.headers.append(Header(name: "ce_journal", value: Array(journal.utf8)[...]))
            return message
        }
    }
#endif
