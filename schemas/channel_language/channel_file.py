"""A channel file: the format of one source, and how we treat it. A new marketplace is a new file, no code.

The files lie in `schemas/channels/*.yaml`. They are strict: an unknown field, a code that is not in the standard
or an undeclared code list is an error with file, line and field.
"""

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self, assert_never
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, StrictInt, model_validator

from domain.fulfilment import Fulfilment
from domain.identifiers import ChannelId, ErpId, NodeId, SourceId
from domain.messages.orders import FallbackNodes, HoldKind, OrderPolicy, PromisePolicy, ReleaseGate
from schemas.channel_language.budgets import BudgetsRule
from schemas.channel_language.doors.ingest_rule import IngestRule
from schemas.channel_language.doors.topic_rule import TopicRule
from schemas.channel_language.expressions.notations import AS_WRITTEN, PLAIN, NumbersRule, SpellingRule
from schemas.channel_language.fields import headers_read, top_level_fields
from schemas.channel_language.order_rule import OrderRule
from schemas.channel_language.orders.return_rules import ReturnsRule
from schemas.channel_language.orders.shared_content import with_shared_content
from schemas.channel_language.prices.price_list import KEY, PriceList, PriceListRule
from schemas.channel_language.records import CsvDialect, Encoding, RecordFormat
from schemas.channel_language.rules import EventRule, OrderContentRule, OrderPicturedRule, PlacedLinesRule
from schemas.channel_language.sources import IN_IDS, Id, Part, Path, Text, ValueSource
from schemas.channel_language.tables.rule import TableRule
from schemas.channel_language.without_events import PassedOverRule, RefusedRule
from schemas.iso_codes import CURRENCIES

_KINDS = frozenset({"ST.01", "UNH.02"})
"""Where X12 and EDIFACT say of which kind a document is."""
_MINUTE_MS = 60_000
_DAY_MS = 24 * 3_600_000


class ChannelKind(StrEnum):
    """The kind of a source: demand, facts about goods and invoices, decisions, planning, master data, what is away."""

    ORDERS = "orders"
    WAREHOUSE = "warehouse"
    CARRIER = "carrier"
    FINANCE = "finance"
    DECISIONS = "decisions"
    PLANNING = "planning"
    MASTER_DATA = "master_data"
    CONTINUITY = "continuity"


_STOCK_FACTS = ("GoodsReceived", "StockAdjusted", "StockCounted", "StockStatusChanged", "GoodsSent")
_ITEM_DATA = ("ItemDescribed", "StockPolicySet", "SupplyAnnounced")
_SNAPSHOTS = ("StockSnapshotBegun", "StockSnapshotContinued", "StockSnapshotEnded")
_ORDER_LISTS = ("OrderListBegun", "OrderListContinued", "OrderListEnded")
_OF_CASES = ("CaseDismissed", "CaseResolved", "CaseRetried", "CaseReversed")
_MASTER_DATA = ("CustomerDescribed", "ItemDescribed")
_OUTAGES = ("DependencyReported", "FailurePolicySet")
_DECISIONS = (
    "OrderCancelRequested",
    "OrderDecided",
    "OrderHoldRequested",
    "OrderHoldReleaseRequested",
    "OrderReturnRequested",
    "OrderReturnAuthorised",
    "OrderReturnDeclined",
    *_OF_CASES,
)


def _may_send(kind: ChannelKind, event: str) -> bool:  # noqa: PLR0911  one return a kind
    match kind:
        case ChannelKind.ORDERS:
            return event not in {*_STOCK_FACTS, *_ITEM_DATA, *_MASTER_DATA, *_OF_CASES, *_OUTAGES}
        case ChannelKind.WAREHOUSE:
            return event not in {
                "OrderPlaced",
                "OrderPictured",
                "OrderDecided",
                "CustomerDescribed",
                *_ORDER_LISTS,
                *_OF_CASES,
                *_OUTAGES,
            }
        case ChannelKind.CARRIER:
            return event in {"OrderDelivered", "ParcelReported"}
        case ChannelKind.FINANCE:
            return event in {"OrderInvoiced", "OrderDecided"}
        case ChannelKind.DECISIONS:
            return event in _DECISIONS
        case ChannelKind.PLANNING:
            return event in {*_ITEM_DATA, *_SNAPSHOTS, *_ORDER_LISTS, "OrderReported"}
        case ChannelKind.MASTER_DATA:
            return event in _MASTER_DATA
        case ChannelKind.CONTINUITY:
            return event in _OUTAGES
        case _:
            assert_never(kind)


class DisputedTotals(StrEnum):
    """What happens to an order whose parts do not add up to its stated totals, beyond rounding."""

    HOLD = "hold"
    """It is taken, and held with a case PRICING_DISPUTE until a person decides."""
    REFUSE = "refuse"


class AmendedPrices(StrEnum):
    """What happens when a change of an order states another price for one of its lines."""

    HOLD = "hold"
    """The line keeps its price, and the order is held with a case PRICING_DISPUTE until a person decides."""
    TAKE = "take"


def _one_or_more(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _placed_lines(rule: Part) -> Iterator[PlacedLinesRule]:
    values = (getattr(rule, name) for name in type(rule).model_fields)
    lists = (value for value in values if isinstance(value, tuple))
    return (each for found in lists for each in found if isinstance(each, PlacedLinesRule))


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is not a currency of ISO 4217")
    return code


def _known_timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone of the IANA database, like Europe/Berlin") from None
    return name


class ExtensionsRule(Part):
    """Which of the fields that no rule names are kept."""

    leave_out: Annotated[tuple[Text, ...], Field(max_length=100)] = ()
    """Top-level fields not kept, with `*` as in file names: noise, and fields that differ between deliveries."""


class LimitsRule(Part):
    """Upper bounds, exclusive, for the numbers of this source; a document that reaches one is refused."""

    quantity: Annotated[StrictInt, Field(ge=1, le=1_000_000_000)] = 1_000_000_000
    """Units of a line, and of an item over all lines of a document."""
    unit_price: Annotated[StrictInt, Field(ge=1, le=1_000_000_000)] = 1_000_000_000
    """In whole units of the currency."""
    document: Annotated[StrictInt, Field(ge=1, le=10_000_000_000_000)] = 10_000_000_000_000
    """Quantity times price over all lines and charges, in whole units of the currency."""


class MasterDataChecks(Part):
    """What of an order must be known by master data; nothing by default (docs/domain.md#master-data)."""

    items: StrictBool = False
    """Lines wait for the master data of their items, and get nothing while these are discontinued."""
    customers: StrictBool = False
    """Orders wait for the master data of their customers, and are not accepted while these are blocked."""
    max_age_days: Annotated[StrictInt, Field(ge=1, le=3650)] | None = None
    """Older master data counts all the same, and the order says so; by default there is no limit."""

    @property
    def max_age_ms(self) -> int:
        """0 for no limit."""
        return (self.max_age_days or 0) * _DAY_MS


class FailureLimit(Part):
    """How many records of a source may fail before the source is stopped: both thresholds must be reached."""

    window: Annotated[StrictInt, Field(ge=1, le=100_000)] = 500
    """How many of the last records are counted."""
    failures: Annotated[StrictInt, Field(ge=1, le=100_000)] = 100
    """The number of failed records: dead letters, and records of which every document was refused."""
    percent: Annotated[StrictInt, Field(ge=1, le=100)] = 50
    """The percentage of failed records in the window."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.failures > self.window:
            raise ValueError(f"failures ({self.failures}) is more than window ({self.window}): it can never be reached")
        return self


class ChannelFile(Part):
    """One complete channel file."""

    source_id: Annotated[SourceId, IN_IDS]
    channel_id: Annotated[ChannelId, IN_IDS]
    region: Id
    kind: ChannelKind
    format: RecordFormat
    version: Annotated[StrictInt, Field(ge=1)]
    encoding: Annotated[tuple[Encoding, ...], BeforeValidator(_one_or_more), Field(min_length=1)] = (Encoding.UTF_8,)
    """One, or several: the first that fits all bytes of a record is used."""
    csv: CsvDialect = CsvDialect()
    """With `format: csv`."""
    test_interchanges: Literal["passed_over", "live"] = "passed_over"
    """What becomes of X12 that its sender does not mark as production data (ISA15 is T or I), and of EDIFACT that it
    marks as a test (the test indicator of UNB, element 11).
    """
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    currency: Annotated[str, AfterValidator(_known_currency)]
    priority_class: Annotated[StrictInt, Field(ge=0, le=9)]
    """0 is the most urgent."""
    promise_policy: PromisePolicy = PromisePolicy.SHIP_AVAILABLE
    release_gate: ReleaseGate = ReleaseGate.BOOKED
    release_window_minutes: Annotated[StrictInt, Field(ge=0, le=10_080)] = 0
    """How long units that are ready to be released wait for what the order still lacks; 0: not at all."""
    erp_id: Annotated[ErpId, IN_IDS]
    reports_to: Annotated[ErpId, IN_IDS] | None = None
    """The shop that is told what has left of the file's orders, and what may be shown of each item with
    `availability_feed`: the `erp_id` of its ERP file (docs/how-to/report-to-a-shop.md).
    """
    nodes: Annotated[tuple[Annotated[NodeId, IN_IDS], ...], Field(min_length=1)]
    other_nodes: tuple[Annotated[NodeId, IN_IDS], ...] = ()
    """Nodes of other sources to which goods are sent from here, or from which they come."""
    channel_nodes: tuple[Annotated[NodeId, IN_IDS], ...] = ()
    """From where the channel ships itself: its reports about orders name these, and nothing that lies there is ours."""
    fallback: Mapping[NodeId, Annotated[tuple[Annotated[NodeId, IN_IDS], ...], Field(min_length=1)]] = {}
    """Where orders are sourced instead of one of `nodes` while that is reported away, the preferred node first."""
    split: StrictBool = True
    """Whether several nodes may serve one line when no node has all of it."""
    holds: tuple[HoldKind, ...] = ()
    """Every order of the channel begins with these holds, until a decision releases it."""
    budgets: BudgetsRule = BudgetsRule()
    """How long the orders of the file may take until they are accepted, booked, released, shipped."""
    returns: ReturnsRule = ReturnsRule()
    """How the goods of the file's orders may come back."""
    availability_feed: StrictBool = False
    """Whether `inventory.availability.v1` says what the file's channels may show of each item."""
    notify_customers: StrictBool = False
    """Whether `customers.notifications.v1` says what the customers of the file's orders are to hear."""
    answer_duplicates: StrictBool = False
    dedup_horizon_days: Annotated[StrictInt, Field(ge=1, le=3650)]
    future_tolerance_s: Annotated[StrictInt, Field(ge=0, le=86_400)]
    """By how many seconds a time of the source may be later than the arrival of its record. An `occurred_at` beyond it
    counts as the latest that may be; a count, snapshot or list that was taken beyond it is refused.
    """
    max_record_bytes: Annotated[StrictInt, Field(ge=1, le=16_777_216)]
    topic: TopicRule = TopicRule()
    """Whose topic the source has, and for how long it keeps records: for the topic's creation and its reference."""
    failure_limit: FailureLimit = FailureLimit()
    disputed_totals: DisputedTotals = DisputedTotals.HOLD
    """What happens to an order whose parts do not add up to the totals that the source states."""
    amended_prices: AmendedPrices = AmendedPrices.HOLD
    """What happens when the source asks for another price of a line: `take` where it agrees prices with customers."""
    code_lists: Mapping[Id, Mapping[str, str]] = {}
    """The source's code on the left, ours on the right; values of `unit` and `country` must be in the standard."""
    tables: Mapping[Id, TableRule] = {}
    """CSV files beside this one, whose columns are code lists: `table.column`."""
    price_list: PriceListRule | None = None
    """What the lines of its orders are to cost: where one costs something else, the order is disputed as one whose
    parts do not add up (`disputed_totals`).
    """
    numbers: NumbersRule = PLAIN
    """How the source writes quantities, prices and amounts that are text."""
    item_ids: SpellingRule = AS_WRITTEN
    """The spelling in which ids of items are one; by default `lamp-1` and `LAMP-1` are two items."""
    limits: LimitsRule = LimitsRule()
    master_data: MasterDataChecks = MasterDataChecks()
    extensions: ExtensionsRule = ExtensionsRule()
    json_texts: Annotated[tuple[Path, ...], Field(max_length=5)] = ()
    """Fields in which a record holds JSON as a text, as queues and notification services send it: each is read in its
    place, one after the other, so that a later one may lie in an earlier one.
    """
    ingest: IngestRule | None = None
    """How the source may send its records over HTTP; without it, it cannot."""
    documents: tuple[Path, ...] = ()
    """Where a record's document lies, when it is wrapped: the first path that exists. A list contains several. The path
    `@document` is the record's own, when it is not wrapped.
    """
    correlation_id: ValueSource
    order_scope: Annotated[tuple[ValueSource, ...], Field(max_length=5)] = ()
    """In what a `channel_order_id` is unique, if not in its channel: partner, account. Part of every order id."""
    order_release: ValueSource | None = None
    """The release of a blanket order, which is an order of its own; missing in a record about any other order."""
    events: Annotated[tuple[EventRule, ...], Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _shares_content(cls, content: object) -> object:
        return with_shared_content(content)

    @model_validator(mode="after")
    def _has_test_interchanges_of_edi(self) -> Self:
        if self.test_interchanges == "live" and self.format not in {RecordFormat.X12, RecordFormat.EDIFACT}:
            raise ValueError("test_interchanges are of EDI: a file of format x12 or edifact has them")
        return self

    @cached_property
    def prices(self) -> PriceList | None:
        """Its price list, as the table has it; `ValueError` where that is wrong."""
        if self.price_list is None:
            return None
        name = self.price_list.table
        if name not in self.tables or self.tables[name].key != KEY:
            raise ValueError(f"price_list: no table {name!r} with the key [{', '.join(KEY)}]")
        if f"{name}.price" not in self.code_lists:
            raise ValueError(f"price_list: the table {name!r} has no column 'price'")
        return PriceList(self.price_list, self.code_lists, self.currency, self.timezone)

    @model_validator(mode="after")
    def _has_prices_of_orders(self) -> Self:
        if self.prices is not None and self.kind is not ChannelKind.ORDERS:
            raise ValueError("price_list is of orders: a file of kind orders has it")
        return self

    @model_validator(mode="after")
    def _keeps_to_its_kind(self) -> Self:
        for rule in self.events:
            if not isinstance(rule, PassedOverRule | RefusedRule) and not _may_send(self.kind, rule.event):
                raise ValueError(f"a source of kind {self.kind} cannot send {rule.event}")
        return self

    @model_validator(mode="after")
    def _names_orders_in_their_scope(self) -> Self:
        if self.scopes_orders and any(isinstance(rule, OrderRule) and rule.order_id for rule in self.events):
            raise ValueError("order_id names an order of any scope: with order_scope, give channel_order_id")
        return self

    @model_validator(mode="after")
    def _has_fallbacks_of_its_nodes(self) -> Self:
        if self.fallback and self.kind is not ChannelKind.ORDERS:
            raise ValueError("fallback is of orders: a file of kind orders has it")
        for node_id, instead in self.fallback.items():
            if node_id not in self.nodes:
                raise ValueError(f"fallback: {node_id!r} is not one of nodes")
            if node_id in instead:
                raise ValueError(f"fallback: {node_id!r} cannot stand in for itself")
        return self

    @model_validator(mode="after")
    def _keeps_nodes_of_the_channel_apart(self) -> Self:
        fallbacks = (node_id for instead in self.fallback.values() for node_id in instead)
        for node_id in {*self.nodes, *self.other_nodes, *fallbacks}.intersection(self.channel_nodes):
            raise ValueError(f"channel_nodes: {node_id!r} is a node of ours too")
        return self

    @model_validator(mode="after")
    def _knows_from_where_the_channel_ships(self) -> Self:
        for rule in self.events:
            if isinstance(rule, OrderPicturedRule) and rule.shipped_from not in {None, *self.channel_nodes}:
                raise ValueError(f"shipped_from: {rule.shipped_from!r} is not one of channel_nodes")
        return self

    @model_validator(mode="after")
    def _has_releases_of_orders(self) -> Self:
        if self.release_window_minutes and self.kind is not ChannelKind.ORDERS:
            raise ValueError("release_window_minutes is of orders: a file of kind orders has it")
        return self

    @model_validator(mode="after")
    def _has_budgets_of_orders(self) -> Self:
        if self.budgets != BudgetsRule() and self.kind is not ChannelKind.ORDERS:
            raise ValueError("budgets are of orders: a file of kind orders has them")
        return self

    @model_validator(mode="after")
    def _has_returns_of_orders(self) -> Self:
        if self.returns != ReturnsRule() and self.kind is not ChannelKind.ORDERS:
            raise ValueError("returns are of orders: a file of kind orders says how they may come")
        return self

    @model_validator(mode="after")
    def _feeds_channels_that_it_names(self) -> Self:
        if self.availability_feed and (self.kind is not ChannelKind.ORDERS or not self.channels):
            raise ValueError("availability_feed needs channels: a file of kind orders, which names them itself")
        return self

    @model_validator(mode="after")
    def _reports_about_orders(self) -> Self:
        for field in ("reports_to", "notify_customers"):
            if getattr(self, field) and self.kind is not ChannelKind.ORDERS:
                raise ValueError(f"{field} is of orders: a file of kind orders has it")
        return self

    @model_validator(mode="after")
    def _knows_who_sends_goods(self) -> Self:
        for rule in (each for event in self.events for each in _placed_lines(event)):
            said = rule.fulfilment and rule.fulfilment.possible_values(self.code_lists)
            if said and (unknown := sorted(said - set(Fulfilment))):
                raise ValueError(f"fulfilment: {', '.join(unknown)} is none of {', '.join(Fulfilment)}")
        return self

    @model_validator(mode="after")
    def _has_a_dialect_of_csv(self) -> Self:
        if self.csv != CsvDialect() and self.format is not RecordFormat.CSV:
            raise ValueError("csv is a dialect: it goes with `format: csv`")
        if self.encoding != (Encoding.UTF_8,) and self.format is RecordFormat.EDIFACT:
            raise ValueError("encoding is what each interchange of EDIFACT names itself")
        if self.documents and self.format in {RecordFormat.CSV, RecordFormat.X12, RecordFormat.EDIFACT}:
            raise ValueError("documents are wrapped in JSON only")
        if self.json_texts and self.format in {RecordFormat.CSV, RecordFormat.X12}:
            raise ValueError("json_texts are of JSON")
        return self

    @property
    def scopes_orders(self) -> bool:
        """Whether an order's id is made of more than its channel and its number."""
        return bool(self.order_scope) or self.order_release is not None

    @cached_property
    def channels(self) -> frozenset[str] | None:
        """The channels whose orders the file's rules name by number; None: the record decides."""
        named = [
            {self.channel_id} if rule.channel_id is None else rule.channel_id.possible_values(self.code_lists)
            for rule in self.events
            if isinstance(rule, OrderContentRule | OrderRule) and rule.channel_order_id is not None
        ]
        return None if None in named else frozenset().union(*(each for each in named if each is not None))

    @cached_property
    def kinds_read(self) -> frozenset[str] | None:
        """The kinds of X12 sets (ST01) or EDIFACT messages (UNH) that a rule takes or passes over.

        None where a rule does not name its kind.
        """
        named: set[str] = set()
        for rule in self.events:
            tests = [one for one in rule.when if one.path is not None]
            if isinstance(rule, RefusedRule) or any(one.path == "TA1.04" for one in tests):
                continue
            kinds = [one.accepted for one in tests if one.path in _KINDS and (one.one_of or one.equals is not None)]
            if not kinds:
                return None
            named.update(kinds[0])
        return frozenset(named)

    @cached_property
    def named_fields(self) -> frozenset[str]:
        """The top-level fields that a rule reads; all others are extensions."""
        return frozenset(top_level_fields(self.model_copy(update={"ingest": None})))

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits of all that decides what records become, with defaults and tables."""
        return hashlib.sha256(self.model_dump_json(exclude={"topic"}).encode()).hexdigest()[:12]

    @cached_property
    def headers_read(self) -> frozenset[str]:
        """The headers of a record that a rule reads, in lower case."""
        return frozenset(name.lower() for name in headers_read(self.model_copy(update={"ingest": None})))

    def order_policy(self, received_at_us: int) -> OrderPolicy:
        """The channel's policy for an order received at that time, which intake joins to it."""
        return OrderPolicy(
            promise=self.promise_policy,
            release_gate=self.release_gate,
            erp_id=self.erp_id,
            priority_class=self.priority_class,
            nodes=self.nodes,
            split=self.split,
            answer_duplicates=self.answer_duplicates,
            channel_file_version=self.version,
            holds=self.holds,
            budgets=self.budgets.of_order(received_at_us, self.timezone),
            budgets_paused_by=self.budgets.paused_by,
            known_items_only=self.master_data.items,
            known_customers_only=self.master_data.customers,
            master_data_max_age_ms=self.master_data.max_age_ms,
            returns=self.returns.policy(),
            fallbacks=tuple(FallbackNodes(node_id, instead) for node_id, instead in self.fallback.items()),
            release_window_ms=self.release_window_minutes * _MINUTE_MS,
        )
