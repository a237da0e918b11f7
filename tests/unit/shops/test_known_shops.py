"""An ERP file is checked by what its adapter can do and needs to know, and no secret shows up anywhere."""

import re
from pathlib import Path

import pytest
import yaml

from connectors.erp.conversations.known_erps import ADAPTER_CONTRACTS, load_erp_files, rules_of
from connectors.erp.http.exchange import ErpCall
from connectors.shops.settings import Secret, secret_in
from dataflows.assembly import ERP_FILES
from schemas.erp_file import load_erp_file
from schemas.yaml_files import YamlFileInvalid

MAIN = ERP_FILES / "main.yaml"
SECRET = "secret-of-the-shop"  # noqa: S105 - not a real one


def shop_file(tmp_path: Path, adapter: str, settings: object, command: str = "REPORT_SHIPMENT") -> Path:
    content = yaml.safe_load(MAIN.read_text(encoding="utf-8"))
    content |= {"erp_id": "shop", "adapter": adapter}
    content["postings"] = {"ShipmentConfirmed": {"command": command, "priority_class": 1}}
    if settings is not None:
        content["settings"] = settings
    path = tmp_path / "shop.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(YamlFileInvalid) as refused:
        load_erp_files(path.parent)
    place = re.match(rf"{re.escape(str(path))}:\d+:\d+: ", str(refused.value))
    assert place, refused.value
    return str(refused.value)[place.end() :]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    path = tmp_path / "secrets" / "token"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    return path


def test_a_good_file_makes_rules(tmp_path: Path, token_file: Path) -> None:
    path = shop_file(tmp_path, "marketplace", {"token_file": str(token_file), "path": "/v1"})
    assert ["shop"] == list(load_erp_files(tmp_path))
    rules = rules_of(path)
    probe = next(rules.probe())
    assert "/v1/health" == probe.path
    assert SECRET in probe.headers["Authorization"]
    assert SECRET not in repr(probe)
    assert SECRET not in repr(rules)


def test_the_examples_of_the_page_are_right(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "shops.md").read_text(encoding="utf-8")
    examples = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    whole = examples[0]
    for example in examples:
        path = tmp_path / "webshop.yaml"
        path.write_text(yaml.safe_dump({**whole, **example}), encoding="utf-8")
        assert example["adapter"] == load_erp_file(path, ADAPTER_CONTRACTS).adapter
    assert ADAPTER_CONTRACTS.keys() - {"simulated"} == {example["adapter"] for example in examples}


@pytest.mark.parametrize(
    ("settings", "beginning"),
    (
        (None, "settings.token_file: is required"),
        ({"tokenfile": "x"}, "settings.tokenfile: there is no such field: did you mean token_file? (and 1 more)"),
        ({"token_file": "x", "pat": "/v1"}, "settings.pat: there is no such field: did you mean path?"),
        ({"token_file": "x", "path": "v1/"}, "settings.path: must match"),
        ("text", "settings: must be a mapping"),
    ),
)
def test_a_wrong_setting_is_named_with_its_place(tmp_path: Path, settings: object, beginning: str) -> None:
    assert refusal_of(shop_file(tmp_path, "marketplace", settings)).startswith(beginning)


def test_a_command_that_the_adapter_cannot_do_is_refused_when_the_file_is_read(tmp_path: Path) -> None:
    refusal = refusal_of(shop_file(tmp_path, "marketplace", {"token_file": "x"}, "CREATE_SALES_ORDER"))
    assert refusal == (
        "postings.ShipmentConfirmed.command: the adapter 'marketplace' cannot do CREATE_SALES_ORDER;"
        " it can do REPORT_AVAILABILITY, REPORT_SHIPMENT"
    )
    assert "'simulated' cannot do REPORT_SHIPMENT" in refusal_of(shop_file(tmp_path, "simulated", None))


def test_an_adapter_without_settings_takes_none(tmp_path: Path) -> None:
    refusal = refusal_of(shop_file(tmp_path, "simulated", {"token_file": "x"}, "POST_SHIPMENT"))
    assert refusal.startswith("settings.token_file: there is no such field")


def test_somebody_elses_adapter_may_have_any_settings_but_no_rules_of_ours(tmp_path: Path) -> None:
    path = shop_file(tmp_path, "of_their_own", {"any": 1}, "CREATE_SALES_ORDER")
    assert {"any": 1} == load_erp_file(path, ADAPTER_CONTRACTS).settings
    with pytest.raises(YamlFileInvalid, match=r"there is no .of_their_own.; there are .*marketplace, .*simulated"):
        rules_of(path)


def test_the_flows_read_a_file_whose_secret_is_on_another_machine(tmp_path: Path) -> None:
    path = shop_file(tmp_path, "marketplace", {"token_file": "/nowhere/token"})
    load_erp_files(tmp_path)
    with pytest.raises(YamlFileInvalid, match="/nowhere/token: the secret cannot be read: No such file"):
        rules_of(path)


@pytest.mark.parametrize("content", (b"", b"  \n", b"two\nlines", b"x" * 10_001, "schlüssel".encode(), b"\xff\xfe"))
def test_what_is_no_secret_is_refused_without_being_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(YamlFileInvalid) as refused:
        secret_in(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert "lines" not in str(refused.value)


def test_a_secret_is_in_no_repr() -> None:
    call = ErpCall("POST", "/x", {"Authorization": SECRET}, SECRET.encode(), changes=True)
    assert SECRET not in f"{call!r}{Secret(SECRET)!r}{Secret(SECRET)}"
