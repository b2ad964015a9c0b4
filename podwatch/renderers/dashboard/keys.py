"""Keys: their names, and the thread that reads them from a terminal.

Responsible for turning a terminal's bytes into names. What a key does is the renderer's
business. Importable where there is no terminal: `termios` and `select` are asked for late.
"""

import codecs
import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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
_KEY = re.compile(r"\x1b(?:\[[^@-~]*[@-~]?|O.?)?|.", re.DOTALL)
"""A character, or all that a terminal sends for one key."""
_UNFINISHED = re.compile(r"\x1b(?:\[[^@-~]*|O)?\Z")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was pressed, by name: a character, or a word such as `up`."""

    name: str


def names(text: str) -> Iterator[str]:
    """The keys in what a terminal sent; an Esc followed by nothing is `esc`.

    Sequences that podwatch has no name for are left out whole: their letters are no keys.
    """
    for sent in _KEY.findall(text):
        if name := _NAMES.get(sent, sent if sent.isprintable() else ""):
            yield name


class KeyReader:
    """Reads a terminal's keys on a daemon thread and hands over their names."""

    def __init__(self, fd: int, press: Callable[[str], object]) -> None:
        self._fd = fd
        self._press = press
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
            for name in names(text):
                self._press(name)

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
