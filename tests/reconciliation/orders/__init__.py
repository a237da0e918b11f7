"""Orders in two systems, with planted drifts."""
