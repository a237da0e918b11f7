"""Ids follow from their causes, by the rule of RFC 9562 that other programs know as version 5."""

from uuid import NAMESPACE_URL, UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import EventId, LineId, OrderId, event_id_of_effect, event_id_of_record, reservation_id_of

OURS = uuid5(NAMESPACE_URL, "https://orderline.example/events")


@given(cause=st.uuids(), kind=st.text(), index=st.integers(0, 1_000))
def test_an_effect_has_the_uuid_of_its_cause_and_place(cause: UUID, kind: str, index: int) -> None:
    assert str(uuid5(cause, f"{kind}/{index}")) == event_id_of_effect(EventId(str(cause)), kind, index)


@given(topic=st.text(), partition=st.integers(0, 99), offset=st.integers(0))
def test_a_record_has_the_uuid_of_its_place_in_the_log(topic: str, partition: int, offset: int) -> None:
    assert str(uuid5(OURS, f"{topic}/{partition}/{offset}")) == event_id_of_record(topic, partition, offset)


def test_another_try_has_another_reservation() -> None:
    assert str(uuid5(OURS, "shop:1/2/0/1")) == reservation_id_of(OrderId("shop:1"), LineId("2"), 0, 1)
    assert reservation_id_of(OrderId("shop:1"), LineId("2"), 0, 1) != reservation_id_of(
        OrderId("shop:1"), LineId("2"), 0, 2
    )


NAME = st.text("a/%", min_size=1, max_size=4)


@given(NAME, NAME, NAME)
def test_two_lines_whose_names_come_to_the_same_text_have_reservations_of_their_own(
    order_id: str, middle: str, line_id: str
) -> None:
    one = reservation_id_of(OrderId(order_id), LineId(f"{middle}/{line_id}"), 0, 1)
    assert one != reservation_id_of(OrderId(f"{order_id}/{middle}"), LineId(line_id), 0, 1)
