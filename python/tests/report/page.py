"""Reads a report back without a browser: a tree of elements, and the numbers in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr"}
# A start tag that ends what is open, up to the element that it stays in.
ENDS = {
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
}


class Node:
    def __init__(self, tag: str, attributes: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Node | str] = []

    def __iter__(self) -> Iterator[Node]:
        """This element and all in it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child

    def all(self, tag: str = "", kind: str = "") -> list[Node]:
        return [n for n in self if (not tag or n.tag == tag) and (not kind or kind in n.classes)]

    def one(self, tag: str = "", kind: str = "") -> Node:
        found = self.all(tag, kind)
        assert len(found) == 1, f"{len(found)} of <{tag} class={kind}>"
        return found[0]

    def by_id(self, name: str) -> Node:
        return next(n for n in self if n.attributes.get("id") == name)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        parts = [c if isinstance(c, str) else c.text for c in self.children]
        return "".join(parts)

    @property
    def own_text(self) -> str:
        return "".join(c for c in self.children if isinstance(c, str))

    @property
    def numbers(self) -> list[float | tuple[float, float]]:
        """What its elements say in `data-value`: numbers, and pairs of them."""
        out: list[float | tuple[float, float]] = []
        for n in self:
            if "data-value" in n.attributes:
                values = [float(x) for x in n.attributes["data-value"].split(",")]
                out.append(values[0] if len(values) == 1 else (values[0], values[1]))
        return out

    def row(self, name: str) -> Node:
        """The row of a table with this header."""
        for tr in self.all("tr"):
            heads = [h for h in tr.all("th") if h.attributes.get("scope") == "row"]
            if heads and (heads[0].all("bdi") or heads)[0].text.strip() == name:
                return tr
        raise AssertionError(f"no row {name!r}")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("", {}, None)
        self._at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ends = ENDS.get(tag, set())
        while self._at.tag in ends:
            assert self._at.parent is not None
            self._at = self._at.parent
        node = Node(tag, {k: v or "" for k, v in attrs}, self._at)
        self._at.children.append(node)
        if tag not in VOID:
            self._at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.children.append(Node(tag, {k: v or "" for k, v in attrs}, self._at))

    def handle_endtag(self, tag: str) -> None:
        optional = {"td", "th", "tr", "tbody", "thead"}
        while self._at.tag != tag:
            assert self._at.tag in optional, f"</{tag}> inside <{self._at.tag}>"
            assert self._at.parent is not None
            self._at = self._at.parent
        assert self._at.parent is not None
        self._at = self._at.parent

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)


def read(html: str) -> Node:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader._at is reader.root, f"<{reader._at.tag}> is not closed"
    return reader.root


def shown_numbers(node: Node) -> list[tuple[float, str]]:
    """Each full value with the text that stands for it, pairs taken apart."""
    out: list[tuple[float, str]] = []
    for n in node:
        if "data-value" not in n.attributes:
            continue
        values = [float(x) for x in n.attributes["data-value"].split(",")]
        text = n.own_text.strip()
        texts = re.split("\u00a0|–", text.strip("[]")) if len(values) == 2 else [text]
        out += [(v, t.strip(",")) for v, t in zip(values, texts, strict=True)]
    return out
