"""The records of a covering abort, which every reader skips.

They are always aborted. A broker that loses transaction markers (Kafka 4.3, docs/reliability.md) may still deliver one,
so it has no meaning: no value under a key of its own, which in a compacted topic deletes a key that never existed.
"""

from typing import Final

COVER_KEY: Final = b"\x00COVER"
COVER_KEY_TEXT: Final = COVER_KEY.decode()
"""The same as the key of a `Record`."""
