"""The tour's bar: the first line of its screens, and the phases below it.

Responsible for where one is, in a line that gives way where there is no room.
"""

from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout, Line, cells
from podwatch.renderers.dashboard.tour.look import TourLook
from podwatch.renderers.pictures.phases import phase_line

_STRIP_FROM = 18
"""From how many rows on the phases have one."""


def bar(tour: TourLook, width: int, height: int, pen: Layout) -> list[Text]:
    """One line, or two where there is room for the phases."""
    number: Line = [(f"{tour.number} of {tour.chapters}", "strong")]
    left: Line = [(" podwatch", "brand"), ("  tour  ", ""), *number]
    full, none = pen.symbol("bar"), pen.symbol("no bar")
    done = min(tour.scene, tour.scenes)
    steps: Line = [(full * done + none * (tour.scenes - done) + " ", "brand")]
    title: Line = [(pen.own("  ·  "), "dim"), (pen.own(tour.title), "")]
    if cells(left) + cells(title) + cells(steps) + 1 > width:
        steps = [(f"{done}/{tour.scenes} ", "brand")]
    later: Line = [(f" {tour.later} ", "strong")] if tour.later else []
    lines = [pen.line(width, [*left, *title], [*later, (" ", ""), *steps])]
    if tour.strip is not None and height >= _STRIP_FROM:
        lines.append(pen.line(width, [(" ", ""), *phase_line(*tour.strip, pen)]))
    return lines
