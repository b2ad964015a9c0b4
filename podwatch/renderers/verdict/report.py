"""The report of a verdict, as plain text: what a terminal and a CI log show.

Responsible for layout. All that comes from a cluster passes `safe.visible`.
"""

import shlex
import textwrap
from collections.abc import Iterator, Sequence

from podwatch.core.durations import tenths
from podwatch.core.expectations import Cause, Outcome, Result
from podwatch.core.finding_parts import FindingPart
from podwatch.core.text import page
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.evidence import MOMENTS, Bar, Evidence, Log, Story, outcome_words
from podwatch.renderers.verdict.moments import folded

WIDTH = 78
BAR = 24
SEEN = 10
"""How many lines say what was seen."""
NAMES = 50
"""How many objects are named that are not judged for one reason; JSON and JUnit have them all."""
MARKS = {
    Outcome.MET: "✔",
    Outcome.VIOLATED: "✖",
    Outcome.TIMED_OUT: "✖",
    Outcome.UNAVAILABLE: "✖",
    Outcome.INTERRUPTED: "✖",
    Outcome.ERROR: "✖",
    Outcome.PENDING: "·",
    Outcome.NOT_JUDGED: "·",
}


def headline(evidence: Evidence) -> str:
    """The verdict in one line."""
    verdict = evidence.verdict
    after = "after" if verdict.outcome is not Outcome.TIMED_OUT else "time is up after"
    return f"{MARKS[verdict.outcome]} {visible(verdict.sentence)}   {after} {tenths(verdict.t)}"


def report(evidence: Evidence, exit_code: int | None = None) -> str:
    """The whole report; of a verdict that is met, only the headline and its notes.

    Without an exit code where there is none, as in a test.
    """
    outcome, cause = evidence.verdict.outcome, evidence.verdict.cause
    rest = body(evidence) if outcome is not Outcome.MET else notes(evidence)
    end = [f"exit {exit_code} ({outcome_words(outcome, cause)})"] if exit_code is not None else []
    return "\n".join([headline(evidence), *rest, *end]) + "\n"


def body(evidence: Evidence) -> Iterator[str]:
    """The report without headline and exit code."""
    verdict = evidence.verdict
    if len(verdict.results) > 1:
        yield ""
        for result in verdict.results:
            other = result.cause if result.cause is not verdict.cause else None
            why = f": {_short(other.sentence, 400)}" if other is not None else ""
            yield f"  {_result_line(result)}{why}"
    for result in verdict.results:
        yield from _waits(result)
    if verdict.cause is not None:
        yield from cause_lines(verdict.cause)
    for story in evidence.stories:
        yield ""
        yield from story_lines(story, evidence.called(story), evidence.last_t)
    yield from notes(evidence)
    if evidence.replay:
        yield ""
        yield f"  evidence: podwatch replay {visible(shlex.quote(evidence.replay))}"


def part(evidence: Evidence, result: Result) -> Iterator[str]:
    """The report of one target and one thing expected of it, which is not met."""
    yield _result_line(result)
    if result.cause is not None:
        yield f"  {visible(result.cause.sentence)}"
    yield from _waits(result)
    if result.cause is not None:
        yield from cause_lines(result.cause)
    for story in evidence.stories_of(result):
        yield ""
        yield from story_lines(story, evidence.called(story), evidence.last_t)


def _result_line(result: Result) -> str:
    about = f"{visible(str(result.target))} {visible(result.expected)}"
    when = f" after {tenths(result.t)}" if result.t is not None else ""
    return f"{MARKS[result.outcome]} {about}: {result.outcome}{when}"


def _waits(result: Result) -> Iterator[str]:
    if result.waits and result.outcome is not Outcome.NOT_JUDGED:
        yield ""
        yield f"  {visible(str(result.target))} is still waiting for:"
        yield from (f"    {_short(wait, 400)}" for wait in result.waits)


def cause_lines(cause: Cause) -> Iterator[str]:
    """The concept behind a cause, and what to try."""
    concept = cause.explanation.concept if cause.explanation is not None else None
    if concept is not None or cause.tries:
        yield ""
    if concept is not None:
        yield f"  {concept.title} ({concept.id})"
        text = concept.explanation.split("\n\n")[0]
        yield from textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
    for command in cause.commands:
        yield f"  try   {visible(command)}"
    if concept is not None:
        yield f"  read  {page(concept.docs)}"


def story_lines(story: Story, called: str, now: float) -> Iterator[str]:
    """A Pod: its state, timeline, Warning Events, waterfall and logs."""
    phase, status = visible(story.phase), visible(story.status)
    yield f"  Pod {visible(called)}: phase {phase}, STATUS {status}"
    if story.diagnosis is not None:
        yield from diagnosis_lines(story.diagnosis)
    if len(story.timeline) > MOMENTS:
        yield f"    … {len(story.timeline) - MOMENTS} earlier lines are left out"
    for moment in story.timeline[-MOMENTS:]:
        said = f"{_short(moment.sentence)}{folded(moment.times, moment.over)}"
        yield f"    {'+' + tenths(moment.t):>9}  {visible(moment.what)}: {said}"
    if story.warnings:
        yield "    Warning Events:"
        yield from (f"      {_short(text, 400)}" for text in story.warnings)
    if story.waterfall:
        yield "    waterfall:"
        yield from (f"      {line}" for line in waterfall(story.waterfall, now))
    for log in story.logs:
        yield f"    {log_title(log)}"
        yield from (f"      | {visible(line)}" for line in log.lines)


def diagnosis_lines(found: FindingPart) -> Iterator[str]:
    """What is the matter with a Pod, and what can be done."""
    amiss = found.role == "cause"
    texts = [found.sentence, f"To fix it: {found.cure}" if amiss and found.cure else ""]
    for text in filter(None, texts):
        indent = "    "
        yield from textwrap.wrap(
            visible(text), WIDTH, initial_indent=indent, subsequent_indent=indent
        )


def log_title(log: Log) -> str:
    """What the lines of a log are of, or why there are none."""
    run = " (its previous run)" if log.previous else ""
    said = "the last lines:" if log.lines else "it printed nothing"
    if log.missing:
        said = f"unavailable: {visible(log.missing)}"
    return f'log of container "{visible(log.container)}"{run}: {said}'


def waterfall(bars: Sequence[Bar], now: float) -> Iterator[str]:
    """The bars on one scale; one that did not end runs to `now`."""
    start = bars[0].begin
    ends = [one.end for one in bars if one.end is not None]
    end = max(ends if len(ends) == len(bars) else [now, *ends])
    scale = BAR / max(end - start, 0.001)
    for one in bars:
        to = one.end if one.end is not None else end
        left = min(round((one.begin - start) * scale), BAR - 1)
        length = max(round((to - one.begin) * scale), 1)
        block, open_ = ("█", "") if one.end is not None else ("░", "  not yet")
        bar = " " * left + block * min(length, BAR - left)
        yield f"{one.name:17}{bar:{BAR}} {tenths(to - one.begin):>8}{open_}"


def notes(evidence: Evidence) -> Iterator[str]:
    """What was seen meanwhile, what a verdict is not about, and what it had to do without."""
    for glimpse in evidence.verdict.seen[:SEEN]:
        yield f"  seen: {_short(glimpse.sentence)}"
    if (more := len(evidence.verdict.seen) - SEEN) > 0:
        yield f"  seen: {more} more like these"
    why_not: dict[str, list[str]] = {}
    for one in evidence.verdict.not_judged:
        called = str(one) if evidence.several else one.name
        why_not.setdefault(one.why, []).append(visible(called))
    for why, names in why_not.items():
        rest = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
        text = f"not judged: {', '.join(names[:NAMES])}{rest}: {why}"
        yield from textwrap.wrap(
            text,
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
            break_on_hyphens=False,
            break_long_words=False,
        )
    for note in evidence.verdict.notes:
        yield f"  note: done without: {visible(note)}"
    if evidence.recorded and evidence.verdict.t > evidence.last_t + 0.001:
        yield (
            f"  note: the recording ends at +{tenths(evidence.last_t)}; "
            "the verdict is for the case that nothing came after it"
        )


def _short(text: str, limit: int = 220) -> str:
    shown = visible(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
