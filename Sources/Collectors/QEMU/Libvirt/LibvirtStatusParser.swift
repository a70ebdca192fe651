import CLibXML2

/// Reads the few elements of libvirt's status file with libxml2's SAX2 push parser.
///
/// Nothing is loaded, a document type definition ends the reading, texts are cut at `maximumText`.
final class LibvirtStatusParser {
    // SAFETY: made, used and dropped within `read`, on one thread; libxml2 calls back only from `xmlParseChunk`, while
    // the parser lives, with `user` being the unretained parser and pointers that hold for the time of the call.

    /// No name of a domain is longer. In bytes.
    private static let maximumText = 4096
    /// `domstatus` is 1, `domain` 2, its name 3.
    private static let nameDepth = 3

    private var elements = LibvirtStatusElements()
    private var context: xmlParserCtxtPtr?
    private var depth = 0
    private var isInDomain = false
    private var text: [UInt8]?

    /// The elements of a file; nil where its outermost one is another.
    static func read(_ bytes: [UInt8]) -> LibvirtStatusElements? {
        let parser = LibvirtStatusParser()
        var handler = Self.handler
        xmlInitParser()
        let user = Unmanaged.passUnretained(parser).toOpaque()
        guard let context = xmlCreatePushParserCtxt(&handler, user, nil, 0, nil) else { return nil }
        defer { xmlFreeParserCtxt(context) }
        xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOENT.rawValue))
        parser.context = context
        bytes.withUnsafeBytes { memory in
            let start = memory.baseAddress?.assumingMemoryBound(to: CChar.self)
            _ = xmlParseChunk(context, start, Int32(clamping: memory.count), 1)
        }
        withExtendedLifetime(parser) {}
        return parser.elements.state == nil ? nil : parser.elements
    }

    private static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { user, name, _, _, _, _, count, _, attributes in
            guard let name else { return }
            LibvirtStatusParser.parser(user)?.startElement(name, count: Int(count), attributes)
        }
        handler.endElementNs = { user, name, _, _ in
            guard let name else { return }
            LibvirtStatusParser.parser(user)?.endElement(name)
        }
        handler.characters = { user, text, count in
            guard let text, count > 0 else { return }
            LibvirtStatusParser.parser(user)?.characters(UnsafeBufferPointer(start: text, count: Int(count)))
        }
        handler.internalSubset = { user, _, _, _ in LibvirtStatusParser.parser(user)?.stop() }
        // Damage ends the reading; what was read before it holds.
        handler.serror = { _, _ in }
        return handler
    }

    private static func parser(_ user: UnsafeMutableRawPointer?) -> LibvirtStatusParser? {
        user.map { Unmanaged<LibvirtStatusParser>.fromOpaque($0).takeUnretainedValue() }
    }

    private func startElement(
        _ name: UnsafePointer<xmlChar>, count: Int, _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) {
        depth += 1
        let name = String(cString: name)
        if depth == 1 {
            guard name == "domstatus" else { return stop() }
            // Five pointers each: local name, prefix, namespace, and the value's first byte and end.
            for index in 0..<count {
                guard let attributes, let key = attributes[index * 5], let start = attributes[index * 5 + 3],
                    let end = attributes[index * 5 + 4]
                else { continue }
                let bytes = UnsafeBufferPointer(start: start, count: min(end - start, Self.maximumText))
                note(String(decoding: bytes, as: UTF8.self), of: String(cString: key))
            }
        } else if depth == Self.nameDepth - 1 {
            isInDomain = name == "domain"
        } else if depth == Self.nameDepth, isInDomain, name == "name" || name == "uuid" {
            text = []
        }
    }

    private func note(_ value: String, of attribute: String) {
        switch attribute {
        case "state": elements.state = value
        case "reason": elements.reason = value
        case "pid": elements.pid = value
        default: break
        }
    }

    private func characters(_ bytes: UnsafeBufferPointer<xmlChar>) {
        guard depth == Self.nameDepth, let room = text.map({ Self.maximumText - $0.count }) else { return }
        text?.append(contentsOf: bytes.prefix(max(0, room)))
    }

    private func endElement(_ name: UnsafePointer<xmlChar>) {
        if depth == Self.nameDepth, let bytes = text {
            let value = String(decoding: bytes, as: UTF8.self)
            if String(cString: name) == "name" { elements.name = value } else { elements.uuid = value }
            text = nil
        }
        depth -= 1
    }

    private func stop() {
        if let context { xmlStopParser(context) }
    }
}
