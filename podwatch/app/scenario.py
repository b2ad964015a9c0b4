"""`podwatch scenario`: a lesson's Pods on a real cluster, live.

Responsible for what is asked before anything is written, and for a performance from its permit to
its end. What is done to the Pods is `stage`, when `director`; what is printed of scenarios without
a cluster is `scenario_list`.
"""

import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from podwatch.app import Output
from podwatch.app.director import Director
from podwatch.app.feeds import Following
from podwatch.app.output import chosen, shown
from podwatch.app.permit import permit
from podwatch.app.predict import asked_live, general_questions, questions_of
from podwatch.app.replay import lesson_of
from podwatch.app.run import run as play
from podwatch.app.scenario_clean import left_namespaces, note
from podwatch.app.stage import LiveStage, namespace_of
from podwatch.app.watch import Watch, scopes
from podwatch.core.concepts import catalog
from podwatch.core.predictions import Predictions
from podwatch.core.session import Session
from podwatch.core.text import listed
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.cue import Cue
from podwatch.renderers.sanitize import visible
from podwatch.scenarios import Scenario, minor, scenario
from podwatch.sources.cluster.access import Access
from podwatch.sources.kubectl import Kubectl, Permit

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster

LIMIT = 900.0
"""For so many seconds at most a scenario is performed where nobody can end it by a key."""
_LOOKS_AFTER = 3.0
"""Every so many seconds it is looked whether the namespace is still there."""


@dataclass(frozen=True, slots=True)
class Performed:
    """What is performed, one after the other, and where. Without a namespace each has its own."""

    names: Sequence[str]
    access: Access = field(default_factory=Access)
    namespace: str = ""
    yes: bool = False
    output: Output | None = None
    projector: bool = False
    unfolded: bool = False
    timeout: float | None = None
    predict: bool = False


def run(options: Performed) -> None:
    """Perform them, each until its end is there; on the dashboard until a key."""
    wanted = [scenario(name) for name in options.names]
    output = chosen(options.output, projector=options.projector, unfolded=options.unfolded)
    given = _permit(options, wanted)
    for number, one in enumerate(wanted):
        following = wanted[number + 1] if number + 1 < len(wanted) else None
        stage = LiveStage(Kubectl(given), one, note, lent=options.namespace)
        with stage.set():
            goes_on = _perform(options, stage, output, following)
        if not goes_on:
            return


def _permit(options: Performed, wanted: Sequence[Scenario]) -> Permit:
    alone = [one.name for one in wanted if one.alone]
    if alone and options.namespace:
        raise PodwatchError(
            f"scenario {alone[0]} does something to a node, or makes what belongs to no namespace: "
            "it can't be performed in somebody's namespace",
            "leave -n out, on a kind cluster",
        )
    own = {namespace_of(one.name) for one in wanted} if not options.namespace else set()

    def deed(cluster: "Cluster") -> str:
        there = sorted(own & left_namespaces(cluster)) if own else []
        before = f"delete namespace {listed(there)} of an earlier run, then " if there else ""
        return before + _deed([one.name for one in wanted], options.namespace)

    given = permit(
        options.access,
        deed,
        yes=options.yes,
        offline=f"podwatch demo {wanted[0].name}",
        only_kind=f"{alone[0]} does something to a node, or to what belongs to no namespace"
        if alone
        else "",
    )
    for one in wanted:
        check_fits(one, given)
    return given


def _deed(names: Sequence[str], lent: str) -> str:
    what = f"run scenario {names[0]}" if len(names) == 1 else f"run scenarios {listed(names)}"
    if lent:
        return f"{what} in namespace {lent}, and delete there what it made"
    if len(names) == 1:
        return f"make namespace {namespace_of(names[0])}, {what} in it, and delete it again"
    return f"{what}, each in a namespace {namespace_of('NAME')} that is deleted again"


def check_fits(one: Scenario, given: Permit) -> None:
    """PodwatchError where the cluster can't do what a scenario is about."""
    where, instead = given.where, f"without such a cluster: podwatch demo {one.name}"
    if one.needs and where.version and minor(where.version) < minor(one.needs):
        raise PodwatchError(
            f"scenario {one.name} needs Kubernetes {one.needs} or newer, and this is "
            f"{where.version}",
            instead,
        )
    arguments = [word for step in one.steps for word in (*step.run, *step.undo)]
    if not where.worker and any("{worker}" in word for word in arguments):
        raise PodwatchError(
            f"scenario {one.name} needs a node that is no part of the control plane, and none is "
            "known here",
            f"kind create cluster --config kind-config.yaml makes one; {instead}",
        )


def _perform(
    options: Performed, stage: LiveStage, output: Output, following: Scenario | None
) -> bool:
    """One performance; whether the next one shall follow."""
    one, on_dashboard = stage.scenario, output is Output.DASHBOARD
    own = questions_of(one) if options.predict else ()
    predictions = Predictions(own, () if own else general_questions()) if options.predict else None
    session = Session(catalog(), predictions=predictions)
    stream, over = Following(), threading.Event()
    then = following or scenario(one.next)
    goes_on = "" if following else f"podwatch scenario run {then.name}"
    cue = Cue(lesson_of(one, then, goes_on, len(own)))
    with (
        shown(
            output,
            session,
            stream.inbox,
            session.opening,
            cue=cue,
            projector=options.projector,
            unfolded=options.unfolded,
            predict=options.predict,
        ) as (renderer, takers),
        ExitStack() as stack,
    ):
        director = Director(
            stage,
            renderer,
            stream.inbox,
            stream.clock,
            cue,
            _teller(output),
            among_beats=output is Output.LINES,
            reads=sys.stdout.isatty(),
            holds=on_dashboard,
            another_follows=following is not None,
            questions=asked_live(one) if own else None,
        )
        director.frame()
        stack.callback(over.set)
        stream.on_a_thread(lambda: follow(stage, stream, over))
        limit = options.timeout or (None if on_dashboard else LIMIT)
        play(stream, session, director, timeout=limit, takers=[*takers, director.take])
    if not director.over and not renderer.done:
        raise PodwatchError(
            f"scenario {one.name} did not come to its end within {limit:g} s: there was no "
            f"{listed(director.missing())}",
            "try again, with a longer --timeout if the cluster is slow",
            ExitCode.TIMED_OUT,
        )
    return following is not None and not renderer.done


def follow(stage: LiveStage, stream: Following, over: threading.Event) -> None:
    """Follow what the recording of a scenario has, as far as it may be listed.

    Then see to it that nobody waits in a namespace that somebody has deleted.
    """
    from podwatch.sources.cluster import connect

    given, arguments, namespace = stage.permit, stage.scenario.watch.arguments, stage.namespace
    cluster = connect(given.access)
    selector = arguments[arguments.index("-l") + 1] if "-l" in arguments else ""
    asked = Watch(namespaces=(namespace,), label_selector=selector)
    followed = {"Pod", "Event", *stage.kinds}
    if given.where.nodes is not None:
        followed.add("Node")
    wanted = scopes(asked, namespace, recorded=True)
    stream.open(cluster, tuple(one for one in wanted if one.kind in followed))
    while not over.wait(_LOOKS_AFTER):
        with suppress(PodwatchError):
            if cluster.questions.is_going(namespace):
                break
    else:
        return
    raise PodwatchError(
        f"somebody deleted namespace {namespace} while {stage.scenario.name} was performed in it",
        f"begin again: podwatch scenario run {stage.scenario.name}",
        ExitCode.UNAVAILABLE,
    )


def _teller(output: Output) -> Callable[[str], None]:
    """Where the director says what no card does."""
    match output:
        case Output.DASHBOARD:
            return lambda _: None
        case Output.LINES:

            def tell(text: str) -> None:
                sys.stdout.write(f"· {visible(text)}\n")
                sys.stdout.flush()

            return tell
    return note
