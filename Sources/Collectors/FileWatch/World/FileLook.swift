/// A file as stat(2) shows it at one moment: enough to see that nothing was done to it since.
package struct FileLook: Sendable, Hashable {
    /// Device and inode: which object it is, for as long as somebody holds it; both are used again after a deletion.
    package struct Object: Sendable, Hashable {
        package var device: UInt64
        package var inode: UInt64

        package init(device: UInt64, inode: UInt64) {
            (self.device, self.inode) = (device, inode)
        }
    }

    package var object: Object
    package var size: UInt64
    /// Nanoseconds since 1970 of the last change of the content, as the file system or whoever set it tells.
    package var modified: Int64
    /// Nanoseconds since 1970 of the last change of anything, which nobody can set: a new file has a new one.
    package var changed: Int64
    /// A regular file, not a folder, a pipe or a device.
    package var isRegular: Bool
    /// Names it has; 0: it was deleted.
    package var links: UInt64

    package init(
        object: Object, size: UInt64, modified: Int64, changed: Int64, isRegular: Bool = true, links: UInt64 = 1
    ) {
        (self.object, self.size, self.modified) = (object, size, modified)
        (self.changed, self.isRegular, self.links) = (changed, isRegular, links)
    }
}
