"""Rules of a file: regular expressions to look for, and texts with places to fill.

Responsible for reading both from TOML and for the two choices that they leave: whether a pattern
is found, and which of several texts can be filled. What a rule is about is its file's business.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from podwatch.core.datafile import Mistake
from podwatch.core.messages.cleaning import shortened


class Sought(NamedTuple):
    """A pattern, and a part of every text that it is found in, which is looked for first.

    It is compiled when it is needed: of hundreds one run of podwatch needs a few.
    """

    literal: str
    pattern: str

    def search(self, text: str) -> re.Match[str] | None:
        """Where it is found first."""
        return _compiled(self.pattern).search(text) if self.literal in text else None

    @property
    def groups(self) -> list[str]:
        """The names of its groups."""
        return _GROUP.findall(self.pattern)


_GROUP = re.compile(r"\(\?P<(\w+)>")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_PLACE = re.compile(r"\{(\w+)\}")


def places(text: str) -> list[str]:
    """The names of the places in a text."""
    return _PLACE.findall(text)


def filled(texts: Iterable[str], find: Callable[[str], str], most: int = 10_000) -> str:
    """The first of the texts whose places are all found, filled; empty if there is none.

    One of at most `most` characters is taken before those that are longer, which are shortened.
    """
    long = ""
    for text in texts:
        values = {name: find(name) for name in places(text)}
        if not all(values.values()):
            continue
        whole = _PLACE.sub(lambda place, values=values: values[place[1]], text)  # type: ignore[misc]
        if len(whole) <= most:
            return whole
        long = whole
    return shortened(long, most)


# ── reading ──


def texts(value: Any, *where: tuple[str, int]) -> tuple[str, ...]:
    """A text or a list of texts."""
    values = [value] if isinstance(value, str) else value
    if isinstance(values, list) and values and all(isinstance(one, str) for one in values):
        return tuple(values)
    raise Mistake('a text or a list of texts is needed: ["…"]', *where)


def sought(pattern: str) -> Sought:
    """A pattern, ready to be looked for."""
    return Sought(_literal(pattern), pattern)


def check_patterns(patterns: Iterable[Sought], *where: tuple[str, int]) -> None:
    """Whether each is a regular expression."""
    for one in patterns:
        try:
            _compiled(one.pattern)
        except re.error as error:
            said = f"'{one.pattern}' is not a regular expression: {error}"
            raise Mistake(said, *where, ("patterns", 0)) from error


def check_places(shown: Iterable[str], known: Iterable[str], *where: tuple[str, int]) -> None:
    """Whether each place of the texts can ever be filled."""
    known = set(known)
    for name in (name for text in shown for name in places(text)):
        if name not in known:
            raise Mistake(f"{{{name}}} is neither a group of a pattern nor a place", *where)


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
