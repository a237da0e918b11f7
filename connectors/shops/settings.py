"""The settings that adapters of shops have in their ERP files; their secrets are in files of their own."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_files import YamlFileInvalid

_LONGEST_SECRET: Final = 10_000
_HIDDEN: Final = "***"

UrlPath = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$")]
"""The beginning of the path of every call, without a slash at its end; empty: there is none."""
ServerUrl = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]
"""A server without a path."""


class ShopSettings(BaseModel):
    """Ids may be written as numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Secret:
    """A text that is in no log, no error and no `repr`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one call that needs it."""
        return self._text


def secret_in(path: Path) -> Secret:
    """The secret in a file, without white space around it; `YamlFileInvalid` names the file, never its content."""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise YamlFileInvalid(f"{path}: the secret cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise YamlFileInvalid(f"{path}: the secret is not text") from None
    if not text or len(text) > _LONGEST_SECRET or not text.isascii() or not text.isprintable():
        raise YamlFileInvalid(f"{path}: holds no secret: one line of ASCII, at most {_LONGEST_SECRET} characters")
    return Secret(text)


def without_secrets(text: str, secrets: Sequence[Secret]) -> str:
    """A text for people, without the secrets that a server repeated in it."""
    for secret in secrets:
        text = text.replace(secret.reveal(), _HIDDEN)
    return text
