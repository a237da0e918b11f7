"""What shops and marketplaces are told, each against a double that enforces the rules of its API."""
