"""The ids that programs may rely on, and the form of a diagnosis as JSON.

Responsible for docs/ids.md, docs/diagnosis.schema.json, the table of fields in docs/agents.md, and
for the list of what was promised: once an id is released, it stays.
"""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from podwatch.core.concepts import catalog
from podwatch.core.finding_parts import DiagnosisPart, FindingPart
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


def schema(field_docs: FieldDocs) -> str:
    """docs/diagnosis.schema.json: JSON Schema of `Diagnosis.as_dict()`."""
    made = msgspec.json.schema(DiagnosisPart)
    for type_ in (FindingPart, DiagnosisPart):
        meanings = field_docs(type_)
        properties = made["$defs"][type_.__name__]["properties"]
        for field in msgspec.structs.fields(type_):
            properties[field.encode_name]["description"] = meanings[field.name]
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def fields_table(field_docs: FieldDocs, type_name: Callable[[object], str]) -> str:
    """The fields of a finding, for docs/agents.md."""
    meanings = field_docs(FindingPart)
    rows = "".join(
        f"| `{field.name}` | {type_name(field.type)} | {meanings[field.name]} |\n"
        for field in msgspec.structs.fields(FindingPart)
    )
    return f"| field | type | meaning |\n|---|---|---|\n{rows}"
