"""`podwatch watch`, `podwatch ns` and `podwatch pod`."""

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, BadParameter, Option

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.cli.groups import given
from podwatch.sources.cluster.access import Access

AllNamespaces = Annotated[bool, Option("--all-namespaces", "-A", help="All namespaces.")]
LabelSelector = Annotated[
    str,
    Option(
        "--selector",
        "-l",
        metavar="SELECTOR",
        help="Only Pods with these labels: app=web,tier!=db.",
    ),
]
FieldSelector = Annotated[
    str, Option(metavar="SELECTOR", help="Only Pods with these fields: spec.nodeName=worker.")
]


def _shown(
    *,
    timeout: Annotated[
        float | None,
        Option(
            metavar="TIME",
            parser=common.time_out,
            help="End the watch after this time: 90s, 2m, 1h30m.",
        ),
    ] = None,
    output: common.OutputOption = None,
    detail: common.DetailOption = None,
    verbose: common.Verbose = False,
    record: common.Record = None,
    redact_messages: common.Redact = False,
    projector: common.Projector = False,
    predict: common.Predict = False,
    snapshot: Annotated[
        Path | None,
        Option(
            metavar="FILE", help="Write a still (.svg, .html, .txt) of what is there, and quit."
        ),
    ] = None,
    size: common.Size = common.SIZE,
) -> None: ...


shown = given(_shown, dict[str, Any])
"""For a command: it has the options about how a watch is shown, how long, and what is kept."""


@asks_a_cluster
@shown
def watch(
    how: dict[str, Any],
    access: Access,
    targets: Annotated[
        list[str] | None,
        Argument(
            metavar="TARGET",
            help="What to watch: deploy/web, sts/db, job/import, pod/web-0, or with its namespace "
            "shop/deploy/web; all Pods of the namespace if nothing is named.",
            autocompletion=completion.watched,
        ),
    ] = None,
    namespace: common.Namespace = None,
    all_namespaces: AllNamespaces = False,
    label_selector: LabelSelector = "",
    field_selector: FieldSelector = "",
) -> None:
    """Watch the Pods of workloads, through their rollouts, and explain what happens to them.

    The word watch can be left out: podwatch deploy/web.
    """
    words = targets or []
    if words and not any("/" in word for word in words):
        from podwatch.core.expectations.arguments import kinds
        from podwatch.core.kube import kind_named

        if len(words) == 1 and {kind_named(kind) for kind in kinds(words[0])} == {"Pod"}:
            words = []  # `pods -l app=web`, `pods`
    _watch(
        how,
        access,
        targets=words,
        namespaces=[namespace] if namespace else [],
        all_namespaces=all_namespaces,
        label_selector=label_selector,
        field_selector=field_selector,
    )


@asks_a_cluster
@shown
def ns(
    how: dict[str, Any],
    access: Access,
    namespaces: Annotated[
        list[str] | None,
        Argument(
            metavar="NAMESPACE",
            help="The namespaces; by default your context's.",
            autocompletion=completion.namespaces,
        ),
    ] = None,
    namespace: common.Namespace = None,
    all_namespaces: AllNamespaces = False,
    label_selector: LabelSelector = "",
    field_selector: FieldSelector = "",
) -> None:
    """Watch the Pods of namespaces and explain what happens to them."""
    _watch(
        how,
        access,
        namespaces=[*(namespaces or ()), *([namespace] if namespace is not None else ())],
        all_namespaces=all_namespaces,
        label_selector=label_selector,
        field_selector=field_selector,
    )


@asks_a_cluster
@shown
def pod(
    how: dict[str, Any],
    access: Access,
    names: Annotated[
        list[str] | None,
        Argument(
            metavar="NAME",
            help="The Pod; it may not exist yet. Or a workload: deploy/web.",
            autocompletion=completion.pods,
        ),
    ] = None,
    namespace: common.Namespace = None,
    label_selector: LabelSelector = "",
) -> None:
    """Watch one Pod, or a few, and explain what happens to them."""
    named = names or []
    if not (named or label_selector) or any(not name.rpartition("/")[2] for name in named):
        raise BadParameter("the Pod's name is empty: name one, or watch all: podwatch ns")
    for name in named:
        if "/" not in name:
            common.check_name("Pod", name)
    _watch(
        how,
        access,
        targets=[name if "/" in name else f"pod/{name}" for name in named],
        namespaces=[namespace] if namespace else [],
        label_selector=label_selector,
    )


def _watch(
    how: dict[str, Any],
    access: Access,
    *,
    namespaces: list[str],
    targets: list[str] | None = None,
    all_namespaces: bool = False,
    label_selector: str = "",
    field_selector: str = "",
) -> None:
    """Run a live watch, once what was asked for goes together."""
    for namespace in namespaces:
        common.check_name("namespace", namespace)
    if all_namespaces and namespaces:
        raise BadParameter("name namespaces or use -A, not both")
    if targets and (all_namespaces or label_selector or field_selector):
        raise BadParameter("a target has a name: leave out -A and the selectors, or the target")
    common.check_redaction(how["record"], redact_messages=how["redact_messages"])
    if how["timeout"] == 0:
        raise BadParameter("the time-out of a watch is not longer than zero: leave it out, or 10s")
    if how["snapshot"] is not None and how["predict"]:
        raise BadParameter("nobody can be asked: leave --predict or --snapshot out")
    if how["snapshot"] is not None:
        common.check_nothing_watched(how["output"])
    size = common.dimensions(how["size"])
    detail, verbose = how.pop("detail"), how.pop("verbose")
    from podwatch.app import targets as named
    from podwatch.app.watch import Watch
    from podwatch.app.watch import watch as run

    run(
        Watch(
            targets=named.watched(targets or ()),
            namespaces=tuple(namespaces),
            all_namespaces=all_namespaces,
            label_selector=label_selector,
            field_selector=field_selector,
            access=access,
            unfolded=common.is_unfolded(detail, verbose=verbose),
            **{**how, "size": size},
        )
    )
