"""From a request to the record of its source topic: the body as it came, the headers that are kept, and the key."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers as HttpHeaders

from connectors.formats.documents import Defect, DocumentPlace
from connectors.formats.mapping import map_record
from connectors.formats.outcomes import BrokenForm, Refused, Unparsable, UnreadableRecord
from connectors.formats.records.reading import read_record
from connectors.formats.values import optional_text
from connectors.ingest.problems import FieldProblem, Problem
from connectors.log.port import Outgoing, Record
from schemas.channel_language.channel_file import ChannelFile
from schemas.channel_language.doors.ingest_rule import IngestRule
from schemas.contracts.source_topics import source_topic
from schemas.headers import Headers
from schemas.inherited_headers import PASSED_ON_LIMIT

_TRACE: Final = ("traceparent", "tracestate")
_LONGEST_KEY: Final = 200
_MOST_ERRORS: Final = 20


def kept_headers(channel: ChannelFile, rule: IngestRule, headers: HttpHeaders) -> Headers:
    """The headers that the rules of the file read, those that it passes on, and the trace; each once.

    A header that comes several times is joined with commas (RFC 9110, section 5.3).
    """
    wanted = {*channel.headers_read, *(name.lower() for name in rule.pass_headers), *_TRACE}
    kept = [(name, ", ".join(headers.getlist(name)).encode("latin-1")) for name in sorted(wanted) if name in headers]
    if sum(len(name) + len(value) for name, value in kept) > PASSED_ON_LIMIT:
        raise Problem(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "headers-too-large",
            f"the headers that are kept have more than {PASSED_ON_LIMIT} bytes",
        )
    return tuple(kept)


def record_of(channel: ChannelFile, rule: IngestRule, body: bytes, headers: Headers, now_ms: int) -> Outgoing:
    """The record; `Problem` where the file answers what it refuses."""
    if rule.answer_refusals:
        _require_right(channel, body, headers, now_ms)
    return Outgoing(source_topic(channel.source_id), _key(channel, rule, body, headers), body, headers)


def _key(channel: ChannelFile, rule: IngestRule, body: bytes, headers: Headers) -> str | None:
    """None where it cannot be found: then nothing is said about the order of such bodies, and nothing is lost."""
    if rule.key is None:
        return None
    try:
        first = next(iter(read_record(channel, body).documents), None)
        if first is None:
            return None
        document = first.document if isinstance(first, Defect) else first
        texts = {name: value.decode("utf-8", "replace") for name, value in headers}
        place = DocumentPlace(document, document, 0, texts, channel.code_lists, channel.numbers, channel.item_ids)
        found = optional_text(rule.key, "key", place)
    except (UnreadableRecord, BrokenForm):
        return None
    return found[:_LONGEST_KEY].encode("utf-8", "replace").decode() if found else None


def _require_right(channel: ChannelFile, body: bytes, headers: Headers, now_ms: int) -> None:
    """Refuse a body of which nothing can be taken, as intake would, but to the sender's face."""
    outcomes = map_record(channel, Record(source_topic(channel.source_id), 0, 0, now_ms, None, body, headers))
    refused = [said for said in outcomes if isinstance(said, Refused | Unparsable)]
    if len(refused) < len(outcomes):
        return
    match refused[0]:
        case Unparsable(reason):
            raise Problem(HTTPStatus.BAD_REQUEST, "unreadable", f"the body cannot be read: {reason}")
        case first:
            errors = [
                FieldProblem(said.field, said.reason) for said in refused[:_MOST_ERRORS] if isinstance(said, Refused)
            ]
            named = f"{first.field}: {first.reason}" if first.field else first.reason
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", named, errors=errors)
