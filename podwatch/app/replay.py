"""`podwatch replay` and `podwatch demo`: a recording through the same core.

Responsible for pace and snapshots; nothing here imports the client.
"""

import sys
from collections.abc import Iterator
from itertools import chain, takewhile
from pathlib import Path

from podwatch.app import Output, refuse_same_file
from podwatch.app.feeds import Inbox, ReplayFeed, keys_of
from podwatch.app.output import chosen, renderer_for
from podwatch.app.recording_key import ToggledRecorder
from podwatch.app.run import run
from podwatch.core.concepts import catalog
from podwatch.core.history import History
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import Silent
from podwatch.renderers.playback import Player
from podwatch.sources.recording import read


def replay(
    path: Path, *, speed: float | None = None, output: Output | None = None, projector: bool = False
) -> ExitCode:
    """Play a recording: at its own pace on a terminal, else at once, unless `speed` says."""
    items = read(path)
    first = [next(items)]  # a file that is none is said before the screen is taken
    inbox: Inbox = Inbox()
    to_look_at = chosen(output) is Output.DASHBOARD
    if speed is None and sys.stdout.isatty():
        speed = 1.0
    session, player = Session(catalog()), Player(speed)
    if not to_look_at:
        with renderer_for(output, inbox, recorded=True, projector=projector) as renderer:
            return run(ReplayFeed(chain(first, items), player), session, renderer)
    history, recording_key = History(session), ToggledRecorder(Path(), session.opening)
    feed = ReplayFeed(chain(first, items), player, keys_of(inbox), hold=True)

    try:
        with renderer_for(
            output,
            inbox,
            recorded=True,
            history=history,
            playback=player,
            recording_key=recording_key,
            projector=projector,
        ) as renderer:
            return run(feed, session, renderer, takers=(history.keep, recording_key.write))
    finally:
        recording_key.stop()


def snapshot(path: Path, to: Path, at: float | None, width: int, height: int) -> ExitCode:
    """A snapshot of a recording, `at` seconds after its beginning (None: at its end)."""
    from podwatch.renderers.dashboard.snapshot import snapshot as write

    refuse_same_file(("the recording", path), ("--snapshot", to))
    session = Session(catalog())
    items: Iterator[StreamItem] = read(path)
    broken: PodwatchError | None = None
    try:
        run(ReplayFeed(items if at is None else _until(items, at)), session, Silent())
    except PodwatchError as error:
        broken = error
    if session.store.opened is not None:
        write(session.board, to, width, height)
    if broken is not None:  # told once there is a snapshot of everything before it
        raise broken
    return ExitCode.MET


def _until(items: Iterator[StreamItem], seconds: float) -> Iterator[StreamItem]:
    """What came so many seconds after the first item at the latest, and that moment."""
    first = next(items)
    yield first
    broken: PodwatchError | None = None
    try:
        yield from takewhile(lambda item: item.t <= first.t + seconds, items)
    except PodwatchError as error:
        broken = error
    yield Tick(t=first.t + seconds)
    if broken is not None:
        raise broken
