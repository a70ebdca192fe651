import AgentCore
import Glibc
import Platform

extension SecretStore {
    /// No password is longer; a larger file is not one. In bytes.
    private static let sizeLimit = 64 << 10

    /// The environment and the files of this machine.
    static let system = SecretStore { reference throws(SecretError) in
        switch reference {
        case .environment(let name):
            guard let value = getenv(name) else {
                throw SecretError("the environment variable \"\(name)\" is not set")
            }
            return String(cString: value)
        case .file(let path):
            do {
                let bytes = try File.read(path, limit: sizeLimit)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw SecretError("the secret in \"\(path)\" is not UTF-8 text")
                }
                return text.last?.isNewline == true ? String(text.dropLast()) : text
            } catch {
                throw SecretError("\(error)")
            }
        }
    }

    /// Stands in for every secret where none is needed: recordings have them blanked.
    static let blanked = SecretStore { _ throws(SecretError) in "blanked" }
}
