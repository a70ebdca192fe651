/// Writes XML: elements, texts and attributes, all escaped.
struct XMLWriter {
    /// What is written so far.
    private(set) var bytes: [UInt8] = []

    /// Writes an element with whatever `content` writes.
    mutating func element(
        _ name: StaticString, type: String? = nil, namespace: StaticString? = nil, _ content: (inout XMLWriter) -> Void
    ) {
        raw("<")
        raw(name)
        if let namespace {
            raw(" xmlns=\"")
            raw(namespace)
            raw("\"")
        }
        if let type {
            raw(" type=\"")
            text(type)
            raw("\"")
        }
        raw(">")
        content(&self)
        raw("</")
        raw(name)
        raw(">")
    }

    /// Writes an element with text; nothing when there is no text.
    mutating func element(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        element(name) { $0.text(value) }
    }

    /// Writes an element with a reference to a managed object.
    mutating func element(_ name: StaticString, _ reference: ManagedObjectReference) {
        element(name, type: reference.type) { $0.text(reference.value) }
    }

    /// Writes text; characters XML cannot hold become U+FFFD.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"": raw("&quot;")
            case "\t": raw("&#9;")
            case "\n": raw("&#10;")
            case "\r": raw("&#13;")
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": raw("\u{FFFD}")
            default: bytes.append(contentsOf: String(scalar).utf8)
            }
        }
    }

    /// Writes markup as it is.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: text.description.utf8)
    }
}
