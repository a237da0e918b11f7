"""What the ERP simulator reports of itself: whether it answers, and its own count of documents."""

from collections.abc import Mapping
from typing import Any

import msgspec
import urllib3

from connectors.log.port import LogFailed


def erp_answers(url: str) -> bool:
    """Whether the ERP simulator answers, also during an outage."""
    try:
        urllib3.request("GET", f"{url}/health", timeout=10.0, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return True


def erp_statistics(url: str) -> Mapping[str, Any]:
    """`GET /statistics`; `LogFailed` when the URL does not answer."""
    try:
        answer = urllib3.request("GET", f"{url}/statistics", timeout=10.0, retries=2)
        return msgspec.json.decode(answer.data, type=dict[str, Any])
    except (urllib3.exceptions.HTTPError, msgspec.MsgspecError) as error:
        raise LogFailed(f"no ERP simulator answers at {url}: start `orderline erp-simulator`") from error
