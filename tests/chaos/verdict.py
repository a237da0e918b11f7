"""What a campaign left behind, judged by all oracles: the content of `chaos.json`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from connectors.log.port import Outgoing
from connectors.topic_reader import TopicReader, every_record
from dataflows.assembly import Rules
from tests.oracle.insights import insights_findings
from tests.oracle.quiescent_log import QuiescentLog
from tests.oracle.replay import replay_findings
from tests.oracle.witnesses import repeated_ids, report_of, witness_findings


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` by kind: how often each struck. `findings` are sentences; none means that nothing was wrong."""

    seed: int
    seconds: float
    faults: Mapping[str, int]
    records_checked: int
    wrong_outputs: int
    lost: int
    duplicated: int
    oversold_units: int
    erp_documents_per_order_max: int
    findings: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """The content of `chaos.json`."""
        return asdict(self)


def judged(  # noqa: PLR0913, PLR0917 - the facts of a campaign
    reader: TopicReader,
    rules: Rules,
    erp_statistics: Mapping[str, Any],
    sent: Sequence[Sequence[Outgoing]],
    seed: int,
    seconds: float,
    faults: Mapping[str, int],
) -> Verdict:
    """After everything is quiescent and all processes have ended."""
    log = QuiescentLog(reader, rules)
    report = report_of(log, rules, erp_statistics)
    lost = _lost(log, sent)
    wrong = [*replay_findings(log, rules), *insights_findings(log), *witness_findings(log, report)]
    return Verdict(
        seed=seed,
        seconds=round(seconds, 1),
        faults=faults,
        records_checked=sum(len(lane) for lane in log.records.values()),
        wrong_outputs=len(wrong),
        lost=len(lost),
        duplicated=len(list(repeated_ids(log))),
        oversold_units=report.oversold_units,
        erp_documents_per_order_max=report.erp_documents_per_order_max or 0,
        findings=[*lost, *wrong],
    )


def _lost(log: QuiescentLog, sent: Sequence[Sequence[Outgoing]]) -> list[str]:
    """What the channels sent and no topic has. It may be there more often: a channel that does not know sends again."""
    wanted = Counter((each.topic, each.key, each.value) for piece in sent for each in piece)
    topics = sorted({topic for topic, *_ in wanted})
    found = Counter((each.topic, each.key, each.value) for topic in topics for each in every_record(log, topic))
    return [f"{topic}: the record of {key!r} is missing" for (topic, key, _), _ in (wanted - found).items()]
