import VSphere

@testable import Collectors

/// What the collector throws for an error of the client.
enum VSphereErrorProbe {
    static func thrown(by error: VSphereError) -> any Error {
        guard
            let configuration = try? CollectorRig.configuration(
                #"{ "url": "https://vc1.example/sdk", "username": "watch", "password": { "env": "P" } }"#)
        else { return error }
        return error.thrown(by: configuration)
    }
}
