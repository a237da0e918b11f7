"""How an epoch can fail to commit. After either, the producer is replaced and all state is read from Kafka again."""


class EpochLost(Exception):
    """The epoch was not committed, and cannot be."""


class OutcomeUnknown(Exception):
    """The epoch may have been committed; never abort it now."""
