"""The actions of `podwatch exercise`.

Responsible for what each reads, changes and says; texts are made by `podwatch.renderers.exercise`.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from msgspec.structs import replace

from podwatch.app.exercise.under_way import (
    LIST,
    ExerciseAsked,
    UnderWay,
    refuse_missing,
    under_way,
)
from podwatch.core.learning import Learner
from podwatch.course import Exercise, exercise, exercises
from podwatch.course.judged import ExerciseResult, Standing
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import exercise as pages
from podwatch.renderers.appearance import is_colored, width
from podwatch.renderers.exercise_lines import list_lines, result_line
from podwatch.renderers.sanitize import visible

EXIT_CODES = {
    Standing.SOLVED: ExitCode.MET,
    Standing.NOT_YET: ExitCode.NOT_MET,
    Standing.UNKNOWN: ExitCode.UNAVAILABLE,
}
"""What a check says to a shell."""


# ── without a cluster, or with one ──


def list_(asked: ExerciseAsked) -> ExitCode:
    """All exercises, and what is solved where that can be known."""
    known = _known(asked)
    if asked.json:
        _print_json(b"".join(list_lines(exercises(), known, datetime.now(UTC))))
    else:
        _print(pages.list_(exercises(), known, asked.tail, width()))
    return ExitCode.MET


def show(asked: ExerciseAsked) -> ExitCode:
    """The manifest that an exercise begins with."""
    one = exercise(asked.name) if asked.name else under_way(asked).exercise
    sys.stdout.write(one.start.read_text("utf-8"))
    return ExitCode.MET


def solution(asked: ExerciseAsked) -> ExitCode:
    """What solves an exercise, and why; asked for once more while hints are left."""
    here = None if asked.name else under_way(asked)
    one = exercise(asked.name) if here is None else here.exercise
    learner = here.learner if here is not None else Learner()
    left = len(one.hints) - learner.hints.get(one.name, 0)
    if not asked.yes and one.name not in learner.solved:
        _ask_for_solution(left if here is not None else 0)
    _print(pages.solution(one, here.space if here is not None else "", width()))
    return ExitCode.MET


def _ask_for_solution(left: int) -> None:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PodwatchError(
            "the solution is shown to who wants it, and nobody can be asked: this is no terminal",
            "--yes says that you do",
        )
    hints = f"{left} hint{'s are' if left > 1 else ' is'} left. " if left > 0 else ""
    sys.stderr.write(f"{hints}Show the solution? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise PodwatchError("the solution was not shown", "podwatch exercise hint shows one hint")


def _known(asked: ExerciseAsked) -> Learner | None:
    """What is kept; None, with a word on standard error, where that can't be known.

    Without any kubeconfig no client is loaded: the list is for who has no cluster, too.
    """
    from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths

    asks = asked.access.says_where or os.environ.get("KUBERNETES_SERVICE_HOST")
    if not asks and not any(map(exists, kubeconfig_paths(None))):
        return None
    from podwatch.app.kept import learner
    from podwatch.sources.cluster import Patience, connect

    try:
        cluster = connect(asked.access, Patience(connect=2.0, question=3.0))
        return learner(cluster, asked.namespace or cluster.namespace) or Learner()
    except PodwatchError as error:
        if not asked.quiet:
            sys.stderr.write(f"what is solved is not known: {visible(error.message)}\n")
        return None


# ── in the learner's namespace ──


def start(asked: ExerciseAsked) -> ExitCode:
    """Make what an exercise begins with, in place of what was there."""
    if not asked.name:
        raise PodwatchError("no exercise is named", LIST)
    one = exercise(asked.name)
    from podwatch.app.exercise.objects import check_free, make, remove, there
    from podwatch.app.kept import keep, learner
    from podwatch.app.permit import or_offline, permit
    from podwatch.sources.cluster import connect
    from podwatch.sources.kubectl import Kubectl

    try:
        cluster = connect(asked.access, login_may_print=True)
        space = asked.namespace or cluster.namespace
        before = learner(cluster, space)
    except PodwatchError as error:
        raise or_offline(error, LIST) from error
    refuse_missing(cluster, space)
    others = _begun(before, one)
    deed = f"start exercise {one.name} in namespace {space}" + pages.instead(before, one.name)
    kubectl = Kubectl(permit(asked.access, deed, yes=asked.yes, offline=LIST))
    objects = there(kubectl, space)
    check_free(space, objects, one, others)
    now = datetime.now(UTC)
    known = before or Learner()
    after = replace(known, exercise=one.name, started={**known.started, one.name: now})
    keep(kubectl, space, before, after)  # first: with it what a killed run leaves is known
    if before is not None:
        _note(asked, "removing what was there …")
    remove(kubectl, space, objects, others)
    make(kubectl, space, one)
    _print(pages.started(one, space, asked.tail, width()))
    return ExitCode.MET


def reset(asked: ExerciseAsked) -> ExitCode:
    """Make the exercise that is under way as it was at its start."""
    here = under_way(asked)
    from podwatch.app.exercise.objects import make, remove, there
    from podwatch.app.kept import keep

    now = datetime.now(UTC)
    started = {**here.learner.started, here.exercise.name: now}
    keep(here.kubectl, here.space, here.learner, replace(here.learner, started=started))
    _note(asked, "removing what was there …")
    remove(here.kubectl, here.space, there(here.kubectl, here.space), [here.exercise])
    make(here.kubectl, here.space, here.exercise)
    _print(pages.reset(here.exercise, here.space, asked.tail))
    return ExitCode.MET


def hint(asked: ExerciseAsked) -> ExitCode:
    """One hint more than before."""
    here = under_way(asked)
    from podwatch.app.kept import keep

    one = here.exercise
    number = min(here.learner.hints.get(one.name, 0) + 1, len(one.hints))
    _print(pages.hints(one, number, asked.tail, width()))
    after = replace(here.learner, hints={**here.learner.hints, one.name: number})
    _keep_if_possible(lambda: keep(here.kubectl, here.space, here.learner, after))
    return ExitCode.MET


def check(asked: ExerciseAsked) -> ExitCode:
    """Judge the exercise that is under way."""
    here = under_way(asked)
    from podwatch.app.exercise.judge import judged
    from podwatch.app.kept import keep
    from podwatch.renderers.standing import StandingLine

    one = here.exercise
    live = sys.stderr.isatty() and not asked.json
    if asked.quiet:
        line = StandingLine(lambda _: None, lambda: None, live=False)
    else:
        line = StandingLine(sys.stderr.write, sys.stderr.flush, live=live)
        _note(asked, f"checking {one.name} in namespace {here.space}")
    result = judged(one, here.cluster, here.kubectl, here.space, line)
    _print_result(asked, here, result)
    if result.standing is Standing.SOLVED and one.name not in here.learner.solved:
        solved = {**here.learner.solved, one.name: datetime.now(UTC)}
        after = replace(here.learner, solved=solved)
        _keep_if_possible(lambda: keep(here.kubectl, here.space, here.learner, after))
    return EXIT_CODES[result.standing]


def _print_result(asked: ExerciseAsked, here: UnderWay, result: ExerciseResult) -> None:
    solved = {**here.learner.solved}
    if result.standing is Standing.SOLVED:
        solved.setdefault(here.exercise.name, datetime.now(UTC))
    left = len(here.exercise.hints) - here.learner.hints.get(here.exercise.name, 0)
    following = pages.following(here.exercise, exercises(), solved)
    if asked.json:
        now = datetime.now(UTC)
        _print_json(result_line(here.exercise, here.space, result, following, now))
    else:
        before = here.learner.solved.get(here.exercise.name)
        _print(
            pages.result(
                here.exercise, here.space, result, following, left, before, asked.tail, width()
            )
        )


def _keep_if_possible(write: Callable[[], None]) -> None:
    """What was shown is right even where it can't be kept."""
    try:
        write()
    except PodwatchError as error:
        sys.stderr.write(f"this could not be kept: {visible(error.message)}\n")


def _begun(learner: Learner | None, one: Exercise) -> list[Exercise]:
    """The exercises of which a learner may have made objects here without podwatch's labels.

    That is the one that is under way, and `one` if it was started here before.
    """
    begun = {learner.exercise, *learner.started} if learner is not None else set()
    current = {learner.exercise} if learner is not None else set()
    return [each for each in exercises() if each.name in begun & {one.name, *current}]


def _note(asked: ExerciseAsked, text: str) -> None:
    if not asked.quiet:
        sys.stderr.write(f"{visible(text)}\n")
        sys.stderr.flush()


def _print_json(lines: bytes) -> None:
    sys.stdout.buffer.write(lines)
    sys.stdout.buffer.flush()


def _print(text: str) -> None:
    if is_colored(os.environ, sys.stdout):
        text = pages.painted_page(text)
    sys.stdout.write(text)
    sys.stdout.flush()


ACTIONS: Mapping[str, Callable[[ExerciseAsked], ExitCode]] = {
    "list": list_,
    "start": start,
    "check": check,
    "hint": hint,
    "solution": solution,
    "reset": reset,
    "show": show,
}
