package import HTTPClient

/// Decodes the events of one answer while it arrives: of ReadNextEvents, ReadPreviousEvents, QueryEvents, and of
/// RetrievePropertiesEx and WaitForUpdatesEx about `latestPage` and `latestEvent`.
///
/// One decoder, one answer: hand it to the transport, then `finish()`. Names are matched by namespace and local name,
/// whatever the prefixes; the order of an event's children does not matter, and unknown classes and elements are kept.
///
/// **Fields.** `VSphereEvent.fields` is a JSON object of all the event carried, under vim25's names, in the order of
/// the wire:
/// - `_typeName`, first, is the event's class.
/// - An element with text only is a string; a number or a boolean where vim25 says so (`event-classes.tsv`, or an
///   `xsi:type` of XML Schema on the element) and the text is one: `7`, not `07`. An empty element is `""`.
/// - An element with children is an object. Text beside them is its member `#text`, unless it is mere white space.
/// - Elements of one name are an array, in their order, also when others stand between them. A field that vim25
///   declares a list is an array even with one element. (Without an element it is absent: the wire does not show it.)
/// - A reference to a managed object is `{"type":"VirtualMachine","value":"vm-12"}`.
/// - An `xsi:type` of vim25 on an element is its member `_typeName`; text alone is then its member `_value`.
/// - Any other attribute is a member `@name`.
///
/// **Damage.** An event without a readable `key` or `createdTime`, beyond a limit, or with an error in its XML that
/// leaves the structure whole (an illegal character, an unknown entity, bytes that are not UTF-8) comes with `damage`
/// saying why and with all that could be read; a part beyond a limit is left out. Its neighbours are unharmed. An
/// answer that breaks off, or whose structure is broken, or that has a document type definition, is refused as a whole.
///
/// The transport calls from one thread at a time; `finish()` comes after its last call.
package final class EventPageDecoder: HTTPBodyReceiver, @unchecked Sendable {
    // SAFETY: `@unchecked Sendable`: calls come one after another, by the contract of `HTTPBodyReceiver`.
    private let parser: XMLPushParser?
    private var status = 200

    /// A decoder for one answer.
    package init(limits: DecodingLimits = DecodingLimits()) {
        parser = XMLPushParser(limits: limits)
    }

    package func begin(_ response: HTTPResponse) {
        status = response.status
    }

    package func receive(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { parser?.receive($0) ?? false }
    }

    /// Undamaged events that are complete so far.
    package var soundEvents: Int { parser?.soundEvents ?? 0 }

    /// Ends the answer and gives its events.
    ///
    /// Throws `.malformed` when it broke off or cannot be trusted, with the number of sound events before; the case of
    /// the fault when it is one; `.notVSphere` when it is something else, or the answer to another `operation`, or about
    /// the properties of another `object`.
    package func finish(
        of operation: String? = nil, about object: ManagedObjectReference? = nil
    ) throws(VSphereError) -> EventPage {
        guard let parser else { throw .malformed(MalformedAnswer(reason: "there is no memory for a parser")) }
        let scanned = parser.finish()
        let response = try SOAPAnswer.response(in: scanned, status: status)
        if let operation, response.name != "\(operation)Response" {
            throw .notVSphere("the answer to \(operation) is a <\(response.name)>")
        }
        if let object { try response.checkObject(object) }
        return EventPage(
            events: scanned.events, missing: MissingProperty.all(in: response),
            updateVersion: response["returnval"]?.text("version"))
    }
}

extension MissingProperty {
    /// The properties an answer about properties lacks.
    static func all(in response: XMLElement) -> [MissingProperty] {
        response.children.flatMap(\.children).flatMap { part in
            // RetrievePropertiesEx: returnval/objects; WaitForUpdatesEx: returnval/filterSet/objectSet.
            ([part] + part.all("objectSet")).flatMap { $0.all("missingSet") }
        }.map { missing in
            let fault = missing["fault"]
            let message = fault?.text("localizedMessage") ?? ""
            return MissingProperty(
                path: missing.text("path") ?? "",
                fault: fault?["fault"].map { VSphereFault($0, message: message) }
                    ?? VSphereFault(name: "", message: message))
        }
    }
}
