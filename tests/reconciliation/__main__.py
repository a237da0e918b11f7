"""`python -m tests.reconciliation`: plant drifts with a fresh seed, and print how well they are found."""

import argparse
import sys
import time

from tests.reconciliation.orders import lists
from tests.reconciliation.orders import score as orders
from tests.reconciliation.score import measure, table


def main() -> int:
    """Print the table, and what was taken for what."""
    parser = argparse.ArgumentParser(prog="python -m tests.reconciliation", description=__doc__)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000, help="default: a fresh one")
    parser.add_argument("--items", type=int, default=100, help="items for each cause and system (default 100)")
    arguments = parser.parse_args()
    outcome = measure(arguments.seed, arguments.items)
    confused = (f"{of or 'nothing'} as {found or 'nothing'}: {n}" for (of, found), n in outcome.confused.most_common())
    lines = (f"seed {arguments.seed}, {arguments.items} items for each cause and system", "", table(outcome), "")
    of_orders = (*_orders(arguments.seed, arguments.items), "", *_lists(arguments.seed, arguments.items))
    sys.stdout.write("\n".join((*lines, *confused, "", *of_orders)) + "\n")
    return 0


def _orders(seed: int, number: int) -> tuple[str, ...]:
    """The same of orders that another system has as well."""
    outcome = orders.measure(seed, number)
    confused = (f"{of or 'nothing'} as {found or 'nothing'}: {n}" for (of, found), n in outcome.confused.most_common())
    return (f"{number} orders for each cause", "", table(outcome, "Orders"), "", *confused)


def _lists(seed: int, number: int) -> tuple[str, ...]:
    """Of orders that a complete list does not name."""
    outcome = lists.measure(seed, number)
    confused = (f"{of or 'nothing'} as {found or 'nothing'}: {n}" for (of, found), n in outcome.confused.most_common())
    return (f"{number} orders for each kind", "", table(outcome, "Orders"), "", *confused)


if __name__ == "__main__":
    sys.exit(main())
