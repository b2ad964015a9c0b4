"""API text made harmless for a terminal.

Responsible for making visible what would act on the terminal or hide in it: a message can
quote anything that a container printed. Not responsible for length and layout.
"""

import re
import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Cs", "Zl", "Zp"})
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U00016fe4\U0001d159"
)
"""Letters and marks by category, blank on the screen: two names could look the same."""
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"(?<={_MARK}{_MARK}){_MARK}+")
"""More marks on one letter than any language writes: they would cover the lines around."""
_ODD = re.compile(f"[{''.join(_INVISIBLE)}{_MARK[1:-1]}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What Python calls printable, and yet may hide or cover something."""


class _Table(dict[int, str]):
    """For `str.translate`: every character is looked at once."""

    def __missing__(self, code: int) -> str:
        shown = _shown(code)
        self[code] = shown
        return shown


_TABLE = _Table({ord("\n"): "⏎", ord("\t"): "⇥", 0x7F: "␡"})
_TABLE_OF_LINES = _Table({ord("\n"): "\n", ord("\t"): "⇥", 0x7F: "␡"})


def visible(text: str, *, one_line: bool = True) -> str:
    """The text with nothing in it that acts on a terminal or can't be seen.

    Control characters, direction overrides, zero-width and other format characters, line
    separators and lone surrogates become symbols or escapes such as `\\u202e`. A line break
    becomes `⏎`, unless `one_line` is false.
    """
    if text.isprintable() and (text.isascii() or _ODD.search(text) is None):
        return text
    if one_line:
        made = text.translate(_TABLE)
    else:
        made = text.replace("\r\n", "\n").translate(_TABLE_OF_LINES)
    return _PILE.sub(lambda pile: "".join(map(_escape, map(ord, pile[0]))), made)


def _shown(code: int) -> str:
    if code < 0x20:
        return chr(0x2400 + code)  # ␛ and its like: a picture of each control character
    char = chr(code)
    if (
        unicodedata.category(char) in _HIDDEN_CATEGORIES
        or char in _INVISIBLE
        or 0xFE00 <= code <= 0xFE0F  # they change a character's width, each terminal its own way
        or 0xE0100 <= code <= 0xE01EF  # more of them, blank after any letter
    ):
        return _escape(code)
    return char


def _escape(code: int) -> str:
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def harmless_json(made: bytes) -> bytes:
    """The same JSON as data, with nothing in its text that acts on a terminal, can't be seen or is
    a command for a CI system: it may be looked at, and printed in a job.
    """
    if _COMMAND_OF_CI.search(made):
        made = _COMMAND_OF_CI.sub(rb"\\u0023", made)
    if made.isascii() and b"\x7f" not in made:
        return made
    text = made.decode()
    odd = {ord(char) for char in set(text) if char >= "\x7f" and _shown(ord(char)) != char}
    text = text.translate({code: _json_escape(code) for code in odd})
    return _PILE.sub(lambda pile: "".join(map(_json_escape, map(ord, pile[0]))), text).encode()


_COMMAND_OF_CI = re.compile(rb"#(?=#(?:vso|teamcity)?\[)")
"""See `podwatch.renderers.ci_log`; `::` can't begin a line here."""


def _json_escape(code: int) -> str:
    units = chr(code).encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
