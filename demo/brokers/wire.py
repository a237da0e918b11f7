"""The wire between clients and a broker: it can be cut, lose the answers to questions, or bring them late."""

import socket
from contextlib import suppress
from threading import Event, Lock, Thread

from demo.brokers.ports import HOST

_CHUNK = 65_536


class Wire:
    """Listens where clients look for the broker, and passes all on to where the broker really listens."""

    def __init__(self, port: int, broker_port: int) -> None:
        self._broker = (HOST, broker_port)
        self._ends: set[socket.socket] = set()
        self._lock = Lock()
        self._is_cut = False
        self._loses_answers = False
        self._late_by_s = 0.0
        self._closed = Event()
        self._listener = socket.create_server((HOST, port), backlog=128)
        Thread(target=self._accept, name=f"wire {port}", daemon=True).start()

    def cut(self) -> None:
        """Break every connection, and refuse new ones."""
        with self._lock:
            self._is_cut = True
        self._break_all()

    def lose_answers(self) -> None:
        """Whatever is asked from now on reaches the broker; no answer comes back."""
        self._loses_answers = True

    def delay_answers(self, seconds: float) -> None:
        """Whatever a broker says from now on comes so much later, piece by piece."""
        self._late_by_s = seconds

    def mend(self) -> None:
        """Restore the network; connections that lost answers are broken, so that no client waits for those for ever."""
        self._late_by_s = 0.0
        if self._loses_answers:
            self._loses_answers = False
            self._break_all()
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        self._listener.close()
        self.cut()

    def _break_all(self) -> None:
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._join(client)

    def _join(self, client: socket.socket) -> None:
        try:
            broker = socket.create_connection(self._broker, timeout=5)
        except OSError:
            client.close()
            return
        broker.settimeout(None)
        with self._lock:
            if self._is_cut:
                client.close()
                broker.close()
                return
            self._ends |= {client, broker}
        Thread(target=self._pass_on, args=(client, broker, False), daemon=True).start()
        Thread(target=self._pass_on, args=(broker, client, True), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, answers: bool) -> None:  # noqa: FBT001 - a thread calls it
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if answers and self._late_by_s:
                    self._closed.wait(self._late_by_s)
                if not (answers and self._loses_answers):
                    target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        with self._lock:
            self._ends -= {source, target}
