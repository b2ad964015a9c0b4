"""Which class of error a message is, and its innermost cause in plain words.

Responsible for reading concepts/messages.toml and for the choice among its classes. The texts and
patterns are data; the scheduler's messages are `podwatch.core.messages.scheduling`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import msgspec

from podwatch.core.datafile import Mistake, Where, read
from podwatch.core.messages.cleaning import innermost, plain, shortened

RANKS = {"symptom": 0, "summary": 1, "unknown": 2, "kind": 3, "cause": 4}
"""How specific a message is, by the word for it in messages.toml."""
HEALS = ("yes", "maybe", "no")
"""Whether an error can go away by itself, as the head of messages.toml explains."""

_REMEMBERED = 1024
"""Messages: a busy cluster repeats few, and each at most some 4 KB."""
_LONGEST_PLACE = 90
"""Characters of a name in a detail: so that a long one leaves room for the others."""


class Decoded(msgspec.Struct, frozen=True):
    """What a message says. `id`: the class, empty where none is known.

    `detail`: the innermost cause on one line of at most 160 characters. `heals`: of HEALS.
    `specific`: of the values of RANKS, the higher the more it says about the cause.
    """

    id: str = ""
    detail: str = ""
    heals: str = "maybe"
    specific: int = RANKS["unknown"]


class _Sought(NamedTuple):
    """A pattern, and a part of every text that it is found in, which is looked for first."""

    literal: str
    pattern: re.Pattern[str]

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.literal in text else None


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A class of errors: a table of messages.toml."""

    id: str
    patterns: tuple[_Sought, ...]
    details: tuple[str, ...] = ()
    within: str = ""
    heals: str = "maybe"
    specific: int


class Classes(NamedTuple):
    """All classes, in the order in which they are tried."""

    classes: tuple[Class, ...]
    within: Mapping[str, tuple[_Sought, ...]]
    places: Mapping[str, tuple[_Sought, ...]]

    def cause(self, message: str) -> Decoded:
        """What the message says."""
        text = plain(message)
        if not text:
            return Decoded(specific=RANKS["symptom"])
        inside = {"": True}
        for class_ in self.classes:
            name = class_.within
            if name not in inside:
                inside[name] = any(one.search(text) is not None for one in self.within[name])
            if not inside[name]:
                continue
            for sought in class_.patterns:
                if (match := sought.search(text)) is not None:
                    detail = self._detail(class_, match, text) or innermost(text)
                    return Decoded(class_.id, shortened(detail), class_.heals, class_.specific)
        return Decoded(detail=shortened(innermost(text)))

    def _detail(self, class_: Class, match: re.Match[str], text: str) -> str:
        """The first detail whose places are all known."""
        known = {name: value for name, value in match.groupdict().items() if value}
        for detail in class_.details:
            if all(known.get(name) or self._find(name, text, known) for name in _places(detail)):
                return _PLACE.sub(lambda place: known[place[1]], detail)
        return ""

    def _find(self, name: str, text: str, known: dict[str, str]) -> str:
        """A place of the file, which is then known."""
        found = _registry(self, text) if name == "registry" else self._sought(name, text)
        if name == "image":
            found = _short_image(found)
        known[name] = shortened(found, _LONGEST_PLACE) if found else ""
        return known[name]

    def _sought(self, name: str, text: str) -> str:
        matches = (one.search(text) for one in self.places.get(name, ()))
        return next((match[1] for match in matches if match is not None), "")


@lru_cache(_REMEMBERED)
def cause(message: str) -> Decoded:
    """The class of an error and its cause in plain words; never raises, whatever the text."""
    return classes().cause(message)


# ── images ──


def _registry(known: Classes, text: str) -> str:
    """The registry's host: as a URL says it, else as the image's name does."""
    if host := known._sought("host", text):
        return host
    image = known._sought("image", text)
    first, slash, _ = image.partition("/")
    if not image:
        return ""
    return (
        first if slash and (first == "localhost" or "." in first or ":" in first) else "docker.io"
    )


def _short_image(image: str) -> str:
    """Its name as people write it: Docker Hub and its folder of official images are understood."""
    return image.removeprefix("docker.io/").removeprefix("library/")


# ── the file ──

_PLACE = re.compile(r"\{(\w+)\}")
_KEYS = {"patterns", "detail", "within", "heals", "rank"}


def _places(text: str) -> tuple[str, ...]:
    return tuple(_PLACE.findall(text))


@cache
def classes() -> Classes:
    """The classes that come with podwatch."""
    return classes_of((files("podwatch") / "concepts" / "messages.toml").read_text("utf-8"))


def classes_of(toml: str) -> Classes:
    """The classes of a file's text; BrokenFile says where and what to mend."""
    return read("messages.toml", toml, _classes)


def _classes(table: dict[str, Any]) -> Classes:
    tables = [
        {
            name: tuple(_sought(one, ((kind, 0), (name, 0))) for one in _texts(row, (name, 0)))
            for name, row in table.pop(kind, {}).items()
        }
        for kind in ("within", "places")
    ]
    within, places = tables
    rows = tuple(_class(id_, row, within, places) for id_, row in table.items())
    return Classes(rows, within, places)


def _class(id_: str, row: Any, within: Iterable[str], places: Iterable[str]) -> Class:
    where = (id_, 0)
    if not isinstance(row, dict):
        raise Mistake(f"`{id_}` has to be a table, written [{id_}]", where)
    for key in row:
        if key not in _KEYS:
            raise Mistake(f"`{key}` is not a key of a class of errors", where, (key, 0))
    choices: tuple[tuple[str, Iterable[str]], ...] = (
        ("rank", RANKS),
        ("heals", HEALS),
        ("within", within),
    )
    for key, allowed in choices:
        if (value := row.get(key)) not in set(allowed) and (value is not None or key == "rank"):
            raise Mistake(f"`{key}` is one of {', '.join(allowed)}", where, (key, 0))
    patterns = tuple(
        _sought(one, (where, ("patterns", 0))) for one in _texts(row.get("patterns"), where)
    )
    details = tuple(_texts(row["detail"], where)) if "detail" in row else ()
    known = {*places, "registry", *(name for one in patterns for name in one.pattern.groupindex)}
    for name in (name for detail in details for name in _places(detail)):
        if name not in known:
            raise Mistake(
                f"{{{name}}} is neither a group of a pattern nor a place", where, ("detail", 0)
            )
    return Class(
        id=id_,
        patterns=patterns,
        details=details,
        within=row.get("within", ""),
        heals=row.get("heals", "maybe"),
        specific=RANKS[row["rank"]],
    )


def _texts(value: Any, *where: tuple[str, int]) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if (
        not isinstance(values, list)
        or not values
        or not all(isinstance(one, str) for one in values)
    ):
        raise Mistake('a text or a list of texts is needed: ["…"]', *where)
    return values


def _sought(pattern: str, where: Where) -> _Sought:
    try:
        return _Sought(_literal(pattern), re.compile(pattern))
    except re.error as error:
        raise Mistake(f"'{pattern}' is not a regular expression: {error}", *where) from error


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[\d,]+\}|.", re.DOTALL)


def _literal(pattern: str) -> str:
    """The longest text that is in whatever the pattern is found in; empty if that is not sure."""
    runs, depth = [""], 0
    for token in _TOKEN.findall(pattern):
        if depth == 0 and token == "|":
            return ""
        depth += {"(": 1, ")": -1}.get(token, 0)
        literal = token[1:] if token[0] == "\\" and not token[1:].isalnum() else token
        if depth == 0 and len(literal) == 1 and (literal is not token or token not in ".^$()?*+"):
            runs[-1] += literal
            continue
        if token[0] in "?*{":  # what stands before it may be missing
            runs[-1] = runs[-1][:-1]
        runs.append("")
    return max(runs, key=len)
