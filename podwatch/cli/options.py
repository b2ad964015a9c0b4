"""The options that several commands have, each written once, and what can be wrong in a value.

Nothing here imports more than Typer, so that `--help` is quick.
"""

import re
from pathlib import Path
from typing import Annotated

from typer import BadParameter, Option

from podwatch.app import Detail, Form, Output
from podwatch.cli import completion
from podwatch.core import durations


def duration(text: str) -> float:
    """The seconds of a TIME that is not negative; see `podwatch.core.durations`."""
    try:
        seconds = durations.parsed(text)
    except ValueError as error:
        raise BadParameter(str(error)) from None
    if seconds < 0:
        raise BadParameter(f'"{text}" is negative')
    return seconds


def time_out(text: str) -> float:
    """The seconds of a time-out; a negative one is as good as none, as for `kubectl wait`."""
    if text.strip().startswith("-"):
        duration(text.strip().removeprefix("-"))
        return durations.FOREVER
    return duration(text)


def output(text: str) -> Output:
    """How a watch is printed."""
    return Output(_one_of(text, tuple(Output)))


def detail(text: str) -> Detail:
    """What has a line of its own."""
    if text not in tuple(Detail):
        raise BadParameter(f'"{text}" is not a level of detail: write {" or ".join(Detail)}')
    return Detail(text)


def is_unfolded(detail: Detail | None, *, verbose: bool) -> bool:
    """Whether each transition and Event has a line of its own."""
    return verbose or detail is Detail.ALL


def form(text: str) -> Form:
    """How a page is printed."""
    return Form(_one_of(text, tuple(Form)))


def _one_of(text: str, known: tuple[str, ...]) -> str:
    """The name of an output; JSON is always a line for each object."""
    name = "json" if text in {"jsonl", "ndjson"} else text
    if name in known:
        return name
    then = f"; kubectl get -o {text} prints the objects" if text in _OF_KUBECTL else ""
    raise BadParameter(
        f'"{text}" is not an output: write {", ".join(known[:-1])} or {known[-1]}{then}'
    )


_OF_KUBECTL = ("wide", "yaml", "name", "custom-columns", "jsonpath", "go-template")


def dimensions(size: str) -> tuple[int, int]:
    """Columns and rows of `110x34`."""
    parts = re.fullmatch(r"(\d{2,3})x(\d{2,3})", size)
    if parts is None:
        raise BadParameter(f'"{size}" is not a size: write 110x34')
    return int(parts[1]), int(parts[2])


def check_name(kind: str, name: str) -> None:
    """Refuse a name that no object can have, before a cluster is asked or waited for.

    Source: kubernetes.io, "Object Names and IDs": namespaces are DNS labels, Pods subdomains.
    """
    if not is_name(kind, name):
        raise BadParameter(
            f'"{name}" is not a valid name for a {kind}: '
            'names have lower-case letters, digits and "-"'
        )


def is_name(kind: str, name: str) -> bool:
    """Whether an object of this kind can have the name."""
    label = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
    longest, allowed = (63, label) if kind == "namespace" else (253, rf"{label}(?:\.{label})*")
    return len(name) <= longest and re.fullmatch(allowed, name) is not None


def check_redaction(record: Path | None, *, redact_messages: bool) -> None:
    """Refuse to redact a recording that is not made, and one that goes to standard output."""
    if record is not None and str(record) == "-":
        raise BadParameter("--record can't share standard output with what is printed: name a file")
    if redact_messages and record is None:
        raise BadParameter("--redact-messages needs --record FILE")


def check_nothing_watched(output: Output | None) -> None:
    """Refuse what is about a watch, where a picture is written instead of one."""
    if output is not None:
        raise BadParameter("-o is for what is watched: leave it out, or --snapshot and --cast")


Namespace = Annotated[
    str | None,
    Option(
        "--namespace",
        "-n",
        metavar="NAME",
        help="The namespace; by default your context's.",
        autocompletion=completion.namespaces,
    ),
]
OutputOption = Annotated[
    Output | None,
    Option(
        "--output",
        "-o",
        metavar="FORM",
        parser=output,
        help="dashboard on a terminal, lines in a pipe; or json, one per line.",
        autocompletion=completion.outputs,
    ),
]
DetailOption = Annotated[
    Detail | None,
    Option(
        metavar="LEVEL",
        parser=detail,
        help="all: a line for each transition and Event, not one for all that belong together.",
        autocompletion=completion.details,
    ),
]
Verbose = Annotated[bool, Option("-v", help="The same as --detail all.")]
Record = Annotated[
    Path | None,
    Option(
        metavar="FILE",
        help="Write the stream to FILE, for podwatch replay. Messages and labels are recorded "
        "and may quote what containers print; environment and commands are not.",
    ),
]
Redact = Annotated[bool, Option("--redact-messages", help="Leave messages out of the recording.")]
Quiet = Annotated[
    bool, Option("--quiet", "-q", help="Keep progress and notes from standard error; not errors.")
]
Projector = Annotated[
    bool, Option("--projector", help="Show one beat at a time, large; p goes back.")
]
Predict = Annotated[
    bool, Option("--predict", help="Ask what happens next, before it does; the answer follows.")
]
Speed = Annotated[
    float | None,
    Option(metavar="N", min=0.01, help="N times as fast as it was; 1 on a terminal, else at once."),
]
Size = Annotated[str, Option(metavar="COLUMNSxROWS", help="The size of a still or film.")]
SIZE = "110x34"
