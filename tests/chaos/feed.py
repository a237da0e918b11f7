"""The channels: a thread that sends a piece of work every second, however long Kafka takes for it."""

from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread

from connectors.kafka.member.log import KafkaLog
from connectors.log.port import LogFailed, Outgoing, Rewound

_PIECE_EVERY_S = 1.0


class Feed:
    """Each piece in one transaction. A piece with an unknown outcome is sent again, as a channel would."""

    def __init__(self, bootstrap: str, pieces: Sequence[Sequence[Outgoing]]) -> None:
        self._bootstrap = bootstrap
        self._pieces = list(pieces)
        self._shutdown_signal = Event()
        self._log: KafkaLog | None = None
        self._thread = Thread(target=self._run, name="feed", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    @property
    def left(self) -> int:
        """How many pieces are not sent yet."""
        return len(self._pieces)

    def close(self) -> None:
        """Send nothing more."""
        self._shutdown_signal.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._pieces and not self._shutdown_signal.wait(_PIECE_EVERY_S):
            if self._is_sent(self._pieces[0]):
                self._pieces.pop(0)
        self._release()

    def _is_sent(self, piece: Sequence[Outgoing]) -> bool:
        try:
            if self._log is None:
                self._log = KafkaLog(self._bootstrap, "orderline", "feed", 0, (), None, None)
            self._log.send(piece)
            self._log.commit({}, {})
        except Rewound:
            return False
        except LogFailed:
            self._release()
            return False
        return True

    def _release(self) -> None:
        if self._log is not None:
            with suppress(LogFailed):
                self._log.close()
            self._log = None
