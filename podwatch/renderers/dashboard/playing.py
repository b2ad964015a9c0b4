"""What only a lesson has: how far its replay is, and the cards before, in and after it.

Responsible for their looks; the pace is the player's (`podwatch.renderers.playback`).
"""

from podwatch.renderers.cue import Announced
from podwatch.renderers.dashboard.card_texts import CardTexts
from podwatch.renderers.dashboard.layout import Layout, Line
from podwatch.renderers.playback import Lesson, ReplayProgress

_BAR = 8
"""How many cells the bar has."""


def progress_parts(progress: ReplayProgress, pen: Layout, *, bar: bool = True) -> Line:
    """`0:23/1:06 ▮▮▮▯▯▯▯▯  48 s later`; at the end `the end 1:06`."""
    length = progress.length
    if progress.ended:
        over = f" {_clock(progress.seconds)}"
        return [(f" {pen.symbol('end')} the end ", "selected"), (over, "")]
    of = f"/{_clock(length)}" if length is not None else ""
    parts: Line = [(f"{pen.symbol('here')} {_clock(progress.seconds)}{of}", "")]
    if bar and length:
        full = min(int(progress.seconds / length * _BAR + 0.5), _BAR)
        cells = pen.symbol("bar") * full + pen.symbol("no bar") * (_BAR - full)
        parts.append((f" {cells}", "brand"))
    if progress.leapt:
        parts.append((f"  {later(progress.leapt)}", "strong"))
    return parts


def opening(lesson: Lesson) -> CardTexts:
    """What is read before a lesson."""
    return CardTexts(
        symbol="",
        style="brand",
        fact=lesson.title,
        sentence=lesson.summary,
        note=(("watch for", lesson.watch_for),),
    )


def announced(step: Announced) -> CardTexts:
    """What is read before a step is taken."""
    return CardTexts(
        symbol="",
        style="brand",
        fact=f"Next: {step.command}",
        sentence=step.aim,
        note=(("Enter", "at once"),),
    )


def ending(lesson: Lesson) -> CardTexts:
    """What is read after it; where a key goes on to the next one, which key that is."""
    return CardTexts(
        symbol="",
        style="brand",
        fact=f"The end: {lesson.title[0].lower()}{lesson.title[1:]}",
        sentence=lesson.point,
        then=lesson.following_title,
        tries=(lesson.following,) if lesson.following else (),
        note=() if lesson.following else (("Enter", "goes on"),),
    )


def later(seconds: float) -> str:
    """`48 s later`, `3 min later`: how long nothing was told."""
    return f"{seconds:.0f} s later" if seconds < 120 else f"{seconds / 60:.0f} min later"


def _clock(seconds: float) -> str:
    """`0:23`, `1:02:03`: whole seconds."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
