"""How an exercise stands while it is checked: one line that changes, or a line for each change.

Responsible for a terminal being left as it was found, with what lasts above the line that changes.
"""

from collections.abc import Callable

from podwatch.core.board import Update
from podwatch.core.durations import tenths
from podwatch.renderers import Renderer
from podwatch.renderers.appearance import width
from podwatch.renderers.sanitize import visible

_CLEAR = "\r\x1b[K"


class StandingLine(Renderer):
    """Says what is waited for; `live`: on a terminal, where a line can be written over.

    `of` is which check it is: "1 of 3".
    """

    def __init__(
        self, write: Callable[[str], object], flush: Callable[[], None], *, live: bool
    ) -> None:
        self._write = write
        self._flush = flush
        self._live = live
        self._shown = ""
        self._update = Update()
        self.of = ""

    def show(self, update: Update) -> None:
        """Take what one item brought."""
        self._update = update

    def frame(self) -> float | None:
        """Say what is waited for; seconds until it wants to look again."""
        pending = self._update.pending()
        if pending is not None:
            said = [*pending.against, *(f"{one} waits for {text}" for one, text in pending.waiting)]
            left = f" ({tenths(pending.left).partition('.')[0]} s left)" if self._live else ""
            if said:
                self.wait(f"{said[0]}{left}")
        return 1.0

    def wait(self, text: str) -> None:
        """What is waited for."""
        line = f"{self.of}  {visible(text)}".strip()
        if line == self._shown:
            return
        self._shown = line
        if self._live:
            room = width() - 1
            shown = line if len(line) <= room else line[: room - 1] + "…"
            self._write(f"{_CLEAR}{shown}")
        else:
            self._write(line[:300] + "\n")
        self._flush()

    def tell(self, text: str) -> None:
        """Something that is about to be done; it stays to be read."""
        clear = _CLEAR if self._live else ""
        self._write(f"{clear}{self.of}  {visible(text)}\n")
        self._shown = ""
        self._flush()

    def close(self) -> None:
        """Leave nothing behind that changes."""
        if self._live and self._shown:
            self._write(_CLEAR)
            self._shown = ""
        self._flush()
