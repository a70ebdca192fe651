import CLibXML2

extension XMLPushParser {
    // SAFETY: `user` is the parser's scanner in each callback; libxml2 calls only inside `push`, one callback at a
    // time.

    /// Nothing is loaded from the network; errors inside texts do not end the parsing; the text is UTF-8 whatever it
    /// says.
    ///
    /// `XML_PARSE_NOENT` makes XML's own five entities plain text in attributes too: no others can be declared, for a
    /// document type definition ends the parsing.
    static let options = Int32(
        XML_PARSE_NONET.rawValue | XML_PARSE_RECOVER.rawValue | XML_PARSE_IGNORE_ENC.rawValue | XML_PARSE_NOENT.rawValue
    )

    /// The callbacks libxml2 is given. No entity, notation or external subset is ever asked for: nothing is loaded or
    /// expanded beyond XML's own five entities.
    static var handler: xmlSAXHandler {
        var handler = xmlSAXHandler()
        handler.initialized = UInt32(XML_SAX2_MAGIC)
        handler.startElementNs = { user, name, _, uri, _, _, count, _, attributes in
            guard let user, let name else { return }
            user.assumingMemoryBound(to: EventScanner.self).pointee
                .startElement(name, uri, Int(count), attributes)
        }
        handler.endElementNs = { user, _, _, _ in
            user?.assumingMemoryBound(to: EventScanner.self).pointee.endElement()
        }
        handler.characters = characters
        handler.ignorableWhitespace = characters
        handler.cdataBlock = characters
        handler.internalSubset = { user, _, _, _ in
            guard let scanner = user?.assumingMemoryBound(to: EventScanner.self) else { return }
            scanner.pointee.fail("it has a document type definition")
            xmlStopParser(scanner.pointee.context)
        }
        handler.serror = { user, error in
            guard let error else { return }
            user?.assumingMemoryBound(to: EventScanner.self).pointee.note(error.pointee)
        }
        return handler
    }

    private static let characters: charactersSAXFunc = { user, text, count in
        guard let user, let text, count > 0 else { return }
        user.assumingMemoryBound(to: EventScanner.self).pointee.characters(text, Int(count))
    }
}
