"""Which renderer a command uses, by `-o` and by what standard output is."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from podwatch.app import Output
from podwatch.app.feeds import Inbox
from podwatch.app.recording_key import ToggledRecorder
from podwatch.core.history import History
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, RecordedItem
from podwatch.errors import PodwatchError
from podwatch.renderers import AnswerKeeper, Renderer
from podwatch.renderers.appearance import is_colored
from podwatch.renderers.cue import Cue
from podwatch.renderers.playback import Lesson, Player


def chosen(output: Output | None, *, projector: bool, unfolded: bool) -> Output:
    """The output that was asked for, or the one that suits standard output.

    That is decided by what it is, not by colour variables. `unfolded`: each transition and Event
    has a line of its own.
    """
    if output is Output.DASHBOARD and not sys.stdout.isatty():
        raise PodwatchError(
            "the dashboard can't be drawn: standard output is not a terminal",
            "use -o lines or -o json; a still: podwatch replay FILE --snapshot still.svg",
        )
    if output is None:
        draws = not unfolded and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        output = Output.DASHBOARD if draws else Output.LINES
    if unfolded and output is Output.DASHBOARD:
        raise PodwatchError(
            "--detail all can't be drawn: it is for lines",
            "use -o lines, or leave --detail out and press o in the dashboard",
        )
    if projector and output is not Output.DASHBOARD:
        raise PodwatchError(
            f"--projector can't be drawn: the output is {output}",
            "leave --projector out, or run podwatch on a terminal without -o",
        )
    return output


@contextmanager
def shown(
    output: Output,
    session: Session,
    inbox: Inbox,
    opening: Callable[[], Sequence[RecordedItem]],
    *,
    playback: Player | None = None,
    lesson: Lesson | None = None,
    cue: Cue | None = None,
    redact_messages: bool = False,
    projector: bool = False,
    unfolded: bool = False,
    predict: bool = False,
    answers: AnswerKeeper | None = None,
) -> Iterator[tuple[Renderer, Sequence[Callable[[KeptItem], None]]]]:
    """The renderer, and what has to be given each item for its keys to act on.

    What it did to the terminal is undone on every way out. Only the dashboard has keys, which come
    into the inbox; `opening` is what a recording begins with that one of them starts. `predict`:
    questions are asked, of whoever is at the terminal, and `answers` keeps what they say.
    """
    match output:
        case Output.JSON:
            from podwatch.renderers.jsonl import JsonLines

            yield JsonLines(sys.stdout.buffer.write, sys.stdout.buffer.flush), ()
        case Output.LINES:
            from podwatch.renderers.lines import Lines
            from podwatch.renderers.questions import LineQuestions

            out = sys.stdout
            asks = predict and out.isatty() and sys.stdin is not None and sys.stdin.isatty()
            read = sys.stdin.readline if asks else None
            colored = is_colored(os.environ, out)
            yield (
                Lines(
                    out.write,
                    out.flush,
                    unfolded=unfolded,
                    summarised=out.isatty(),
                    colored=colored,
                    questions=LineQuestions(out.write, out.flush, read, playback or cue, answers)
                    if predict
                    else None,
                ),
                (),
            )
        case Output.DASHBOARD:
            from podwatch.renderers.dashboard.asking import PATIENCE, Asker
            from podwatch.renderers.dashboard.screen import Screen
            from podwatch.renderers.dashboard.view_state import first_look

            history = History(session)
            stands = playback or cue
            patience = None if stands is not None else PATIENCE
            recording_key = ToggledRecorder(Path(), opening, redact_messages=redact_messages)
            screen = Screen(
                inbox,
                recorded=playback is not None,
                history=history,
                playback=playback,
                lesson=lesson,
                cue=cue,
                recording_key=recording_key,
                asker=Asker(stands, answers, patience=patience) if predict else None,
                look=first_look(projector=projector),
            )
            with ExitStack() as stack:
                stack.callback(recording_key.stop)
                yield stack.enter_context(screen), (history.keep, recording_key.write)
