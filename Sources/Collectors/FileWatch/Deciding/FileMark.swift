/// What is stored of a followed file.
package struct FileMark: Sendable, Hashable {
    /// Where it was seen last.
    package var path: String
    /// The object it was: a hint where to look first, never a proof.
    package var object: FileLook.Object
    package var content = ContentMark()
    /// Given with its first line.
    package var identity: FileIdentity?
    /// The line at `offset` was too long: the rest of it is passed over.
    package var passesOver = false
    /// It was renamed or copied away from where it was found: nobody is expected to write to it for long.
    package var isRotated = false
    /// Nothing more will be read of it: a packed file that was read, or was there before.
    package var isFinished = false

    package init(path: String, object: FileLook.Object) {
        (self.path, self.object) = (path, object)
    }
}
