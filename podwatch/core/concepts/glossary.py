"""The glossary: the technical words that stand in a text, each with what it means.

Responsible for finding them, as Kubernetes writes them: a word of the subject in any case and
number, a reason, condition, phase or signal exactly, an exit code behind the word. What somebody
means who types is `search`'s business.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.loader import catalog
from podwatch.core.concepts.terms import Meaning, of_entry, of_exit_code
from podwatch.core.concepts.words import Headword, Words, words

_WORD = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_EXIT_CODE = re.compile(r"\bexit(?:ed with)?(?: codes?)? (\d{1,3})\b|\bExitCode:(\d{1,3})\b")
_LONGEST = 4
"""So many words one name has at most."""


class Glossary:
    """All that can be asked, by how it is written."""

    def __init__(self, concepts: Catalog, words: Words) -> None:
        self._catalog = concepts
        self._exact: dict[str, Meaning] = {}
        self._any_case: dict[str, Meaning] = {}
        for concept, entry in reversed(concepts.entries):
            if entry.kind != "exit-code" and _WORD.fullmatch(entry.term):
                self._exact[entry.term] = of_entry(entry.term, concept, entry)
        for concept in concepts.by_id.values():
            for reason in concept.reasons:
                self._exact.setdefault(reason, Meaning(reason, "a lesson of podwatch", "", concept))
        for id_, names in words.written.items():
            for name in names:
                self._add(name, Meaning(names[0], "a lesson of podwatch", "", concepts.by_id[id_]))
        for word in words.by_id.values():
            lesson = concepts.by_id.get(word.lesson)
            for name in _names(word):
                self._add(name, Meaning(word.term, "", word.text, lesson, word))

    def _add(self, name: str, meaning: Meaning) -> None:
        if name in self._exact or (name.isupper() and len(name) > 3):
            self._exact[name] = meaning  # STATUS is a column, a status is not
        else:
            self._any_case.setdefault(_plain(name), meaning)

    def words_in(self, text: str) -> tuple[Meaning, ...]:
        """What can be asked of a text, each once, in its order."""
        found = sorted([*self._codes(text), *self._named(text)], key=lambda one: one[0])
        return tuple({(one.term, one.id): one for _, one in found}.values())

    def _codes(self, text: str) -> Iterator[tuple[int, Meaning]]:
        for match in _EXIT_CODE.finditer(text):
            for meaning in of_exit_code(self._catalog, match[1] or match[2]):
                yield match.start(), meaning

    def _named(self, text: str) -> Iterator[tuple[int, Meaning]]:
        """Of the names that begin at a word the longest."""
        tokens = list(_WORD.finditer(text))
        at = 0
        while at < len(tokens):
            taken = 1
            for number in range(min(_LONGEST, len(tokens) - at), 0, -1):
                part = tokens[at : at + number]
                if any(one.end() + 1 != two.start() for one, two in pairwise(part)):
                    continue
                written = text[part[0].start() : part[-1].end()]
                meaning = self._exact.get(written) or self._any_case.get(_plain(written))
                if meaning is not None:
                    yield part[0].start(), meaning
                    taken = number
                    break
            at += taken


def _names(word: Headword) -> Iterator[str]:
    """How a word is written in texts; what people type who look for it is more than that."""
    yield word.term
    yield from word.written
    yield from (name for name in word.also if re.search(r"[a-z][A-Z]|^[A-Z]{3,}$", name))


def called(meaning: Meaning) -> str:
    """What it is called where it stands alone."""
    is_number = meaning.term.lstrip("-").isdecimal()
    return f"exit code {meaning.term}" if is_number else meaning.term


def _plain(name: str) -> str:
    """Without what does not matter: `Init containers` is `initcontainer`."""
    squeezed = re.sub(r"[\s-]+", "", name).casefold()
    return squeezed[:-1] if squeezed.endswith("s") and not squeezed.endswith("ss") else squeezed


@cache
def glossary() -> Glossary:
    """What comes with podwatch."""
    return Glossary(catalog(), words())
