"""The accounts of a node: one field for each, moved in pairs."""

import dataclasses

from domain.identifiers import NodeId
from domain.inventory.accounts import OUTSIDE, balance, balances, empty_node, moved, on_hand
from domain.messages.inventory import Account, NodePosition


def test_every_account_is_the_field_of_its_name_in_the_same_order() -> None:
    fields = [field.name for field in dataclasses.fields(NodePosition)]
    assert ["node_id", *(account.lower() for account in Account)] == fields


def test_a_move_takes_from_one_account_and_gives_to_the_other() -> None:
    node = moved(
        moved(empty_node(NodeId("E")), Account.SUPPLIER, Account.AVAILABLE, 5), Account.AVAILABLE, Account.PICKED, 2
    )
    assert {Account.SUPPLIER: -5, Account.AVAILABLE: 3, Account.PICKED: 2} == {
        account: balance(node, account) for account in Account if balance(node, account)
    }
    assert 0 == sum(balances(node))


def test_on_hand_is_what_is_inside_and_not_in_transit() -> None:
    node = NodePosition(NodeId("E"), *(10**place for place in range(len(Account))))
    inside = [account for account in Account if account not in OUTSIDE and account is not Account.IN_TRANSIT]
    assert sum(balance(node, account) for account in inside) == on_hand(node)
