"""Which class of error a message is, and its innermost cause in plain words.

Responsible for reading concepts/messages.toml and for the choice among its classes. The texts and
patterns are data; what the scheduler says of nodes is `podwatch.core.messages.clauses`.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from podwatch.core.datafile import Mistake, packaged, read
from podwatch.core.messages import clauses
from podwatch.core.messages.cleaning import LONGEST, LOOKED_AT, innermost, plain, shortened
from podwatch.core.messages.rules import ByWord, Sought, check_places, filled, sought, texts
from podwatch.core.messages.values import DOCKER_HUB, host, values
from podwatch.core.text import one_line

RANKS = {"symptom": 0, "summary": 1, "unknown": 2, "kind": 3, "cause": 4}
"""How specific a message is, by the word for it in messages.toml."""
HEALS = ("yes", "maybe", "no")
"""Whether an error can go away by itself, as the head of messages.toml explains."""

SHORT = 40
"""The most characters of a `short`: with a reason before it, it is a fact of one line."""

_REMEMBERED = 1024
"""Messages: a busy cluster repeats few, and each at most some 4 KB."""
_BY_THE_SCHEDULER = "no-node-fits"
"""The class whose detail is put together of clauses."""
_SHORT_CLAUSES = 49
"""The most characters of its `short`: with "Unschedulable: " before it, 64."""


class Decoded(msgspec.Struct, frozen=True):
    """What a message says. `id`: the class of error, empty where none is known.

    `detail`: the innermost cause on one line of at most 160 characters; `short`: the same in at
    most SHORT, where the class has such words. `heals`: of HEALS.
    `specific`: of the values of RANKS, the higher the more it says about the cause. `who` can
    change it and their `cure`: empty where the class says none.
    """

    id: str = ""
    detail: str = ""
    heals: str = "maybe"
    specific: int = RANKS["unknown"]
    short: str = ""
    who: str = ""
    cure: str = ""


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A class of errors: a table of messages.toml."""

    id: str
    patterns: tuple[Sought, ...]
    details: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    who: str = ""
    cure: str = ""
    within: str = ""
    heals: str = "maybe"
    specific: int


class Classes:
    """All classes, in the order in which they are tried."""

    def __init__(
        self,
        classes: Iterable[Class],
        within: Mapping[str, tuple[Sought, ...]],
        places: Mapping[str, tuple[Sought, ...]],
    ) -> None:
        self.classes, self.within, self.places = tuple(classes), within, places
        self._patterns = [(one, class_) for class_ in self.classes for one in class_.patterns]
        self._index = ByWord(one for one, _ in self._patterns)

    def decoded(self, message: str) -> Decoded:
        """What the message says."""
        text = plain(message)
        if not text:
            return Decoded(specific=RANKS["symptom"])
        inside = {"": True}
        for number in self._index.candidates(text):
            one, class_ = self._patterns[number]
            if one.literal not in text or not self._is_inside(class_.within, text, inside):
                continue
            if (match := one.search(text)) is not None:
                return self._decoded(class_, match.groupdict(), text)
        detail = shortened(innermost(text))
        return Decoded(detail=detail, short=detail)

    def _is_inside(self, name: str, text: str, known: dict[str, bool]) -> bool:
        """Whether the text is one of those that a class is limited to; `known` remembers it."""
        if name not in known:
            known[name] = any(one.search(text) is not None for one in self.within[name])
        return known[name]

    def _decoded(self, class_: Class, groups: Mapping[str, str | None], text: str) -> Decoded:
        known = dict(groups) | values(groups, text)

        def find(name: str) -> str:
            found = shortened(known.get(name) or self._place(name, text), LOOKED_AT)
            return found.lower() if name == "probe" else found

        if class_.id == _BY_THE_SCHEDULER:
            detail, short = clauses.said(text), clauses.in_short(text, _SHORT_CLAUSES)
        else:
            detail = filled(class_.details, find, LONGEST, in_turn=True) or innermost(text)
            short = filled(class_.shorts, find, SHORT)
        detail = shortened(detail)
        short = short or detail
        return Decoded(
            class_.id, detail, class_.heals, class_.specific, short, class_.who, class_.cure
        )

    def _place(self, name: str, text: str) -> str:
        """A place of the file; `registry` is the host of an image."""
        if name not in {"image", "repository", "registry"}:
            return self._found(name, text)
        image = self._found("image", text)
        registry = self._found("registry_url", text) or host(self._found("resolved", text) or image)
        if name == "registry":
            return "docker.io" if registry in DOCKER_HUB else registry
        short = image.removeprefix("docker.io/").removeprefix("library/")
        return short.removeprefix(f"{registry}/") if name == "repository" else short

    def _found(self, name: str, text: str) -> str:
        matches = (one.search(text) for one in self.places.get(name, ()))
        return next((match[1] for match in matches if match is not None), "")


@lru_cache(_REMEMBERED)
def cause(message: str) -> Decoded:
    """The class of an error and its cause in plain words; never raises, whatever the text."""
    return classes().decoded(message)


# ── the file ──

_KEYS = {"patterns", "detail", "short", "who", "cure", "within", "heals", "rank"}


@cache
def classes() -> Classes:
    """The classes that come with podwatch."""
    return classes_of(packaged("messages.toml"))


def classes_of(toml: str) -> Classes:
    """The classes of a file's text; BrokenFile says where and what to mend."""
    return read("messages.toml", toml, _classes)


def _classes(table: dict[str, Any]) -> Classes:
    within, known = (
        {
            name: tuple(map(sought, texts(row, (kind, 0), (name, 0))))
            for name, row in table.pop(kind, {}).items()
        }
        for kind in ("within", "places")
    )
    rows = [_class(id_, row, within, known) for id_, row in table.items()]
    return Classes(rows, within, known)


def _class(id_: str, row: Any, within: Iterable[str], known: Iterable[str]) -> Class:
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
    patterns = tuple(map(sought, texts(row.get("patterns"), where)))
    details, shorts = (texts(row[key], where) if key in row else () for key in ("detail", "short"))
    groups = {name for one in patterns for name in one.groups}
    for key, given in (("detail", details), ("short", shorts)):
        check_places(given, {*known, "registry", "repository", *groups}, where, (key, 0))
    for key in ("who", "cure"):
        if not isinstance(row.get(key, ""), str):
            raise Mistake(f"`{key}` has to be a text", where, (key, 0))
    return Class(
        id=id_,
        patterns=patterns,
        details=details,
        shorts=shorts,
        who=one_line(row.get("who", "")),
        cure=one_line(row.get("cure", "")),
        within=row.get("within", ""),
        heals=row.get("heals", "maybe"),
        specific=RANKS[row["rank"]],
    )
