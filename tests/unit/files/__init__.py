"""The file watcher, on folders of a test and a log that keeps what it is given."""
