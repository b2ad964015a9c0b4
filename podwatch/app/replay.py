"""`podwatch replay` and `podwatch demo`: a recording through the same core.

Responsible for pace; nothing here imports the client.
"""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from podwatch.app import Output
from podwatch.app.deeds import played_items
from podwatch.app.feeds import Inbox, ReplayFeed, keys_of
from podwatch.app.output import chosen, shown
from podwatch.app.predict import questions_for, with_questions
from podwatch.app.run import run
from podwatch.core.concepts import catalog
from podwatch.core.kube import KubeObject
from podwatch.core.predictions import Predictions
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.core.text import counted
from podwatch.errors import PodwatchError
from podwatch.renderers import Silent
from podwatch.renderers.playback import Lesson, Player
from podwatch.scenarios import Scenario, scenario, scenario_of
from podwatch.sources.recording import length


def replay(
    path: Path,
    *,
    speed: float | None = None,
    paced: bool | None = False,
    output: Output | None = None,
    projector: bool = False,
    unfolded: bool = False,
    predict: bool = False,
) -> None:
    """Play a recording: at its own pace on a terminal, else at once, unless `speed` says.

    `paced`: it waits for its reader, which only the dashboard can; None: if it can. `predict`: asks
    what happens next.
    """
    own, general = questions_for(path) if predict else ((), ())
    items = played_items(path)
    if own:
        items = iter(with_questions(tuple(items), own))
    first = [next(items)]  # a file that is none is said before the screen is taken
    output = chosen(output, projector=projector, unfolded=unfolded)
    if paced and output is not Output.DASHBOARD:
        raise PodwatchError(
            f"nobody can be waited for: the output is {output}",
            "leave --paced out, or run podwatch on a terminal without -o",
        )
    paced = output is Output.DASHBOARD if paced is None else paced
    if speed is None and sys.stdout.isatty():
        speed = 1.0
    hold = output is Output.DASHBOARD
    player = Player(speed, paced=paced, length=length(path) if hold else None)
    predictions = Predictions(own, general) if predict else None
    session, inbox = Session(catalog(), predictions=predictions), Inbox()
    feed = ReplayFeed(chain(first, items), player, keys_of(inbox), hold=hold)
    with shown(
        output,
        session,
        inbox,
        session.opening,
        playback=player,
        lesson=_lesson(path, len(own)),
        projector=projector,
        unfolded=unfolded,
        predict=predict,
    ) as (renderer, takers):
        run(feed, session, renderer, takers=takers)


def _lesson(path: Path, asked: int) -> Lesson | None:
    """What is told before and after a bundled recording."""
    one = scenario_of(path)
    if one is None:
        return None
    return lesson_of(one, scenario(one.next), f"podwatch demo {one.next}", asked)


def lesson_of(one: Scenario, then: Scenario, following: str, asked: int = 0) -> Lesson:
    """What is told before and after a scenario; `following` is how to get to the one after it.

    `asked`: how many questions of its own are asked; what it is told to be would answer them.
    """
    asks = f"You are asked {counted(asked, 'question')}. Answer before you see it, and say why."
    return Lesson(
        title=one.title,
        summary=asks if asked else one.summary,
        watch_for="What you did not expect." if asked else one.watch_for,
        point=one.point,
        following=following,
        following_title=then.title,
    )


def played(items: Iterator[StreamItem], session: Session) -> PodwatchError | None:
    """Play to the end, at once; why it is no end, to be told after what comes before it."""
    try:
        run(ReplayFeed(items), session, Silent())
    except PodwatchError as error:
        if session.store.opened is None:
            raise
        return error
    return None


def at_end(session: Session) -> Iterator[list[KubeObject]]:
    """Everything that is there at the end, of each cluster."""
    rows = session.pods.rows.values()
    for cluster in dict.fromkeys(row.ref.cluster for row in rows) or [""]:
        pods = [row.pod for row in rows if row.ref.cluster == cluster and not row.gone]
        yield [*session.store.objects(cluster), *pods]
