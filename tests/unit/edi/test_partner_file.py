"""The file of a partner: the shipped one is good, and a wrong one is refused in one line that names file and field."""

import re
from pathlib import Path

import pytest
import yaml

from domain.edi.policy import DocumentTerms, LabelNumbers
from domain.identifiers import SourceId
from domain.messages.edi.documents import EdiDocumentKind
from schemas.channel_language.loader import load_channel_files
from schemas.partner_files.loader import PARTNERS, AnyPartnerFile, load_partner_file, load_partner_files
from schemas.yaml_files import YamlFileInvalid

CHANNELS = load_channel_files()
HARBOR_TOOLS = PARTNERS / "harbor_tools.yaml"


def changed(**fields: object) -> str:
    content = yaml.safe_load(HARBOR_TOOLS.read_text(encoding="utf-8"))
    for name, value in fields.items():
        section, _, field = name.rpartition("__")
        (content[section] if section else content)[field] = value
    content["documents"] = {str(kind): terms for kind, terms in content["documents"].items()}
    return yaml.safe_dump(content)


def written(folder: Path, text: str, name: str = "harbor_tools.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal_of(folder: Path, text: str, name: str = "harbor_tools.yaml") -> str:
    path = written(folder, text, name)
    with pytest.raises(YamlFileInvalid) as refused:
        load_partner_file(path, CHANNELS)
    place = re.match(rf"{re.escape(str(path))}:\d+:\d+: ", str(refused.value))
    assert place, refused.value
    return str(refused.value)[place.end() :]


def good(folder: Path, **fields: object) -> AnyPartnerFile:
    return load_partner_file(written(folder, changed(**fields)), CHANNELS)


def test_the_file_of_the_demo_says_what_is_agreed() -> None:
    channel = CHANNELS[SourceId("edi_wholesale")]
    policy = load_partner_file(HARBOR_TOOLS, CHANNELS).policy(channel)
    assert "edi_wholesale:ZZ:HARBORTOOLS:HARBORTOOLS:" == policy.order_scope
    assert DocumentTerms("004010", 240 * 60_000, name="855") == policy.wants(EdiDocumentKind.ORDER_ANSWER)
    assert DocumentTerms("004010", 30 * 60_000, by_carton=True, name="856") == policy.wants(EdiDocumentKind.SHIP_NOTICE)
    assert policy.wants(EdiDocumentKind.WAREHOUSE_ORDER) is None
    assert 86_400_000 == policy.acknowledged_within_ms
    assert LabelNumbers("0614141", 0, 1, 99_999_999) == policy.labels


@pytest.mark.parametrize(
    ("fields", "expected"),
    (
        ({"theirs__id": "A" * 16}, r"theirs\.id: "),
        ({"theirs__qualifier": "Z"}, r"theirs\.qualifier: "),
        ({"ours__application": "OR*DER"}, r"ours\.application: "),
        ({"delimiters__element": "A"}, r"delimiters: .*no delimiter: 'A'"),
        ({"delimiters__element": "~"}, r"delimiters: .*two delimiters are the same"),
        ({"delimiters__component": "\n"}, r"delimiters: .*only segments may end with a line end"),
        ({"encoding": "ebcdic"}, r"encoding: "),
        ({"timezone": "Mars/Olympus"}, r"timezone: .*'Mars/Olympus' is no time zone"),
        ({"units__EACH": "EA"}, r"units.*'EACH' is no unit"),
        ({"units__EA": "EACH"}, r"units\.EA: "),
        ({"carriers__UPS": "UPS-GROUND"}, r"carriers\.UPS: "),
        ({"labels__company_prefix": "06141"}, r"labels\.company_prefix: "),
        ({"labels__last": 10**9}, r"labels: .*serial numbers 0 to 999999999"),
        ({"documents__855": {"version": "4010"}}, r"documents\.855\.version: "),
        ({"documents__999": {}}, r"documents\.999"),
        ({"documents__855": {"cartons": True}}, r"documents: cartons and corrections are of 856 alone"),
        ({"documents__810": {"corrections": "by_hand"}}, r"documents: cartons and corrections are of 856 alone"),
        ({"documents__846": {"within_minutes": 5}}, r"documents 846: only 810, 855, 856 are due at a time"),
        ({"documents__940": {}}, r"documents 940: .*name its nodes"),
        ({"nodes": ["west"]}, r"nodes: .*told by 940"),
        ({"inventory_every_minutes": 0}, r"inventory_every_minutes: "),
        ({"acknowledged_within_minutes": -1}, r"acknowledged_within_minutes: "),
        ({"source": "shopify"}, r"source: there is no channel file 'shopify' of format x12: .*edi_wholesale"),
        ({"order_scope": ["ZZ"]}, r"order_scope: .*of 3 fields, not of 1"),
        ({"partner_id": "other"}, r"partner_id: is 'other', but the file must then be other\.yaml"),
        ({"colour": "red"}, r"colour: "),
    ),
)
def test_a_mistake_is_named_with_its_field(tmp_path: Path, fields: dict[str, object], expected: str) -> None:
    assert re.search(expected, refusal_of(tmp_path, changed(**fields)))


def test_a_scope_of_its_own_is_part_of_the_order_ids(tmp_path: Path) -> None:
    partner = good(tmp_path, order_scope=["01", "A:B", "X"])
    assert "edi_wholesale:01:A%3AB:X:" == partner.scope_of(CHANNELS[SourceId("edi_wholesale")])


@pytest.mark.parametrize(
    ("fields", "expected"),
    (
        ({}, "theirs: the same ids"),
        ({"theirs__id": "OTHER"}, "labels: serial numbers"),
        ({"theirs__id": "OTHER", "labels__first": 99_999_999}, "labels: serial numbers"),
    ),
)
def test_two_partners_share_neither_ids_nor_labels(tmp_path: Path, fields: dict[str, object], expected: str) -> None:
    written(tmp_path, changed())
    written(tmp_path, changed(partner_id="other", **fields), "other.yaml")
    with pytest.raises(YamlFileInvalid, match=expected):
        load_partner_files(CHANNELS.values(), tmp_path)


def test_partners_of_other_ids_and_labels_stand_beside_each_other(tmp_path: Path) -> None:
    written(tmp_path, changed())
    other = changed(partner_id="other", theirs__id="OTHER", labels__first=10**8, labels__last=2 * 10**8)
    written(tmp_path, other, "other.yaml")
    assert ["harbor_tools", "other"] == list(load_partner_files(CHANNELS.values(), tmp_path))


def test_a_folder_may_have_no_partner(tmp_path: Path) -> None:
    assert {} == load_partner_files(CHANNELS.values(), tmp_path)


WERKZEUG_KAI = PARTNERS / "werkzeug_kai.yaml"


def changed_edifact(**fields: object) -> str:
    content = yaml.safe_load(WERKZEUG_KAI.read_text(encoding="utf-8"))
    for name, value in fields.items():
        section, _, field = name.rpartition("__")
        (content[section] if section else content)[field] = value
    return yaml.safe_dump(content)


def test_the_file_of_an_edifact_partner_says_what_is_agreed() -> None:
    channel = CHANNELS[SourceId("edifact_wholesale")]
    policy = load_partner_file(WERKZEUG_KAI, CHANNELS).policy(channel)
    assert "edifact_wholesale:5412345000037:" == policy.order_scope
    answer, change = (
        DocumentTerms("D96A:EAN005", 240 * 60_000, name="ORDRSP"),
        DocumentTerms("D96A:EAN005", name="ORDRSP"),
    )
    assert answer == policy.wants(EdiDocumentKind.ORDER_ANSWER)
    assert change == policy.wants(EdiDocumentKind.CHANGE_ANSWER)
    assert "CONTRL" == policy.name_of(EdiDocumentKind.ACKNOWLEDGEMENT)
    assert policy.wants(EdiDocumentKind.INVENTORY) is None
    assert not policy.acknowledged_by_application


@pytest.mark.parametrize(
    ("fields", "expected"),
    (
        ({"theirs__id": "A" * 36}, r"theirs\.id: "),
        ({"theirs__id": "A" * 18}, r"theirs: .*more than 17 characters does not fit into NAD"),
        ({"theirs__qualifier": "ABCDE"}, r"theirs\.qualifier: "),
        ({"ours__address": "A" * 15}, r"ours\.address: "),
        ({"separators__element": "A"}, r"separators: .*is no separator: ':' 'A'"),
        ({"separators__element": "*"}, r"separators: .*is no separator"),
        ({"separators__element": "'"}, r"separators: .*two separators are the same"),
        ({"separators__decimal": ";"}, r"separators\.decimal: "),
        ({"service_string": False, "separators__decimal": ","}, r"service_string: .*said in UNA"),
        ({"character_set": "UNOZ"}, r"character_set: "),
        ({"character_set": "UNOY"}, r"character_set: .*syntax version 4"),
        ({"syntax_version": 2}, r"syntax_version: "),
        ({"syntax": "tradacoms"}, r"syntax: "),
        ({"units__EA": "PIECE"}, r"units\.EA: "),
        ({"verdicts__changed": ""}, r"verdicts\.changed: "),
        ({"acknowledged_by": "997"}, r"acknowledged_by: "),
        ({"documents__ORDRSP": {"version": "D95B"}}, r"documents\.ORDRSP\.version: "),
        ({"documents__INVRPT": {}}, r"documents\.INVRPT"),
        ({"documents__855": {}}, r"documents\.855"),
        (
            {"documents__CONTRL": {"within_minutes": 5}},
            r"documents CONTRL: only DESADV, INVOIC, ORDRSP are due at a time",
        ),
        ({"documents__INVOIC": {"cartons": True}}, r"documents: cartons and corrections are of DESADV alone"),
        ({"documents__INVOIC": {"changes": False}}, r"documents: changes are of an ORDRSP"),
        ({"nodes": ["west"]}, r"nodes, .*X12 only"),
        ({"source": "edi_wholesale"}, r"source: there is no channel file 'edi_wholesale' of format edifact: .*edifact"),
        ({"order_scope": ["A", "B"]}, r"order_scope: .*of 1 fields, not of 2"),
        ({"delimiters": {}}, r"delimiters: "),
    ),
)
def test_a_mistake_in_an_edifact_file_is_named_with_its_field(
    tmp_path: Path, fields: dict[str, object], expected: str
) -> None:
    assert re.search(expected, refusal_of(tmp_path, changed_edifact(**fields), "werkzeug_kai.yaml"))


def test_long_ids_have_a_number_for_the_documents(tmp_path: Path) -> None:
    text = changed_edifact(theirs__id="A" * 35, theirs__number="5412345000037")
    assert load_partner_file(written(tmp_path, text, "werkzeug_kai.yaml"), CHANNELS)
