"""Fresh seeds: a campaign that always draws the same faults proves them once."""

import secrets

_SEEDS = 1_000_000


def fresh_seed() -> int:
    """A random seed; print it, because a failure can be reproduced only with it."""
    return secrets.randbelow(_SEEDS)
