"""Units that a node lacks have an open case, whatever made them lacking and whatever came since.

The ledger's book looks after each step whether a node is below zero of which nothing says so
(`tests.unit.inventory.book`); here it lives through movements of every kind, those of returns and their inspections
included, for two orders at two nodes, of which many say something of the same line again.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.inventory.book import Book

few = st.integers(1, 4)
nodes = st.sampled_from("EW")
orders = st.sampled_from(("a", "b", "~a"))
conditions = st.sampled_from(("restocked", "damaged", "inspect"))
findings = ("restocked", "damaged", "missing", "inspect")
said_anew = st.sampled_from([(now, was) for now in findings for was in findings if now != was])
gone = st.sampled_from(("restocked", "damaged", "missing", "inspect"))
changes = st.sampled_from(
    [
        (before, after)
        for before in ("AVAILABLE", "QUALITY_HOLD", "DAMAGED")
        for after in ("AVAILABLE", "QUALITY_HOLD", "DAMAGED", "SCRAPPED")
        if before != after
    ]
)
steps = st.one_of(
    st.builds("receive {} {}".format, few, nodes),
    st.builds("receive {} {} as {}".format, few, nodes, st.sampled_from(("DAMAGED", "QUALITY_HOLD"))),
    st.builds("adjust {} {}".format, st.integers(-5, 3), nodes),
    st.builds("count {} {} as C{} time {}".format, st.integers(0, 5), nodes, st.integers(1, 99), few),
    st.builds(lambda units, node, change: "change {} {} {} to {}".format(units, node, *change), few, nodes, changes),
    st.builds("send {} E to W of T1".format, few),
    st.builds("receive {} W of T1 from E".format, few),
    st.builds("ask {} {} from E W".format, st.sampled_from("ab"), few),
    st.builds("confirm {}".format, st.sampled_from("ab")),
    st.builds("pick {} {} at {}".format, orders, few, nodes),
    st.builds("miss {} {} at {} time {}".format, orders, few, nodes, few),
    st.builds("unpick {} {} {} at {}".format, orders, few, gone, nodes),
    st.builds("ship {} {} at {} time {}".format, orders, few, nodes, few),
    st.builds("reverse {} {} {} at {}".format, orders, few, gone, nodes),
    st.builds("return {} {} {} at {}".format, st.sampled_from("ab"), few, conditions, nodes),
    st.builds(
        lambda order, units, node, said: f"inspect {order} {units} {said[0]} at {node} was {said[1]}",
        st.sampled_from("ab"),
        few,
        nodes,
        said_anew,
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(steps, min_size=3, max_size=12))
def test_a_node_that_lacks_units_has_a_case_that_says_so(history: list[str]) -> None:
    book = Book()
    asked = set()
    for step in history:
        if step.startswith("ask") and step.split()[1] in asked:
            continue
        if step.startswith("ask"):
            asked.add(step.split()[1])
        book.do(step)
