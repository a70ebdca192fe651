package import Platform

/// The file system as a follower sees it; a model of one in simulations.
package protocol FileTree {
    associatedtype Opened: OpenedFile

    /// What a folder holds, without `.` and `..`, in any order. Nil when it is none, is not there, or may not be read.
    func entries(of folder: String) -> [FolderEntry]?
    /// The object a path leads to, through symbolic links. Nil when there is none.
    func look(at path: String) -> FileLook?
    /// Opens a file for reading; one in the gzip format gives what it unpacks to.
    func open(_ path: String) throws(SystemError) -> Opened
}

/// A name in a folder.
package struct FolderEntry: Sendable, Hashable {
    /// What the name stands for.
    package enum Kind: Sendable, Hashable {
        case file, folder, link
        /// The file system does not say: look.
        case unknown
        /// A pipe, a socket, a device.
        case other
    }

    package var name: String
    package var kind: Kind

    package init(name: String, kind: Kind) {
        (self.name, self.kind) = (name, kind)
    }
}

/// An open file: it stays the same object whatever happens to its names.
package protocol OpenedFile: AnyObject {
    /// It is in the gzip format, and read unpacked. Such a file is read only once it is whole, and never grows.
    var isPacked: Bool { get }

    /// As it is now; of a packed file the size is that of the packed bytes.
    func look() throws(SystemError) -> FileLook
    /// The bytes from an offset, as many as there are up to `count`; fewer only at the end.
    func read(at offset: UInt64, upTo count: Int) throws(SystemError) -> [UInt8]
    /// The first place at or after an offset that may hold something other than a hole; nil when there is none.
    func content(after offset: UInt64) -> UInt64?
}
