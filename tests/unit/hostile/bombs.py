"""Records that are meant to cost far more than they weigh.

`python -m tests.unit.hostile.bombs SECONDS NAME...` sets each off in a process of its own, to which the kernel gives
only so much more memory than it began with, and so much processor time. A line of JSON says what became of each.
"""

import json
import os
import resource
import sys
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO

import fastavro

from connectors.formats.mapping import map_record
from connectors.formats.outcomes import Refused, Unparsable
from connectors.log.dead_letters import dead_letter
from connectors.log.port import Record
from domain.identifiers import SourceId
from domain.messages.inventory import ReservationsReleased
from domain.messages.orders import OrderPlaced
from schemas import codec
from schemas.channel_language.loader import load_channel_files
from schemas.codec import Codec
from schemas.contracts.contracts import load_contracts
from schemas.headers import Headers

MEMORY_BYTES = 600_000_000

INBOX = "orders.inbox.v1"
CHANNELS = load_channel_files()
CONTRACTS = load_contracts()
MEBI = 1_048_576
WEBHOOK: Headers = (("X-Shopify-Topic", b"orders/create"), ("X-Shopify-Webhook-Id", b"w"))
ISA = "ISA*00*          *00*          *ZZ*BUYER          *ZZ*US             *261121*0900*U*00401*000000001*0*P*>~"
CANCELLATION = b'{"event":"order_cancelled","message_id":"m","occurred_at":"2026-01-01","order_number":"1","lines":[]}'
OPEN_SET = ISA + "GS*PO*BUYER*US*20261121*0900*1*X*004010~ST*850*0001~"


def _record(value: bytes | None, headers: Headers = (), key: str | None = None) -> Record:
    return Record("source.test.v1", 0, 7, 1_795_251_600_000, key, value, headers)


def _mapped(source_id: str, value: bytes, headers: Headers = ()) -> str:
    (said,) = map_record(CHANNELS[SourceId(source_id)], _record(value, headers))
    assert isinstance(said, Refused | Unparsable), said
    return f"{type(said).__name__}: {said.reason}"


def _json(value: str | bytes) -> Callable[[], str]:
    data = value.encode() if isinstance(value, str) else value
    return lambda: _mapped("shopify", data[:MEBI], WEBHOOK)


def _x12(text: str) -> Callable[[], str]:
    return lambda: _mapped("edi_wholesale", text.encode())


def _decoded(topic: str, value: bytes) -> str:
    try:
        Codec(CONTRACTS).decode(topic, value)
    except codec.Unreadable as refusal:
        return f"Unreadable: {refusal.reason}"
    return "read"


def _ours(payload: bytes, topic: str = INBOX, message: type = OrderPlaced) -> Callable[[], str]:
    schema_id = CONTRACTS.by_message[message].current.schema_id
    return lambda: _decoded(topic, b"\0" + schema_id.to_bytes(4, "big") + payload)


def _long(number: int) -> bytes:
    stream = BytesIO()
    fastavro.schemaless_writer(stream, "long", number)
    return stream.getvalue()


def _letter(value: bytes | None, headers: Headers = (), key: str | None = None) -> Callable[[], str]:
    def write() -> str:
        letter = dead_letter(_record(value, headers, key), "test", "a reason")
        size = len(letter.value or b"") + len((letter.key or "").encode("utf-8", "surrogateescape"))
        size += sum(len(name) + len(content) for name, content in letter.headers)
        limit = CONTRACTS.topics[letter.topic].max_message_bytes
        return "fits" if size < limit else f"{size} bytes, more than the {limit} that {letter.topic} takes"

    return write


def _compressed_json() -> bytes:
    """700 MB of JSON, more than a bomb's memory, in less than a megabyte of gzip: one compressed block, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b'{"a":"') + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MEBI)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + 700 * block


def _spin() -> str:
    while True:
        pass


BOMBS: Mapping[str, Callable[[], str]] = {
    "json nested in lists": _json("[" * MEBI),
    "json nested in objects": _json('{"a":' * 200_000),
    "json nested and closed": _json('{"a":' + "[" * 500_000 + "]" * 500_000 + "}"),
    "json of many keys": _json("{" + ",".join(f'"{number:x}":1' for number in range(99_000)) + "}"),
    "json of many empty objects": _json('{"a":[' + ",".join(["{}"] * 340_000) + "]}"),
    "json of one long number": _json('{"a":' + "9" * 1_000_000 + "}"),
    "json of a number with a long exponent": _json('{"a":1e' + "9" * 1_000_000 + "}"),
    "json of a million lines": _json('{"id":1,"line_items":[' + ",".join(["0"] * 500_000) + "]}"),
    "json of half a million documents": lambda: _mapped("amazon", b'{"orders":[' + b"1," * 500_000 + b"1]}"),
    "json of a million ids to cancel": lambda: _mapped(
        "portal", CANCELLATION.replace(b"[]", b"[" + b'"1",' * 65_000 + b'"1"]')
    ),
    "json with escapes to no end": _json('{"a":"' + "\\ud800" * 170_000 + '"}'),
    "compressed json, by its header": lambda: _mapped(
        "shopify", _compressed_json(), (*WEBHOOK, ("content-encoding", b"gzip"))
    ),
    "x12 of half a million segments": _x12(OPEN_SET + "AB~" * 500_000),
    "x12 of a quarter of a million groups": _x12(ISA + "GS*~" * 250_000 + "IEA*250000*000000001~"),
    "x12 of a million acknowledgements": _x12(ISA + "TA1~" * 250_000 + "IEA*0*000000001~"),
    "x12 of one endless segment": _x12(OPEN_SET + "A*" * 2_000_000),
    "x12 without an end": _x12(OPEN_SET + "A" * 4_000_000),
    "x12 of as many lines as it can hold": _x12(
        OPEN_SET
        + "BEG*00*SA*7**20261121~N1*ST*S*92*1~N3*M~N4*S*OH*1*US~"
        + "PO1*1*1*EA*2.50**VN*X~" * 150_000
        + "SE*150006*0001~GE*1*1~IEA*1*000000001~"
    ),
    "avro of ours with a text of 2^60 bytes": _ours(_long(2**60)),
    "avro of ours with a number without end": _ours(b"\xff" * 4_000_000),
    "avro of ours with 2^40 lines": _ours(
        bytes(1) + _long(2**40) + bytes(4_000_000), "inventory.inbox.v1", ReservationsReleased
    ),
    "avro of ours of zeros": _ours(bytes(4_000_000)),
    "dead letter of 64 MiB": _letter(bytes(64 * MEBI)),
    "dead letter with a key of 8 MiB": _letter(b"x" * 4_194_304, key="k" * (8 * MEBI)),
    "dead letter with a million headers": _letter(b"x" * 4_194_304, tuple((f"h{n}", b"v") for n in range(1_000_000))),
    "dead letter with a header of 8 MiB": _letter(None, (("h" * 8 * MEBI, b"v" * 8 * MEBI),)),
    "dead letter with a key that is no text": _letter(b"x", key=b"\xff\xfe".decode("utf-8", "surrogateescape")),
}


CONTROLS: Mapping[str, Callable[[], str]] = {
    "more memory than there is": lambda: f"took {len(bytes(2 * MEMORY_BYTES))} bytes",
    "more time than there is": _spin,
}
"""What must not be survived, or nothing is bounded."""


def _set_off(name: str, seconds: int) -> None:
    """In a child of ours: say what became of it, within what the kernel gives."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a file of the kernel's
        begun = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (begun + MEMORY_BYTES, begun + MEMORY_BYTES))
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds))
    try:
        became = {**BOMBS, **CONTROLS}[name]()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the answer
        became = f"raised {type(error).__name__}: {error}"[:300]
    sys.stdout.write(json.dumps({name: became[:300]}) + "\n")
    sys.stdout.flush()


def main(seconds: str, *names: str) -> None:
    """Each in its turn."""
    for name in names:
        child = os.fork()
        if child == 0:
            _set_off(name, int(seconds))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(json.dumps({name: f"killed its process ({os.waitstatus_to_exitcode(status)})"}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
