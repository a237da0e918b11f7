"""Maps what services and people decide about orders: holds, and the outcomes of checks."""
