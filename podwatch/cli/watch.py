"""`podwatch ns` and `podwatch pod`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.sources.cluster.access import Access

if TYPE_CHECKING:
    from podwatch.app.watch import Watch

TimeOut = Annotated[
    float | None,
    Option(metavar="TIME", parser=common.time_out, help="End the watch after 90s, 2m, 1h30m."),
]
Snapshot = Annotated[
    Path | None,
    Option(metavar="FILE", help="Write a still (.svg, .html, .txt) of what is there, and leave."),
]


@asks_a_cluster
def ns(
    access: Access,
    namespaces: Annotated[
        list[str] | None,
        Argument(
            metavar="NAMESPACE",
            help="The namespaces; the context's if none is named.",
            autocompletion=completion.namespaces,
        ),
    ] = None,
    all_namespaces: Annotated[
        bool, Option("--all-namespaces", "-A", help="All namespaces.")
    ] = False,
    label_selector: Annotated[
        str,
        Option(
            "--selector",
            "-l",
            metavar="SELECTOR",
            help="Only Pods with these labels: app=web,tier!=db.",
        ),
    ] = "",
    field_selector: Annotated[
        str, Option(metavar="SELECTOR", help="Only Pods with these fields: spec.nodeName=worker.")
    ] = "",
    timeout: TimeOut = None,
    output: common.OutputOption = None,
    record: common.Record = None,
    redact_messages: common.Redact = False,
    projector: common.Projector = False,
    snapshot: Snapshot = None,
    size: common.Size = common.SIZE,
) -> None:
    """Watch the Pods of namespaces and explain what happens to them."""
    for namespace in namespaces or ():
        common.check_name("namespace", namespace)
    if namespaces and all_namespaces:
        raise BadParameter("name namespaces or use -A, not both")
    from podwatch.app.watch import Watch

    _watch(
        Watch(
            namespaces=tuple(namespaces or ()),
            all_namespaces=all_namespaces,
            label_selector=label_selector,
            field_selector=field_selector,
            access=access,
            timeout=timeout,
            output=output,
            record=record,
            redact_messages=redact_messages,
            projector=projector,
            snapshot=snapshot,
        ),
        size,
    )


@asks_a_cluster
def pod(
    access: Access,
    name: Annotated[
        str,
        Argument(
            metavar="NAME", help="The Pod; it may not exist yet.", autocompletion=completion.pods
        ),
    ],
    namespace: common.Namespace = None,
    timeout: TimeOut = None,
    output: common.OutputOption = None,
    record: common.Record = None,
    redact_messages: common.Redact = False,
    projector: common.Projector = False,
    snapshot: Snapshot = None,
    size: common.Size = common.SIZE,
) -> None:
    """Watch one Pod and explain what happens to it."""
    name = name.removeprefix("pod/")
    if not name:
        raise BadParameter("the Pod's name is empty: name one, or watch all: podwatch ns")
    common.check_name("Pod", name)
    if namespace:
        common.check_name("namespace", namespace)
    from podwatch.app.watch import Watch

    _watch(
        Watch(
            name=name,
            namespaces=(namespace,) if namespace else (),
            access=access,
            timeout=timeout,
            output=output,
            record=record,
            redact_messages=redact_messages,
            projector=projector,
            snapshot=snapshot,
        ),
        size,
    )


def _watch(options: "Watch", size: str) -> None:
    """Run a live watch, once what was asked for goes together."""
    common.check_redaction(options.record, redact_messages=options.redact_messages)
    if options.timeout == 0:
        raise BadParameter("the time-out of a watch is not longer than zero: leave it out, or 10s")
    if options.snapshot is not None:
        common.check_nothing_watched(options.output, projector=options.projector)
    from podwatch.app.watch import watch

    watch(replace(options, size=common.dimensions(size)))
