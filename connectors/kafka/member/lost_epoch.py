"""How an epoch can fail to commit. After both, the producer is replaced and the truth is read from Kafka again."""


class EpochLost(Exception):
    """It was not committed, and cannot be."""


class OutcomeUnknown(Exception):
    """It may have been committed or not; never abort it now."""
