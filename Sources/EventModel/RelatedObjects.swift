/// What an event names beside its guest, in the order it is told.
///
/// One word wide, with the attribute `related` encoded when it is made: events that name the same may share it.
public struct RelatedObjects: Sendable, Hashable {
    private final class Parts: Sendable {
        let objects: [RelatedObject]
        let references: [UInt8]

        init(_ objects: [RelatedObject]) {
            (self.objects, references) = (objects, EventEncoder.references(to: objects))
        }
    }

    private static let none = Parts([])

    private let parts: Parts

    public init(_ objects: [RelatedObject] = []) {
        parts = objects.isEmpty ? Self.none : Parts(objects)
    }

    /// The references to all of them, as the attribute has them: percent-encoded, a space between two.
    var references: [UInt8] { parts.references }

    public static func == (left: Self, right: Self) -> Bool {
        left.parts === right.parts || left.parts.objects == right.parts.objects
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts.objects)
    }
}

extension RelatedObjects: RandomAccessCollection, ExpressibleByArrayLiteral {
    public var startIndex: Int { 0 }
    public var endIndex: Int { parts.objects.count }

    public init(arrayLiteral objects: RelatedObject...) {
        self.init(objects)
    }

    public subscript(place: Int) -> RelatedObject { parts.objects[place] }
}
