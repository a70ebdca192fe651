package import AgentCore
package import EventModel

/// Their part of the checkpoint.
extension ContainerTellings {
    /// Reads them from a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint) throws {
        guard let value = Self.decoded(checkpoint.bytes) else {
            throw CollectorError.unusableCheckpoint(
                "what the checkpoint of the containers tells of last cannot be read")
        }
        self = value
    }

    /// Those in a checkpoint's bytes; nil when there are none.
    package static func decoded(_ bytes: [UInt8]) -> ContainerTellings? {
        (try? JSONDocument(bytes).root.value)?["tellings"].flatMap { ContainerTellings($0) }
    }

    /// Reads what `bytes` wrote; nil for anything else.
    package init?(_ value: JSONValue) {
        guard let recent = value["recent"].flatMap({ RecentHappenings($0) }), let list = value["held"]?.array else {
            return nil
        }
        self.init()
        self.recent = recent
        for item in list {
            guard let happening = item["of"].flatMap({ HostHappening($0) }), let text = item["event"],
                let event = try? EventDecoder.decode(text).event
            else { return nil }
            held.append(Held(happening: happening, event: event, since: .now))
        }
    }

    /// For a checkpoint.
    package var bytes: [UInt8] {
        var bytes = Array("{\"recent\":".utf8) + recent.bytes + Array(",\"held\":[".utf8)
        for (index, item) in held.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += Array("{\"of\":".utf8) + JSONText(item.happening.value).bytes
            bytes += Array(",\"event\":".utf8) + EventEncoder.encode(item.event) + Array("}".utf8)
        }
        return bytes + Array("]}".utf8)
    }
}
