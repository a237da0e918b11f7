"""Links and anchors of the documents, as Markdown files and as built pages."""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def links_of(markdown: str) -> Iterator[str]:
    """The targets of inline links, those in code blocks apart."""
    return iter(_LINK.findall(_FENCE.sub("", markdown)))


def anchors_of(markdown: str) -> set[str]:
    """The anchors that a code host gives to headings; a heading that comes again gets a number."""
    seen: Counter[str] = Counter()
    anchors = set()
    for heading in _HEADING.findall(_FENCE.sub("", markdown)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return anchors


def is_external(link: str) -> bool:
    return link.startswith(("http://", "https://", "mailto:"))


def broken_links(file: Path) -> list[str]:
    """Links of a Markdown file that lead to no file, or to no heading of it."""
    broken = []
    for link in links_of(file.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = file.parent / path if path else file
        if is_external(link):
            continue
        if not target.exists() or (anchor and anchor not in anchors_of(target.read_text(encoding="utf-8"))):
            broken.append(link)
    return broken


class Page(HTMLParser):
    """The ids and links of a built page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its own form
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if value and name in {"href", "src"}:
                self.links.add(value)
