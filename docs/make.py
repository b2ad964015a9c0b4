"""Make the generated pages and pictures; with --check, say whether they are current.

With --release, promise the ids that there are now (`ids.promise`).

Responsible for everything in docs/ that repeats what the code says, so that it can't be
wrong: the JSON schema, the exit codes, the facts for authors of concepts, the concepts' table,
and the stills. Deterministic: the same commit gives the same bytes.
"""

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import UTC
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from ids import fields_table, ids_page, promise, schema
from pages import concept_pages
from screens import screens

from podwatch.app.still import still
from podwatch.core.concepts import catalog
from podwatch.core.concepts.examples import FACTS, STATE_FACTS
from podwatch.core.concepts.words import words
from podwatch.core.expectations.expectation import GRACE, MAX_RESTARTS
from podwatch.core.finding_parts import DiagnosisPart, FindingPart
from podwatch.core.present import PresentState, present_states
from podwatch.core.session import Session
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition, PodVersion
from podwatch.errors import ExitCode
from podwatch.renderers.dashboard.bindings import BINDINGS
from podwatch.renderers.json_schema import LINES, FindingLine
from podwatch.renderers.lines import Lines
from podwatch.renderers.verdict.json import VerdictLine
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

DOCS = Path(__file__).parent
NOTE = "<!-- made by `make docs`: edit the code it is made from -->\n\n"


def json_page() -> str:
    """docs/json.md: every line of `-o json`, from the structs that write them."""
    out = StringIO()
    out.write(NOTE)
    out.write("# The lines of `-o json`\n\n")
    out.write(
        "One JSON object a line, for each piece of news. The format stays: fields are added,\n"
        "never renamed or removed. Times are RFC 3339 in UTC; what does not apply is null or\n"
        "empty, never absent. `kind` is the heading here.\n"
    )
    lines: tuple[type[msgspec.Struct], ...] = (*LINES, VerdictLine)
    for type_ in lines:
        config = type_.__struct_config__
        out.write(f"\n## `{config.tag}`\n\n{inspect.getdoc(type_)}\n\n")
        out.write("| field | type | meaning |\n|---|---|---|\n")
        meanings = field_docs(type_)
        if type_ is FindingLine:
            meanings = field_docs(FindingPart) | meanings
        for field in msgspec.structs.fields(type_):
            shown = type_name(field.type)
            out.write(f"| `{field.encode_name}` | {shown} | {meanings.get(field.name, '')} |\n")
    return out.getvalue()


def type_name(type_: object) -> str:
    """A field's type in JSON's words."""
    words = {
        "str": "string",
        "int": "integer",
        "float": "number",
        "bool": "boolean",
        "tuple": "array",
    }
    if type_ == tuple[str, ...]:
        return "array of strings"
    text = getattr(type_, "__name__", str(type_)).replace("datetime.datetime", "time")
    text = text.replace("datetime", "time").replace("None", "null")
    return re.sub(r"\w+", lambda word: words.get(word[0], word[0]), text).replace("|", "or")


def field_docs(type_: type[msgspec.Struct]) -> dict[str, str]:
    """The text under each field of a struct and of those it extends."""
    found: dict[str, str] = {}
    for base in reversed(type_.__mro__):
        if base in (object, msgspec.Struct) or base.__module__.startswith("msgspec"):
            continue
        found |= texts_under(base)
    return found


def texts_under(type_: type) -> dict[str, str]:
    """The text under each field or member in the source of a class."""
    under = r'^    (\w+)(?:: | = )[^\n]+\n    """(.*?)"""$'
    return {
        name: " ".join(text.replace("\\\n", "").replace('\\"', '"').split())
        for name, text in re.findall(under, inspect.getsource(type_), re.M | re.S)
    }


def exit_codes_page() -> str:
    """docs/exit-codes.md, from the enumeration."""
    return f"{NOTE}# Exit codes\n\nThey are stable.\n\n{exit_codes()}"


def exit_codes() -> str:
    """The table of all exit codes."""
    meanings = texts_under(ExitCode)
    rows = "".join(f"| {int(code)} | {meanings[code.name]} |\n" for code in ExitCode)
    return f"| code | meaning |\n|---|---|\n{rows}"


def ci_page() -> str:
    """docs/ci.md with its tables: the exit codes, and what fails an expectation at once."""
    found = "".join(
        f"| `{state.id}` | {state.permanent} | {_after(state)} "
        f"| {'yes' if state.certain and not state.grace else 'no'} |\n"
        for state in present_states().states
        if state.permanent
    )
    found += (
        f"| `max-restarts` | a container ended once more | {MAX_RESTARTS} restarts, "
        "or --max-restarts | no |\n"
    )
    rules = f"| rule | cause | after | certain |\n|---|---|---|---|\n{found}"
    return with_tables("ci.md", {"exit-codes": exit_codes(), "rules": rules})


def _after(state: PresentState) -> str:
    """When a state decides."""
    again = ", a new try" if state.retried else ""
    return f"--grace ({GRACE:g} s){again}" if state.grace else "at once"


def agents_page() -> str:
    """docs/agents.md with the fields of a diagnosis."""
    return with_tables("agents.md", {"fields": fields_table(field_docs, type_name)})


def with_tables(file: str, tables: dict[str, str]) -> str:
    """A page that is written by hand, with the tables at their places."""
    page = (DOCS / file).read_text("utf-8")
    for name, table in tables.items():
        head, begin, rest = page.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- /{name} -->")
        page = f"{head}{begin}{table}{end}{tail}"
    return page


def facts_page() -> str:
    """docs/facts.md: what patterns and texts of concepts can name."""
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in FACTS.items())
    intro = (
        "What `[when]` can ask for and texts can show as `{name}`. A fact that does not apply\n"
        "is absent: it equals nothing.\n"
    )
    states = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in STATE_FACTS.items())
    of_states = (
        "\n## Of a present state\n\nWhat `podwatch/concepts/states.toml` can name. A message also "
        "comes `.in_brackets`,\nits first line, and `.after_colon`, all of it; both may be empty.\n"
    )
    head = "\n| fact | meaning |\n|---|---|\n"
    return f"{NOTE}# Facts\n\n{intro}{head}{rows}{of_states}{head}{states}"


def concepts_page() -> str:
    """docs/concepts.md: the table of all concepts and which recording shows each."""
    shown = "".join(
        f"| `{one.id}` | [{one.title}](concepts/{one.id}.md) | {one.summary} "
        f"| {', '.join(one.shown_by)} |\n"
        for one in catalog().by_id.values()
        if one.shown_by
    )
    others = "".join(
        f"| `{one.id}` | [{one.title}](concepts/{one.id}.md) | {one.summary} |\n"
        for one in catalog().by_id.values()
        if not one.shown_by
    )
    return (
        f"{NOTE}# Concepts\n\nWhat podwatch can explain, and the lessons (`podwatch demo NAME`)"
        f" that show it. [terms.md](terms.md) has the strings that Kubernetes itself uses.\n\n"
        f"| id | title | summary | shown by |\n|---|---|---|---|\n{shown}\n"
        "## Shown by no recording\n\nWhat no scenario makes happen, or what is no change of a"
        f" Pod.\n\n| id | title | summary |\n|---|---|---|\n{others}"
    )


def terms_page() -> str:
    """docs/terms.md: the strings that concepts explain in passing, and who has seen them."""
    seen = seen_strings()
    rows = "".join(
        f"| `{entry.term}` | {entry.kind} | {entry.text} | `{one.id}` "
        f"| {seen.get((entry.kind == 'event', entry.term), '')} |\n"
        for one, entry in sorted(catalog().entries, key=lambda pair: pair[1].term.casefold())
    )
    return (
        f"{NOTE}# Terms\n\nWhat else `podwatch explain WORDS…` knows. Capital letters, hyphens and"
        " blanks do not matter, nor does a typing error; a question will do, and a message or a "
        f"line of Events as it was printed.\n\n{words_section()}\n## Strings of Kubernetes\n\n"
        "By the concept that they belong to. Where no lesson is named, no recording shows the "
        f"term.\n\n| term | kind | meaning | concept | seen in |\n|---|---|---|---|---|\n{rows}"
    )


def words_section() -> str:
    """The words of the subject, each with the page and the lesson that tell more."""
    rows = "".join(
        f"| `{one.id}` | {one.term} | {one.text} [Read on]({one.docs}) | "
        f"{f'`{one.lesson}`' if one.lesson else ''} |\n"
        for one in sorted(words().by_id.values(), key=lambda one: one.term.casefold())
    )
    return f"## Words\n\n| id | word | meaning | concept |\n|---|---|---|---|\n{rows}"


def seen_strings() -> dict[tuple[bool, str], str]:
    """By (whether it is of an Event, string): the first scenario whose recording has it."""
    found: dict[tuple[bool, str], str] = {}
    for name in names():
        session = Session(catalog())
        for item in read(scenario(name).recording):
            for one in session.feed(item).entries:
                if isinstance(one, ExplainedEvent):
                    found.setdefault((True, one.event.reason), name)
                elif (
                    isinstance(one, ExplainedTransition)
                    and (state := one.transition.after) is not None
                ):
                    code = "" if state.exit_code is None else str(state.exit_code)
                    for term in (state.reason, state.value, one.transition.subject, code):
                        found.setdefault((False, term), name)
                elif isinstance(one, PodVersion):
                    found.setdefault((False, one.columns.status), name)
    return found


def scenarios_page() -> str:
    """docs/scenarios.md: the recorded lessons."""
    rows = "".join(
        f"| `podwatch demo {name}` | {one.title} | {one.summary} |\n"
        for name, one in ((name, scenario(name)) for name in names())
    )
    return f"{NOTE}# Lessons\n\n| command | title | what it shows |\n|---|---|---|\n{rows}"


def readme() -> str:
    """README.md with what is really so in its places: a crash loop's lines, the keys."""
    page = (DOCS.parent / "README.md").read_text("utf-8")
    out = StringIO()
    renderer = Lines(out.write, out.flush, UTC)
    session = Session(catalog())
    for item in read(scenario("crash-loop").recording):
        renderer.show(session.feed(item))
    own = [line for line in out.getvalue().splitlines() if re.search(r" app \w+: ", line)]
    shown = "\n".join(re.sub(r" \(kubernetes\.io\S+\)$", "", line) for line in own[:4])
    block = f"<!-- lines -->\n```\n{shown}\n```\n<!-- /lines -->"
    page = re.sub("<!-- lines -->.*<!-- /lines -->", lambda _: block, page, flags=re.S)
    rows = "".join(f"| {key.shown} | {key.does} |\n" for key in BINDINGS)
    keys = f"<!-- keys -->\n| key | does |\n|---|---|\n{rows}<!-- /keys -->"
    return re.sub("<!-- keys -->.*<!-- /keys -->", lambda _: keys, page, flags=re.S)


PICTURES = (("overview.svg", "overview", 60.0, 110, 34),)
"""The stills: file, scenario, the second, columns, rows."""


def generated() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    yield DOCS.parent / "README.md", readme()
    yield DOCS / "json.md", json_page()
    yield DOCS / "exit-codes.md", exit_codes_page()
    yield DOCS / "ci.md", ci_page()
    yield DOCS / "agents.md", agents_page()
    yield DOCS / "ids.md", ids_page(NOTE)
    yield DOCS / "diagnosis.schema.json", schema(DiagnosisPart, field_docs)
    yield DOCS / "verdict.schema.json", schema(VerdictLine, field_docs)
    yield DOCS / "facts.md", facts_page()
    yield DOCS / "concepts.md", concepts_page()
    yield DOCS / "terms.md", terms_page()
    yield DOCS / "scenarios.md", scenarios_page()
    with TemporaryDirectory() as folder:
        for file, name, at, width, height in PICTURES:
            picture = Path(folder, file)
            still(scenario(name).recording, picture, at, (width, height))
            yield DOCS / file, picture.read_text("utf-8")
    yield from screens(NOTE)
    for file, text in concept_pages(NOTE):
        yield DOCS / "concepts" / file, text


def main(arguments: list[str]) -> int:
    """Write the files, or with --check name those that are not current."""
    if arguments == ["--release"]:
        promise()
    check = arguments == ["--check"]
    stale = []
    (DOCS / "concepts").mkdir(exist_ok=True)
    left_over = set((DOCS / "concepts").iterdir())
    for path, text in generated():
        left_over.discard(path)
        if path.exists() and path.read_text("utf-8") == text:
            continue
        stale.append(path.name)
        if not check:
            path.write_text(text, "utf-8")
    for path in sorted(left_over):  # of a concept or a moment that is no more
        stale.append(path.name)
        if not check:
            path.unlink()
    if check and stale:
        sys.stderr.write(f"docs are not current: {', '.join(stale)}; run `make docs`\n")
        return 1
    sys.stdout.write(f"docs: {'all current' if not stale else 'made ' + ', '.join(stale)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
