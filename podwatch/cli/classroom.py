"""`podwatch class`."""

from typing import Annotated

from typer import BadParameter, Option

from podwatch.cli import completion
from podwatch.cli import options as common
from podwatch.cli.access import asks_a_cluster
from podwatch.sources.cluster.access import Access


@asks_a_cluster
def class_(
    access: Access,
    selector: Annotated[
        str,
        Option(
            "--selector",
            "-l",
            metavar="SELECTOR",
            help="The namespaces of the class by their labels; by default podwatch/learner.",
        ),
    ] = "",
    namespaces: Annotated[
        list[str] | None,
        Option(
            "--namespace",
            "-n",
            metavar="NAMES",
            help="The namespaces by name, with commas between them: where you may not list them.",
            autocompletion=completion.namespaces,
        ),
    ] = None,
    output: common.OutputOption = None,
    projector: Annotated[
        bool, Option("--projector", help="Begin with counts and without names; p changes it.")
    ] = False,
) -> None:
    """Show a class: a row for each learner's namespace, the longest stuck first.

    What the newest Pod does, what is wrong and for how long, which exercises are solved now, and
    the most common wrong answer to the last question. Enter opens a learner's dashboard. It only
    reads. As lines or json it says once how the class stands.
    """
    names = [name.strip() for text in namespaces or () for name in text.split(",") if name.strip()]
    for name in names:
        common.check_name("namespace", name)
    if namespaces and not names:
        raise BadParameter("-n names no namespace: write -n anna,ben")
    if names and selector:
        raise BadParameter("select namespaces with -l or name them with -n, not both")
    from podwatch.app.classroom import MOST, WhichClass
    from podwatch.app.classroom import class_ as run

    if len(dict.fromkeys(names)) > MOST:
        raise BadParameter(
            f"{len(names)} namespaces are named and each takes several connections: name at most "
            f"{MOST}, or label them and use -l"
        )
    run(
        WhichClass(
            selector=selector,
            namespaces=tuple(dict.fromkeys(names)),
            output=output,
            projector=projector,
            access=access,
        )
    )
