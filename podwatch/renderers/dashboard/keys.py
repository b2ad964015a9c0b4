"""Keys: their names, the mouse, what the terminal answers, and the thread that reads it all.

Responsible for turning a terminal's bytes into what they mean. What a key does is the renderer's
business. Importable where there is no terminal: `termios` and `select` are asked for late.
"""

import codecs
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from podwatch.renderers.dashboard.ground import RGB, answered

ESCAPE_WAITS = 0.05
"""For how many seconds bytes after an Esc still belong to it: arrows begin with Esc, too."""

_CONTROLS = {"\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\x08": "backspace"}
_LETTERS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
_NUMBERS = {1: "home", 4: "end", 7: "home", 8: "end", 5: "pageup", 6: "pagedown"}
_NAMES = {
    "\x1b": "esc",
    **_CONTROLS,
    **{f"\x1b{begin}{letter}": name for letter, name in _LETTERS.items() for begin in "[O"},
    **{f"\x1b[{number}~": name for number, name in _NUMBERS.items()},
}
_KEY = re.compile(
    r"\x1b(?:\][^\x07\x1b]{0,80}(?:\x07|\x1b\\)|\[M.{3}|\[[^@-~]*[@-~]?|O.?)?|.", re.DOTALL
)
"""A character, or all that a terminal sends for one key, or as an answer."""
_UNFINISHED = re.compile(r"\x1b(?:\[[^@-~]*|\[M.{0,2}|O|\][^\x07\x1b]{0,80}\x1b?)?\Z", re.DOTALL)
_MOUSE = re.compile(r"\x1b\[<(\d{1,3});(\d{1,5});(\d{1,5})M\Z")
_BUTTONS = {0: "click", 64: "wheelup", 65: "wheeldown"}
_ATTRIBUTES = re.compile(r"\x1b\[\?[\d;]*c\Z")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed, by name: a character, or a word such as `up`."""

    name: str


@dataclass(frozen=True, slots=True)
class Mouse:
    """What the mouse did, `click`, `wheelup` or `wheeldown`, in which cell from the upper left."""

    action: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class TerminalAnswer:
    """The terminal answered what it was asked: its ground, None if it does not tell it."""

    ground: RGB | None


def sent(text: str) -> Iterator[Key | Mouse | TerminalAnswer]:
    """What a terminal sent; an Esc followed by nothing is the key `esc`.

    Sequences that podwatch has no name for are left out whole: their letters are no keys. With
    Shift, Alt or Ctrl the mouse is the terminal's, to select text. Older terminals send
    three characters after `ESC [ M` instead of digits. Source: xterm, "Mouse Tracking".
    """
    for one in _KEY.findall(text):
        if (mouse := _MOUSE.match(one)) is not None:
            button, column, row = map(int, mouse.groups())
            if button in _BUTTONS:
                yield Mouse(_BUTTONS[button], max(column - 1, 0), max(row - 1, 0))
        elif one.startswith("\x1b]") and (ground := answered(one[2:].rstrip("\x07\x1b\\"))):
            yield TerminalAnswer(ground)
        elif _ATTRIBUTES.match(one):
            yield TerminalAnswer(None)
        elif name := _NAMES.get(one, one if one.isprintable() else ""):
            yield Key(name)


class KeyReader:
    """Reads what a terminal sends on a daemon thread, and hands it over."""

    def __init__(self, fd: int, take: Callable[[Key | Mouse | TerminalAnswer], object]) -> None:
        self._fd = fd
        self._take = take
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._read, name="podwatch-keys", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more: what is typed from now on is for whoever comes next."""
        os.write(self._stop_write, b".")
        self._thread.join(timeout=1)
        if not self._thread.is_alive():
            os.close(self._stop_read)
            os.close(self._stop_write)

    def _read(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while (got := self._bytes(None)) is not None:
            text = decode(got)
            # The rest of a sequence may come a little later, over a slow line.
            while _UNFINISHED.search(text) and (more := self._bytes(ESCAPE_WAITS)):
                text += decode(more)
            for one in sent(text):
                self._take(one)

    def _bytes(self, wait: float | None) -> bytes | None:
        """What was typed; empty if nothing came in time, None when it is over."""
        import select

        try:
            ready, _, _ = select.select([self._fd, self._stop_read], [], [], wait)
            if self._stop_read in ready:
                return None
            if not ready:
                return b""
            return os.read(self._fd, 1024) or None
        except (OSError, ValueError):
            return None  # the terminal is gone
