"""The files about channel files that are generated into `docs/reference` (`python -m schemas.contracts.reference`)."""

import json
from collections.abc import Mapping

from schemas.channel_language.reference.editor_schema import editor_schema
from schemas.channel_language.reference.fields_page import fields_page


def channel_file_pages() -> Mapping[str, str]:
    """The files by name."""
    schema = json.dumps(editor_schema(), indent=1, ensure_ascii=False, default=str)
    return {"channel-file.schema.json": f"{schema}\n", "channel-file-fields.md": fields_page()}
