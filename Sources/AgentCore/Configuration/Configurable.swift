/// A configuration that declares itself: the same reads make the value, its error messages and its JSON Schema.
///
///     init(from reader: inout ConfigurationReader) {
///         url = reader.required("url", .url(schemes: ["https"]), "The vCenter's SDK endpoint.")
///         interval = reader.optional("interval", .duration, default: .seconds(2), "How often to read.")
///     }
///
/// A read never throws: it notes the problem and gives a placeholder, so that all problems are reported at once; the
/// value is thrown away when there was any. Reads must not depend on what earlier reads gave.
public protocol Configurable: Sendable {
    init(from reader: inout ConfigurationReader)
}
