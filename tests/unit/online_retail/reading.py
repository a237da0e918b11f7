"""Looking into the raw records of the year."""

import json
from typing import Any

from demo.online_retail.records import YearRecord


def content_of(record: YearRecord) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(record.outgoing.value or b"")
    return content
