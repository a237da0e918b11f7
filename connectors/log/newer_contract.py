"""The error for a record of a newer release in our own topic: readers were not upgraded before writers."""

from connectors.log.port import LogFailed, Record


class NewerContract(LogFailed):
    """One of our own topics has a record that only a newer release can read: skipping it would lose it."""

    def __init__(self, record: Record, reader: str, reason: str) -> None:
        super().__init__(
            f"{record.topic}/{record.partition}/{record.offset} cannot be read: {reason}. A newer release writes this "
            f"topic already: start {reader} with that release, and upgrade readers before writers from now on. If "
            "there is none, another program wrote it: revoke its write access, delete the topic's records up to there "
            "(what lies unread before it is lost with it), and start once with --accept-loss"
        )
