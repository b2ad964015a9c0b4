"""`podwatch replay` and `podwatch demo`: a recording through the same core.

Responsible for pace and stills; nothing here imports the client.
"""

from itertools import chain
from pathlib import Path

from podwatch.commands import Output
from podwatch.commands.output import chosen, renderer_for
from podwatch.commands.tape import FileTape
from podwatch.concepts import catalog
from podwatch.errors import ExitCode
from podwatch.history import History
from podwatch.run import Inbox, ReplayFeed, run
from podwatch.session import Session
from podwatch.sources.recording import read
from podwatch.stream import Tick


def replay(
    path: Path,
    *,
    speed: float | None = None,
    output: Output | None = None,
    projector: bool = False,
) -> ExitCode:
    """Play a recording: at its own pace on a terminal, else at once, unless `speed` says."""
    items = read(path)
    first = [next(items)]  # a file that is none is said before the screen is taken
    inbox: Inbox = Inbox()
    to_look_at = chosen(output) is Output.DASHBOARD
    if speed is None and to_look_at:
        speed = 1.0
    session = Session(catalog())
    if not to_look_at:
        with renderer_for(output, inbox, recorded=True, projector=projector) as renderer:
            return run(ReplayFeed(chain(first, items), inbox, speed), session, renderer)
    history, tape = History(session), FileTape(Path())
    feed = ReplayFeed(chain(first, items), inbox, speed, hold=True)

    try:
        with renderer_for(
            output,
            inbox,
            recorded=True,
            history=history,
            playback=feed,
            tape=tape,
            projector=projector,
        ) as renderer:
            return run(feed, session, renderer, takers=(history.keep, tape.write))
    finally:
        tape.stop()


def snapshot(path: Path, to: Path, at: float | None, width: int, height: int) -> ExitCode:
    """A still of a recording, `at` seconds after its beginning (None: at its end)."""
    from podwatch.renderers.screen import snapshot as write

    session = Session(catalog())
    end: float | None = None
    for item in read(path):
        if end is None and at is not None:
            end = item.t + at
        if end is not None and item.t > end:
            break
        session.feed(item)
    if end is not None:
        session.feed(Tick(t=end))
    write(session.board, to, width, height)
    return ExitCode.MET
