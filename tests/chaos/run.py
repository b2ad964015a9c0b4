"""One run: podwatch's real path against the server that fails, then the comparison."""

import queue
import random
import tempfile
import threading
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from podwatch.core.stream import Fetched, Observed, Opened, RecordedItem, Scope, Synced
from podwatch.errors import PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.cluster import Cluster
from tests.chaos.compare import Findings, compare, expected, judge_transitions, label
from tests.chaos.server import Server
from tests.chaos.truth import LAST, NAMESPACE, SELECTED, Truth
from tests.fake_api import access

FOLLOWERS = 4
SCOPES = (Scope("Pod", NAMESPACE), Scope("Pod", NAMESPACE, f"app={SELECTED}"))
PATIENCE = Patience(connect=2.0, first_list=60.0, silence=0.6, question=2.0)
PACE = 0.006
"""Seconds between two writes."""
CATCHING_UP = 90.0
"""Seconds after which a stream that has not seen the last write never will."""


@dataclass(frozen=True)
class Result:
    """What one run found."""

    seed: int
    written: int
    found: Findings
    faults: Counter[str]
    requests: int
    outages: list[tuple[float, int]]

    @property
    def flawless(self) -> bool:
        found = self.found
        return not (found.missing or found.extra or found.unannounced)

    def report(self) -> str:
        found = self.found
        lines = [
            f"seed {self.seed}: {self.written} writes, {found.events} events to "
            f"{FOLLOWERS * len(SCOPES)} streams, {found.in_gaps} in gaps, "
            f"{found.unreadable} unreadable, {found.transitions} transitions, "
            f"{self.requests} requests",
            f"  faults: {self.faults.total()} of {len(self.faults)} kinds: "
            + ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items())),
            *(f"  outage of {s:.1f} s: {n} requests of {FOLLOWERS}" for s, n in self.outages),
            f"  missing {len(found.missing)}, extra {len(found.extra)}, "
            f"unannounced {len(found.unannounced)}",
        ]
        for name in ("missing", "extra", "unannounced"):
            lines += [f"    {name}: {text}" for text in getattr(found, name)[:8]]
        return "\n".join(lines)


class Follower:
    """One Cluster that follows all scopes, as the command line does, over TLS or without."""

    def __init__(self, name: str, server: Server, folder: Path, *, tls: bool) -> None:
        self.name = name
        self.clock = Clock()
        self.opened = time.monotonic() - self.clock.t()
        self.inbox: queue.SimpleQueue[RecordedItem | PodwatchError] = queue.SimpleQueue()
        self.items: dict[Scope, list[RecordedItem]] = {scope: [] for scope in SCOPES}
        self._last_seen: set[Scope] = set()
        self._ended: set[Scope] = set()
        self._cluster = self._connect(server, folder, tls=tls)
        self._cluster.follow(SCOPES, self.inbox.put, self.clock)

    def _connect(self, server: Server, folder: Path, *, tls: bool) -> Cluster:
        own = folder / self.name
        own.mkdir()
        scheme, port = ("https", server.tls_port) if tls else ("http", server.port)
        address = f"{scheme}://127.0.0.1:{port}/{self.name}"
        authority = b64encode(server.authority).decode()
        cluster = {"certificate-authority-data": authority} if tls else {}
        user = {"tokenFile": str(folder / "token")}
        return connect(access(own, address, user=user, cluster=cluster), PATIENCE)

    def read(self) -> None:
        """Take what has come, so that a failure ends the run at once."""
        with suppress(queue.Empty):
            while True:
                self._take(self.inbox.get_nowait())

    def until_the_end(self, deadline: float) -> None:
        """Read until each stream has seen the last write."""
        while len(self._ended) < len(SCOPES):
            try:
                item = self.inbox.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                return
            self._take(item)

    def _take(self, item: RecordedItem | PodwatchError) -> None:
        if isinstance(item, PodwatchError):
            raise item
        if isinstance(item, Fetched):
            self.items[SCOPES[1]].append(item)
        elif not isinstance(item, Opened) and item.scope in self.items:
            self.items[item.scope].append(item)
        if isinstance(item, Observed) and item.object.metadata.name == LAST:
            self._last_seen.add(item.scope)
        match item:
            case Synced() | Observed(initial=False) if item.scope in self._last_seen:
                self._ended.add(item.scope)

    def stop(self) -> None:
        self._cluster.stop()


def chaos(seed: int, seconds: float) -> Result:
    """Follow a cluster that lives for so long, and compare what came with what was."""
    rng = random.Random(f"chaos {seed}")
    truth = Truth(random.Random(f"truth {seed}"))
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(truth, seed, Path(folder) / "token") as server,
    ):
        followers = [
            Follower(f"f{n}", server, Path(folder), tls=n % 2 == 1) for n in range(FOLLOWERS)
        ]
        play(truth, server, rng, seconds, followers)
        deadline = time.monotonic() + CATCHING_UP
        for follower in followers:
            follower.until_the_end(deadline)
        for follower in followers:
            follower.stop()
        found = Findings()
        for follower in followers:
            found.add(judge(follower, server, truth))
        return Result(seed, len(truth.log), found, server.faults, server.requests, server.outages)


def play(
    truth: Truth, server: Server, rng: random.Random, seconds: float, followers: Sequence[Follower]
) -> None:
    """Let the cluster live, and strike it now and then as a whole."""
    over = threading.Event()
    end = time.monotonic() + seconds
    strikes = (
        server.restart,
        server.restart,
        server.rotate,
        server.rotate,
        lambda: truth.compact(rng.randint(0, 50)),
        lambda: server.refuse_all(min(rng.uniform(0.5, 3.0), seconds / 10)),
    )

    def strike() -> None:
        while not over.wait(rng.uniform(0.5, 1.5)):
            rng.choice(strikes)()

    thread = threading.Thread(target=strike, daemon=True)
    thread.start()
    try:
        while time.monotonic() < end:
            truth.step()
            for follower in followers:
                follower.read()
            over.wait(PACE)
    finally:
        over.set()
        thread.join()
    server.calm = True
    truth.finish()


def judge(follower: Follower, server: Server, truth: Truth) -> Findings:
    """All streams of one follower."""
    found = Findings()
    for scope, items in follower.items.items():
        selector = label(scope)
        events = expected(truth, selector)
        served = [
            (number, when - follower.opened)
            for number, when in server.lists[(follower.name, selector)]
        ]
        for one in (compare(events, served, items), judge_transitions(scope, events, items)):
            for texts in (one.missing, one.extra, one.unannounced):
                texts[:] = [f"{follower.name} {selector or 'all'}: {text}" for text in texts]
            found.add(one)
    return found
