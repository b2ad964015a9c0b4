"""Which renderer a command uses, by `-o` and by what standard output is."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from podwatch.app import Output
from podwatch.app.feeds import Inbox
from podwatch.core.history import History
from podwatch.errors import PodwatchError
from podwatch.renderers import RecordingKey, Renderer
from podwatch.renderers.playback import Player


def on_terminal() -> bool:
    """Whether a dashboard can be drawn: decided by what stdout is, not by colour variables."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def chosen(output: Output | None) -> Output:
    """The output that was asked for, or the one that suits standard output."""
    if output is Output.DASHBOARD and not sys.stdout.isatty():
        raise PodwatchError(
            "the dashboard can't be drawn: standard output is not a terminal",
            "use -o lines or -o json; a still: podwatch replay FILE --snapshot still.svg",
        )
    if output is not None:
        return output
    return Output.DASHBOARD if on_terminal() else Output.LINES


@contextmanager
def renderer_for(
    output: Output | None,
    inbox: Inbox,
    *,
    recorded: bool = False,
    history: History | None = None,
    playback: Player | None = None,
    recording_key: RecordingKey | None = None,
    projector: bool = False,
) -> Iterator[Renderer]:
    """The renderer; what it did to the terminal is undone on every way out.

    What its keys act on is used by the dashboard only.
    """
    output = chosen(output)
    if projector and output is not Output.DASHBOARD:
        raise PodwatchError(
            f"--projector can't be drawn: the output is {output}",
            "leave --projector out, or run podwatch on a terminal without -o",
        )
    match output:
        case Output.JSON:
            from podwatch.renderers.jsonl import JsonLines

            yield JsonLines(sys.stdout.buffer.write, sys.stdout.buffer.flush)
        case Output.LINES:
            from podwatch.renderers.lines import Lines

            yield Lines(sys.stdout.write, sys.stdout.flush, summarised=sys.stdout.isatty())
        case Output.DASHBOARD:
            from podwatch.renderers.dashboard.screen import Screen
            from podwatch.renderers.dashboard.view_state import Scene, ViewState

            look = ViewState(scene=Scene.PROJECTOR if projector else Scene.TABLE)
            with Screen(
                inbox,
                recorded=recorded,
                history=history,
                playback=playback,
                recording_key=recording_key,
                look=look,
            ) as screen:
                yield screen
