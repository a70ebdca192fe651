import CLibXML2

extension EventScanner {
    // SAFETY: see `EventScanner`; the error is read during its callback.

    /// Errors that spoil a text or an attribute and nothing else: libxml2 goes on behind them with its structure whole.
    private static let local: Set<UInt32> = Set(
        [
            XML_ERR_INVALID_HEX_CHARREF, XML_ERR_INVALID_DEC_CHARREF, XML_ERR_INVALID_CHARREF, XML_ERR_INVALID_CHAR,
            XML_ERR_ENTITYREF_NO_NAME, XML_ERR_ENTITYREF_SEMICOL_MISSING, XML_ERR_UNDECLARED_ENTITY,
            XML_WAR_UNDECLARED_ENTITY, XML_ERR_MISPLACED_CDATA_END, XML_ERR_INVALID_ENCODING,
            XML_ERR_ATTRIBUTE_REDEFINED, XML_NS_ERR_UNDEFINED_NAMESPACE, XML_NS_ERR_ATTRIBUTE_REDEFINED,
            // A bare ampersand; where it is a tag without a name libxml2 stops and the answer stays incomplete.
            XML_ERR_NAME_REQUIRED,
        ].map(\.rawValue))

    /// Takes an error of the XML: inside an event it damages that event if its structure holds, else it refuses the
    /// answer.
    mutating func note(_ error: xmlError) {
        errorCount += 1
        needsRepair = true
        settleMode()
        var message = error.message.map { String(cString: $0) } ?? "error \(error.code)"
        message = message.split(separator: "\n").first.map(String.init) ?? message
        guard top >= 0, Self.local.contains(UInt32(truncatingIfNeeded: error.code)) else {
            if error.level != XML_ERR_WARNING { fail("its XML is broken in line \(error.line): \(message)") }
            return
        }
        damage("its XML is broken: \(message)")
        if errorCount > limits.errors { fail("its XML has more than \(limits.errors) errors") }
    }

    /// Lets libxml2 go on as if no error had been: else it would leave out all `&amp;` and read the rest as Latin-1.
    mutating func repair() {
        needsRepair = false
        settleMode()
        context.pointee.wellFormed = 1
        context.pointee.charset = Int32(XML_CHAR_ENCODING_UTF8.rawValue)
    }
}
