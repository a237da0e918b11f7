"""`orderline serve`: the programs by which records come into the log from outside."""
