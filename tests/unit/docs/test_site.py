"""The documentation builds without a warning, and no link of it leads nowhere (`make docs`)."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.unit.docs.anchors import Page, anchors_of, broken_links, is_external

PROJECT = Path(__file__).parents[3]
DOCS = PROJECT / "docs"
_ROOMS = ("domain", "schemas", "connectors", "operators", "dataflows", "demo", "benchmarks", "tests")
_NAMED = re.compile(r"docs/([\w./-]+\.md)(?:#([\w-]+))?")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    words = (
        "-m",
        "sphinx",
        "--fail-on-warning",
        "--keep-going",
        "--quiet",
        "--builder",
        "html",
        str(DOCS),
        str(folder),
    )
    built = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=300, check=False)
    assert (0, "") == (built.returncode, built.stderr)
    return folder


def pages_of(site: Path) -> Mapping[Path, Page]:
    return {file: Page(file) for file in sorted(site.rglob("*.html"))}


def test_every_link_of_the_site_leads_to_a_page_and_an_anchor_that_are_there(site: Path) -> None:
    pages = pages_of(site)
    broken = []
    for file, page in pages.items():
        for link in filter(lambda link: not is_external(link), page.links):
            path, _, anchor = unquote(link).partition("#")
            target = (file.parent / path.partition("?")[0]).resolve() if path else file
            if not target.exists() or (anchor and target in pages and anchor not in pages[target].ids):
                broken.append((str(file.relative_to(site)), link))
    assert [] == broken


def test_every_document_is_a_page(site: Path) -> None:
    documents = {str(file.relative_to(DOCS).with_suffix(".html")) for file in DOCS.rglob("*.md")}
    assert documents <= {str(file.relative_to(site)) for file in pages_of(site)}


def documents() -> list[Path]:
    return [*sorted(PROJECT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("file", documents(), ids=lambda file: str(file.relative_to(PROJECT)))
def test_links_are_right_where_a_code_host_shows_the_file(file: Path) -> None:
    assert [] == broken_links(file)


def test_what_the_code_says_about_the_documents_is_there() -> None:
    broken = []
    for file in (file for room in _ROOMS for file in sorted((PROJECT / room).rglob("*.py"))):
        for name, anchor in _NAMED.findall(file.read_text(encoding="utf-8")):
            document = DOCS / name
            if not document.exists() or (anchor and anchor not in anchors_of(document.read_text(encoding="utf-8"))):
                broken.append(f"{file.relative_to(PROJECT)}: docs/{name}#{anchor}")
    assert [] == broken


def test_no_heading_appears_twice_in_a_document_that_the_code_points_at() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(headings)) == len(headings)
