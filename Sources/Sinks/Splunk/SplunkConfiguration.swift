package import AgentCore

/// What `collectors.json` says about a sink of kind `splunk`.
package struct SplunkConfiguration: Configurable {
    /// How Splunk is asked whether events are indexed.
    package struct Acknowledgement: Configurable, Hashable {
        package static let standard = Acknowledgement()

        package var isWanted = true
        /// The longest time between two questions; the first comes sooner.
        package var interval = Duration.seconds(10)
        /// After that, events that are not acknowledged are sent again.
        package var timeout = Duration.seconds(300)

        package init(isWanted: Bool = true, interval: Duration = .seconds(10), timeout: Duration = .seconds(300)) {
            (self.isWanted, self.interval, self.timeout) = (isWanted, interval, timeout)
        }

        package init(from reader: inout ConfigurationReader) {
            isWanted = reader.optional(
                "enabled", .boolean, default: true,
                "Wait until events are indexed. False only for a token without indexer acknowledgement.")
            interval = reader.optional(
                "interval", .duration, default: .seconds(10), "The longest time between two questions.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(300), "After this, events are sent again.")
        }
    }

    package var destination: HTTPDestinationConfiguration
    package var index: String?
    package var sourceType: String
    package var acknowledgement: Acknowledgement

    package init(
        _ destination: HTTPDestinationConfiguration, index: String? = nil, sourceType: String = "guestwatch:event",
        acknowledgement: Acknowledgement = .standard
    ) {
        (self.destination, self.index, self.sourceType) = (destination, index, sourceType)
        self.acknowledgement = acknowledgement
    }

    package init(from reader: inout ConfigurationReader) {
        destination = HTTPDestinationConfiguration(
            from: &reader, url: "The HTTP Event Collector: \"https://splunk.example:8088\".", compression: .gzip)
        index = reader.optional("index", .string, "The index events go to; without it, the token's own.")
        sourceType = reader.optional("sourcetype", .string, default: "guestwatch:event", "The events' sourcetype.")
        acknowledgement = reader.optional(
            "acknowledgement", .object(), default: .standard, "How Splunk is asked whether events are indexed.")
    }
}
