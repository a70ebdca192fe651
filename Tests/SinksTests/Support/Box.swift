import Platform

/// A value several tasks of a test share.
final class Box<Value: Sendable>: Sendable {
    private let content = Locked<Value?>(nil)

    var value: Value? {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
