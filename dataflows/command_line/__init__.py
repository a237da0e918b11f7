"""The command `orderline`: one file for each subcommand."""
