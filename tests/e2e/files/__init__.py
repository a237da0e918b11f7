"""The file watcher as a process."""
