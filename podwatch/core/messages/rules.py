"""Rules of a file: regular expressions to look for, and texts with places to fill.

Responsible for reading both from TOML and for the two choices that they leave: whether a pattern
is found, and which of several texts can be filled. What a rule is about is its file's business.
"""

import re
from collections.abc import Callable, Iterable, Mapping
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


def filled(
    texts: Iterable[str], find: Callable[[str], str], most: int = 10_000, *, in_turn: bool = False
) -> str:
    """The first of the texts whose places are all found, filled; empty if there is none.

    One of at most `most` characters is taken before those that are longer; of such a one the
    longest name is shortened. With `in_turn` the first is taken that can be shortened so.
    """
    long: tuple[str, dict[str, str]] | None = None
    for text in texts:
        values = {name: find(name) for name in places(text)}
        if not all(values.values()):
            continue
        whole = _put(text, values)
        if len(whole) <= most:
            return whole
        if in_turn and (short := _put_short(text, values, most)):
            return short
        long = long or (text, values)
    return _put_short(*long, most) if long is not None else ""


def _put(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values[place[1]], text)


def _put_short(text: str, values: dict[str, str], most: int) -> str:
    longest = max(values, key=lambda name: len(values[name]), default="")
    room = most - (len(_put(text, values | {longest: ""}))) if longest else 0
    if text.count(f"{{{longest}}}") == 1 and room >= _LEAST:
        return _put(text, values | {longest: shortened(values[longest], room)})
    return shortened(_put(text, values), most)


_LEAST = 20
"""So many characters of a name say something."""


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


_WORD = re.compile(r"\w+")
_WHOLE = re.compile(r"(?<=\W)\w{3,}(?=\W)")
"""A word of a literal that is whole there: at its ends the text may go on."""


class ByWord:
    """Which of many patterns a text can fit at all, by a word that it has to have.

    Hundreds of patterns are looked for in every message, and nearly none of their words is in it.
    """

    def __init__(self, patterns: Iterable[Sought]) -> None:
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, one in enumerate(patterns):
            word = max(_WHOLE.findall(one.literal), key=len, default="")
            (self._by_word.setdefault(word, []) if word else self._always).append(number)

    def candidates(self, text: str) -> list[int]:
        """The numbers of the patterns that the text may fit, in their order."""
        found = list(self._always)
        for word in set(_WORD.findall(text)):
            if word in self._by_word:
                found += self._by_word[word]
        found.sort()
        return found


_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[\d,]+\}|\(\?(?:P<\w+>|P=\w+|[:=!]|<[=!])|.", re.DOTALL
)
_LOOKS = ("(?=", "(?!", "(?<", "(?P=")
"""How a group begins that is not text of its own."""


def _literal(pattern: str) -> str:
    """The longest text that is in whatever the pattern is found in; empty if that is not sure."""
    return max(_runs(_TOKEN.findall(pattern)[::-1]), key=len)


def _runs(tokens: list[str]) -> list[str]:
    """The texts that are sure up to the end of a group; it takes the tokens from the end."""
    runs, chosen = [""], False
    while tokens and (token := tokens.pop()) != ")":
        literal = token[1:] if token[0] == "\\" and not token[1:].isalnum() else token
        if token[0] == "(" and literal is token:
            inner = _runs(tokens)
            sure = not token.startswith(_LOOKS) and not (tokens and tokens[-1][0] in "?*{")
            runs += [*inner, ""] if sure else [""]
        elif len(literal) == 1 and (literal is not token or token not in ".^$?*+|"):
            runs[-1] += literal
        elif token[0] in "?*{":  # what stands before it may be missing
            runs[-1] = runs[-1][:-1]
            runs.append("")
        else:
            chosen |= token == "|"
            runs.append("")
    return [""] if chosen else runs
