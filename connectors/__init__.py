"""Everything that talks to the outside: the logs, the state stores, channel formats and ERPs."""
