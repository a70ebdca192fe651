import EventModel
import Foundation
import HTTPClient

@testable import VSphere

/// Answers as a vCenter writes them, and ways to decode them.
enum Wire {
    static let head = """
        <?xml version="1.0" encoding="UTF-8"?>
        <soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" \
        xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" \
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
        """
    static let tail = "</soapenv:Body></soapenv:Envelope>"

    /// An answer to ReadNextEvents.
    static func page(_ events: String...) -> String {
        head + "<ReadNextEventsResponse xmlns=\"urn:vim25\">" + events.joined() + "</ReadNextEventsResponse>" + tail
    }

    /// An event with what every event has, and more.
    static func event(_ type: String = "VmPoweredOnEvent", key: Int = 7, _ more: String = "") -> String {
        "<returnval xsi:type=\"\(type)\"><key>\(key)</key><chainId>\(key)</chainId>"
            + "<createdTime>2026-11-21T06:18:00.123456Z</createdTime><userName>root</userName>\(more)</returnval>"
    }

    /// An answer with a SOAP fault.
    static func fault(_ name: String, _ message: String = "", _ members: String = "") -> String {
        head + "<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>\(message)</faultstring><detail>"
            + "<\(name)Fault xmlns=\"urn:vim25\" xsi:type=\"\(name)\">\(members)</\(name)Fault></detail></soapenv:Fault>"
            + tail
    }

    /// An answer of an operation with anything in it.
    static func answer(_ operation: String, _ content: String = "") -> String {
        head + "<\(operation)Response xmlns=\"urn:vim25\">\(content)</\(operation)Response>" + tail
    }

    /// Decodes bytes that arrive in pieces of `sizes`, again and again.
    static func decode(
        _ bytes: [UInt8], pieces sizes: [Int] = [16384], status: Int = 200, limits: DecodingLimits = DecodingLimits()
    ) throws(VSphereError) -> EventPage {
        let decoder = EventPageDecoder(limits: limits)
        decoder.begin(HTTPResponse(status: status))
        var start = 0
        var round = 0
        while start < bytes.count {
            let end = min(start + sizes[round % sizes.count], bytes.count)
            guard decoder.receive(bytes.span.bytes.extracting(start..<end)) else { break }
            (start, round) = (end, round + 1)
        }
        return try decoder.finish()
    }

    static func decode(_ text: String, limits: DecodingLimits = DecodingLimits()) throws(VSphereError) -> EventPage {
        try decode(Array(text.utf8), limits: limits)
    }

    /// The JSON of the fields of the one event of a page with `more` in it.
    static func fields(_ more: String, of type: String = "VmPoweredOnEvent") throws -> JSONValue {
        let page = try decode(page(event(type, more)))
        return try page.events[0].fields.parsed()
    }
}

extension Wire {
    static func event(_ type: String = "VmPoweredOnEvent", _ more: String) -> String {
        event(type, key: 7, more)
    }
}

/// The folder with recordings and real events that are no part of the project.
enum SharedFolder {
    static let url: URL? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["GUESTWATCH_SHARED"] ?? package.appending(path: "../shared").path
        let folder = URL(filePath: path).appending(path: "vsphere").standardizedFileURL
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static var isThere: Bool { url != nil }

    /// All files below a folder whose names end with `suffix`, by name.
    static func files(in folder: String, suffix: String) -> [URL] {
        guard let url = url?.appending(path: folder),
            let found = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
        else { return [] }
        return found.compactMap { $0 as? URL }.filter { $0.lastPathComponent.hasSuffix(suffix) }
            .sorted { $0.path < $1.path }
    }
}

/// A small generator whose numbers follow from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &+ 0x9E37_79B9_7F4A_7C15
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
