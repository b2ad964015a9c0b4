"""`podwatch tour`."""

from typing import Annotated

from typer import Argument, BadParameter, Option, echo

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.sources.cluster.access import Access


@asks_a_cluster
def tour(
    access: Access,
    chapter: Annotated[
        str,
        Argument(
            metavar="CHAPTER",
            help="Its number or its name; where you left the tour if not given.",
            autocompletion=completion.chapters,
            show_default=False,
        ),
    ] = "",
    from_start: Annotated[
        bool, Option("--from-start", help="Begin with the first chapter.")
    ] = False,
    list_: Annotated[bool, Option("--list", help="Name the chapters.")] = False,
    live: Annotated[
        bool, Option("--live", help="Perform the lessons on your cluster, instead of recordings.")
    ] = False,
    yes: Annotated[
        bool, Option("--yes", "-y", help="With --live: write to the cluster without asking first.")
    ] = False,
    output: common.OutputOption = None,
) -> None:
    """Take the course on Pods: read, predict, watch; needs no cluster.

    Thirteen chapters, about 45 minutes in all. It waits for you, and goes on where you left it,
    which is kept in $XDG_STATE_HOME/podwatch/tour.json (by default in ~/.local/state). -o lines
    tells it as plain text, for a screen reader. --live performs each lesson on your cluster, in a
    namespace podwatch-NAME that is deleted again, once you have said yes.
    """
    from podwatch.app.tour import command

    if chapter and from_start:
        raise BadParameter("--from-start begins with the first chapter: leave CHAPTER out")
    if list_:
        for line in command.listed():
            echo(line)
        return
    command.take(
        chapter, from_start=from_start, output=output, live_on=access if live else None, yes=yes
    )
