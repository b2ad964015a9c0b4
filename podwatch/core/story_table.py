"""The story's table, `concepts/beats.toml`: which parts make a beat, and of which kind.

Responsible for reading the file, with errors that name the line, and for which row a transition or
an Event falls into. What is done with a row is `podwatch.core.story`'s.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from podwatch.core.concepts import Weight
from podwatch.core.concepts.patterns import Pattern, parsed
from podwatch.core.datafile import Mistake, packaged, read
from podwatch.core.timeline import Explained

SHORTLY = 10.0
"""How many seconds old a beat may be that a part joins, where its row says nothing."""


class BeatKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of beat, as the head of beats.toml explains it."""

    of: str = "pod"
    again: tuple[str, ...] | None = None
    counted: str = ""
    events: tuple[str, ...] = ()


class PartRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the parts about some concepts belong, as the head of beats.toml explains it.

    `within` is in seconds, infinite for 0.
    """

    concepts: tuple[str, ...]
    when: Pattern | None = None
    joins: tuple[str, ...] = ()
    within: float = SHORTLY
    opens: str = ""
    leads: bool = False
    waits: bool = False
    weight: Weight | None = None
    because: tuple[str, ...] = ()
    follows: bool = False


class StoryTable:
    """The kinds, and the rows by the concepts that they are about."""

    def __init__(self, kinds: dict[str, BeatKind], rows: tuple[PartRow, ...]) -> None:
        self.kinds = kinds
        self.rows = rows
        self._rows: dict[str, list[PartRow]] = {}
        for row in rows:
            for concept in row.concepts:
                self._rows.setdefault(concept, []).append(row)

    def row(self, part: Explained) -> PartRow:
        """The row of a part; what no row is about is a beat of its own."""
        explanation = part.explanation
        known = self._rows.get(explanation.concept.id, ()) if explanation.concept else ()
        for row in known:
            if row.when is None or row.when.matches(explanation.facts):
                return row
        return _OTHER


_OTHER = PartRow(concepts=(), opens="other")


@cache
def story_table() -> StoryTable:
    """The table that comes with podwatch."""
    return table_of(packaged("beats.toml"))


def table_of(toml: str) -> StoryTable:
    """The table of a file's text; BrokenFile says where and what to mend."""
    return read("beats.toml", toml, _table)


def _table(table: dict[str, Any]) -> StoryTable:
    kinds = {name: _made(BeatKind, "kinds", given) for name, given in table["kinds"].items()}
    return StoryTable(kinds, tuple(_rows(table["parts"], kinds)))


def _rows(parts: list[dict[str, Any]], kinds: dict[str, BeatKind]) -> Iterator[PartRow]:
    for number, given in enumerate(parts):
        where = ("parts", number)
        when = given.pop("when", None)
        row: PartRow = _made(PartRow, "parts", given, where)
        for kind in filter(None, (*row.joins, row.opens, *row.because)):
            if kind not in kinds:
                raise Mistake(f"there is no [kinds.{kind}]", where)
        tests = parsed("when", when, (where,)) if when is not None else ()
        yield msgspec.structs.replace(
            row, when=Pattern(tests) if tests else None, within=row.within or float("inf")
        )


def _made(type_: Any, key: str, given: dict[str, Any], *where: tuple[str, int]) -> Any:
    try:
        return msgspec.convert(given, type_)
    except msgspec.ValidationError as error:
        raise Mistake(f"`{key}`: {error}", *where) from error
