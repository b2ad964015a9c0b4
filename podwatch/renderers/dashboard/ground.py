"""Ground: whether a terminal is dark or light, and so which colours it gets.

Responsible for reading what was asked for (`--theme`, through PODWATCH_THEME), what the terminal
answered (OSC 11), and what its environment tells (COLORFGBG), in this order. Asking the terminal is
`terminal`'s.
"""

import re
from collections.abc import Mapping

from podwatch.renderers.dashboard.colours import DARK, LIGHT, NEUTRAL, Colours

THEME = "PODWATCH_THEME"
"""The variable that says which colours are wanted: light, dark or auto."""
_NAMED = {"dark": DARK, "light": LIGHT}

RGB = tuple[int, int, int]
"""A colour in parts from 0 to 255."""

_ANSWER = re.compile(
    r"11;rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})(?:/[0-9a-f]{1,4})?\Z", re.IGNORECASE
)


def answered(text: str) -> RGB | None:
    """The ground in what came after OSC; None if it is no such answer.

    Source: xterm, "Operating System Commands": XParseColor's rgb:R/G/B, one to four digits a part.
    """
    match = _ANSWER.match(text)
    if match is None:
        return None
    red, green, blue = (int(part, 16) * 255 // (16 ** len(part) - 1) for part in match.groups())
    return red, green, blue


def luminance(colour: RGB) -> float:
    """How bright a colour is, from 0 to 1: WCAG's relative luminance."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """From 1 (the same) to 21 (black and white): WCAG's contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours_on(ground: RGB) -> Colours:
    """The colours for a ground that is known: those on which black or white text would be read."""
    return LIGHT if contrast(ground, (0, 0, 0)) >= contrast(ground, (255, 255, 255)) else DARK


def colours_of(environment: Mapping[str, str]) -> Colours:
    """The colours for what the environment tells, NEUTRAL where it tells nothing.

    A terminal without colours gets those, too: there a bar of another colour would not be seen.
    """
    if environment.get("NO_COLOR"):
        return NEUTRAL
    if (named := _NAMED.get(environment.get(THEME, ""))) is not None:
        return named
    # rxvt and Konsole set it, `15;0` or `15;default;0`: the last one is the ground's number.
    ground = environment.get("COLORFGBG", "").rpartition(";")[2]
    if not ground.isdecimal():
        return NEUTRAL
    return LIGHT if int(ground) in _LIGHT_NUMBERS else DARK


def asks(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is to be asked, as nobody decided it."""
    return not environment.get("NO_COLOR") and environment.get(THEME, "") not in _NAMED


_LIGHT_NUMBERS = frozenset({7, *range(9, 16)})
"""Of the sixteen colours those that are light; Vim takes the same."""
