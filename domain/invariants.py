"""A broken invariant of the domain: the only condition that stops a flow on purpose."""


class InvariantViolated(Exception):
    """An invariant is broken: a bug. The flow stops; the state on disk is that of the last commit."""
