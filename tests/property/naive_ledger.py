"""A second ledger, made to be obviously right: every unit is a thing with a place, moved one at a time.

It shares no code with the real one and keeps no sums, so a mistake in either shows as a difference.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, repeat


@dataclass
class Unit:
    node: str
    state: str = "AVAILABLE"
    owner: str = ""


@dataclass
class Fence:
    channel: str
    node: str
    units: int = 0
    percent: int = 0


@dataclass
class Claim:
    name: str
    nodes: tuple[str, ...]
    place_in_queue: tuple[int, int, str]
    split: bool
    waits: int = 0
    confirmed: bool = False


@dataclass
class NaiveLedger:
    units: list[Unit] = field(default_factory=list)
    claims: dict[str, Claim] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    """Units that left a node, or were written off there, without being free."""
    shipped: Counter[str] = field(default_factory=Counter)
    safety_stock: dict[str, int] = field(default_factory=dict)
    fences: list[Fence] = field(default_factory=list)
    unblocked: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Units that left a blocked state before they came into it, by node and state."""
    ahead: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Units that were received before they were sent: to a node, from a node, by an order."""
    changes: list[tuple[str, int, int]] = field(default_factory=list)
    """A node, a time, and how many units came or left then."""
    counted: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    """By node: when, by which count, how many."""

    def set_policy(self, safety_stock: dict[str, int], fences: list[Fence]) -> None:
        self.safety_stock, self.fences = safety_stock, fences
        self.serve_all()

    def receive(self, quantity: int, node: str, time: int, state: str = "AVAILABLE") -> None:
        for _ in range(quantity):
            self.put(Unit(node), state)
        self.happened(node, time, quantity)

    def adjust(self, quantity: int, node: str, time: int) -> None:
        self.found[node] += quantity
        for _ in range(quantity):
            self.bring(Unit(node))
        for _ in range(-quantity):
            self.units.remove(self.take_from(node))
        self.happened(node, time, quantity)

    def count(self, quantity: int, node: str, time: int, name: str) -> None:
        self.counted[node] = max(self.counted.get(node, (-1, "", 0)), (time, name, quantity))
        self.happened(node, time, 0)

    def change(self, quantity: int, node: str, before: str, after: str, time: int) -> None:
        for _ in range(quantity):
            unit = self.unblock(node, before)
            self.units.remove(unit)
            if after != "SCRAPPED":
                self.put(unit, after)
            else:
                self.found[node] -= 1
        self.happened(node, time, -quantity if after == "SCRAPPED" else 0)

    def send(self, quantity: int, node: str, to_node: str, order: str, time: int) -> None:
        for _ in range(quantity):
            unit = self.take_from(node)
            if self.ahead[to_node, node, order]:
                self.ahead[to_node, node, order] -= 1
                self.units.remove(unit)
                self.found[to_node] -= 1
            else:
                unit.node, unit.state, unit.owner = to_node, "IN_TRANSIT", f"{node} {order}"
        self.happened(node, time, -quantity)

    def arrive(self, quantity: int, node: str, from_node: str, order: str, time: int) -> None:
        for _ in range(quantity):
            sent = [unit for unit in self.owned(f"{from_node} {order}", "IN_TRANSIT") if unit.node == node]
            if sent:
                self.units.remove(sent[0])
            else:
                self.ahead[node, from_node, order] += 1
                self.found[node] += 1
            self.put(Unit(node), "AVAILABLE")
        self.happened(node, time, quantity)

    def happened(self, node: str, time: int, units: int) -> None:
        """As many are there as the last count says and has happened since; who waits gets what is free."""
        self.changes.append((node, time, units))
        counted_at, _, counted = self.counted.get(node, (-1, "", 0))
        since = sum(units for at, when, units in self.changes if at == node and when > counted_at)
        there = sum(unit.node == node and unit.state != "IN_TRANSIT" for unit in self.units)
        difference = counted + since - (there - self.missing[node])
        self.found[node] += difference
        for _ in range(difference):
            self.bring(Unit(node))
        for _ in range(-difference):
            self.units.remove(self.take_from(node))
        self.serve_all()

    def put(self, unit: Unit, state: str) -> None:
        """A unit comes into a state; of a blocked one that it has left already, it is free."""
        if state == "AVAILABLE":
            self.bring(Unit(unit.node))
        elif self.unblocked[unit.node, state]:
            self.unblocked[unit.node, state] -= 1
            self.bring(Unit(unit.node))
        else:
            self.units.append(Unit(unit.node, state))

    def unblock(self, node: str, state: str) -> Unit:
        blocked = [unit for unit in self.units if (unit.node, unit.state) == (node, state)]
        if state == "AVAILABLE":
            return self.take_from(node)
        if not blocked:
            self.unblocked[node, state] += 1
            return self.take_from(node)
        return blocked[0]

    def give_back(self, name: str, quantity: int, node: str) -> None:
        held = [unit for unit in self.pending_first(name) if unit.node == node]
        for unit in held[:quantity]:
            self.put_back(unit)
            self.claims[name].waits += 1
        self.serve_all()

    def ask(  # noqa: PLR0913  as many as a wish has
        self,
        name: str,
        quantity: int,
        nodes: tuple[str, ...],
        priority_class: int,
        *,
        placed: int,
        confirmed: bool,
        split: bool,
    ) -> None:
        claim = Claim(name, nodes, (priority_class, placed, name), split, waits=quantity)
        self.claims[name] = claim
        claim.confirmed = confirmed
        self.serve(claim)

    def confirm(self, name: str) -> None:
        self.claims[name].confirmed = True
        for unit in self.owned(name, "PENDING"):
            unit.state = "ALLOCATED"

    def release(self, name: str, quantity: int) -> None:
        for _ in range(quantity):
            held = self.pending_first(name)
            if self.claims[name].waits:
                self.claims[name].waits -= 1
            elif held:
                self.put_back(held[0])
        self.serve_all()

    def pick(self, name: str, quantity: int, node: str) -> None:
        for _ in range(quantity):
            unit = self.use(name, node, self.held_in_turn(name, node))
            unit.state, unit.owner = "PICKED", name
        self.serve_all()

    def ship(self, name: str, quantity: int, node: str, time: int) -> None:
        for _ in range(quantity):
            picked = [unit for unit in self.owned(name, "PICKED") if unit.node == node]
            unit = self.use(name, node, picked + self.held_in_turn(name, node))
            self.units.remove(unit)
            self.shipped[node] += 1
        self.happened(node, time, -quantity)

    def use(self, name: str, node: str, held: list[Unit]) -> Unit:
        if held and held[0].node == node:
            return held[0]
        if held:
            self.put_back(held[0])
        elif self.claims[name].waits:
            self.claims[name].waits -= 1
        return self.take_from(node)

    def take_from(self, node: str) -> Unit:
        free = self.free(node)
        if not free:
            self.missing[node] += 1
            self.units.append(Unit(node))
        return free[0] if free else self.units[-1]

    def bring(self, unit: Unit) -> None:
        """A unit is free at its node, unless one is missing there: then it is that one."""
        if self.missing[unit.node]:
            self.missing[unit.node] -= 1
        else:
            self.units.append(unit)

    def put_back(self, unit: Unit) -> None:
        self.units.remove(unit)
        self.bring(Unit(unit.node))

    def serve_all(self) -> None:
        for claim in sorted(self.claims.values(), key=lambda claim: claim.place_in_queue):
            self.serve(claim)

    def serve(self, claim: Claim) -> None:
        """The first node that has enough, else the fullest; with a split then the next, without one only its own."""
        nodes = list(claim.nodes) if claim.split else self.bound_to(claim) or list(claim.nodes)
        enough = [node for node in nodes if len(self.for_claim(claim, node)) >= claim.waits]
        fullest = sorted(nodes, key=lambda node: -len(self.for_claim(claim, node)))
        for node in enough[:1] or (fullest if claim.split else fullest[:1]):
            for unit in self.for_claim(claim, node)[: claim.waits]:
                unit.state, unit.owner = "ALLOCATED" if claim.confirmed else "PENDING", claim.name
                claim.waits -= 1

    def bound_to(self, claim: Claim) -> list[str]:
        held = {unit.node for unit in self.pending_first(claim.name)}
        return sorted(held or {unit.node for unit in self.owned(claim.name, "PICKED")})

    def free(self, node: str) -> list[Unit]:
        return [unit for unit in self.units if unit.node == node and unit.state == "AVAILABLE"]

    def for_claim(self, claim: Claim, node: str) -> list[Unit]:
        """The free units that it may be given."""
        return self.for_channel(channel_of(claim.name), node)

    def for_channel(self, channel: str, node: str) -> list[Unit]:
        """The free units, dealt out one by one: to the safety stock, to each fence what it lacks, the rest to all."""
        lacks = [repeat(fence.channel, self.lacks(fence)) for fence in self.fences if fence.node == node]
        dealt = chain(repeat("nobody", self.safety_stock.get(node, 0)), *lacks, repeat("all"))
        return [unit for unit, owner in zip(self.free(node), dealt, strict=False) if owner in {channel, "all"}]

    def lacks(self, fence: Fence) -> int:
        held = [unit for unit in self.units if unit.node == fence.node and unit.state in {"PENDING", "ALLOCATED"}]
        free = len(self.free(fence.node)) - self.missing[fence.node]
        for_sale = max(0, free + len(held) - self.safety_stock.get(fence.node, 0))
        size = for_sale * fence.percent // 100 if fence.percent else fence.units
        owners = Counter(unit.owner for unit in held)
        return max(0, size - sum(units for owner, units in owners.items() if channel_of(owner) == fence.channel))

    def owned(self, name: str, state: str) -> list[Unit]:
        return [unit for unit in self.units if unit.owner == name and unit.state == state]

    def held_in_turn(self, name: str, node: str) -> list[Unit]:
        """Those here first, then the others by the names of their nodes; allocated ones first."""
        held = self.owned(name, "ALLOCATED") + self.owned(name, "PENDING")
        return sorted(held, key=lambda unit: (unit.node != node, unit.node))

    def pending_first(self, name: str) -> list[Unit]:
        """As they are released: from the last node by name."""
        held = self.owned(name, "PENDING") + self.owned(name, "ALLOCATED")
        return sorted(held, key=lambda unit: unit.node, reverse=True)

    def units_by_place(self) -> Counter[tuple[str, str]]:
        places = Counter((unit.node, unit.state) for unit in self.units)
        places.update({(node, "CUSTOMER"): units for node, units in self.shipped.items()})
        places.update({(node, "AVAILABLE"): -units for node, units in self.missing.items() if units})
        return places

    def units_by_owner(self) -> Counter[tuple[str, str, str]]:
        owned = (unit for unit in self.units if unit.owner and unit.state != "IN_TRANSIT")
        held = Counter((unit.owner, unit.state, unit.node) for unit in owned)
        for claim in self.claims.values():
            if claim.waits:
                held[claim.name, "WAITS", ""] = claim.waits
        return held


def channel_of(name: str) -> str:
    """`portal:order 3` is an order of the portal."""
    return name.split(":", maxsplit=1)[0]
