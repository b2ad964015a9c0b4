"""Run a command on a terminal of its own and watch what it writes."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import ioctl
from struct import pack
from termios import TIOCSWINSZ


@dataclass
class OnTerminal:
    """A running command; `written` is all that it wrote so far."""

    process: subprocess.Popen[bytes]
    fd: int
    started: float
    written: bytes = b""

    def read_until(self, text: bytes, within: float) -> float:
        """Seconds from the start until `text` was written; fails after `within` seconds."""
        deadline = self.started + within
        while text not in self.written:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise AssertionError(
                    f"{text!r} did not come in {within} s: {self.written[-500:]!r}"
                )
            self.written += os.read(self.fd, 65536)
        return time.monotonic() - self.started


@contextmanager
def on_terminal(
    command: Sequence[str], *, columns: int = 110, rows: int = 34, env: Mapping[str, str] = {}
) -> Iterator[OnTerminal]:
    """Start it; it is interrupted, then killed, at the end."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color", **env},
    )
    os.close(theirs)
    try:
        yield OnTerminal(process, ours, started)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(ours)
