"""`podwatch scenario list` and `show`, and `podwatch demo --list`: scenarios without a cluster.

Responsible for the list, in columns that fit the terminal, and for a scenario as what can be typed.
"""

import shutil
import sys
import textwrap
from collections.abc import Iterator

import msgspec

from podwatch.app.deeds import typed
from podwatch.core.text import times
from podwatch.scenarios import Scenario, Step, filled, grouped

_LEAST = 30
"""A title has at least so many columns beside its name; else it stands below."""


def listed(*, live: bool) -> Iterator[str]:
    """The scenarios under their headings. `live`: with what each needs of a cluster."""
    groups = grouped()
    width = max(len(one.name) for group in groups.values() for one in group)
    columns = shutil.get_terminal_size().columns - 1 if sys.stdout.isatty() else 10_000
    for heading, group in groups.items():
        yield heading
        for one in group:
            yield from _row(one, width, columns, live=live)
        yield ""
    yield "podwatch demo NAME plays the recording; podwatch scenario run NAME does it on a cluster."


def _row(one: Scenario, width: int, columns: int, *, live: bool) -> Iterator[str]:
    notes = [*_needs(one)] if live else []
    title = f"{one.title} ({', '.join(notes)})" if notes else one.title
    beside = columns - width - 4
    if beside < min(_LEAST, len(title)):
        yield f"  {one.name}"
        yield from textwrap.wrap(
            title, max(columns, 12), initial_indent="    ", subsequent_indent="    "
        )
        return
    first, *rest = textwrap.wrap(title, beside)
    yield f"  {one.name:{width}}  {first}"
    for line in rest:
        yield f"  {'':{width}}  {line}"


def _needs(one: Scenario) -> Iterator[str]:
    if one.alone:
        yield "on kind only"
    if one.needs:
        yield f"Kubernetes {one.needs}"


def as_json() -> Iterator[str]:
    """The scenarios, a JSON object for each."""
    for heading, group in grouped().items():
        for one in group:
            told = {
                "kind": "scenario",
                "name": one.name,
                "title": one.title,
                "summary": one.summary,
                "group": heading,
                "only_on_kind": one.alone,
                "needs": one.needs,
            }
            yield msgspec.json.encode(told).decode()


def written(one: Scenario) -> Iterator[str]:
    """The manifest, and below it, as comments, what is done meanwhile: so it can be applied."""
    yield f"# {one.title}. {one.summary}"
    yield one.manifest_path.read_text("utf-8").rstrip()
    yield ""
    yield f"# {typed('kubectl', ['apply', '-f', 'manifest.yaml', *one.apply.arguments])}"
    for step in one.steps:
        if step.is_deed:
            yield ""
            yield f"# {_when(step)}:"
            yield f"# {_command(step, step.run)}"
            yield f"#   {step.aim}"
            if step.undo:
                yield f"# at the end: {_command(step, step.undo)}"


def _when(step: Step) -> str:
    pods = f"of {step.pod}" if step.pod else "of a Pod"
    often = f", {times(step.count)}" if step.count > 1 else ""
    return f'once there was "{step.after}" {pods}{often}'


def _command(step: Step, arguments: tuple[str, ...]) -> str:
    places = {"{manifest}": "manifest.yaml", "{folder}": "."}
    spoken = {"{pod}": "POD", "{worker}": "NODE", "{half-cpu}": "HALF-OF-ITS-CPU"}
    return typed(step.program, filled(arguments, {**places, **spoken}))
