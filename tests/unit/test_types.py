"""What the type checker refuses: two ids in each other's place, an effect without a route, a missing row of a match."""

from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[2]

SWAPPED = {
    "two ids of one call": (
        """
        from domain.identifiers import LineId, OrderId, reservation_id_of

        def swapped(order_id: OrderId, line_id: LineId) -> None:
            reservation_id_of(line_id, order_id, 0, 0)
        """,
        'incompatible type "LineId"; expected "OrderId"',
    ),
    "two ids of a message": (
        """
        from domain.identifiers import ItemId, LineId
        from domain.messages.warehouse import ReleasedLine

        def swapped(line_id: LineId, item_id: ItemId) -> ReleasedLine:
            return ReleasedLine(item_id, line_id, 1)
        """,
        'incompatible type "ItemId"; expected "LineId"',
    ),
    "a text for an id": (
        """
        from domain.messages.status import OrderPurged

        purged = OrderPurged("portal:1")
        """,
        'incompatible type "str"; expected "OrderId"',
    ),
    "an id of another kind as the key of a row": (
        """
        from domain.dispatch.rows import DispatchRows
        from domain.identifiers import DocumentKey

        def swapped(rows: DispatchRows, document_key: DocumentKey) -> None:
            rows.command(document_key)
        """,
        'incompatible type "DocumentKey"; expected "CommandId"',
    ),
    "an effect that no flow may send": (
        """
        from domain.messages.ticks import Tick
        from domain.orders.decision import OrderDecision

        def sent(decision: OrderDecision) -> None:
            decision.messages.append(Tick(1))
        """,
        'incompatible type "Tick"',
    ),
    "a status event without its particulars": (
        """
        from domain.messages.status import OrderRejected
        from domain.orders.decision import OrderDecision

        def rejected(decision: OrderDecision) -> None:
            decision.publish(OrderRejected, raison="none")
        """,
        'Unexpected keyword argument "raison"',
    ),
    "a posting that no ERP file can name": (
        """
        from domain.messages.dispatch import Document
        from domain.orders.decision import OrderDecision

        def posted(decision: OrderDecision, document: Document) -> None:
            decision.post("OrderAcepted", "key", document)
        """,
        'incompatible type "str"; expected "PostedEvent"',
    ),
    "a match that forgets a member": (
        """
        from domain.messages.dispatch import Outcome

        def final(outcome: Outcome) -> bool:
            match outcome:
                case Outcome.APPLIED | Outcome.DUPLICATE:
                    return True
            return False
        """,
        "[exhaustive-match]",
    ),
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def checked(folder: Path, cache: Path, text: str) -> str:
    """What mypy says of a module, by the project's settings."""
    lines = text.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    snippet = folder / "snippet.py"
    snippet.write_text("\n".join(line[indent:] for line in lines).rstrip() + "\n", encoding="utf-8")
    settings = ("--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(cache), "--no-error-summary")
    said, failed, _ = api.run([*settings, str(snippet)])
    assert not failed, failed
    return said


@pytest.mark.parametrize("name", SWAPPED)
def test_it_is_refused(name: str, tmp_path: Path, cache: Path) -> None:
    text, refusal = SWAPPED[name]

    assert refusal in checked(tmp_path, cache, text)


def test_ids_in_their_own_places_pass(tmp_path: Path, cache: Path) -> None:
    text = SWAPPED["two ids of one call"][0].replace("line_id, order_id, 0", "order_id, line_id, 0")

    assert "" == checked(tmp_path, cache, text)
