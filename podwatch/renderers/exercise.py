"""What `podwatch exercise` says, as text.

Responsible for the form of its pages; JSON is `podwatch.renderers.exercise_lines`'s business. What
comes from a cluster passes `visible`.
"""

import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import unified_diff

from podwatch.core.durations import approximate
from podwatch.core.learning import Learner
from podwatch.core.text import counted
from podwatch.course import Exercise
from podwatch.course.judged import ExerciseResult, Judged, Standing
from podwatch.renderers.appearance import painted, painted_report
from podwatch.renderers.sanitize import visible

LEVELS = {"easy": "easy", "middle": "in between", "hard": "hard"}
_MARKS = {Standing.SOLVED: "✔", Standing.NOT_YET: "✖", Standing.UNKNOWN: "?"}


# ── the list ──


def list_(all_: Sequence[Exercise], known: Learner | None, tail: str, width: int) -> str:
    """All exercises by level; what is solved has a mark. `tail`: see `started`."""
    solved = known.solved if known is not None else {}
    name = max(len(one.name) for one in all_)
    lines = []
    for level, called in LEVELS.items():
        some = [one for one in all_ if one.level == level]
        if not some:
            continue
        lines += ["", called]
        for one in some:
            mark = "✔" if one.name in solved else "▸" if _is_under_way(one, known) else " "
            minutes = f"{one.minutes:2} min"
            line = f"{mark} {one.name:{name}}  {minutes}  {one.title}"
            lines.append(line if len(line) <= width else line[: width - 1] + "…")
    count = f"{len(solved)} of {counted(len(all_), 'exercise')} solved" if known else ""
    following = next((one for one in all_ if one.name not in solved), None)
    lines.append("")
    if count:
        said = f"{count}; ✔ is solved, ▸ is under way. Any can be done first, or again."
        lines += _wrapped(said, width)
    if known is not None and known.exercise and known.exercise not in solved:
        lines.append(f"go on: podwatch exercise check{tail}, or: podwatch exercise hint{tail}")
    elif following is not None:
        lines.append(f"begin: podwatch exercise start {following.name}{tail}")
    return _page(lines[1:])


def _is_under_way(one: Exercise, known: Learner | None) -> bool:
    return known is not None and known.exercise == one.name


# ── the start ──


def instead(before: Learner | None, name: str) -> str:
    """What ends with a start, to be said before it; empty if nothing does."""
    if before is None or not before.exercise:
        return ""
    since = before.started.get(before.exercise)
    ago = f", begun {approximate(datetime.now(UTC) - since)} ago" if since is not None else ""
    if before.exercise == name:
        return f" anew: what is there of it{ago}, is removed"
    return f": exercise {before.exercise}{ago}, ends there, and its objects are removed"


def started(one: Exercise, space: str, tail: str, width: int) -> str:
    """What to do now. `tail`: the options with which another command means the same namespace."""
    file = f"{one.name}.yaml"
    return _page(
        [
            f"started: {one.title} ({one.name}, {LEVELS[one.level]}, about {one.minutes} min)",
            "",
            *_wrapped(one.task, width),
            "",
            *_wrapped(one.needs, width, "needs:     "),
            f"look:      podwatch ns {space}",
            f"manifest:  podwatch exercise show {one.name} > {file}",
            f"mend it:   kubectl -n {space} apply -f {file}, or edit, set, …",
            f"then:      podwatch exercise check{tail}",
            f"stuck:     podwatch exercise hint{tail}",
        ]
    )


def reset(one: Exercise, space: str, tail: str) -> str:
    """That it is as it was."""
    return _page(
        [
            f"{one.name} in namespace {space} is as it was at its start; what you solved is kept",
            f"then:   podwatch exercise check{tail}",
            f"stuck:  podwatch exercise hint{tail}",
        ]
    )


# ── hints and the solution ──


def hints(one: Exercise, number: int, tail: str, width: int) -> str:
    """The first hints, the newest last."""
    lines: list[str] = []
    for at, text in enumerate(one.hints[:number], 1):
        lines += _wrapped(text, width, f"hint {at} of {len(one.hints)}:  ")
    left = len(one.hints) - number
    more = f"one more:  podwatch exercise hint{tail}" if left else ""
    last = f"that was the last one:  podwatch exercise solution{tail}"
    return _page([*lines, "", more or last])


def solution(one: Exercise, space: str, width: int) -> str:
    """What changes, how to apply it, and why it is right."""
    begun, solved = (path.read_text("utf-8").splitlines() for path in (one.start, one.solution))
    diff = list(unified_diff(begun, solved, "start.yaml", "solution.yaml", n=3, lineterm=""))
    within = f" -n {space}" if space else ""
    return _page(
        [
            f"one way to solve {one.name}:",
            "",
            *diff[2:],
            "",
            *_wrapped(one.right, width),
            "",
            "to apply it:",
            *(f"  kubectl{within} delete {name}" for name in one.removes),
            f"  kubectl{within} apply -f {shlex.quote(str(one.solution))}",
        ]
    )


# ── the result ──


def following(
    one: Exercise, all_: Sequence[Exercise], solved: Mapping[str, datetime]
) -> Exercise | None:
    """The next one that is not solved, from this one on, else from the first; None if all are."""
    at = [other.name for other in all_].index(one.name)
    return next((other for other in [*all_[at:], *all_] if other.name not in solved), None)


def result(
    one: Exercise,
    space: str,
    found: ExerciseResult,
    then: Exercise | None,
    hints_left: int,
    before: datetime | None,
    tail: str,
    width: int,
) -> str:
    """What came of a check. `before`: when it was solved first."""
    lines = [f"{_MARKS[found.standing]} {found.standing}: {one.title} ({one.name})", ""]
    match found.standing:
        case Standing.SOLVED:
            for text in (text for judged in found.judged for text in judged.said):
                lines += _wrapped(visible(text), width, "  ✔ ")
            lines += ["", *_wrapped(one.right, width)]
            if before is not None:
                lines += [
                    "",
                    f"it was solved before, {approximate(datetime.now(UTC) - before)} ago",
                ]
            lines += ["", _next(then, tail)]
        case Standing.NOT_YET:
            lines += _wrong(found.last, width)
            if (rest := len(one.checks) - len(found.judged)) > 0:
                lines += ["", f"{counted(rest, 'more thing')} will be looked at once that is so"]
            lines += ["", *_ways(found.last, space, hints_left, tail)]
        case Standing.UNKNOWN:
            lines += [
                "  This says nothing about what you did; the question could not be asked:",
                *(
                    line
                    for text in found.last.said
                    for line in _wrapped(visible(text), width, "  ")
                ),
                "",
                f"try again:  podwatch exercise check{tail}",
            ]
    return _page(lines)


def _wrong(judged: Judged, width: int) -> Iterator[str]:
    yield from _wrapped(judged.check.still, width, "  ")
    for text in judged.said:
        yield from _wrapped(visible(text), width, "    ")


def _ways(judged: Judged, space: str, hints_left: int, tail: str) -> Iterator[str]:
    if judged.pod:
        yield f"why:   podwatch explain pod/{visible(judged.pod)} -n {space}"
    if hints_left > 0:
        yield f"hint:  podwatch exercise hint{tail}   ({hints_left} left)"
    else:
        yield f"no hint is left:  podwatch exercise solution{tail}"


def _next(then: Exercise | None, tail: str) -> str:
    if then is None:
        return "All exercises are solved."
    return (
        f"next:  podwatch exercise start {then.name}{tail}   ({then.title}; {LEVELS[then.level]})"
    )


# ── form ──


def painted_page(text: str) -> str:
    """The page as a terminal with colour shows it."""
    return "\n".join(_painted_change(line) for line in painted_report(text).split("\n"))


def _painted_change(line: str) -> str:
    if line[:1] in {"+", "-"}:
        return painted(line, "good" if line[0] == "+" else "alarm")
    return line


def _wrapped(text: str, width: int, begin: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        min(width, 100),
        initial_indent=begin,
        subsequent_indent=" " * len(begin),
        break_on_hyphens=False,
    )


def _page(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
