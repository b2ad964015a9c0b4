"""Strings that try to act on a terminal, to hide, to break a layout or to be taken for markup.

Each has an id that says what it tries. `HOSTILE` is what a Pod's author, or what a container
prints, can put into a name, a reason or a message.
"""

import tomllib
import unicodedata
from pathlib import Path

_ESC, _BEL, _ST = "\x1b", "\x07", "\x1b\\"

_DATA = tomllib.loads((Path(__file__).parent / "hostile.toml").read_text("utf-8"))
_CSI: dict[str, str] = {**_DATA["csi"], "many parameters": ";".join("1" * 500) + "m"}
_OSC: dict[str, str] = _DATA["osc"]
_LONG = {
    "many line breaks": "\n" * 3000,
    "a very long word": "x" * 5000,
    "a very long name with parts": "-".join(["part"] * 800),
    "a megabyte": "a" * 1_000_000,
    "a megabyte of words": "word " * 200_000,
    "a megabyte of wide letters": "東" * 350_000,
    "a megabyte of escapes": "\x1b[31m" * 200_000,
    "a megabyte of marks": "a" + "\u0301" * 500_000,
    "a megabyte of line breaks": "\n" * 1_000_000,
    "a megabyte of brackets": "[" * 1_000_000,
    "a megabyte of braces": "{" * 1_000_000,
}
# fmt: off
_HIDDEN = (
    *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2065), *range(0x2066, 0x2070),
    0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFEFF, 0xFFA0,
    0xFFF9, 0xFFFB, 0xE0001, 0xE0020, 0xE007F, 0xE0100, 0xE01EF, 0xFE00, 0xFE0F, 0x1BCA0,
)
# fmt: on
_SURROGATES = {
    "half a pair": "a\ud83db",
    "the other half": "a\ude00b",
    "undecodable bytes": "a\udc80\udcffb",
    "a pair the wrong way": "\ude00\ud83d",
}


HOSTILE: dict[str, str] = {
    **{f"CSI: {name}": f"a{_ESC}[{end}b" for name, end in _CSI.items()},
    **{f"CSI of 8 bits: {name}": f"a\x9b{end}b" for name, end in list(_CSI.items())[:8]},
    **{f"OSC, BEL: {name}": f"a{_ESC}]{end}{_BEL}b" for name, end in _OSC.items()},
    **{f"OSC, ST: {name}": f"a{_ESC}]{end}{_ST}b" for name, end in _OSC.items()},
    **{f"OSC of 8 bits: {name}": f"a\x9d{end}\x9cb" for name, end in list(_OSC.items())[:5]},
    **{f"a string: {name}": f"a{_ESC}{end}{_ST}b" for name, end in _DATA["strings"].items()},
    **{f"an escape: {name}": f"a{_ESC}{end}b" for name, end in _DATA["escapes"].items()},
    **{f"control U+{code:04X}": f"a{chr(code)}b" for code in (*range(0x20), *range(0x7F, 0xA0))},
    **{
        f"hidden: {unicodedata.name(char, f'U+{ord(char):04X}').lower()}": f"a{char}b"
        for char in map(chr, _HIDDEN)
    },
    **{f"a text: {name}": text for name, text in {**_DATA["texts"], **_LONG}.items()},
    **{
        f"a width: {name}": text
        for name, text in {**_DATA["widths"], "a pile of marks": "Z" + "\u0335" * 40}.items()
    },
    **{f"no Unicode: {name}": text for name, text in _SURROGATES.items()},
    "the end of our own sequences": f"{_ST}{_ESC}]8;;{_ST}{_ESC}[0m{_ESC}[?1049l",
    "all at once": f"[/x]{_ESC}[2J{_ESC}]52;c;aGk={_BEL}\n\x9b1A\u202ex\u200b東\ud800{{pod.name}}",
}
