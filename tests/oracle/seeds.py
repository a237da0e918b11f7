"""Fresh seeds: a campaign that always draws the same faults proves them once."""

import secrets

_SEEDS = 1_000_000


def fresh_seed() -> int:
    """One that nobody has chosen; print it, for only with it can a failure be repeated."""
    return secrets.randbelow(_SEEDS)
