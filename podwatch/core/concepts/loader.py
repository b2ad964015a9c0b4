"""The concepts' files: one TOML file each, in `podwatch/concepts`.

Responsible for reading and checking them. The grammar is in `docs/adding-a-concept.md`; adding
a concept needs no Python.
"""

import re
from functools import cache
from typing import Any

import msgspec

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.concept import KINDS, Concept, Entry, Weight, When
from podwatch.core.concepts.patterns import parsed
from podwatch.core.datafile import Mistake, Where, packaged, read
from podwatch.core.text import one_line

DOCS_HOST = "https://kubernetes.io"

EXAMPLES = "\n[[example]]\n"
"""What begins the end of a file that only tests and docs read: the program starts without it."""

_NO_CONCEPTS = {
    "beats.toml",
    "facts.toml",
    "last-words.toml",
    "messages.toml",
    "scheduling.toml",
    "states.toml",
    "words.toml",
}
"""Files in the same folder."""

_REQUIRED = ("title", "summary", "explanation", "docs")
_REQUIRED_WITH_WHEN = ("sentence", "who")
_LINES = ("title", "summary", "fact", "sentence", "who", "then", "often_read", "in_fact")
_TEXTS = (*_LINES, "explanation", "docs")
_LISTS = ("next", "try", "shown_by")
_TABLES = ("when", "demonstrates", "entries")


@cache
def catalog() -> Catalog:
    """The concepts that come with podwatch."""
    return Catalog(concept(id_, toml) for id_, toml in concept_files().items())


@cache
def concept_of(id_: str) -> Concept:
    """One concept that comes with podwatch; the others are not read."""
    return concept(id_, packaged(f"{id_}.toml"))


def concept_files() -> dict[str, str]:
    """The texts of their files, by id."""
    from importlib.resources import files  # whoever wants all of them has the time

    folder = files("podwatch") / "concepts"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    ids = [name.removesuffix(".toml") for name in names if name not in _NO_CONCEPTS]
    return {id_: (folder / f"{id_}.toml").read_text("utf-8") for id_ in ids}


def concept(id_: str, toml: str) -> Concept:
    """The concept that a file's text describes; BrokenFile says where and what to mend."""
    own, _, _ = toml.partition(EXAMPLES)
    return read(f"{id_}.toml", own, lambda table: _concept(id_, table))


def _concept(id_: str, table: dict[str, Any]) -> Concept:
    if "example" in table:
        raise Mistake("examples come last, each written [[example]]", ("example", 0))
    for key, value in table.items():
        if key in _TEXTS and not isinstance(value, str):
            raise Mistake(f'`{key}` has to be a text: {key} = "…"', (key, 0))
        if key in _LISTS and not (
            isinstance(value, list) and all(isinstance(item, str) for item in value)
        ):
            raise Mistake(f'`{key}` has to be a list of texts: {key} = ["…"]', (key, 0))
        if key not in {*_TEXTS, *_LISTS, *_TABLES, "weight"}:
            raise Mistake(f"`{key}` is not a key of a concept{_meant(key)}", (key, 0))
    for key in _REQUIRED + (_REQUIRED_WITH_WHEN if "when" in table else ()):
        if key not in table:
            raise Mistake(f'there is no `{key}`: add {key} = "…"')
    try:
        weight = Weight(table.get("weight", Weight.NORMAL))
    except ValueError as error:
        raise Mistake(f"`weight` is one of {', '.join(Weight)}", ("weight", 0)) from error
    docs = table["docs"]
    return Concept(
        id=id_,
        explanation=table["explanation"].strip(),
        docs=DOCS_HOST + docs if docs.startswith("/") else docs,
        when=_patterns("when", table),
        demonstrates=_patterns("demonstrates", table),
        entries=_entries(table.get("entries", [])),
        next=tuple(table.get("next", ())),
        try_=tuple(table.get("try", ())),
        shown_by=tuple(table.get("shown_by", ())),
        weight=weight,
        **{key: one_line(table.get(key, "")) for key in _LINES},
    )


def _meant(key: str) -> str:
    import difflib  # only a mistake needs it

    close = difflib.get_close_matches(key, [*_TEXTS, *_LISTS, *_TABLES, "example"], n=1)
    return f": did you mean `{close[0]}`?" if close else ""


def _entries(rows: Any) -> tuple[Entry, ...]:
    try:
        entries = msgspec.convert(rows, tuple[Entry, ...])
    except msgspec.ValidationError as error:
        position = re.search(r"\$\[(\d+)\]", str(error))
        raise Mistake(
            "`entries` are written [[entries]], each with the texts `term`, `text` "
            f"and `kind`: {error}",
            ("entries", int(position[1]) if position else 0),
        ) from error
    for number, entry in enumerate(entries):
        where = ("entries", number)
        if entry.kind not in KINDS:
            raise Mistake(
                f'the `kind` of the entry "{entry.term}" is one of {", ".join(KINDS)}',
                where,
                ("kind", 0),
            )
        if not entry.term.removesuffix("*"):
            raise Mistake("an entry without a `term` would explain everything", where)
    return tuple(Entry(entry.term, one_line(entry.text), entry.kind) for entry in entries)


def _patterns(kind: str, table: dict[str, Any]) -> tuple[When, ...]:
    """The patterns under `when` or `demonstrates`, which may be one table or a list of them."""
    rows = table.get(kind, [])
    if not isinstance(rows, list):
        rows = [rows]
    if kind in table and not rows:
        raise Mistake(f"`{kind}` has no pattern, so it would explain nothing", (kind, 0))
    return tuple(_when(kind, row, ((kind, number),)) for number, row in enumerate(rows))


def _when(kind: str, row: Any, where: Where) -> When:
    facts, texts = split_texts(kind, row, where)
    when = When(parsed(kind, facts, where), **texts)
    if kind == "demonstrates" and not when.sentence:
        raise Mistake('`demonstrates` needs a sentence: sentence = "…"', *where)
    if not _can_match(when):
        raise Mistake(
            f"`{kind}` has to name `transition.facet` (not with .not or *), "
            "or `notice.reason` and nothing of a transition",
            *where,
        )
    return when


def split_texts(kind: str, row: Any, where: Where) -> tuple[Any, dict[str, str]]:
    """A row's facts, and its texts `fact`, `sentence`, `who` and `then`, each on one line."""
    if not isinstance(row, dict):
        return row, {}
    texts = {key: row[key] for key in ("fact", "sentence", "who", "then") if key in row}
    for key, text in texts.items():
        if not isinstance(text, str):
            raise Mistake(f"`{key}` of `{kind}` has to be a text", *where, (key, 0))
        texts[key] = one_line(text)
    return {key: value for key, value in row.items() if key not in texts}, texts


def _can_match(when: When) -> bool:
    """Whether it is about transitions of some facets or about Events: never both."""
    groups = {test.name.partition(".")[0] for test in when.tests}
    facets = when.values_of("transition.facet")
    if not facets:
        return bool(when.values_of("notice.reason")) and "transition" not in groups
    return not any(str(facet).endswith("*") for facet in facets) and "notice" not in groups
