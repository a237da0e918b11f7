"""Sample payloads in the shapes of the sources: our own in every clone, and real ones of others where there are any."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TESTS: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class FixtureSet:
    """One collection of files; patterns are below `folder`."""

    name: str
    folder: Path
    x12: str
    edifact: str
    shopify: tuple[str, ...]
    amazon: str
    amazon_v0: str
    year: str

    @property
    def year_file(self) -> Path:
        """A file with the columns of UCI Online Retail."""
        return self.folder / self.year

    def files(self, *patterns: str) -> Iterator[Path]:
        """Those of the patterns, which must match something: a test over no file proves nothing."""
        for pattern in patterns:
            found = sorted(self.folder.glob(pattern))
            if not found:
                raise FileNotFoundError(f"no file {self.folder}/{pattern}")
            yield from found


OURS: Final = FixtureSet(
    "ours",
    _TESTS / "fixtures",
    x12="x12/*.edi",
    edifact="edifact/*.edi",
    shopify=("shopify/*.order*.json",),
    amazon="amazon/*.json",
    amazon_v0="amazon_v0/*.json",
    year="online_retail/online_retail.csv",
)
THEIRS: Final = FixtureSet(
    "theirs",
    Path(os.environ.get("FIXTURES_DIR") or _TESTS.parent / "../shared/fixtures"),
    x12="**/*.edi",
    edifact="pydifact/*.edi",
    shopify=("shopify-api-ruby/*/*.order.*.json", "shopify_python_api/order*.json"),
    amazon="amazon-sp-api/orders_2026-01-01/*.json",
    amazon_v0="amazon-sp-api/ordersV0/*.json",
    year="online_retail/online_retail.csv.gz",
)


def fixture_sets() -> tuple[FixtureSet, ...]:
    """Those that are here. A folder that was asked for and is missing is an error, never a silent skip."""
    if THEIRS.folder.is_dir():
        return (OURS, THEIRS)
    if os.environ.get("FIXTURES_REQUIRED") == "1" or os.environ.get("FIXTURES_DIR"):
        raise FileNotFoundError(f"FIXTURES_DIR or FIXTURES_REQUIRED=1 is set, and there is no folder {THEIRS.folder}")
    return (OURS,)
