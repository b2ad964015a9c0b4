"""`podwatch scenario`."""

from typing import Annotated

from typer import Argument, BadParameter, Option, echo

from podwatch.app import Output
from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.errors import close_match
from podwatch.sources.cluster.access import Access

ACTIONS = {
    "list": "All scenarios.",
    "show": "A manifest, and what is done to its Pods.",
    "run": "Perform it on the cluster, and clean up.",
    "clean": "Delete what runs that were killed have left.",
}
NAMED = ("show", "run")
"""Those that take the name of a scenario."""


@asks_a_cluster
def scenario(
    access: Access,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="ACTION [NAME]",
            help="list, show NAME, run NAME... or clean; list if nothing is named.",
            autocompletion=completion.scenario_actions,
        ),
    ] = None,
    namespace: Annotated[
        str | None,
        Option(
            "--namespace",
            "-n",
            metavar="NAME",
            help="Run in this namespace, in which no Pods may be, instead of a new one.",
            autocompletion=completion.namespaces,
        ),
    ] = None,
    yes: Annotated[
        bool, Option("--yes", "-y", help="Write to the cluster without asking first.")
    ] = False,
    timeout: Annotated[
        float | None,
        Option(
            metavar="TIME",
            parser=common.time_out,
            help="Give up after this time: 90s, 5m; 15m where the output is no dashboard.",
        ),
    ] = None,
    output: common.OutputOption = None,
    detail: common.DetailOption = None,
    verbose: common.Verbose = False,
    projector: common.Projector = False,
    predict: common.Predict = False,
) -> None:
    """Perform a lesson's Pods on your cluster, live, instead of playing its recording.

    run makes a namespace podwatch-NAME, once you have said yes, does there what the lesson is
    about, and deletes it again, whatever ends it. Each command is shown before it is run; Enter
    runs it at once. What touches a node is done on a kind cluster on this machine only. list and
    show need no cluster.
    """
    action, *names = words or ["list"]
    if action not in ACTIONS:
        raise BadParameter(
            f'there is no action "{action}": {close_match(action, ACTIONS)}'
            f"write {', '.join(ACTIONS)}"
        )
    if names and action not in NAMED:
        raise BadParameter(f'"{names[0]}" is one word too many: write podwatch scenario {action}')
    if not names and action in NAMED:
        raise BadParameter(f"name a scenario: podwatch scenario {action} NAME; list names them")
    if namespace:
        common.check_name("namespace", namespace)
    from podwatch import scenarios

    wanted = [scenarios.scenario(name) for name in names]
    if action == "run":
        _run(
            access,
            names,
            namespace or "",
            yes,
            timeout,
            output,
            common.is_unfolded(detail, verbose=verbose),
            projector,
            predict,
        )
        return
    if action == "clean":
        from podwatch.app.scenario_clean import clean

        clean(access, namespace=namespace or "", yes=yes)
        return
    from podwatch.app import scenario_list

    as_json = output is Output.JSON and action == "list"
    if output not in {None, Output.LINES} and not as_json:
        raise BadParameter(f"-o {output} is for run")
    if action == "list":
        lines = scenario_list.as_json() if as_json else scenario_list.listed(live=True)
    else:
        lines = (line for one in wanted for line in scenario_list.written(one))
    for line in lines:
        echo(line)


def _run(
    access: Access,
    names: list[str],
    namespace: str,
    yes: bool,
    timeout: float | None,
    output: Output | None,
    unfolded: bool,
    projector: bool,
    predict: bool,
) -> None:
    from podwatch.app.scenario import Performed, run

    run(
        Performed(
            names=names,
            access=access,
            namespace=namespace,
            yes=yes,
            timeout=timeout,
            output=output,
            unfolded=unfolded,
            projector=projector,
            predict=predict,
        )
    )
