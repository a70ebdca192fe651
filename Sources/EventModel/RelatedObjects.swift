/// What an event names beside its guest, in the order it is told.
///
/// One word wide, with the attribute `related` encoded when it is made: events that name the same may share it.
package struct RelatedObjects: Sendable, Hashable {
    private final class Parts: Sendable {
        let objects: [RelatedObject]
        let references: [UInt8]

        init(_ objects: [RelatedObject]) {
            (self.objects, references) = (objects, EventEncoder.references(to: objects))
        }
    }

    private static let none = Parts([])

    private let parts: Parts

    package init(_ objects: [RelatedObject] = []) {
        parts = objects.isEmpty ? Self.none : Parts(objects)
    }

    /// The references to all of them, as the attribute has them: percent-encoded, a space between two.
    var references: [UInt8] { parts.references }

    package static func == (left: Self, right: Self) -> Bool {
        left.parts === right.parts || left.parts.objects == right.parts.objects
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(parts.objects)
    }
}

extension RelatedObjects: RandomAccessCollection, ExpressibleByArrayLiteral {
    package var startIndex: Int { 0 }
    package var endIndex: Int { parts.objects.count }

    package init(arrayLiteral objects: RelatedObject...) {
        self.init(objects)
    }

    package subscript(place: Int) -> RelatedObject { parts.objects[place] }
}
