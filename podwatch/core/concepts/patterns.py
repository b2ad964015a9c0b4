"""Patterns over facts: the one engine by which data says what it is about.

Responsible for tests of facts (equality, any of a list, wildcards, `.not`), for how specific a
pattern is, for filling `{group.name}` in a text, and for the tests that a file's table says. Which
facts there are is the business of whoever asks; which of several patterns that match is taken,
too: the most specific one or the first of a file.
"""

import re
import shlex
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec

from podwatch.core.datafile import Mistake, Where
from podwatch.core.messages.cleaning import shortened
from podwatch.core.text import one_line

Fact = str | int | bool
Facts = dict[str, Fact]


class FactTest(NamedTuple):
    """What a fact has to be: one of the values, or with `negated` none of them.

    A text may have the wildcards `*` and `?`, as in file names; a fact that is not there equals
    nothing.
    """

    name: str
    values: tuple[Fact, ...]
    negated: bool = False

    @property
    def has_wildcard(self) -> bool:
        """Whether a text of it stands for several."""
        return any(isinstance(value, str) and _wildcards(value) for value in self.values)

    @property
    def specificity(self) -> int:
        """How exactly it names the fact: nearly as it has to be, with `*` only that it is there."""
        if self.negated:
            return 10
        if len(self.values) > 1 or self.values == ("*",):
            return 11
        return 12 if self.has_wildcard else 13


class Pattern(msgspec.Struct, frozen=True):
    """Tests that all have to hold."""

    tests: tuple[FactTest, ...]

    @property
    def specificity(self) -> int:
        """How specific it is: more facts count most, then how exactly each is named."""
        return sum(test.specificity for test in self.tests)

    def matches(self, facts: Mapping[str, Fact]) -> bool:
        """Whether every test holds."""
        return all_hold(self.tests, facts)

    def values_of(self, name: str) -> tuple[Fact, ...]:
        """What the fact has to be, as its first test that is not negated says; () for anything."""
        return next((test.values for test in self.tests if test[::2] == (name, False)), ())


def all_hold(tests: Iterable[FactTest], facts: Mapping[str, Fact]) -> bool:
    """Whether every test holds for the facts."""
    for name, values, negated in tests:
        fact = facts.get(name)
        for value in values:
            if equal(fact, value):
                if negated:
                    return False
                break
        else:
            if not negated:
                return False
    return True


def equal(fact: Fact | None, value: Fact) -> bool:
    """Whether a fact is what a pattern names: the same, of the same type, or a text that fits.

    `*` is any fact, a number too.
    """
    if fact == value:
        return type(fact) is type(value)
    if value == "*":
        return fact is not None and fact != ""
    if type(fact) is not str or type(value) is not str or not fact:
        return False
    wildcards = _wildcards(value)
    return wildcards is not None and wildcards.fullmatch(one_line(fact)) is not None


@cache
def _wildcards(value: str) -> re.Pattern[str] | None:
    """What a text with `*` or `?` stands for; None for one without."""
    if "*" not in value and "?" not in value:
        return None
    return re.compile(re.escape(value).replace(r"\*", ".*").replace(r"\?", "."))


# ── texts ──

_PLACE = re.compile(r"\{([a-z_]+\.[a-z_]+)\}")


@cache
def _pieces(text: str) -> tuple[str, ...]:
    """A text and the names of the facts that it has places for, by turns."""
    return tuple(_PLACE.split(text))


def places(text: str) -> tuple[str, ...]:
    """The names of the facts that a text has places for."""
    return _pieces(text)[1::2]


def filled(text: str, facts: Mapping[str, Fact], *, quote: bool = False) -> str:
    """The text with the facts in their places; with `quote`, each is one word for a shell."""
    pieces = list(_pieces(text))
    for number in range(1, len(pieces), 2):
        fact = facts.get(pieces[number])
        shown = "" if fact is None else str(fact)
        pieces[number] = shlex.quote(shown) if quote else shown
    return "".join(pieces)


FACT = 64
"""The most characters of a fact: a name in it may be long."""
_LEAST = 12
"""So many characters of a name still say which one it is."""


def fitted(text: str, facts: Mapping[str, Fact], most: int = FACT) -> str:
    """The text with the facts in their places, in at most `most` characters.

    Names are shortened in their middle, the longest ones first; where that is not enough, what was
    fitted before is (`message.short`, `run.fact`). What is written in the text, reasons and numbers
    stay whole.
    """
    whole = filled(text, facts)
    if len(whole) <= most:
        return whole
    known: Facts = {name: facts[name] for name in places(text) if name in facts}
    fits = {name for name in known if name.endswith(_FITTED)}
    names = {name for name in known if not name.endswith((*_FITTED, _TERM))}
    for some in (names, fits):
        known |= _shorter(known, some, len(filled(text, known)) - most)
    return shortened(filled(text, known), most)


_FITTED = ("short", "fact")
_TERM = "reason"


def _shorter(facts: Facts, some: set[str], over: int) -> Facts:
    """Some of the facts by `over` characters shorter together, if they are long enough for that."""
    sizes = {name: len(fact) for name in some if isinstance(fact := facts[name], str)}
    if over <= 0 or not sizes:
        return {}
    high = max(sizes.values())
    low = min(_LEAST, high)
    while low < high:  # halved each time: a name may be a megabyte
        middle = (low + high + 1) // 2
        if sum(max(size - middle, 0) for size in sizes.values()) < over:
            high = middle - 1
        else:
            low = middle
    return {name: shortened(str(facts[name]), low) for name in sizes}


def can_fill(text: str, facts: Mapping[str, Fact]) -> bool:
    """Whether there is a fact, and no empty text, for every place of the text."""
    return are_there(places(text), facts)


def are_there(names: Iterable[str], facts: Mapping[str, Fact]) -> bool:
    """Whether there are all of these facts, none of them an empty text."""
    return all(facts.get(name, "") != "" for name in names)


# ── files ──


def parsed(kind: str, table: Any, where: Where, *, negated: bool = False) -> tuple[FactTest, ...]:
    """The tests of a table of facts by group (`pod.phase = …`), named `kind` in mistakes.

    With `negated` (a table `unless`) none of them may hold.
    """
    if not isinstance(table, dict):
        raise Mistake(f"`{kind}` has to be a table, written [{kind}] or [[{kind}]]", *where)
    tests = []
    for group, keys in table.items():
        if not isinstance(keys, dict):
            raise Mistake(f"`{kind}.{group}` needs a fact: {group}.NAME = …", *where, (group, 0))
        tests += [_test(f"{group}.{key}", value, where, negated) for key, value in keys.items()]
    if not tests:
        raise Mistake(f"an empty `{kind}` would hold for everything", *where)
    return tuple(tests)


def _test(name: str, value: Any, where: Where, negated: bool) -> FactTest:
    if isinstance(value, dict):
        if set(value) != {"not"}:
            raise Mistake(f"`{name}` can only have `.not`", *where, (name, 0))
        value, negated = value["not"], not negated
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | bool) for item in values):
        raise Mistake(f"`{name}` has to be a text, a number, true or false", *where, (name, 0))
    return FactTest(name, tuple(values), negated)
