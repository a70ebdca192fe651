/// How a text is written in JSON.
enum FieldShape: UInt8, BitwiseCopyable {
    case text
    case int
    case long
    case boolean
    /// A number that has been checked.
    case number
    case textList
    case intList
    case longList
    case booleanList

    /// The shape of a field as vim25 declares it.
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

    /// Whether a single element is written as an array too.
    @inline(__always)
    var isList: Bool { rawValue >= Self.textList.rawValue }

    /// The shape of an element of the list.
    @inline(__always)
    var element: FieldShape {
        switch self {
        case .textList: .text
        case .intList: .int
        case .longList: .long
        case .booleanList: .boolean
        default: self
        }
    }
}

/// The shapes of the fields of an event class by the index of the field's name in the page's `NameTable`.
///
/// Every field that is not a plain text was given an index when this was made: names with a higher one are texts.
struct ClassShapes: BitwiseCopyable {
    // SAFETY: `shapes` has `count` places, all initialized, and is freed by `deallocate`, which the scanner calls once.
    private let shapes: UnsafeMutablePointer<FieldShape>
    private let count: Int

    /// - Parameter fields: the indices and shapes of the fields that are not plain texts.
    init(_ fields: [(index: Int, shape: FieldShape)]) {
        count = (fields.map(\.index).max() ?? -1) + 1
        shapes = .allocate(capacity: max(1, count))
        shapes.initialize(repeating: .text, count: count)
        for field in fields { shapes[field.index] = field.shape }
    }

    /// Frees the table; nothing may be asked after it.
    func deallocate() { shapes.deallocate() }

    /// The shape of a direct child of an event of this class.
    @inline(__always)
    func shape(of index: Int) -> FieldShape {
        index < count ? shapes[index] : .text
    }
}
