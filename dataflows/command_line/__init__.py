"""The command `orderline`: one file a subcommand."""
