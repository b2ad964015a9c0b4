"""`podwatch scenario`: a lesson's Pods on a real cluster, live.

Responsible for what is asked before anything is written, and for a performance from its permit to
its end. What is done to the Pods is `stage`, when `director`; what is printed of scenarios without
a cluster is `scenario_list`.
"""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import msgspec

from podwatch.app import Output
from podwatch.app.director import Director
from podwatch.app.feeds import Following
from podwatch.app.output import chosen, shown
from podwatch.app.permit import permit
from podwatch.app.replay import lesson_of
from podwatch.app.run import run as play
from podwatch.app.stage import OURS, SCENARIO, LiveStage, namespace_of
from podwatch.app.watch import Watch, scopes
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.text import counted, listed
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers.cue import Cue
from podwatch.renderers.sanitize import visible
from podwatch.scenarios import Scenario, minor, names, scenario
from podwatch.sources.cluster.access import Access
from podwatch.sources.kubectl import Kubectl, Permit

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


def run(options: Performed) -> None:
    """Perform them, each until its end is there; on the dashboard until a key."""
    wanted = [scenario(name) for name in options.names]
    output = chosen(options.output, projector=options.projector, unfolded=options.unfolded)
    given = _permit(options, wanted)
    for number, one in enumerate(wanted):
        following = wanted[number + 1] if number + 1 < len(wanted) else None
        stage = LiveStage(Kubectl(given), one, _note, lent=options.namespace)
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
    titles = ", ".join(one.name for one in wanted)
    what = f"run scenario {titles}" if len(wanted) == 1 else f"run scenarios {titles}"
    if options.namespace:
        deed = f"{what} in namespace {options.namespace}, and delete there what it made"
    elif len(wanted) == 1:
        deed = f"make namespace {namespace_of(titles)}, {what} in it, and delete it again"
    else:
        deed = f"{what}, each in a namespace of its own that is deleted again"
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
        _check_fits(one, given)
    return given


def _check_fits(one: Scenario, given: Permit) -> None:
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
    session, stream, over = Session(catalog()), Following(), threading.Event()
    then = following or scenario(one.next)
    cue = Cue(lesson_of(one, then, "Enter" if following else f"podwatch scenario run {then.name}"))
    with (
        shown(
            output,
            session,
            stream.inbox,
            session.opening,
            cue=cue,
            projector=options.projector,
            unfolded=options.unfolded,
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
        )
        director.frame()
        stack.callback(over.set)
        stream.on_a_thread(lambda: _follow(stage, stream, over))
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


def _follow(stage: LiveStage, stream: Following, over: threading.Event) -> None:
    """Follow what the recording of a scenario has, as far as it may be listed.

    Then see to it that nobody waits in a namespace that somebody has deleted.
    """
    from podwatch.sources.cluster import connect

    given, arguments, namespace = stage.permit, stage.scenario.watch.arguments, stage.namespace
    cluster = connect(given.access)
    selector = arguments[arguments.index("-l") + 1] if "-l" in arguments else ""
    asked = Watch(namespaces=(namespace,), label_selector=selector)
    wanted = scopes(asked, namespace, recorded=True)
    may_list_nodes = given.where.nodes is not None
    stream.open(cluster, tuple(one for one in wanted if one.kind != "Node" or may_list_nodes))
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
    return _note


def _note(text: str) -> None:
    """Say something beside what is printed; nobody may be there any more."""
    with suppress(OSError):
        sys.stderr.write(f"· {visible(text)}\n")
        sys.stderr.flush()


# ── what is left of a run that was killed ──


def clean(access: Access, *, namespace: str = "", yes: bool = False) -> None:
    """Delete all that scenarios have made on the cluster, or in one namespace."""
    where = f"in namespace {namespace}" if namespace else "on the cluster"
    kubectl = Kubectl(permit(access, f"delete all that scenarios have made {where}", yes=yes))
    left = list(_left(kubectl, namespace))
    for name, in_ in left:
        if name in names():
            lent = in_ if namespace else ""
            LiveStage(kubectl, scenario(name), _note, lent=lent).clear(of_another_run=True)
        else:  # of another version of podwatch
            kubectl.run("delete", "namespace", in_, "--ignore-not-found")
    if not namespace:
        kubectl.run("delete", _CLUSTER_WIDE, "-l", OURS, "--ignore-not-found")
    _note(f"{counted(len(left), 'scenario')} cleaned up" if left else "nothing was left")


_CLUSTER_WIDE = "persistentvolumes,priorityclasses"
_IN_A_NAMESPACE = (
    "pods,deployments,statefulsets,jobs,persistentvolumeclaims,resourcequotas,poddisruptionbudgets"
)
"""What scenarios make."""


def _left(kubectl: Kubectl, namespace: str) -> Iterator[tuple[str, str]]:
    """The scenarios of which something is left, and the namespaces that they ran in."""
    kinds = _IN_A_NAMESPACE if namespace else "namespaces"
    found = kubectl.run("get", kinds, "-l", OURS, "-o", "json", namespace=namespace)
    metas = [one["metadata"] for one in msgspec.json.decode(found)["items"]]
    yield from dict.fromkeys((one["labels"][SCENARIO], namespace or one["name"]) for one in metas)
