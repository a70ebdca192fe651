// The suites of Journals.
