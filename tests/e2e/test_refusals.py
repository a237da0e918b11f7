"""Bad input: one line on standard error that says what to do, an exit code, and nothing lost."""

import json
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import connectors
import schemas
from dataflows.assembly import ERP_FILES
from dataflows.command_line.run import EMBEDDED_POINTS, KAFKA_POINTS
from demo.channels.small_payloads import jsonl, portal_order, receipt
from tests.e2e.commands import Inside, Said, running, until
from tests.unit.schemas.registry_double import running_registry

_LINE = json.dumps(portal_order("P1", {"BOLT": "1"}))
_NO_BROKER = "127.0.0.1:1"
_COMMANDS = (
    "demo",
    "run",
    "produce",
    "tail",
    "show",
    "report",
    "topics",
    "schemas",
    "preflight",
    "erp-connector",
    "erp-simulator",
    "warehouse-simulator",
)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Inside:
    """A user whose folder holds a little of everything."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a_file").write_text("text")
    (tmp_path / "empty").mkdir()
    (tmp_path / "theirs" / "log").mkdir(parents=True)
    (tmp_path / "theirs" / "log" / "messages").write_text("not ours")
    (tmp_path / "no_database").write_text("this is no database, and long enough to be seen as none" * 10)
    (tmp_path / "good.jsonl").write_text(_LINE + "\n")
    (tmp_path / "nothing.jsonl").touch()
    (tmp_path / "blank.jsonl").write_text("\n  \n")
    (tmp_path / "nothing.edi").touch()
    (tmp_path / "no_json.jsonl").write_text(_LINE + "\n\n{bad\n")
    (tmp_path / "bad_key.jsonl").write_text('{"value": {}, "key": 3}\n')
    (tmp_path / "bad_header.jsonl").write_text(_LINE + '\n{"value": {}, "headers": {"a": 1}}\n')
    (tmp_path / "bad_field.jsonl").write_text('{"value": {}, "header": {}}\n')
    (tmp_path / "good.options").write_text("session.timeout.ms=10000\n")
    (tmp_path / "bad.options").write_text("isolation.level=read_uncommitted\n")
    broken = (Path(schemas.__file__).parent / "channels" / "portal.yaml").read_text().replace("json", "jsn")
    (tmp_path / "channels").mkdir()
    (tmp_path / "channels" / "portal.yaml").write_text(broken)
    return Inside(capsys)


def one_line(said: Said) -> str:
    """The refusal."""
    assert 2 == said.code
    assert re.fullmatch(r"orderline: [^\n]+\n", said.err), said.err
    return said.err.removeprefix("orderline: ").rstrip("\n")


REFUSED: dict[str, str] = {
    # arguments | a part of the line that refuses them
    "": "the following arguments are required: COMMAND; see `orderline --help`",
    "bogus": "invalid choice: 'bogus' (choose from 'run', 'produce'",
    "run": "the following arguments are required: FLOW; see `orderline run --help`",
    "run all": "name a log: --data DIR (embedded) or --bootstrap HOST:PORT (Kafka); see `orderline run --help`",
    "run all --data d --bootstrap h:1": "argument --bootstrap: not allowed with argument --data",
    "run bogus --data d": "(choose from 'all', 'intake', 'orders', 'inventory', 'dispatch', 'edi', 'insights')",
    "run all --data d --bogus": "unrecognized arguments: --bogus; see `orderline run --help`",
    "run all --data d --particions 3": "unrecognized arguments: --particions 3: did you mean --partitions?; see",
    "run all --data d --partition 3": "unrecognized arguments: --partition 3: did you mean --partitions?; see",
    "tail orders.events.v1 --data d --from": "unrecognized arguments: --from: did you mean --from-start?; see",
    "demo --data d --order 5": "unrecognized arguments: --order 5: did you mean --orders?; see",
    "rum all --data d": "'warehouse-simulator'): did you mean run?; see `orderline --help`",
    "run ordres --data d": "'insights'): did you mean orders?; see `orderline run --help`",
    "run all --data d --log-level loud": "argument --log-level: invalid choice: 'loud' (choose from 'debug', 'info',",
    "run orders --data d": "use `orderline run all --data DIR`",
    "run all --bootstrap h:1 --until-idle": "--until-idle has an effect on an embedded log only: add --data DIR, or",
    "run all --data d --live-within 5": "--live-within has an effect with --http only: add --http HOST:PORT,",
    "run all --data d --partitions 0": "argument --partitions: '0' is not a whole number from 1 to 1000",
    "run all --data d --partitions many": "argument --partitions: 'many' is not a whole number from 1 to 1000",
    "run all --data d --replica -1": "argument --replica: '-1' is not a whole number of at least 0",
    "run all --data d --http 9464": "argument --http: '9464' is not HOST:PORT with a port from 0 to 65535",
    "run all --data d --http 127.0.0.1:x": "argument --http: '127.0.0.1:x' is not HOST:PORT",
    "run all --data d --live-within 0": "argument --live-within: '0' is not a whole number from 1 to 86400",
    "run all --bootstrap h:1 --http 127.0.0.1:0": "6 processes need a known port: choose one other than 0",
    "run all --bootstrap h:1 --http 127.0.0.1:65533": "there is no port 65536 for a flow: choose a lower one",
    "run all --data d --kafka-options good.options": "--kafka-options has an effect on Kafka only: add --bootstrap",
    "run orders --bootstrap h:1 --kafka-options nowhere": "cannot read nowhere (No such file or directory)",
    "run all --bootstrap h:1 --kafka-options bad.options": "isolation.level is set by Orderline and cannot be changed",
    "tail orders.events.v1 --bootstrap h:1 --kafka-options bad.options": "isolation.level is set by Orderline",
    "topics check --bootstrap h:1 --kafka-options bad.options": "isolation.level is set by Orderline",
    "erp-connector --bootstrap h:1 --kafka-options bad.options": "isolation.level is set by Orderline",
    "produce source.portal.v1 --file good.jsonl --data d --kafka-options good.options": "has an effect on Kafka only",
    "demo --bootstrap h:1 --data d --kafka-options bad.options": "isolation.level is set by Orderline",
    "demo --data d --kafka-options good.options": "--kafka-options has an effect on Kafka only",
    "run all --data d --crash-at nonsense": "--crash-at nonsense is no failpoint with --data d: choose from after_",
    "run all --data d --crash-at mid_rebalance": "--crash-at mid_rebalance is no failpoint with --data d: choose from",
    "run orders --bootstrap h:1 --crash-at mid_import": "--crash-at mid_import is no failpoint with --bootstrap h:1: ",
    "run all --bootstrap h:1 --crash-at after_commit": "--crash-at ends one process: name one flow",
    "run all --data d --put-aside erp.responses.v1/0/0": "no log in d: start one with `orderline run all --data d`",
    "tail orders.events.v1 --data d --application x": "unrecognized arguments: --application x; see `orderline tail",
    "run all --data d --crash-at after_commit:x": "argument --crash-at: 'x' is not a whole number of at least 1",
    "run all --data d --crash-at after_commit:0": "argument --crash-at: '0' is not a whole number of at least 1",
    "run all --data a_file": "cannot make the folder a_file (File exists): choose another --data",
    "run all --data theirs": "theirs/log is not a log of orderline: choose another --data folder",
    "run all --data d --channels nowhere": "nowhere: no channel file (*.yaml) in this folder",
    "run all --data d --channels empty": "empty: no channel file (*.yaml) in this folder",
    "run all --data d --channels channels": "channels/portal.yaml:6:1: format: must be 'json', 'json_lines', 'csv'",
    "run all --data d --erps empty": "empty: no ERP file (*.yaml) in this folder",
    "produce source.nope.v1 --data d --file good.jsonl": "choose from source.amazon.v1, source.amazon_vendor.v1,",
    "produce orders.inbox.v1 --data d --file good.jsonl": "'orders.inbox.v1' is no source topic",
    "produce source.portal.v1 --data d --file good.jsonl --key k": "--key is for a file that is one record",
    "produce source.portal.v1 --data d": "name the payloads with --file FILE",
    "produce source.portal.v1 --data d --file nothing.jsonl": "there is no record in nothing.jsonl: it is empty",
    "produce source.portal.v1 --data d --file blank.jsonl": "there is no record in blank.jsonl: it is empty",
    "produce source.edi_wholesale.v1 --data d --file nothing.edi": "there is no record in nothing.edi: it is empty",
    "produce demo --data d --file good.jsonl": "--file has no effect on the feed demo: leave it out",
    "produce year --data d --csv nothing.edi --key k": "--key has no effect on the feed year: leave it out",
    "produce source.portal.v1 --data d --file good.jsonl --orders 5": "--orders is an option of `produce demo`: leave",
    "produce demo --data d --invoices 5": "--invoices is an option of `produce year`: leave it out",
    "produce year --data d --csv nothing.edi": "nothing.edi",
    "demo --data d --csv nothing.edi": "nothing.edi",
    "scenario run nothing.edi": "nothing.edi:1:1: must be a mapping of fields",
    "tail orders.events.v1 --bootstrap h:1 --kafka-options nothing.edi": "there is no option in nothing.edi: write",
    "produce source.portal.v1 --data d --file nowhere": "cannot read nowhere: No such file or directory",
    "produce source.portal.v1 --data d --file empty": "cannot read empty: Is a directory",
    "produce source.portal.v1 --data d --file no_json.jsonl": "no_json.jsonl:3: not JSON (",
    "produce source.portal.v1 --data d --file bad_key.jsonl": "bad_key.jsonl:1: Expected `str | null`, got `int`",
    "produce source.portal.v1 --data d --file bad_header.jsonl": "bad_header.jsonl:2: Expected `str`, got `int`",
    "produce source.portal.v1 --data d --file bad_field.jsonl": "unknown field `header`",
    "produce source.portal.v1 --data a_file --file good.jsonl": "cannot make the folder a_file",
    "produce source.portal.v1 --data theirs --file good.jsonl": "theirs/log is not a log of orderline",
    "produce demo --data d --orders 0": "argument --orders: '0' is not a whole number from 1 to 1000000",
    "tail orders.events.v1 --data empty": "no log in empty: start one with `orderline run all --data empty`",
    "report --data nowhere": "no log in nowhere: start one with `orderline run all --data nowhere`",
    "show order P1 --data nowhere": "no log in nowhere",
    "demo --data d --orders 0": "argument --orders: '0' is not a whole number from 1 to 1000000",
    "demo --data d --orders -5": "argument --orders: '-5' is not a whole number",
    "demo --data d --orders 1e9": "argument --orders: '1e9' is not a whole number",
    "demo --data d --seconds 1": "argument --seconds: '1' is not a whole number from 2 to 86400",
    "demo --data a_file": "a_file is not a folder: choose another DATA folder",
    "demo --data theirs": "theirs holds a log that no demo wrote: choose another DATA folder",
    "erp-connector nope --data d": "nope.yaml: is 'nope' the erp_id of one, and is --erps its folder?",
    "erp-connector --data d --workers 0": "argument --workers: '0' is not a whole number from 1 to 256",
    "erp-simulator": "the following arguments are required: --database",
    "erp-simulator --database no_database --port 0": "no_database cannot be the database of the ERP simulator (file is",
    "erp-simulator --database empty --port 0": "empty cannot be the database of the ERP simulator (unable to open",
    "erp-simulator --database a_file/x --port 0": "cannot make the folder a_file (File exists)",
    "erp-simulator --database e --port 70000": "argument --port: '70000' is not a whole number from 0 to 65535",
    "erp-simulator --database e --latency-ms 9 3": "the latency must go from 0 or more to at least as much",
    "erp-simulator --database e --lose-answer 600 --locked 600": "the shares of faults must be 0 or more and add up to",
    "erp-simulator --database e --outage-seconds x": "argument --outage-seconds: 'x' is not a whole number of at",
    "topics make --bootstrap h:1": "invalid choice: 'make' (choose from 'create', 'check')",
    "topics create": "the following arguments are required: --bootstrap",
    "topics check --bootstrap h:1 --partitions 3": "--partitions has an effect on `topics create` only",
    "topics create --bootstrap h:1 --partitions 0": "argument --partitions: '0' is not a whole number from 1 to 1000",
    "preflight": "the following arguments are required: --bootstrap",
    "preflight --bootstrap h:1 --kafka-options bad.options": "isolation.level is set by Orderline",
    "schemas check --registry bogus": "'bogus' is not the address of a schema registry, such as http://HOST:PORT",
    "schemas check --registry http://127.0.0.1:1": "no schema registry answers at http://127.0.0.1:1 (MaxRetryError): "
    "start it, or correct --registry",
}


@pytest.mark.parametrize("words", REFUSED)
def test_it_is_refused_in_one_line_and_nothing_is_touched(say: Inside, words: str, tmp_path: Path) -> None:
    before = files_below(tmp_path)

    assert REFUSED[words] in one_line(say(*words.split()))
    assert before == {file: content for file, content in files_below(tmp_path).items() if file in before}
    assert [] == [file for file in files_below(tmp_path) if file not in before and file.parent.name == "incoming"]


def files_below(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_the_points_that_may_be_named_are_those_that_are_passed() -> None:
    assert set(EMBEDDED_POINTS) == points_passed("embedded")
    assert set(KAFKA_POINTS) == points_passed("kafka")


def points_passed(log: str) -> set[str]:
    sources = (Path(connectors.__file__).parent / log).rglob("*.py")
    return {name for file in sources for name in re.findall(r'\.hit\("(\w+)"\)', file.read_text(encoding="utf-8"))}


@pytest.fixture
def log(say: Inside) -> Inside:
    """A log in `d` that is quiescent, with an order in it and another that waits."""
    Path("receipt.jsonl").write_text(jsonl(receipt("R1", {"BOLT": "5"})))
    say("produce", "source.wms_central.v1", "--file", "receipt.jsonl", "--data", "d")
    assert 0 == say("run", "all", "--data", "d", "--until-idle").code
    assert 0 == say("produce", "source.portal.v1", "--file", "good.jsonl", "--data", "d").code
    return say


@pytest.mark.parametrize(
    ("words", "reason"),
    (
        ("run all --data d --until-idle --partitions 3", "run with --partitions 4 or choose another --data folder"),
        ("run all --data d --until-idle --application other", "belongs to the application 'orderline': choose another"),
        ("erp-connector --data d --application other", "belongs to the application 'orderline': choose another"),
        ("warehouse-simulator --data d --application other", "belongs to the application 'orderline': choose another"),
        ("tail orders.event.v1 --data d", "no topic 'orders.event.v1' in this log: did you mean orders.events.v1"),
        ("demo --data d", "d holds a log that no demo wrote: choose another DATA folder"),
        (
            "run all --data d --put-aside orders.index.v1/0/0",
            "no record of 'orders.index.v1' can be put aside: choose",
        ),
        (
            "run all --data d --put-aside source.portal.v1/0/0",
            "aside: choose from erp.responses.v1, reference.channels.v1",
        ),
        ("run all --data d --put-aside orders.inbox.v1/4/0", "orders.inbox.v1 has 4 partitions, numbered from 0"),
        ("run all --data d --put-aside erp.responses.v1/0/0", "erp.responses.v1/0 has no records yet"),
        (
            "run all --data d --put-aside insights.inbox.v1/0/99",
            "insights.inbox.v1/0/99: insights.inbox.v1/0 ends at offset ",
        ),
        (
            "erp-connector --data d --put-aside orders.inbox.v1/0/0",
            "can be put aside: choose from erp.commands.main.v1",
        ),
        ("erp-connector --data d --put-aside erp.commands.main.v1/0/7", "erp.commands.main.v1/0 has no records yet"),
    ),
)
def test_a_log_that_does_not_fit_is_refused_and_kept(log: Inside, words: str, reason: str) -> None:
    assert reason in one_line(log(*words.split()))

    assert 0 == log("run", "all", "--data", "d", "--until-idle").code
    assert 3 == len(log("tail", "orders.events.v1", "--data", "d", "--json", "--from-start").out.splitlines())


def test_a_data_folder_in_use_is_refused_and_its_owner_continues(say: Inside, tmp_path: Path) -> None:
    with running("run", "all", "--data", str(tmp_path / "d")) as owner:
        until((tmp_path / "d" / "log" / "CURRENT").exists, "the log is there")
        until(lambda: say("tail", "orders.events.v1", "--data", "d").code == 0, "the flows run")

        assert "d is in use by another orderline process: stop it first" == one_line(say("run", "all", "--data", "d"))
        assert owner.lives()


@pytest.mark.parametrize("host", ("127.0.0.1", "localhost"))
def test_a_port_that_is_taken_is_refused(say: Inside, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (
            f"cannot listen on {host}:{port} (Address already in use): choose another with --port or --host"
            == one_line(say("erp-simulator", "--database", "e", "--host", host, "--port", str(port)))
        )


def test_a_port_for_probes_that_is_taken_is_refused(say: Inside) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert f"cannot listen on {address} (Address already in use): choose another --http" == one_line(
            say("run", "all", "--data", "d", "--http", address)
        )


def test_a_registry_gets_the_schemas_and_can_be_checked(say: Inside) -> None:
    erps = Path("erps")
    erps.mkdir()
    regional = (ERP_FILES / "main.yaml").read_text(encoding="utf-8").replace("erp_id: main", "erp_id: regional")
    (erps / "regional.yaml").write_text(regional, encoding="utf-8")
    with running_registry() as registry:
        options = ("--registry", registry.url, "--erps", "erps")
        missing = say("schemas", "check", *options)
        registered = say("schemas", "register", *options)
        checked = say("schemas", "check", *options)

    assert [(1, ""), (0, ""), (0, "")] == [(said.code, said.err) for said in (missing, registered, checked)]
    assert len(registered.out.splitlines()) == missing.out.count("is not registered: run `orderline schemas register`")
    assert "all schemas are registered and compatible\n" == checked.out
    assert "erp.commands.regional.v1-orderline.dispatch.v1.ErpCommand version 1: id" in registered.out


UNREACHABLE: Sequence[str] = (
    "run all",
    "run orders",
    "produce source.portal.v1 --file good.jsonl",
    "tail orders.events.v1",
    "topics check",
    "demo --data k",
)


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Callable[[], dict[str, Said]]]:
    """All at once, for each waits some ten seconds."""
    (tmp_path / "good.jsonl").write_text(_LINE)
    with ExitStack() as stack:
        started = {
            words: stack.enter_context(running(*words.split(), "--bootstrap", _NO_BROKER, folder=tmp_path))
            for words in UNREACHABLE
        }
        yield lambda: {words: command.said() for words, command in started.items()}


def test_a_broker_that_does_not_answer_is_reported_in_one_line(
    asked: Callable[[], dict[str, Said]], tmp_path: Path
) -> None:
    for words, said in asked().items():
        assert _NO_BROKER in one_line(said), words
    assert not (tmp_path / "k").exists()


def test_every_command_explains_itself(say: Inside) -> None:
    listed = say("--help")
    assert (0, "") == (listed.code, listed.err)
    for command in _COMMANDS:
        said = say(command, "--help")
        assert (0, "") == (said.code, said.err)
        assert f"usage: orderline {command}" in said.out
        assert f" {command} " in listed.out.replace("\n", " ")


def test_the_version_is_reported(say: Inside) -> None:
    try:
        expected = f"orderline {version('orderline')}\n"
    except PackageNotFoundError:
        expected = "orderline (not installed: run `make install`)\n"
    assert (0, expected, "") == say("--version")
