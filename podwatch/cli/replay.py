"""`podwatch replay` and `podwatch demo`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option, echo

from podwatch.app import Detail, Output
from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.groups import given
from podwatch.core.durations import LONGEST


@dataclass(frozen=True, slots=True)
class Playing:
    """How a recording is played, or which picture of it is written instead."""

    speed: float | None
    paced: bool
    output: Output | None
    detail: Detail | None
    verbose: bool
    projector: bool
    predict: bool
    snapshot: Path | None
    cast: Path | None
    at: float | None
    size: str


def _played(
    *,
    speed: common.Speed = None,
    paced: Annotated[
        bool,
        Option(
            "--paced",
            help="Let the dashboard wait until what happened is read, and shorten what is idle; "
            "demo does so without --speed.",
        ),
    ] = False,
    output: common.OutputOption = None,
    detail: common.DetailOption = None,
    verbose: common.Verbose = False,
    projector: common.Projector = False,
    predict: common.Predict = False,
    snapshot: Annotated[
        Path | None, Option(metavar="FILE", help="Write a still (.svg, .html, .txt) instead.")
    ] = None,
    cast: Annotated[
        Path | None,
        Option(metavar="FILE", help="Write a film of the dashboard for asciinema instead."),
    ] = None,
    at: Annotated[
        float | None,
        Option(
            metavar="SECONDS", min=0, max=LONGEST, help="The still's moment; the end if not given."
        ),
    ] = None,
    size: common.Size = common.SIZE,
) -> None: ...


played = given(_played, Playing)
"""For a command: it has the options about how a recording is played or pictured."""


@played
def replay(
    how: Playing,
    file: Annotated[Path, Argument(metavar="FILE", help="What --record wrote.")],
) -> None:
    """Play a recording through the same explanations."""
    _play(file, how)


@played
def demo(
    how: Playing,
    scenario: Annotated[
        str,
        Argument(metavar="SCENARIO", help="Which lesson.", autocompletion=completion.scenarios),
    ] = "overview",
    list_: Annotated[bool, Option("--list", help="Name the lessons.")] = False,
) -> None:
    """Play a lesson that was recorded on a real cluster; needs no cluster."""
    from podwatch import scenarios

    recording = scenarios.scenario(scenario).recording  # a name that is wrong is said first
    if list_:
        from podwatch.app.scenario_list import listed

        for line in listed(live=False):
            echo(line)
        return
    _play(recording, how, waits=how.speed is None)


def _play(file: Path, how: Playing, *, waits: bool = False) -> None:
    """Play it or write its picture, once what was asked for goes together.

    `waits`: where its reader can be waited for, even if that was not asked for.
    """
    if how.at is not None and how.snapshot is None:
        raise BadParameter("--at needs --snapshot FILE")
    if how.cast is not None and how.snapshot is not None:
        raise BadParameter("a still or a film: --snapshot and --cast exclude each other")
    if how.snapshot is not None and how.speed is not None:
        raise BadParameter("a still has no speed: leave --speed or --snapshot out")
    if how.paced and (how.snapshot is not None or how.cast is not None):
        raise BadParameter("nobody has to be waited for: leave --paced, --snapshot or --cast out")
    if how.predict and (how.snapshot is not None or how.cast is not None):
        raise BadParameter("nobody can be asked: leave --predict, --snapshot or --cast out")
    if how.snapshot is not None or how.cast is not None:
        common.check_nothing_watched(how.output)
    size = common.dimensions(how.size)
    if how.snapshot is not None:
        from podwatch.app.still import still

        still(file, how.snapshot, how.at, size, projector=how.projector)
    elif how.cast is not None:
        from podwatch.app.cast import cast as film

        film(file, how.cast, size, how.speed or 1.0, projector=how.projector)
    else:
        from podwatch.app import replay as replays

        replays.replay(
            file,
            speed=how.speed,
            paced=True if how.paced else None if waits else False,
            output=how.output,
            projector=how.projector,
            predict=how.predict,
            unfolded=common.is_unfolded(how.detail, verbose=how.verbose),
        )
