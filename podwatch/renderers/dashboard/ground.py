"""Ground: the colour that a terminal writes on, and what can be read on it.

Responsible for a terminal's answer (OSC 11) and for measuring contrast. Asking is `terminal`'s,
which colours a ground gets is `colours`'.
"""

import re

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


def is_light(ground: RGB) -> bool:
    """Whether black text is read better there than white text."""
    return contrast(ground, (0, 0, 0)) >= contrast(ground, (255, 255, 255))
