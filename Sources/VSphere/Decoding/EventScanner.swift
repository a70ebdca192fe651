import CLibXML2
import EventModel

/// Turns libxml2's callbacks into event records with their JSON, and into a small tree of everything that is not an
/// event.
///
/// The state of one answer. What is JSON of which XML is told at `EventPageDecoder`.
struct EventScanner {
    // SAFETY: lives behind a pointer of `XMLPushParser`, which is the user data of libxml2's callbacks: they come one
    // at a time, on the thread that pushes. `frames` has room for `eventDepth + 1`, `members` for `memberCapacity`;
    // both are freed by `deallocate`, which the parser calls once. Pointers from libxml2 are used during their callback
    // only, except dictionary strings, which live as long as `context`.

    /// How the value of an element stands in the arena so far.
    enum Kind: UInt8, BitwiseCopyable {
        /// Nothing is written.
        case empty
        /// `"text`
        case text
        /// `{"type":"T","value":"text`
        case reference
        /// `{` and members, each with a comma behind it; text stands aside.
        case object
    }

    /// An open element of an event; the event itself is the lowest. Places count as those of the arena.
    struct Frame: BitwiseCopyable {
        /// Where the value begins, and where its text does, the quote not counted.
        var start: Int32
        var textStart: Int32 = 0
        /// Its own place in `members`, and where those of its children begin.
        var member: Int32
        var children: Int32
        /// Where its text aside begins, and where the run of it does that may still be mere layout.
        var asideStart: Int32
        var asideMark: Int32
        /// Identifies an object.
        var serial: UInt32 = 0
        var kind = Kind.empty
        var shape = FieldShape.text
        var role = EventRole.none
        /// Members must be put together: some name is a list.
        var gathers = false
        /// What text beside other members is called.
        var textName = TextName.text
    }

    /// What the text of an object is called.
    enum TextName: UInt8, BitwiseCopyable {
        case text, value, typedValue
    }

    /// A member of an object that is still open: its name, and where its value is.
    struct Member: BitwiseCopyable {
        var name: Int32
        var start: Int32
        var end: Int32
    }

    let limits: DecodingLimits
    let context: xmlParserCtxtPtr
    let known: KnownNames
    var arena: ByteArena
    var names: NameTable

    // An event in hand.
    let frames: UnsafeMutablePointer<Frame>
    /// The innermost open element; -1 outside events.
    var top = -1
    var members: UnsafeMutablePointer<Member>
    var memberCount = 0
    var memberCapacity = 256
    var nextSerial: UInt32 = 1
    /// Inside an event, nothing being skipped, nothing to repair: the one question the callbacks ask first.
    var isPlain = false
    /// Open elements of a child that is left out because it exceeds a limit.
    var skipping = 0
    /// Text of elements that have other members, innermost last; and how much there is of it.
    var aside: [UInt8] = [] { didSet { asideCount = Int32(truncatingIfNeeded: aside.count) } }
    private(set) var asideCount: Int32 = 0
    var gathering = Gathering()
    /// The shapes of the class of the event in hand.
    var shapes: ClassShapes
    var record = EventRecord(className: 0)
    var argument = ArgumentParts()
    var times = TimestampReader()
    /// What an `EventEx` or `ExtendedEvent` says it is about.
    var subject = EventSubject()

    // What is done.
    var records: [EventRecord] = []
    var soundEvents = 0
    var tables = EventTables()
    var classShapes: [ClassShapes] = []
    /// The class names as JSON strings.
    var classJSON: [[UInt8]] = []
    private let noShapes = ClassShapes([])
    var classTable = ByteKeyTable(slots: 256)
    var stringTable = ByteKeyTable(slots: 512)
    var objectTable = ByteKeyTable(slots: 1024)
    var subjectTable = ByteKeyTable(slots: 256)

    // What is outside events.
    var tree: [OpenElement] = []
    var root: XMLElement?
    /// `{namespace}name` of the outermost element.
    var rootName: String?
    var treeElements = 0
    var treeBytes = 0
    /// The name of children of the innermost open element that are events; nil where none are.
    var eventName: UnsafePointer<UInt8>?

    // What went wrong.
    /// Why the answer as a whole cannot be trusted.
    var failure: String?
    var errorCount = 0
    /// libxml2 must be told that all is well again.
    var needsRepair = false

    init(context: xmlParserCtxtPtr, limits: DecodingLimits, nowhere: UnsafeMutablePointer<UInt8>) {
        (self.context, self.limits) = (context, limits)
        known = KnownNames(dictionary: context.pointee.dict)
        arena = ByteArena(nowhere: nowhere)
        names = NameTable(limit: limits.names)
        shapes = noShapes
        frames = .allocate(capacity: limits.eventDepth + 1)
        members = .allocate(capacity: memberCapacity)
    }

    /// Frees what is allocated by hand; nothing may be called after it.
    func deallocate() {
        names.deallocate()
        frames.deallocate()
        members.deallocate()
        classTable.deallocate()
        stringTable.deallocate()
        objectTable.deallocate()
        subjectTable.deallocate()
        noShapes.deallocate()
        for shapes in classShapes { shapes.deallocate() }
    }

    /// Refuses the answer as a whole, for the first reason given.
    mutating func fail(_ reason: String) {
        guard failure == nil else { return }
        failure = reason
        (top, skipping, eventName) = (-1, 0, nil)
        settleMode()
    }

    /// To be called when `top`, `skipping` or `needsRepair` have changed, pushing and popping frames of an event apart.
    mutating func settleMode() {
        isPlain = top >= 0 && skipping == 0 && !needsRepair
    }

    /// Marks the event in hand as damaged, for the first reason given.
    mutating func damage(_ reason: String) {
        guard record.damage < 0 else { return }
        record.damage = Int32(tables.damages.count)
        tables.damages.append(reason)
    }
}

/// Names the scanner looks for, as libxml2's dictionary holds them: compared by address.
struct KnownNames {
    // SAFETY: dictionary strings live as long as the parser context, longer than this.
    // URIs of namespaces, names of elements and attributes, names of members that are ours.
    let vim25: UnsafePointer<UInt8>?
    let schemaInstance: UnsafePointer<UInt8>?
    let schema: UnsafePointer<UInt8>?
    let type: UnsafePointer<UInt8>?
    let name: UnsafePointer<UInt8>?
    let returnval: UnsafePointer<UInt8>?
    let event: UnsafePointer<UInt8>?
    let typeName: UnsafePointer<UInt8>?
    let value: UnsafePointer<UInt8>?
    let typedValue: UnsafePointer<UInt8>?
    let text: UnsafePointer<UInt8>?

    init(dictionary: xmlDictPtr?) {
        func intern(_ text: StaticString) -> UnsafePointer<UInt8>? {
            xmlDictLookup(dictionary, text.utf8Start, Int32(text.utf8CodeUnitCount))
        }
        vim25 = intern("urn:vim25")
        schemaInstance = intern("http://www.w3.org/2001/XMLSchema-instance")
        schema = intern("http://www.w3.org/2001/XMLSchema")
        (type, name, returnval, event) = (intern("type"), intern("name"), intern("returnval"), intern("Event"))
        (typeName, value, typedValue) = (intern("_typeName"), intern("value"), intern("_value"))
        text = intern("#text")
    }
}
