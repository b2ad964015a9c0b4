"""Twelve workloads break or are well at once, while dashboards of several sizes look on.

`python -m tests.kind.live FOLDER [--kubeconfig FILE]` keeps what they drew: a film of each
(`80x24.cast`, for asciinema), its screens as text every ten seconds, and the recording of the
whole (`twelve.jsonl`), of which `podwatch replay twelve.jsonl --snapshot` makes stills.
"""

import argparse
import codecs
import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from struct import pack

from pytest_kind import KindCluster

from tests.command import PODWATCH
from tests.kind.clusters import NoCluster, reused, tools
from tests.kind.stage import Failed, call, new_namespace
from tests.renderers.dashboard.drawn import Emulated

NAMESPACE = "twelve"
MANIFEST = Path(__file__).with_name("twelve.yaml")
SIZES = ((80, 24), (110, 34), (140, 45), (200, 60))
SECONDS = 120
ROLLOUT_AT = 45
EVERY = 10
OPEN_SECONDS = 60.0
LEAVE_SECONDS = 20.0


@dataclass(frozen=True)
class Screen:
    """What one dashboard showed `seconds` after the workloads were made."""

    seconds: int
    lines: Sequence[str]


@dataclass
class Dashboard:
    """A podwatch on a terminal of its own; `screens` are those that were kept."""

    width: int
    height: int
    process: subprocess.Popen[bytes]
    ours: int
    terminal: Emulated
    since: float
    drawn: list[tuple[float, str]] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """Its size."""
        return f"{self.width}x{self.height}"

    def read(self) -> None:
        """Show what podwatch writes, until it ends."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            if not select.select([self.ours], [], [], 0.25)[0]:
                if self.process.poll() is not None:
                    return
                continue
            try:
                text = decoder.decode(os.read(self.ours, 65536))
            except OSError:  # the other side is closed
                return
            with self._lock:
                self.drawn.append((time.monotonic() - self.since, text))
                self.terminal.feed(text)

    def lines(self) -> list[str]:
        """The screen as it is."""
        with self._lock:
            return self.terminal.lines()

    def shows(self, text: str) -> bool:
        """Whether a text is on the screen."""
        return any(text in line for line in self.lines())

    def leave(self) -> int:
        """Its exit code after `q`."""
        os.write(self.ours, b"q")
        return self.process.wait(LEAVE_SECONDS)

    def keep(self, folder: Path) -> None:
        """Write what it drew into a folder."""
        header = {"version": 2, "width": self.width, "height": self.height}
        events = [json.dumps([round(t, 3), "o", text]) for t, text in self.drawn]
        (folder / f"{self.name}.cast").write_text("\n".join([json.dumps(header), *events]) + "\n")
        for screen in self.screens:
            file = folder / f"{self.name}-{screen.seconds:03}s.txt"
            file.write_text("\n".join(line.rstrip() for line in screen.lines) + "\n", "utf-8")


@contextmanager
def dashboard(
    width: int, height: int, kubeconfig: Path, namespace: str, *more: str
) -> Iterator[Dashboard]:
    """`podwatch ns` on a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, pack("HHHH", height, width, 0, 0))
    process = subprocess.Popen(
        [PODWATCH, "ns", namespace, *more],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "KUBECONFIG": str(kubeconfig), "TERM": "xterm-256color"},
    )
    os.close(theirs)
    made = Dashboard(width, height, process, ours, Emulated(width, height), time.monotonic())
    reader = threading.Thread(target=made.read, name=made.name)
    reader.start()
    try:
        yield made
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        reader.join()
        os.close(ours)


def watched(
    cluster: KindCluster, recording: Path, namespace: str = NAMESPACE, seconds: int = SECONDS
) -> list[Dashboard]:
    """Make the workloads and look on for so long; what each dashboard showed.

    `recording` gets the stream. Failed if one of them does not open or does not end well.
    """
    config = cluster.kubeconfig_path
    with new_namespace(cluster, namespace), ExitStack() as stack:
        shown = [
            stack.enter_context(
                dashboard(*size, config, namespace, *(["--record", str(recording)] * (not number)))
            )
            for number, size in enumerate(SIZES)
        ]
        deadline = time.monotonic() + OPEN_SECONDS
        for one in shown:
            _until_open(one, deadline)
        call(cluster, "apply", "-n", namespace, "-f", str(MANIFEST))
        begun = time.monotonic()
        for second in range(EVERY // 2, seconds + 1, EVERY // 2):
            time.sleep(max(begun + second - time.monotonic(), 0))
            if second == ROLLOUT_AT:
                call(cluster, "set", "env", "-n", namespace, "deployment/api", "VERSION=2")
            if second % EVERY == 0:
                for one in shown:
                    one.screens.append(Screen(second, one.lines()))
        for one in shown:
            if (code := one.leave()) != 0:
                raise Failed(f"the dashboard of {one.name} ended with exit code {code}")
    return shown


def _until_open(one: Dashboard, deadline: float) -> None:
    while not one.shows("live"):
        if time.monotonic() > deadline or one.process.poll() is not None:
            said = "\n".join(one.lines()).strip()
            raise Failed(f"the dashboard of {one.name} did not open:\n{said}")
        time.sleep(0.1)


def main() -> int:
    parser = argparse.ArgumentParser(description="Look at dashboards while twelve workloads break.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what they drew is kept here")
    parser.add_argument(
        "--kubeconfig", type=Path, metavar="FILE", help="of a cluster that is there"
    )
    parser.add_argument("--namespace", default=NAMESPACE, metavar="NAME", help="made anew")
    parser.add_argument("--seconds", type=int, default=SECONDS, metavar="N", help="for how long")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    try:
        use = tools()
        with ExitStack() as stack:
            if asked.kubeconfig is None:
                cluster = stack.enter_context(reused("podwatch", use, asked.folder, keep=False))
            else:
                cluster = KindCluster(
                    "there", asked.kubeconfig, kind_path=use.kind, kubectl_path=use.kubectl
                )
            recording = asked.folder / "twelve.jsonl"
            shown = watched(cluster, recording, asked.namespace, asked.seconds)
    except (NoCluster, Failed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for one in shown:
        one.keep(asked.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
