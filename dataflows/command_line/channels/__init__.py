"""`orderline channel`: begin, check and try out channel files."""
