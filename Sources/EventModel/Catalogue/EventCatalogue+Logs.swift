extension EventCatalogue {
    /// What followed files tell that is of no other family.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let logs = """
        log.file-unreadable  A file that is to be followed cannot be read; it is tried again when it changes.
        log.line  A line of a followed file that no rule gave a type of its own.
        """
}
