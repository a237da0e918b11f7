"""The file watcher: files that are dropped into folders become records of source topics."""
