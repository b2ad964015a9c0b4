"""Theme: every colour, style and symbol of the dashboard, and only here.

Responsible for how things look. The default is safe for the colour-blind: blue, vermillion
and purple, of a brightness that reads on dark and on light terminals; no meaning hangs on a
colour alone, as each has a symbol and a word beside it. What is calm has no colour at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.style import Style
from rich.terminal_theme import TerminalTheme

_BLUE = "#3a8fd9"
_VERMILLION = "#e0662b"
_PURPLE = "#b478c8"

_STYLES: dict[str, Style] = {
    "brand": Style(color=_BLUE, bold=True),
    "strong": Style(bold=True),
    "dim": Style(dim=True),
    "heading": Style(dim=True),
    "frame": Style(dim=True),
    "label": Style(color=_BLUE),
    "command": Style(bold=True),
    "key": Style(bold=True),
    "alarm": Style(color=_VERMILLION, bold=True),
    # how a Pod stands, as podwatch.core.health names it
    "ready": Style(color=_BLUE),
    "waiting": Style(),
    "trouble": Style(color=_VERMILLION, bold=True),
    "ended": Style(dim=True),
    "deleting": Style(color=_PURPLE),
    "gone": Style(dim=True),
    "going": Style(color="bright_black"),
    # stages of a lifeline, as podwatch.core.lifeline names them, where no health has the name
    "running": Style(color=_BLUE),
    "back-off": Style(color=_VERMILLION),
    "failed": Style(color=_VERMILLION, bold=True),
    "unseen": Style(dim=True),
    # what the one at the keys did
    "selected": Style(bold=True, reverse=True),
    "stopped": Style(bold=True, reverse=True),
}

_SYMBOLS = {
    "ready": ("◉", "#"),
    "waiting": ("○", "o"),
    "trouble": ("✖", "X"),
    "ended": ("✔", "="),
    "deleting": ("⌫", "<"),
    "gone": ("∅", "-"),
    "running": ("●", "*"),
    "back-off": ("↻", "~"),
    "failed": ("✖", "X"),
    "unseen": ("·", "."),
    "live": ("●", "*"),
    "listing": ("◌", "o"),
    "reconnecting": ("↻", "~"),
    "alarm": ("✖", "X"),
    "gap": ("!", "!"),
    "here": ("▸", ">"),
    "ellipsis": ("…", "~"),
    "dot": ("·", "-"),
    "up": ("↑", "^"),
    "down": ("↓", "v"),
    "frame": ("╭─╮│╰─╯", "+-+|+-+"),
}
"""Each symbol, and what stands for it on a terminal without Unicode."""

_LINK = re.compile(r"https://[!-~]+")

_ASCII_TEXT = str.maketrans(
    {
        "→": "->",
        "←": "<-",
        "…": "...",
        "·": "-",
        "×": "x",
        "━": "=",
        "▶": ">",
        "◀": "<",
        "–": "-",
        "—": "-",
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "⏎": "\\n",
        "⇥": "\\t",
        "␛": "\\e",
        "␡": "\\x7f",
    }
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Styles and symbols by what they stand for. `ascii`: for a terminal without Unicode."""

    ascii: bool = False
    styles: dict[str, Style] = field(default_factory=lambda: _STYLES, hash=False)

    def style(self, name: str) -> Style:
        """The style of that name, a calm one if there is none; an address opens with a click."""
        if name.startswith("https://"):
            return Style(dim=True, link=name if _LINK.fullmatch(name) else None)
        return self.styles.get(name, Style.null())

    def symbol(self, name: str) -> str:
        """The symbol of that name: one cell wide."""
        return _SYMBOLS[name][self.ascii]

    def text(self, text: str) -> str:
        """The text in characters that the terminal has."""
        if not self.ascii or text.isascii():
            return text
        return text.translate(_ASCII_TEXT).encode("ascii", "replace").decode("ascii")


DEFAULT = Theme()
ASCII = Theme(ascii=True)


def suited(encoding: str, environment: Mapping[str, str]) -> Theme:
    """The theme for a terminal; the console of Linux lacks most of the symbols.

    In the locale C Python writes UTF-8 all the same, but who chose it asked for ASCII.
    """
    unicode = encoding.lower().replace("-", "").startswith("utf")
    named = (environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    plain = next(filter(None, named), "") in {"C", "POSIX"}
    return DEFAULT if unicode and not plain and environment.get("TERM") != "linux" else ASCII


SNAPSHOT = TerminalTheme(
    (24, 27, 33),
    (205, 209, 216),
    [
        (60, 64, 72),
        (224, 102, 43),
        (120, 170, 110),
        (214, 170, 80),
        (58, 143, 217),
        (180, 120, 200),
        (90, 180, 190),
        (205, 209, 216),
    ],
)
"""The colours of a snapshot (SVG, HTML), which has no terminal to ask."""
