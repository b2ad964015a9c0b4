"""A dashboard of fixed Pods, for the tests that give it a terminal of its own.

`python -m tests.renderers.dashboard.driver [lesson|crash|pipe]`: once the first frame is drawn,
`crash` raises, and with `pipe` nobody reads any more what is written.
"""

import os
import queue
import signal
import sys
from types import FrameType

from podwatch.core.board import Update
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.keys import Key, Mouse
from podwatch.renderers.dashboard.screen import Screen
from tests.renderers.dashboard.boards import lesson, session

Input = Key | Mouse | TerminalSignal


class Ended(BaseException):
    """SIGTERM or SIGHUP."""


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Ended


def main(how: str) -> int:
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    inbox: queue.SimpleQueue[Input] = queue.SimpleQueue()
    try:
        with Screen(inbox) as screen:
            screen.show(Update(board=session(lesson()).freeze))
            try:
                _play(screen, inbox, how)
                return 0
            finally:
                screen.close()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Ended:
        return 143


def _play(screen: Screen, inbox: "queue.SimpleQueue[Input]", how: str) -> None:
    while not screen.done:
        wait = screen.frame()
        if how == "crash":
            raise RuntimeError("on purpose")
        if how == "pipe":
            reads, writes = os.pipe()
            os.close(reads)
            os.dup2(writes, sys.stdout.fileno())
            screen.signal(TerminalSignal.RESIZED)
            continue
        try:
            # A signal just before an endless wait would be answered after it.
            pressed = inbox.get(timeout=min(wait or 0.25, 0.25))
        except queue.Empty:
            continue
        if isinstance(pressed, Key):
            screen.key(pressed.name)
        elif isinstance(pressed, Mouse):
            screen.click(pressed.action, pressed.x, pressed.y)
        else:
            screen.signal(pressed)


if __name__ == "__main__":
    code = main(sys.argv[1] if len(sys.argv) > 1 else "lesson")
    sys.stdout.flush()
    # Not sys.exit: an interrupt inside any exec(), as imports have them, makes Python end by
    # the signal later on, although it was caught.
    os._exit(code)
