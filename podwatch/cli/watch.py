"""`podwatch ns` and `podwatch pod`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.exits import guarded


@dataclass(frozen=True)
class WatchOptions:
    """What a watch can be asked for, whatever it is of."""

    context: common.Context = None
    kubeconfig: common.Kubeconfig = None
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="TIME", parser=common.duration, help="End the watch after 90s, 2m, 1h30m."
        ),
    ] = None
    output: common.OutputOption = None
    record: common.Record = None
    redact_messages: common.Redact = False
    projector: common.Projector = False
    snapshot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a still (.svg, .html, .txt) of what is there, and leave."
        ),
    ] = None
    size: common.Size = common.SIZE


@common.with_options(WatchOptions)
def ns(
    options: WatchOptions,
    namespaces: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMESPACE",
            help="The namespaces; the context's if none is named.",
            autocompletion=completion.namespaces,
        ),
    ] = None,
    all_namespaces: Annotated[
        bool, typer.Option("--all-namespaces", "-A", help="All namespaces.")
    ] = False,
    label_selector: Annotated[
        str,
        typer.Option(
            "--selector",
            "-l",
            metavar="SELECTOR",
            help="Only Pods with these labels: app=web,tier!=db.",
        ),
    ] = "",
    field_selector: Annotated[
        str,
        typer.Option(metavar="SELECTOR", help="Only Pods with these fields: spec.nodeName=worker."),
    ] = "",
) -> None:
    """Watch the Pods of namespaces and explain what happens to them."""
    for namespace in namespaces or ():
        common.check_name("namespace", namespace)
    if namespaces and all_namespaces:
        raise typer.BadParameter("name namespaces or use -A, not both")
    _watch(
        options,
        namespaces=tuple(namespaces or ()),
        all_namespaces=all_namespaces,
        label_selector=label_selector,
        field_selector=field_selector,
    )


@common.with_options(WatchOptions)
def pod(
    options: WatchOptions,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="The Pod; it may not exist yet.", autocompletion=completion.pods
        ),
    ],
    namespace: common.Namespace = None,
) -> None:
    """Watch one Pod and explain what happens to it."""
    name = name.removeprefix("pod/")
    if not name:
        raise typer.BadParameter("the Pod's name is empty: name one, or watch all: podwatch ns")
    common.check_name("Pod", name, dots=True)
    if namespace:
        common.check_name("namespace", namespace)
    _watch(options, namespaces=(namespace,) if namespace else (), name=name)


def _watch(options: WatchOptions, **what: Any) -> NoReturn:
    """Run a live watch; `what` and the options are the fields of `podwatch.app.watch.Watch`."""
    common.check_redaction(options.record, redact_messages=options.redact_messages)
    if options.snapshot is not None:
        common.check_nothing_watched(options.output, projector=options.projector)
    fields = what | vars(options) | {"size": common.dimensions(options.size)}

    def command() -> int:
        from podwatch.app.watch import Watch, watch

        return watch(Watch(**fields))

    guarded(command)
