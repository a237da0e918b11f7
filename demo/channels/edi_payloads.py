"""X12 850 purchase orders of the wholesale customers, in the delimiters and conventions of each."""

from collections.abc import Sequence

from demo.channels.edi_partners import QUALIFIER, Partner, partner_of
from demo.channels.order_plans import OrderPlan
from demo.channels.written_values import moment, two_places

_US = "ORDERLINE"


def edi_interchange(plans: Sequence[OrderPlan], *, broken_set: bool = False, line_end: str | None = None) -> bytes:
    """One interchange with a set for each order; with `broken_set` one more, whose segment count is wrong.

    `line_end` behind the segments is white space: it changes the bytes and not the content.
    """
    first = plans[0]
    partner = partner_of(first.customer)
    sets = [_purchase_order(plan, number) for number, plan in enumerate(plans, start=1)]
    if broken_set:
        broken = _purchase_order(first, len(sets) + 1)
        sets.append([*broken[:-1], ["SE", str(len(broken) + 7), broken[-1][2]]])
    control = first.index + 1
    segments = [
        _isa(partner, first, control),
        _gs(partner, first, control),
        *(segment for one in sets for segment in one),
        ["GE", str(len(sets)), str(control)],
        ["IEA", "1", f"{control:09}"],
    ]
    end = partner.terminator + (partner.line_end if line_end is None else line_end)
    return "".join(partner.element.join(segment) + end for segment in segments).encode()


def _isa(partner: Partner, plan: OrderPlan, control: int) -> list[str]:
    sent = moment(plan.placed_at_ms)
    return ["ISA", "00", " " * 10, "00", " " * 10, QUALIFIER, f"{partner.sender:15}", "ZZ", f"{_US:15}",
            f"{sent:%y%m%d}", f"{sent:%H%M}", "U", "00401", f"{control:09}", "0", "P", partner.component]  # fmt: skip


def _gs(partner: Partner, plan: OrderPlan, control: int) -> list[str]:
    sent = moment(plan.placed_at_ms)
    return ["GS", "PO", partner.sender, _US, f"{sent:%Y%m%d}", f"{sent:%H%M}", str(control), "X", "004010"]


def _purchase_order(plan: OrderPlan, number: int) -> list[list[str]]:
    day = f"{moment(plan.placed_at_ms):%Y%m%d}"
    partner = partner_of(plan.customer)
    body = [
        ["ST", "850", f"{number:04}"],
        ["BEG", "00", "SA", plan.number, "", day],
        ["CUR", "BY", "USD"],
        ["REF", "DP", f"{plan.customer:03}"],
        ["DTM", "002", day],
        ["N1", "BY", partner.name, "92", f"B{plan.customer}"],
        ["N1", "ST", plan.name.upper(), "92", f"S{plan.customer}"],
        ["N3", plan.street.upper()],
        ["N4", plan.town.city.upper(), plan.town.state, plan.town.postal_code, plan.town.country],
    ]
    for line in plan.lines:
        buyers = f"{line.item.price % 1_000_000:06}-{line.position}"
        body.append(["PO1", str(line.position), str(line.quantity), "EA", two_places(line.item.price), "", "CB", buyers,
                     "VN", line.item.item_id])  # fmt: skip
        body.append(["PID", "F", "", "", "", line.item.name.upper()])
    body += [["CTT", str(len(plan.lines))], ["AMT", "1", two_places(plan.total)]]
    return [*body, ["SE", str(len(body) + 1), f"{number:04}"]]
