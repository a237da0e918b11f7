"""What a 214 of a carrier says of parcels: one report an event, each read by itself."""

import pytest

from domain.messages.parcels import ParcelReported, ParcelStatus
from tests.unit.channels.given import CHANNELS, message, outcomes, verdict
from tests.unit.channels.x12.given import a_set, in_an_envelope

HEAD = ("B10*PRO-1*S-1*UPSN", "LX*1")


def sent(*segments: str) -> list[str]:
    return [verdict(one) for one in outcomes("edi_carriers", in_an_envelope(a_set("214", *segments)).encode())]


def reports(*segments: str) -> list[ParcelReported]:
    found = [message(one) for one in outcomes("edi_carriers", in_an_envelope(a_set("214", *segments)).encode())]
    assert all(isinstance(one, ParcelReported) for one in found)
    return [one for one in found if isinstance(one, ParcelReported)]


def test_each_event_of_each_shipment_is_a_report_with_an_id_of_its_own() -> None:
    found = reports(
        *HEAD, "AT7*AF*NS***20260105*0700", "AT7*X6*NS***20260105*0730", "LX*2", "AT7*D1*NS***20260105*0745"
    )
    assert [ParcelStatus.HANDED_OVER, ParcelStatus.IN_TRANSIT, ParcelStatus.DELIVERED] == [one.status for one in found]
    assert 3 == len({one.provenance.correlation_id for one in found})


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("B10*PRO-1*S-1*UPSN", "L11*PO-1*PO", "L11*1Z 999*2I", "LX*1"), "1Z999"),
        (("B10*PRO-1*S-1*UPSN", "L11*1Z1*CN", "LX*1", "L11*1Z2*CN"), "1Z2"),
        (HEAD, "PRO1"),
    ),
)
def test_a_parcel_is_named_by_its_tracking_number_and_else_by_its_pro_number(
    segments: tuple[str, ...], expected: str
) -> None:
    (found,) = reports(*segments, "AT7*D1*NS***20260105*0700")
    assert expected == found.parcel_id


@pytest.mark.parametrize("event", ("AG*NS", "X2*NS", "B6*NS", "**AB*NA"))
def test_an_expected_day_is_when_it_comes_and_not_when_that_was_said(event: str) -> None:
    segment = f"AT7*{event}" + ("***" if not event.startswith("**") else "*") + "20260108*1700"
    (found,) = reports(*HEAD, segment)
    assert ParcelStatus.IN_TRANSIT is found.status
    # 17:00 in New York.
    assert 1_767_909_600_000_000 == found.estimated_us
    assert found.provenance.occurred_at_us < 1_767_700_000_000_000


def test_one_that_is_not_understood_is_refused_alone() -> None:
    refused, taken = sent(*HEAD, "AT7*ZZ*NS***20260105*0700", "AT7*X6*NS***20260105*0730")
    assert refused.startswith("refused: status: 'ZZ' is not in the code list 'status'")
    assert not taken.startswith("refused")


@pytest.mark.parametrize(
    ("segments", "expected"),
    (
        (("B10*PRO-1*S-1*UPSN", "LX*1"), "refused: : no rule of the channel file fits"),
        (("B10**S-1*UPSN", "LX*1", "AT7*D1*NS***20260105*0700"), "refused: tracking_number: is missing"),
        ((*HEAD, "AT7***ZZ*NA*20260105*0700"), "refused: status: 'ZZ'"),
        ((*HEAD, "AT7*X2*NS***20261399*1700"), "refused: estimated_at"),
    ),
)
def test_a_status_that_says_nothing_of_a_parcel_is_refused(segments: tuple[str, ...], expected: str) -> None:
    (found,) = sent(*segments)
    assert found.startswith(expected)


def test_every_code_of_the_file_is_one_of_our_words() -> None:
    assert set(CHANNELS["edi_carriers"].code_lists["status"].values()) <= set(ParcelStatus)  # type: ignore[index]
