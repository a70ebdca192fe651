import CCurl

extension CurlTransport {
    /// The version of the libcurl this process runs with and of what it is made of: `libcurl/7.88.1 OpenSSL/3.0.19 …`.
    public static var libraryVersion: String {
        // SAFETY: libcurl's answer is a constant text of the library.
        String(cString: curl_version())
    }
}
