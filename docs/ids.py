"""The ids that programs may rely on, and the form of a diagnosis as JSON.

Responsible for docs/ids.md, the JSON schemas, the table of fields in docs/agents.md, and
for the list of what was promised: once an id is released, it stays.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import msgspec

from podwatch.core.concepts import catalog
from podwatch.core.finding_parts import FindingPart
from podwatch.core.present import present_states
from podwatch.core.present.states import ROLES

PROMISED = Path(__file__).parent.parent / "tests" / "core" / "ids.txt"
"""Every id that was ever released, one a line: `state back-off`."""

FieldDocs = Callable[[type[msgspec.Struct]], dict[str, str]]


def current() -> set[str]:
    """The ids that there are now, each as a line of the list."""
    states = (f"state {one.id}" for one in present_states().states)
    concepts = (f"concept {id_}" for id_ in catalog().by_id)
    return {*states, *concepts, *(f"role {role}" for role in ROLES)}


def promise() -> None:
    """Add those that there are now to the list; none is ever taken out."""
    known = set(PROMISED.read_text("utf-8").splitlines()) if PROMISED.exists() else set()
    PROMISED.write_text("\n".join(sorted(known | current())) + "\n", "utf-8")


def ids_page(note: str) -> str:
    """docs/ids.md: all states and concepts."""
    states = "".join(
        f"| `{one.id}` | {one.role} | {f'`{one.concept}`' if one.concept else ''} "
        f"| {f'`{one.fact}`' if one.fact else ''} |\n"
        for one in sorted(present_states().states, key=lambda one: one.id)
    )
    concepts = "".join(
        f"| `{one.id}` | [{one.title}](concepts/{one.id}.md) |\n"
        for one in catalog().by_id.values()
    )
    return (
        f"{note}# Ids\n\nWhat programs may match: none is renamed, removed or given another\n"
        "meaning. New ones come.\n\n## States\n\nWhat a Pod can be in: `state` of a finding, `rule`"
        " of a verdict. The fact is what is\nsaid today, with places for what is known; it may "
        "change. One without a fact is only\na `rule`, or what a verdict waits for.\n\n"
        f"| id | role | concept | fact |\n|---|---|---|---|\n{states}\n## Concepts\n\nThe lessons, "
        f"`podwatch explain ID`.\n\n| id | title |\n|---|---|\n{concepts}"
    )


def schema(type_: type[msgspec.Struct], field_docs: FieldDocs) -> str:
    """JSON Schema of a struct, with what its source says of each field, and of those in it."""
    made = msgspec.json.schema(type_)
    for struct in _structs(type_):
        meanings = field_docs(struct)
        properties = made["$defs"][struct.__name__]["properties"]
        for field in msgspec.structs.fields(struct):
            if meaning := meanings.get(field.name):
                properties[field.encode_name]["description"] = meaning
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _structs(type_: object) -> Iterator[type[msgspec.Struct]]:
    """A struct and those in its fields."""
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        yield type_
        for field in msgspec.structs.fields(type_):
            yield from _structs(field.type)
    for part in get_args(type_):
        yield from _structs(part)


def fields_table(field_docs: FieldDocs, type_name: Callable[[object], str]) -> str:
    """The fields of a finding, for docs/agents.md."""
    meanings = field_docs(FindingPart)
    rows = "".join(
        f"| `{field.name}` | {type_name(field.type)} | {meanings[field.name]} |\n"
        for field in msgspec.structs.fields(FindingPart)
    )
    return f"| field | type | meaning |\n|---|---|---|\n{rows}"
