"""What is to blame for the end of a program, by the line that it left.

Responsible for reading concepts/last-words.toml and for which line of a message is quoted. Who can
change it and how is the business of the states of the part `run`.
"""

import re
from functools import cache, lru_cache
from typing import Any

from podwatch.core.datafile import packaged, read
from podwatch.core.messages.cleaning import LOOKED_AT, plain, shortened
from podwatch.core.messages.rules import ByWord, Sought, sought, texts

_VAGUE = "vague"
"""The table of lines in place of which an earlier one is quoted."""
_FOR_PROGRAMS = frozenset({"step-skipped", "step-too-late", "for-a-controller"})
"""The tables of lines that are for a controller and are not quoted."""
_REMEMBERED = 256
"""Lines: of a container that ends again and again each version of the Pod has the same."""


class LastWords:
    """What can be to blame, in the order in which it is tried."""

    def __init__(self, patterns: list[tuple[Sought, str]]) -> None:
        self.patterns = patterns
        self._index = ByWord(one for one, _ in patterns)

    def blamed(self, line: str) -> str:
        """The name of the table that knows the line; empty if none does."""
        for number in self._index.candidates(line):
            one, name = self.patterns[number]
            if one.search(line) is not None:
                return name
        return ""


@cache
def known_words() -> LastWords:
    """The last words that come with podwatch."""
    return last_words_of(packaged("last-words.toml"))


def last_words_of(toml: str) -> LastWords:
    """Those of a file's text; BrokenFile says where and what to mend."""
    return read("last-words.toml", toml, _last_words)


def _last_words(table: dict[str, Any]) -> LastWords:
    return LastWords(
        [
            (sought(one), name)
            for name, row in table.items()
            for one in texts(row.get("patterns"), (name, 0))
        ]
    )


@lru_cache(_REMEMBERED)
def last_words(message: str) -> tuple[str, str]:
    """The last line that names an error, else the last one, shortened: why a program ends.

    With it what it blames: a heading of last-words.toml, empty if none knows it. A usage text may
    come after the error, a traceback ends with it, and what started the program may only say that
    it failed.
    """
    lines = [*filter(None, map(plain, reversed(message[-LOOKED_AT:].split("\n"))))]
    for line in lines:
        blames = known_words().blamed(line)
        if blames in _FOR_PROGRAMS:
            return "", blames
        if blames != _VAGUE and (blames or _ERROR.search(line)):
            return shortened(line), blames
    return shortened(lines[0] if lines else ""), ""


def last_line(message: str) -> str:
    """That line alone."""
    return last_words(message)[0]


_ERROR = re.compile(
    r"error|exception|fatal|panic|cannot|can't|could not|denied|refused|no such|not found|invalid"
    r"|unrecognized|unknown option|failed|missing|already in use",
    re.IGNORECASE,
)
