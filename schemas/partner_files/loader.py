"""Loads partner files: each is of the syntax that it names, and agrees with its channel file and the other partners."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from domain.identifiers import PartnerId, SourceId
from schemas.channel_language.channel_file import ChannelFile
from schemas.partner_files.edifact_partner import EdifactPartnerFile
from schemas.partner_files.x12_partner import X12PartnerFile
from schemas.yaml_files import YamlFile, YamlFileInvalid, read_yaml

PARTNERS: Final = Path(__file__).parents[1] / "partners"
"""The partner files that come with Orderline."""

AnyPartnerFile = X12PartnerFile | EdifactPartnerFile
"""A partner file in one of the syntaxes."""


def load_partner_files(channels: Iterable[ChannelFile], folder: Path = PARTNERS) -> Mapping[PartnerId, AnyPartnerFile]:
    """All partner files of a folder, by partner_id; `YamlFileInvalid` for the first wrong one. There may be none."""
    by_source = {channel.source_id: channel for channel in channels}
    files: dict[PartnerId, AnyPartnerFile] = {}
    for path in sorted(folder.glob("*.yaml")):
        partner = load_partner_file(path, by_source)
        _check_others(path, partner, files.values())
        files[partner.partner_id] = partner
    return files


def load_partner_file(path: Path, channels: Mapping[SourceId, ChannelFile]) -> AnyPartnerFile:
    """One partner file; its channel file has to be among `channels`."""
    file = read_yaml(path)
    partner = _of_its_syntax(file)
    if path.stem != partner.partner_id:
        named = f"is {partner.partner_id!r}, but the file must then be {partner.partner_id}.yaml"
        raise file.invalid("partner_id", named)
    channel = channels.get(partner.source)
    if channel is None or channel.format is not partner.format:
        known = sorted(each.source_id for each in channels.values() if each.format is partner.format)
        missing = f"there is no channel file {partner.source!r} of format {partner.syntax}"
        raise file.invalid("source", f"{missing}: {_listed(known)}")
    scope = partner.order_scope or partner.envelope_names
    if channel.order_scope and len(scope) != len(channel.order_scope):
        field = "order_scope" if partner.order_scope else "source"
        raise file.invalid(
            field,
            f"the channel file {channel.source_id} makes the scope of an order of {len(channel.order_scope)} fields,"
            f" not of {len(scope)}: write order_scope with that many",
        )
    return partner


def _of_its_syntax(file: YamlFile) -> AnyPartnerFile:
    """X12, unless the file says otherwise."""
    is_edifact = file.content.get("syntax") == EdifactPartnerFile.format.value
    return file.as_model(EdifactPartnerFile) if is_edifact else file.as_model(X12PartnerFile)


def _check_others(path: Path, partner: AnyPartnerFile, others: Iterable[AnyPartnerFile]) -> None:
    """Two partners must not answer for the same envelope, give the same label, or run the same warehouse."""
    for other in others:
        clash = ""
        if (partner.source, partner.theirs) == (other.source, other.theirs):
            clash = "theirs: the same ids"
        elif partner.labels and other.labels and partner.labels.overlaps(other.labels):
            clash = "labels: serial numbers"
        elif partner.nodes & other.nodes:
            clash = f"nodes: {', '.join(sorted(partner.nodes & other.nodes))}"
        if clash:
            raise YamlFileInvalid(f"{path}: {clash} that the partner file {other.partner_id}.yaml has too")


def _listed(names: Collection[str]) -> str:
    return f"choose from {', '.join(names)}" if names else "there is none"
