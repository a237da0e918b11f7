"""Records as a consumer of the client library gives them, for doubles of it."""

from connectors.log.port import TopicPartition

INBOX = TopicPartition("inbox", 0)


class Message:
    """A record of the inbox's only partition."""

    def __init__(self, offset: int) -> None:
        self._offset = offset

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return INBOX.topic

    def partition(self) -> int:
        return INBOX.partition

    def offset(self) -> int:
        return self._offset

    def timestamp(self) -> tuple[int, int]:
        return (2, 1_000)

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes:
        return b"v"

    def headers(self) -> None:
        return None
