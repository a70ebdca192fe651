extension HTTPRequest {
    /// Throws `.invalid` for what could never be sent, or would be sent as something else.
    func validate() throws(HTTPError) {
        let authority = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        // Not printed here and not to be printed elsewhere.
        guard !authority.contains("@") else { throw .invalid("the URL holds a user name; send it in a header instead") }
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
            throw .invalid("URL \"\(url)\" does not begin with https:// or http://")
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .invalid("URL \"\(url)\" contains a blank or a control character; write it as %20")
        }
        guard method.isHTTPToken else { throw .invalid("method \"\(method)\" is not an HTTP method") }
        for field in headers.fields {
            guard field.name.isHTTPToken else { throw .invalid("\"\(field.name)\" is not a header name") }
            // Named without its value, which may be a secret.
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .invalid("the value of header \"\(field.name)\" contains a control character; remove it")
            }
        }
    }
}

extension String {
    /// What RFC 9110 calls a token.
    fileprivate var isHTTPToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
