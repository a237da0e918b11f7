"""A law of the domain that does not hold any more: the one thing that stops a flow on purpose."""


class InvariantViolated(Exception):
    """A law is broken: a bug. The flow stops; the state on disk is the one before."""
