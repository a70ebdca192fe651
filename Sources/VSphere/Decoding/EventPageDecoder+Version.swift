import CLibXML2

extension EventPageDecoder {
    /// The version of the libxml2 this program was built with: `2.9.14`.
    package static var libraryVersion: String { LIBXML_DOTTED_VERSION }
}
