"""`podwatch exercise`."""

from typing import Annotated

from typer import Argument, BadParameter, Option

from podwatch.app import Form
from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.errors import close_match
from podwatch.sources.cluster.access import Access

ACTIONS = {
    "list": "All exercises, and which are solved.",
    "start": "Make what is broken, in your namespace.",
    "check": "Is it mended? Changes a Pod only where it says so.",
    "hint": "One hint more.",
    "solution": "What solves it, and why.",
    "reset": "Make it anew, as it was at the start.",
    "show": "The manifest that it begins with.",
}
NAMED = ("start", "check", "hint", "solution", "reset", "show")
"""Those that take an exercise's name; but for start, the one that is under way is meant."""


@asks_a_cluster
def exercise(
    access: Access,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="ACTION [NAME]",
            help="list, start NAME, check, hint, solution, reset or show [NAME]; "
            "list if nothing is named.",
            autocompletion=completion.actions,
        ),
    ] = None,
    namespace: common.Namespace = None,
    yes: Annotated[
        bool, Option("--yes", "-y", help="Write, or show the solution, without asking first.")
    ] = False,
    output: Annotated[
        Form | None,
        Option(
            "--output",
            "-o",
            metavar="FORM",
            parser=common.form,
            help="text, or json, of list and check: one object per line.",
            autocompletion=completion.forms,
        ),
    ] = None,
    quiet: common.Quiet = False,
) -> int:
    """Mend a broken workload of a small shop, and have podwatch check it on the cluster.

    start makes it in your namespace, once you have said yes, in place of the exercise before it;
    mend it in any way you like. check judges what is so, not what a manifest says: exit code 0
    solved, 1 not yet, 5 it could not be checked. hint gives one hint more, solution shows a way,
    reset makes it anew. What you have done is kept in the namespace, in the ConfigMap podwatch.
    list and show NAME need no cluster.
    """
    action, *names = words or ["list"]
    if action not in ACTIONS:
        raise BadParameter(
            f'there is no action "{action}": {close_match(action, ACTIONS)}'
            f"write {', '.join(ACTIONS)}"
        )
    if len(names) > (action in NAMED):
        raise BadParameter(
            f'"{names[-1]}" is one word too many: write podwatch exercise {action}'
            + (" NAME" if action in NAMED else "")
        )
    if output is Form.JSON and action not in {"list", "check"}:
        raise BadParameter("-o json is for list and check")
    if namespace:
        common.check_name("namespace", namespace)
    from podwatch.app.exercise import commands
    from podwatch.app.exercise.under_way import ExerciseAsked

    return commands.ACTIONS[action](
        ExerciseAsked(
            access=access,
            name=names[0] if names else "",
            namespace=namespace or "",
            yes=yes,
            json=output is Form.JSON,
            quiet=quiet,
        )
    )
