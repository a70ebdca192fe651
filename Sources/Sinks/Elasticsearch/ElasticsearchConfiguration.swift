package import AgentCore
import EventModel

/// What `collectors.json` says about a sink of kind `elasticsearch`.
package struct ElasticsearchConfiguration: Configurable {
    /// Where events go when nothing is configured: matched by the templates Elasticsearch comes with.
    private static let standardStream = "logs-guestwatch-default"

    package var destination: HTTPDestinationConfiguration
    package var dataStream: String
    package var pipeline: String?

    package init(
        _ destination: HTTPDestinationConfiguration, dataStream: String = "logs-guestwatch-default",
        pipeline: String? = nil
    ) {
        (self.destination, self.dataStream, self.pipeline) = (destination, dataStream, pipeline)
    }

    package init(from reader: inout ConfigurationReader) {
        destination = HTTPDestinationConfiguration(
            from: &reader, url: "The cluster: \"https://es1.example:9200\".", compression: .gzip)
        dataStream = reader.optional(
            "dataStream", .streamName, default: Self.standardStream, "The data stream events are written to.")
        pipeline = reader.optional("pipeline", .streamName, "The ingest pipeline events pass.")
    }
}

extension ConfigurationType where Value == String {
    /// What may stand in a path as it is, and what Elasticsearch takes for a name.
    fileprivate static var streamName: Self {
        .text(
            expected: "a name of small letters, digits, '.', '_' and '-' that begins with a letter or digit",
            schema: [.init("pattern", "^[a-z0-9][a-z0-9._-]{0,254}$")], placeholder: ""
        ) { text in
            let isName = text.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "._-".utf8.contains(byte)
            }
            let begins = text.utf8.first.map { !"._-".utf8.contains($0) } ?? false
            return isName && begins && text.utf8.count <= 255 ? text : nil
        }
    }
}
