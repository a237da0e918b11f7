"""How the receiver writes a record so that it is durable when it answers, on either log."""
