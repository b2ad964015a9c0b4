"""The canvas: what is drawn on the terminal, and in which colours.

Responsible for writing only lines that changed. It may be shared by screens that follow each other,
so that nothing flickers between them and the terminal is asked for its ground once.
"""

import os
import queue
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.colours import asks, colours_on
from podwatch.renderers.dashboard.escapes import codes
from podwatch.renderers.dashboard.terminal import KeyInbox, Terminal
from podwatch.renderers.dashboard.theme import Theme, suited


class Canvas:
    """The terminal that `console` writes to. `keys` False leaves its input alone.

    `drawn` are the lines that stand on it; `theme` None is the one that suits it.
    """

    def __init__(
        self,
        inbox: KeyInbox | None = None,
        console: Console | None = None,
        *,
        keys: bool = True,
        theme: Theme | None = None,
    ) -> None:
        self.console = console if console is not None else Console(highlight=False)
        self.theme = theme or suited(self.console.encoding, os.environ)
        inbox = inbox if inbox is not None else queue.SimpleQueue()
        ask = theme is None and asks(os.environ)
        self.terminal = Terminal(self.console, inbox, keys=keys, asks=ask)
        self.drawn: Sequence[Text] = ()
        self._size = (0, 0)

    def size(self) -> tuple[int, int]:
        """Columns and rows; after they changed all is drawn anew."""
        size = self.terminal.size()
        if size != self._size:
            self._size, self.drawn = size, ()
        return size

    def draw(self, lines: Sequence[Text]) -> None:
        """Let these lines stand on the screen."""
        out = [] if self.drawn else ["\x1b[2J"]
        for number, line in enumerate(lines):
            # Compared before it is encoded: most lines are those of the frame before.
            if number >= len(self.drawn) or self.drawn[number] != line:
                out.append(f"\x1b[{number + 1};1H\x1b[2K{codes(line, self.console)}")
        self.drawn = lines
        if out:
            self.terminal.draw("".join(out))

    def signal(self, signal: TerminalSignal) -> None:
        """Act on what happened to the terminal: all is drawn anew."""
        match signal:
            case TerminalSignal.SUSPEND:
                self.terminal.suspend()
            case TerminalSignal.CONTINUED:
                self.terminal.resume()
            case TerminalSignal.ANSWERED if self.terminal.ground is not None:
                self.theme = self.theme.on(colours_on(self.terminal.ground))
        self.drawn = ()
