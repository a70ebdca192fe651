/// How a text is written in JSON.
enum FieldShape: UInt8, BitwiseCopyable {
    /// Not looked up yet.
    case unknown
    case text
    case int
    case long
    case boolean
    case textList
    case intList
    case longList
    case booleanList

    init(_ field: EventClasses.Field?) {
        let isList = field?.isList ?? false
        self =
            switch field?.type {
            case "int": isList ? .intList : .int
            case "long": isList ? .longList : .long
            case "boolean": isList ? .booleanList : .boolean
            default: isList ? .textList : .text
            }
    }

    /// The shape of a value of XML Schema's own types; nil for those that stay text.
    init?(schemaType: String) {
        switch schemaType {
        case "int", "short", "byte", "unsignedByte", "unsignedShort": self = .int
        case "long", "unsignedInt": self = .long
        case "boolean": self = .boolean
        default: return nil
        }
    }

    @inline(__always)
    var isList: Bool { rawValue >= Self.textList.rawValue }

    /// The shape of an element of the list.
    @inline(__always)
    var element: FieldShape {
        isList ? FieldShape(rawValue: rawValue - 4) ?? .text : self
    }
}

/// The shapes of the fields of an event class by the index of the field's name in the page's `NameTable`.
struct ClassShapes {
    // SAFETY: `shapes` has `cached` places, all initialized, and is freed by `deallocate`, which the scanner calls once.
    let className: String
    private let shapes: UnsafeMutablePointer<FieldShape>
    /// Names of a higher index are looked up each time; pages of real events have some 150 names.
    private static let cached = 512

    init(className: String) {
        self.className = className
        shapes = .allocate(capacity: Self.cached)
        shapes.initialize(repeating: .unknown, count: Self.cached)
    }

    /// Frees the table; nothing may be asked after it.
    func deallocate() { shapes.deallocate() }

    /// The shape of a direct child of an event of this class.
    @inline(__always)
    func shape(of index: Int, in names: borrowing NameTable) -> FieldShape {
        if index < Self.cached, shapes[index] != .unknown { return shapes[index] }
        let shape = FieldShape(EventClasses.standard.field(names.strings[index], of: className))
        if index < Self.cached { shapes[index] = shape }
        return shape
    }
}
