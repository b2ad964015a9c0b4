"""`podwatch watch`, `ns` and `pod`: the live watch.

Responsible for turning options into scopes and for starting the client off the main thread:
importing it takes most of a second, and the first frame shall not wait for it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from podwatch.app import Output, refuse_same_file
from podwatch.app.feeds import Following
from podwatch.app.output import chosen, shown
from podwatch.app.predict import general_questions
from podwatch.app.run import run
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Target
from podwatch.core.kube import OWNER_KINDS
from podwatch.core.predictions import Predictions
from podwatch.core.selection import scopes_of
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Opened, RecordedItem, Scope
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import AnswerKeeper, Renderer
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.kubeconfig import may_log_in
from podwatch.sources.recording import Recorder

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Watch:
    """What to watch. No namespaces means the context's; `targets` are Pods or workloads by name."""

    targets: tuple[Target, ...] = ()
    namespaces: tuple[str, ...] = ()
    all_namespaces: bool = False
    label_selector: str = ""
    field_selector: str = ""
    access: Access = field(default_factory=Access)
    timeout: float | None = None
    output: Output | None = None
    record: Path | None = None
    redact_messages: bool = False
    projector: bool = False
    unfolded: bool = False
    predict: bool = False
    snapshot: Path | None = None
    size: tuple[int, int] = (110, 34)


def scopes(watch: Watch, context_namespace: str, *, recorded: bool) -> tuple[Scope, ...]:
    """What to list and watch: the Pods, their Events, for a recording also owners and Nodes.

    Of a whole namespace all Events, as those about workloads tell of Pods that were refused.
    """
    namespaces = ("",) if watch.all_namespaces else (watch.namespaces or (context_namespace,))
    followed: list[Scope] = []
    for target in watch.targets:
        followed += _named(target, target.namespace or namespaces[0])
    if watch.targets:
        namespaces = tuple(one.namespace for one in followed)
    for namespace in dict.fromkeys(namespaces):
        if not watch.targets:
            followed.append(Scope("Pod", namespace, watch.label_selector, watch.field_selector))
            followed.append(Scope("Event", namespace))
        if recorded:
            followed += [Scope(kind, namespace) for kind in OWNER_KINDS]
    if recorded:
        followed.append(Scope("Node"))
    return tuple(dict.fromkeys(followed))


def _named(target: Target, namespace: str) -> Iterable[Scope]:
    if target.kind != "Pod":
        return scopes_of(target.kind, namespace, target.name)
    about = f"involvedObject.kind=Pod,involvedObject.name={target.name}"
    return (
        Scope("Pod", namespace, "", f"metadata.name={target.name}"),
        Scope("Event", namespace, "", about),
    )


def watch(options: Watch) -> None:
    """Watch until ^C, q or the time-out."""
    refuse_same_file(("--record", options.record), ("--snapshot", options.snapshot))
    following = Following()
    stream = LiveStream(options, following)
    with ExitStack() as stack:
        predictions = Predictions((), general_questions()) if options.predict else None
        session = Session(catalog(), predictions=predictions)
        output = chosen(
            options.output,
            projector=options.projector and not options.snapshot,
            unfolded=options.unfolded,
        )
        takers: list[Callable[[KeptItem], None]] = []
        if options.record is not None:
            recorder = stack.enter_context(
                Recorder(options.record, redact_messages=options.redact_messages)
            )
            takers.append(recorder.write)
        logs_in = may_log_in(options.access)
        if logs_in:  # before the screen is taken: the login may have something to say
            stream.open(login_may_print=True)
        if options.snapshot is not None:
            from podwatch.renderers.dashboard.snapshot import Snapshot
            from podwatch.renderers.dashboard.theme import pictured
            from podwatch.renderers.dashboard.view_state import first_look

            look = first_look(projector=options.projector)
            renderer: Renderer = Snapshot(
                options.snapshot, options.size, look, pictured(os.environ)
            )
        else:
            renderer, more = stack.enter_context(
                shown(
                    output,
                    session,
                    following.inbox,
                    lambda: stream.for_a_recording(session.opening()),
                    redact_messages=options.redact_messages,
                    projector=options.projector,
                    unfolded=options.unfolded,
                    predict=options.predict,
                    answers=_kept_answers(stream, stack) if options.predict else None,
                )
            )
            takers += more
        renderer.frame()
        if not logs_in:
            following.on_a_thread(stream.open)
        run(following, session, renderer, timeout=options.timeout, takers=takers)
    over = options.timeout is not None and following.clock.t() >= options.timeout
    if over and not session.store.complete:
        raise PodwatchError(
            f"the cluster did not answer within {options.timeout:g} s",
            "give it more time, or check that it runs: kubectl cluster-info",
            ExitCode.UNAVAILABLE,
        )


def _kept_answers(stream: "LiveStream", stack: ExitStack) -> AnswerKeeper:
    """Where answers go: into the namespace that is watched, if it wants them."""
    from podwatch.app.answers import KeptAnswers

    kept = KeptAnswers(stream.namespace)
    stack.callback(kept.close)
    return kept


class LiveStream:
    """What is followed of the cluster; owners and Nodes only once something is recorded."""

    def __init__(self, options: Watch, following: Following) -> None:
        self._options = options
        self._following = following
        self._cluster: Cluster | None = None
        self._scopes: tuple[Scope, ...] = ()

    def open(self, *, login_may_print: bool = False) -> None:
        """Connect and follow."""
        from podwatch.sources.cluster import connect

        options = self._options
        cluster = connect(options.access, login_may_print=login_may_print)
        recorded = options.record is not None
        self._scopes = scopes(options, cluster.namespace, recorded=recorded)
        self._following.open(cluster, self._scopes)
        self._cluster = cluster

    def namespace(self) -> "tuple[Cluster, str] | None":
        """The one namespace that is watched; None while there is none, or if it is not one."""
        named = {scope.namespace for scope in self._scopes if scope.kind == "Pod"}
        if self._cluster is None or len(named) != 1 or named == {""}:
            return None
        return self._cluster, named.pop()

    def for_a_recording(self, opening: Sequence[RecordedItem]) -> list[RecordedItem]:
        """The opening of a recording that has owners and Nodes, too: they are followed now."""
        cluster = self._cluster
        match opening:
            case [Opened() as opened, *rest] if cluster is not None:
                wanted = scopes(self._options, cluster.namespace, recorded=True)
                more = [scope for scope in wanted if scope not in self._scopes]
                self._following.add(cluster, more)
                self._scopes = (*self._scopes, *more)
                all_ = tuple(dict.fromkeys((*opened.scopes, *wanted)))
                return [replace(opened, scopes=all_), *rest]
        return list(opening)
