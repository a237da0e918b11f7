"""How the records of a file get into either log exactly once, whatever ends the watcher in the middle."""
