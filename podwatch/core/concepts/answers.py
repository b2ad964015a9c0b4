"""What `podwatch explain WORDS…` answers: which meanings, the best first, and what else is meant.

Responsible for the order in which a text is tried: a term as it is written, another way to write
it, an exit code in a sentence, what a cluster printed, the words of a question, a typing error.
"""

import re
from collections.abc import Sequence
from functools import cache, cached_property
from typing import NamedTuple

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.concept import Concept
from podwatch.core.concepts.explanation import Explanation
from podwatch.core.concepts.loader import catalog
from podwatch.core.concepts.pasted import Pasted, pasted
from podwatch.core.concepts.search import Hit, Index, Subject
from podwatch.core.concepts.terms import Meaning, meanings, of_exit_code, of_signal
from podwatch.core.concepts.words import Words, words
from podwatch.core.text import one_line


class Answer(NamedTuple):
    """What a text means.

    `others` may be meant as well: what `explain` takes for them. `taken_as`: how the text was read
    where it has a typing error. `told`: what a message of the cluster says, of which the meanings
    are.
    """

    meanings: tuple[Meaning, ...]
    others: tuple[str, ...] = ()
    taken_as: str = ""
    told: Explanation | None = None
    facts: Pasted | None = None


_LOOKED_AT = 2_000
"""Characters of a question: whoever pastes more has pasted what a cluster printed."""
_OTHERS = 4
_NEAR = 0.75
"""How well another one has to fit, beside the best, to be named."""
_WHOLE = 0.8
"""The same where the word is all that a text asks about."""
_CLEAR = 0.65
"""How well a name has to fit to be preferred to such a word."""


class Answers:
    """What texts mean, by the concepts and the words."""

    def __init__(self, concepts: Catalog, words: Words) -> None:
        self._catalog = concepts
        self._words = words

    @cached_property
    def _index(self) -> Index:
        return Index(self._catalog, self._words)

    def answer(self, text: str) -> Answer:
        """What a text means; an Answer without meanings where nobody knows."""
        text = text.strip().strip("\"'`").strip()
        line = one_line(text[:_LOOKED_AT]).rstrip("?!.,;:").rstrip()
        return self._term(line) or self._pasted(text) or self._sentence(line) or Answer(())

    def knows(self, word: str) -> bool:
        """Whether it is a term, or a word that stands in the name of one."""
        return bool(meanings(self._catalog, word)) or self._index.knows(word)

    # ── terms ──

    def _term(self, line: str) -> Answer | None:
        """A term as it is written, or in another way."""
        known = self._words_term(line)
        in_sentence = " " in line and ":" in line
        if not known and not in_sentence and self._catalog.is_written(line):
            known = meanings(self._catalog, line)
        subject = None if known else self._index.exact(line)
        if subject is not None:
            known = self._of(subject, line)
        elif not known and not in_sentence:
            known = meanings(self._catalog, line)
        if not known:
            return None
        own = {meaning.id for meaning in known} | {meaning.term for meaning in known}
        others = self._others(line) if line.replace(" ", "").isalpha() else ()
        return Answer(known, tuple(other for other in others if other not in own))

    def _words_term(self, line: str) -> tuple[Meaning, ...]:
        """READY is a column of kubectl, ready and Ready are not."""
        for word in self._words.by_id.values():
            if word.term == line and word.term.isupper():
                return self._of(Subject(word=word), line)
        return ()

    def _of(self, subject: Subject, term: str) -> tuple[Meaning, ...]:
        if subject.word is not None:
            word = subject.word
            lesson = self._catalog.by_id.get(word.lesson)
            return (Meaning(word.term, "", word.text, lesson, word),)
        if subject.entry is not None:
            return meanings(self._catalog, subject.entry.term)
        assert subject.concept is not None
        return (Meaning(term, "a lesson of podwatch", "", subject.concept),)

    def _others(self, line: str) -> tuple[str, ...]:
        near = [hit.subject.id for hit in self._index.search(line) if hit.score >= _NEAR]
        return tuple(near[:_OTHERS])

    # ── sentences ──

    def _sentence(self, line: str) -> Answer | None:
        found = self._composed(line) or self._exit_code(line) or self._string(line)
        if found is not None:
            return found
        hits, meant = self._index.search(line), self._index.corrected(line)
        better = self._index.search(meant[0]) if len(meant) == 1 else []
        if not hits and len(meant) > 1:
            return Answer((), tuple(meant))
        if better and (not hits or " " not in line or better[0].score > hits[0].score):
            found = self._term(meant[0]) or self._best(better)
            return found._replace(taken_as=meant[0])
        return self._best(hits) if hits else None

    def _best(self, hits: Sequence[Hit]) -> Answer:
        best = hits[0]
        near = [hit.subject.id for hit in hits[1:] if hit.score >= _NEAR * 0.95 * best.score]
        return Answer(self._of(best.subject, best.name), tuple(near[:_OTHERS]))

    def _composed(self, line: str) -> Answer | None:
        """A STATUS text with a colon in a sentence."""
        for match in _COMPOSED.finditer(line):
            known = meanings(self._catalog, re.sub(r" ?: ?| ", ":", match[0], count=1))
            if known:
                return Answer(known)
        return None

    def _string(self, line: str) -> Answer | None:
        """A reason or a STATUS text in a sentence, written as Kubernetes does."""
        line = _RPC.sub(" ", line)
        words = (word.strip("\"'`.,;:!?()[]") for word in line.split()[1:])
        strings = [word for word in words if word[:1].isupper() and self._catalog.is_written(word)]
        first = line.partition(" ")[0]
        if _HUMPS.search(first) and self._catalog.is_written(first):
            strings.insert(0, first)
        found = [known for word in strings if (known := meanings(self._catalog, word))]
        if not found:
            return None
        found.sort(key=lambda known: -_weight(known[0].concept))
        hits = self._index.search(line)
        clear = _CLEAR if found[0][0].id in _BESIDE else _WHOLE
        if hits and hits[0].score > clear and (clear == _CLEAR or hits[0].subject.word):
            return None
        others = [one[0].term for one in found[1:]] + list(self._others(line))
        own = {found[0][0].term, found[0][0].id}
        return Answer(found[0], tuple(dict.fromkeys(o for o in others if o not in own))[:_OTHERS])

    def _exit_code(self, line: str) -> Answer | None:
        """A number that a sentence calls an exit code or a signal."""
        codes = [match for match in _EXIT_CODE.finditer(line) if not _HTTP.search(line)]
        known = [of_exit_code(self._catalog, match[1]) for match in codes]
        if not any(known):
            match = _SIGNAL.search(line)
            signal = of_signal(self._catalog, match[1] or match[2]) if match is not None else ()
            return Answer(signal) if signal else None
        asked = self._index.search(line)
        named = {match[1] for match in codes} & set(asked[0].name.split()) if asked else set()
        if named and self._index.holds(line, asked[0].name):
            return self._best(asked)
        rest = _EXIT_CODE.sub(" ", line)
        hits = [hit for hit in self._index.search(rest) if hit.subject.word is None]
        if hits and hits[0].score > _NEAR:
            best = hits[0]
            return Answer(self._of(best.subject, best.name) + sum(known, ()))
        return Answer(sum(known, ()))

    # ── what a cluster printed ──

    def _pasted(self, text: str) -> Answer | None:
        if len(text.split()) < 3:
            return None
        parts = pasted(text, self._words)
        told = [one for part in parts if (one := self._told(part)) is not None]
        told.sort(key=lambda one: -one[0])
        if not told:
            return None
        _, answer = told[0]
        own = {meaning.id for meaning in answer.meanings}
        others = (m.id for _, one in told[1:] for m in one.meanings if m.id not in own)
        return answer._replace(others=tuple(dict.fromkeys(others))[:_OTHERS])

    def _told(self, part: Pasted) -> tuple[int, Answer] | None:
        """What is to be said of one thing that was pasted, with how much it matters."""
        if part.status:
            known = meanings(self._catalog, part.status)
            if not known:
                return None
            return _weight(known[0].concept), Answer(known, facts=part)
        if part.word:
            return 1, Answer(self._of(Subject(word=self._words.by_id[part.word]), ""), facts=part)
        if part.lesson:
            concept = self._catalog.by_id[part.lesson]
            explanation = Explanation(concept, "", "", part.facts)
        else:
            explanation = self._catalog.explain(part.facts)
            if explanation.concept is None:
                return None
            concept = explanation.concept
        meaning = Meaning(concept.title, "a lesson of podwatch", "", concept)
        return _weight(concept) + 1, Answer((meaning,), told=explanation, facts=part)


_FOLLOW = {"crash-loop-back-off", "image-pull-back-off", "not-ready", "containers-not-ready"}
"""What only follows from something else that a text may tell, too."""
_BESIDE = {"running", "ready", "created", "not-ready"}
"""What a question names beside what is wrong: "Running but 0/1"."""


def _weight(concept: Concept | None) -> int:
    """How much it matters among several that a text tells."""
    if concept is None:
        return 0
    return 2 * concept.weight.rank - (3 if concept.id in _FOLLOW else 0)


@cache
def answers() -> Answers:
    """The answers of what comes with podwatch."""
    return Answers(catalog(), words())


_RPC = re.compile(r"\bcode = \w+")
"""gRPC's own codes, Unknown and DeadlineExceeded, are no reasons of Kubernetes."""
_HUMPS = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_COMPOSED = re.compile(
    r"\bInit ?: ?(?:\d+/\d+|[A-Z]\w+(?::\d+)?)|\binit \d+/\d+|\b(?:ExitCode|Signal) ?: ?\d+",
    re.IGNORECASE,
)
_EXIT_CODE = re.compile(
    r"""\b(?:
        exit(?:ed|s)?(?:[-\ _]?(?:codes?|status(?:es)?|value))?
        |(?:return|error|status)[-\ _]?code|returned|terminated|ended|died|rc|code
    )\b
    (?:[\ :=\#("'*]|with|of|is|was|code|status|exit|number)*
    (-?\d{1,10}|0x[0-9a-f]{1,8})\b(?![./:]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_HTTP = re.compile(r"\bhttps?\b|statuscode", re.IGNORECASE)
_SIGNAL = re.compile(
    r"\bsignal(?:[ :=#(]|number|is|was)*(\d{1,2}|[A-Za-z]+)\b|\b(SIG[A-Z0-9]+)\b", re.IGNORECASE
)
