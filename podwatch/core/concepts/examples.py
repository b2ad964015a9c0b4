"""The `[[example]]`s at the end of a concept's file: facts for which one of its patterns wins.

Responsible for reading them and facts.toml, which lists the facts and says what an example need
not say. The tests hold that examples are won, and the pages of docs/concepts show them; the
program itself never reads either.
"""

import tomllib
from importlib.resources import files
from typing import Any

import msgspec

from podwatch.core.concepts.container_facts import OWN_WORDS
from podwatch.core.concepts.facts import decoded
from podwatch.core.concepts.loader import EXAMPLES, split_texts
from podwatch.core.concepts.patterns import Facts, parsed
from podwatch.core.datafile import Mistake, read
from podwatch.core.exit_codes import ending_signal, exit_means

_FILE = tomllib.loads((files("podwatch") / "concepts" / "facts.toml").read_text("utf-8"))
_USUAL: dict[str, Facts] = _FILE["usual"]
FACTS: dict[str, str] = _FILE["concept"]
"""Every fact that a concept can name, with its meaning."""
STATE_FACTS: dict[str, str] = _FILE["state"]
"""Every fact that a present state can name, with its meaning."""


class Example(msgspec.Struct, frozen=True):
    """What happened, as facts, and what has to be said about it: parts of the texts."""

    facts: Facts
    fact: str = ""
    sentence: str = ""
    who: str = ""
    then: str = ""


def examples(id_: str, toml: str) -> tuple[Example, ...]:
    """The examples of a file; BrokenFile says where and what to mend."""
    _, mark, rest = toml.partition(EXAMPLES)
    before = toml.count("\n", 0, len(toml) - len(rest) - len(mark)) + 1 if mark else 0
    return read(f"{id_}.toml", "\n" * before + mark.lstrip() + rest, _examples)


def _examples(table: dict[str, Any]) -> tuple[Example, ...]:
    for key in table:
        if key != "example":
            raise Mistake("only [[example]]s can follow an [[example]]", (key, 0))
    return tuple(_example(row, number) for number, row in enumerate(table.get("example", ())))


def _example(row: dict[str, Any], number: int) -> Example:
    where = (("example", number),)
    row, texts = split_texts("example", row, where)
    facts: Facts = {}
    for test in parsed("example", row, where):
        if test.negated or len(test.values) != 1 or test.name not in FACTS:
            raise Mistake(f"`{test.name}` has to be a fact with one value", *where, (test.name, 0))
        facts[test.name] = test.values[0]
    return Example(complete(facts), **texts)


def complete(facts: Facts) -> Facts:
    """The facts with all that is usual, and what their message says.

    An empty text says that there is no such fact.
    """
    usual = _USUAL["pod"] | _USUAL["event" if "notice.reason" in facts else "transition"]
    if str(facts.get("transition.facet", "")).endswith(("container", "sidecar")):
        usual |= _USUAL["container"]
        if facts.get("transition.after") == "terminated":
            usual |= _USUAL["end"]
    if "notice.container" in facts:
        usual |= {"container.image": "busybox:1.36", "container.name": facts["notice.container"]}
    if (code := facts.get("transition.exit_code")) is not None:
        usual["container.exit_code"] = code
        usual["container.signal"] = ending_signal(int(code))
        usual["container.exit_means"] = exit_means(int(code))
    node = facts.get("pod.node", usual["pod.node"])
    usual["pod.kubelet"] = f"the kubelet on {node}" if node else "the kubelet"
    for group in ("transition", "notice"):
        if message := facts.get(f"{group}.message"):
            own = facts.get("transition.after") == "terminated" and (
                facts.get("transition.reason") in OWN_WORDS
            )
            usual |= decoded(group, str(message), own=own)
    return {name: fact for name, fact in (usual | facts).items() if fact != ""}
