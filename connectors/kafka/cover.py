"""The records of a covering abort: what they look like, so that every reader passes them over.

They are always aborted. A broker that loses transaction markers (Kafka 4.3, docs/reliability.md) may show one all the
same, so it is made to mean nothing: no value under a key of its own, which in a compacted topic deletes what never was.
"""

from typing import Final

COVER_KEY: Final = b"\x00COVER"
COVER_KEY_TEXT: Final = COVER_KEY.decode()
"""The same as the key of a `Record`."""
