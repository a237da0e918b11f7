"""`orderline channel`: begin, check, try out and publish channel files."""
