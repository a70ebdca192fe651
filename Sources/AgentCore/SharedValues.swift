import Platform

/// What the plugins of one agent know together: one value of each type, made by who asks for it first.
///
/// So that two collectors that see the same guests can agree on who tells what, without knowing of each other.
public final class SharedValues: Sendable {
    private let values = Locked<[ObjectIdentifier: any AnyObject & Sendable]>([:])

    public init() {}

    /// The agent's value of the type; `make` is called for the first who asks.
    public func value<Value: AnyObject & Sendable>(_ make: @Sendable () -> Value) -> Value {
        values.withLock { values in
            let key = ObjectIdentifier(Value.self)
            if let known = values[key] as? Value { return known }
            let made = make()
            values[key] = made
            return made
        }
    }
}
