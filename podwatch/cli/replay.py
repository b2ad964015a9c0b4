"""`podwatch replay` and `podwatch demo`."""

from pathlib import Path
from typing import Annotated

from typer import Argument, BadParameter, Option, echo

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.core.durations import LONGEST


def replay(
    file: Annotated[Path, Argument(metavar="FILE", help="What --record wrote.")],
    speed: common.Speed = None,
    output: common.OutputOption = None,
    projector: common.Projector = False,
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
) -> None:
    """Play a recording through the same explanations."""
    if at is not None and snapshot is None:
        raise BadParameter("--at needs --snapshot FILE")
    if cast is not None and snapshot is not None:
        raise BadParameter("a still or a film: --snapshot and --cast exclude each other")
    if snapshot is not None and speed is not None:
        raise BadParameter("a still has no speed: leave --speed or --snapshot out")
    if snapshot is not None or cast is not None:
        common.check_nothing_watched(output, projector=projector)
    width, height = common.dimensions(size)
    from podwatch.app import replay as replays

    if snapshot is not None:
        replays.snapshot(file, snapshot, at, width, height)
    elif cast is not None:
        from podwatch.app.cast import cast as film

        film(file, cast, width, height, speed or 1.0)
    else:
        replays.replay(file, speed=speed, output=output, projector=projector)


def demo(
    scenario: Annotated[
        str,
        Argument(metavar="SCENARIO", help="Which lesson.", autocompletion=completion.scenarios),
    ] = "tour",
    list_: Annotated[bool, Option("--list", help="Name the lessons.")] = False,
    speed: common.Speed = None,
    output: common.OutputOption = None,
    projector: common.Projector = False,
) -> None:
    """Play a lesson that was recorded on a real cluster; needs no cluster."""
    from podwatch import scenarios

    recording = scenarios.scenario(scenario).recording  # a name that is wrong is said first
    if list_:
        for name in scenarios.names():
            echo(f"{name:22} {scenarios.scenario(name).title}")
        return
    from podwatch.app.replay import replay as play

    play(recording, speed=speed, output=output, projector=projector)
