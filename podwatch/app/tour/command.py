"""`podwatch tour`, as the command line has it.

Responsible for how it is told, and for what is said when it is left.
"""

import os
import sys
from typing import TYPE_CHECKING

from typer import echo

from podwatch.app import Output
from podwatch.app.output import chosen
from podwatch.app.tour import Tour, chapter_named
from podwatch.app.tour.guide import Guide
from podwatch.app.tour.kept import Keeper, Unkept, state_file
from podwatch.course import Chapter, chapters
from podwatch.errors import PodwatchError
from podwatch.sources.cluster.access import Access

if TYPE_CHECKING:
    from podwatch.app.tour.live import Performances


def listed() -> list[str]:
    """A line for each chapter."""
    return [f"{one.number:2}  {one.name:28} {one.title}" for one in chapters()]


def take(
    chapter: str = "",
    *,
    from_start: bool = False,
    output: Output | None = None,
    live_on: Access | None = None,
    yes: bool = False,
) -> None:
    """Take the tour from where it was left, or from a chapter: its number or its name.

    `live_on` is the cluster on which its lessons are performed, once somebody (or `yes`) agreed.
    """
    all_ = chapters()
    number = chapter_named(all_, chapter) if chapter else None
    output = chosen(output, projector=False, unfolded=False)
    if output is Output.JSON:
        raise PodwatchError("the tour has no JSON: it is told to people", "use -o lines")
    somebody = output is Output.DASHBOARD or (sys.stdin.isatty() and sys.stdout.isatty())
    live = None
    if live_on is not None:
        from podwatch.app.tour.live import Performances

        live = Performances.permitted(live_on, yes=yes)
    keeper = Keeper(state_file(os.environ)) if somebody else Unkept()
    tour = Tour(all_, keeper, live)
    guide = _guide(output, tour)
    try:
        place = tour.tell(
            guide, number, from_start=from_start, alone=bool(chapter) and not somebody
        )
    except KeyboardInterrupt:
        guide.close()
        if output is Output.DASHBOARD:  # in lines it would stand behind a question
            _say_where(all_[tour.place.chapter], keeps=keeper.keeps)
        raise
    finally:
        guide.close()
        if live is not None:
            _cleaned_up(live)
    if place is not None:
        _say_where(all_[place.chapter], keeps=keeper.keeps)


def _say_where(left: Chapter, *, keeps: bool) -> None:
    """Say in which chapter somebody has left the tour, and how it goes on."""
    if not sys.stdout.isatty():
        return
    then = "podwatch tour goes on there" if keeps else f"podwatch tour {left.name} begins it again"
    echo(f"You are in chapter {left.number}, {left.title}: {then}.")


def _cleaned_up(live: "Performances") -> None:
    """Wait until nothing of it is left on the cluster, and say what for."""
    if live.is_busy:
        echo("cleaning up on the cluster …", err=True)
    live.close()


def _guide(output: Output, tour: Tour) -> Guide:
    if output is Output.DASHBOARD:
        from podwatch.app.tour.on_screen import ScreenGuide

        return ScreenGuide(tour.answered)
    from podwatch.app.tour.in_lines import lines_guide

    return lines_guide(tour.answered)
