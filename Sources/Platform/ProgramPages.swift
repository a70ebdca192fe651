import CLinux

/// The pages of the program and its libraries that this process has in memory.
package enum ProgramPages {
    /// Lets go of the pages that start-up touched: the few that go on being used come back from the page cache at once.
    ///
    /// Start-up runs through far more code and symbol tables than an idle agent (dynamic linking, the command line, the
    /// first TLS connection); without this all of it would count as resident for as long as the process lives.
    package static func releaseUnused() {
        gw_release_program_pages()
    }
}
