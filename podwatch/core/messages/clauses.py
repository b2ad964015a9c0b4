"""The scheduler's message, clause by clause: "0/3 nodes are available: 1 Insufficient cpu, …".

Responsible for splitting it and for the class of each clause, by concepts/scheduling.toml. Which
nodes a clause is about, and what they lack, is `podwatch.core.messages.scheduling`.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from podwatch.core.datafile import Mistake, packaged, read
from podwatch.core.messages.cleaning import plain, shortened
from podwatch.core.messages.rules import Sought, check_places, filled, sought, texts
from podwatch.core.text import counted

FACT = 50
"""The most characters of a fact."""


class ClauseClass(NamedTuple):
    """A table of scheduling.toml; `order`: its place there, the first is told first."""

    id: str
    order: int
    patterns: tuple[Sought, ...]
    fact: tuple[str, ...]
    sentence: tuple[str, ...]
    who: tuple[str, ...]
    cure: tuple[str, ...]


class ClauseClasses(NamedTuple):
    """The whole file. `words`: by the kind of name (resource, taint), what is said for it."""

    by_id: Mapping[str, ClauseClass]
    words: Mapping[str, Mapping[str, str]]


class Clause(msgspec.Struct, frozen=True):
    """One reason. `id`: its class, empty where none is known; `text` as the scheduler wrote it.

    `count`: of how many nodes it is said, 0 where it is said of the Pod. `groups`: the names that
    its class's pattern found.
    """

    id: str
    text: str
    count: int = 0
    groups: Mapping[str, str] = {}


class Told(NamedTuple):
    """A message. `nodes`: how many there are, -1 where it does not say; `news`: of preemption."""

    clauses: tuple[Clause, ...]
    nodes: int = -1
    news: tuple[Clause, ...] = ()


_HEAD = re.compile(r"\b0/(\d+) nodes? (?:are|is) available[:,] ?(.*)")
_SCALE_UP = re.compile(r"pod didn't trigger scale-up(?: \([^)]*\))?:? ?(.*)")
_COUNTED = re.compile(r"(\d+) (.+)")
_NEXT = re.compile(r",? ?,(?= ?\d+ )")
_END = re.compile(
    r"\.(?:\.|$)|\. (?=preemption:|no new claims|still not|not found|[a-z ]*, preemption:)"
    r"|(?: |^)preemption: "
)
"""Where the clauses end, and what PostFilter plugins say begins."""


def parsed(message: str) -> Told:
    """The clauses of a message; without any if it is not one of the scheduler's about nodes."""
    text = plain(message)
    if (head := _HEAD.search(text)) is not None:
        body, tail = head[2], ""
        if (end := _END.search(body)) is not None:
            body, tail = body[: end.start()], body[end.start() :]
        news = tuple(
            one
            for class_ in ("room-is-made", "never-preempts", "room-awaited")
            if (one := _of_class(classes().by_id[class_], tail)) is not None
        )
        return Told(_split(body), int(head[1]), news)
    if (scale_up := _SCALE_UP.match(text)) is not None:
        return Told(_split(scale_up[1].rstrip(". ")))
    known = _clause(text)
    return Told((known,) if known.id else ())


def said(message: str) -> str:
    """All clauses in plain words, on one line, with what is known without the Pod and Nodes."""
    clauses = sorted(parsed(message).clauses, key=order)
    return shortened("; ".join(_said(one) for one in clauses)) if clauses else plain(message)


def in_short(message: str, most: int) -> str:
    """The same in at most `most` characters, if need be with the first clause alone."""
    whole = said(message)
    clauses = sorted(parsed(message).clauses, key=order)
    if len(whole) <= most or len(clauses) < 2:
        return shortened(whole, most)
    rest = f"; {len(clauses) - 1} more"
    return f"{shortened(_said(clauses[0]), most - len(rest))}{rest}"


def _said(clause: Clause) -> str:
    if not clause.id:
        return _raw(clause)
    fact = classes().by_id[clause.id].fact
    return filled(fact, lambda name: clause.groups.get(name) or common(clause, name))


def common(clause: Clause, name: str, subject: str = "") -> str:
    """A place that any clause can have. `subject`: its nodes by name, instead of their number."""
    one = clause.count == 1
    who = subject or (counted(clause.count, "node") if clause.count else "the nodes")
    match name:
        case "nodes":
            return who
        case "nodes_have":
            return f"{who} {'has' if one else 'have'}"
        case "nodes_are":
            return f"{who} {'is' if one else 'are'}"
        case "nodes_do":
            return f"{who} {'does' if one else 'do'}"
        case "raw":
            return clause.text
        case "resource":
            return word("resource", clause.groups.get("name", ""))
        case "taint":
            return _taint(clause.groups)
        case "state":
            return classes().words["taint"].get(clause.groups.get("key", ""), "")
    return ""


def _raw(clause: Clause) -> str:
    return f"{counted(clause.count, 'node')}: {clause.text}" if clause.count else clause.text


def _taint(groups: Mapping[str, str]) -> str:
    """A taint as kubectl writes it, without its effect: `gpu=yes`."""
    key, value = groups.get("key", ""), groups.get("value", "")
    return f"{key}={value}" if value else key


def word(kind: str, name: str) -> str:
    """What is said for a name, which is mostly itself."""
    return classes().words[kind].get(name, name)


def order(clause: Clause) -> int:
    """Its place among the reasons: what is told first has the smallest."""
    known = classes().by_id
    return known[clause.id].order if clause.id else len(known)


# ── clauses ──


def _split(body: str) -> tuple[Clause, ...]:
    found = []
    for part in _NEXT.split(body.strip(" .")):
        number = _COUNTED.fullmatch(part.strip())
        if number is not None:
            found.append(_clause(number[2], int(number[1][:9])))
        elif part.strip():
            found.append(_clause(part.strip()))
    return tuple(found)


def _clause(text: str, count: int = 0) -> Clause:
    for class_ in classes().by_id.values():
        if (clause := _of_class(class_, text, count)) is not None:
            return clause
    return Clause("", text, count)


def _of_class(class_: ClauseClass, text: str, count: int = 0) -> Clause | None:
    for one in class_.patterns:
        if (match := one.search(text)) is not None:
            groups = {name: value for name, value in match.groupdict().items() if value}
            return Clause(class_.id, text, count, groups)
    return None


# ── the file ──

PLACES = frozenset(
    "nodes nodes_have nodes_are nodes_do total resource asked left most biggest none raw taint "  # noqa: SIM905
    "state selector missing there unlabelled together fitting only port holder claim class zones "
    "spread keys with without".split()
)
"""What a text can show beside the groups of its patterns; scheduling.toml explains each."""
_TEXTS: tuple[str, ...] = ("fact", "sentence", "who", "cure")


@cache
def classes() -> ClauseClasses:
    """The classes that come with podwatch."""
    return classes_of(packaged("scheduling.toml"))


def classes_of(toml: str) -> ClauseClasses:
    """The classes of a file's text; BrokenFile says where and what to mend."""
    return read("scheduling.toml", toml, _classes)


def _classes(table: dict[str, Any]) -> ClauseClasses:
    words = {kind: table.pop(kind, {}) for kind in ("resource", "taint")}
    rows = enumerate(table.items())
    return ClauseClasses({id_: _class(id_, row, number) for number, (id_, row) in rows}, words)


def _class(id_: str, row: Any, number: int) -> ClauseClass:
    where = (id_, 0)
    if not isinstance(row, dict):
        raise Mistake(f"`{id_}` has to be a table, written [{id_}]", where)
    for key in row:
        if key not in {*_TEXTS, "patterns"}:
            raise Mistake(f"`{key}` is not a key of a reason of the scheduler", where, (key, 0))
    patterns = tuple(map(sought, texts(row["patterns"], where) if "patterns" in row else ()))
    groups = {name for one in patterns for name in one.groups}
    for key in _TEXTS:
        check_places(texts(row.get(key), where), PLACES | groups, where, (key, 0))
    return ClauseClass(id_, number, patterns, *(texts(row[key]) for key in _TEXTS))
