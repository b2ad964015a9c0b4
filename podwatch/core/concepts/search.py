"""Which word, lesson or entry a text means that somebody typed: a scored match over their names.

Responsible for finding, however it is written: `image pull backoff`, `why is my pod pending`, a
typing error. What is not known does not count, so a sentence does no harm. What an answer says
is `terms`' business; texts that a cluster printed are `pasted`'s.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from math import log
from typing import NamedTuple

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.concept import Concept, Entry
from podwatch.core.concepts.words import Headword, Words
from podwatch.core.spelling import closest
from podwatch.core.text import one_line


class Subject(NamedTuple):
    """What can be meant: a word, or a lesson, or an entry of a lesson."""

    concept: Concept | None = None
    entry: Entry | None = None
    word: Headword | None = None

    @property
    def id(self) -> str:
        """What `explain` takes for it: a word's or a lesson's id, an entry's term."""
        if self.word is not None:
            return self.word.id
        if self.entry is not None:
            return self.entry.term
        return self.concept.id if self.concept is not None else ""


class Hit(NamedTuple):
    """A subject that may be meant, with how well it fits, 1 at best, and its name that fits."""

    score: float
    subject: Subject
    name: str


class _Name(NamedTuple):
    text: str
    tokens: frozenset[str]
    stems: tuple[str, ...]
    subject: Subject
    counts: float
    """How much a match counts: a word that people use is meant rather than a title, or a string of
    Kubernetes that was not written as it is."""


_GOOD = 0.5
"""How well a name has to fit a text to be an answer."""
_WHOLE = 0.35
"""The same of one that is in the text as a whole."""
_LONG = 7
"""So many known words are a text that was pasted: of it only whole names count."""


class Index:
    """All names, to be searched."""

    def __init__(self, catalog: Catalog, words: Words) -> None:
        self._exact: dict[str, Subject] = {}
        named: list[tuple[str, Subject, float]] = []
        for text, subject, counts in _names(catalog, words):
            if self._exact.setdefault(squeezed(text), subject).id == subject.id:
                named.append((text, subject, counts))
        self._joined = _joined(_tokens(text, {}) for text, _, _ in named)
        self._names = [self._name(*one) for one in named]
        seen_in: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._names:
            for stem in name.stems:
                seen_in[stem].add(name.subject.id)
        self._weights = {
            stem: log(1 + len(self._names) / len(ids)) for stem, ids in seen_in.items()
        }

    def _name(self, text: str, subject: Subject, counts: float) -> _Name:
        tokens = _tokens(text, self._joined)
        return _Name(text, frozenset(tokens), tuple(map(stem, tokens)), subject, counts)

    def exact(self, text: str) -> Subject | None:
        """What is called so; capital letters, blanks, hyphens and a plural do not matter."""
        known = self._exact.get(squeezed(text))
        return known if known is not None else self._exact.get(squeezed(text).removesuffix("s"))

    def knows(self, word: str) -> bool:
        """Whether all that it is made of stands in names."""
        return all(stem in self._weights for stem in self._stems(word))

    def holds(self, text: str, name: str) -> bool:
        """Whether all words of a name, but for the weak, stand in a text."""
        return set(self._stems(name)) - _WEAK <= set(self._stems(text))

    def search(self, text: str) -> list[Hit]:
        """What fits, the best first; nothing where nothing fits well."""
        tokens = _tokens(text, self._joined)
        stems = [one for one in map(stem, tokens) if one in self._weights]
        only_weak = all(one in _WEAK for one in map(stem, tokens))
        strange = len(stems) < len(tokens)
        best: dict[str, Hit] = {}
        named: defaultdict[str, set[str]] = defaultdict(set)
        for name in self._names:
            both = set(name.stems) & set(stems)
            if not only_weak and both <= _WEAK:
                continue
            whole = set(name.stems) <= both
            if strange and not whole and len(both - _WEAK) < 2:
                continue  # one word of a name, in a sentence about something that has no name here
            if whole:
                named[name.subject.id].update(name.stems)
            score = self._score(name, stems, named[name.subject.id])
            if score:
                score = score * name.counts + 0.01 * len(name.tokens & set(tokens))
            enough = _WHOLE if whole else _GOOD
            if score >= enough and score > best.get(name.subject.id, (0.0,))[0]:
                best[name.subject.id] = Hit(score, name.subject, name.text)
        return sorted(best.values(), key=lambda hit: -hit.score)

    def _score(self, name: _Name, stems: Sequence[str], others: set[str]) -> float:
        """How well a name fits: how much of it is in the text, and how much of the text it is.

        `others`: of other names of the same subject that are in the text, too.
        """
        both = set(name.stems) & set(stems)
        if not both:
            return 0.0
        common = self._weight(both)
        of_name = common / self._weight(set(name.stems))
        of_text = self._weight(both | others) / self._weight(set(stems))
        if len(stems) >= _LONG:
            # the longer a name that stands in it as it is, the better
            whole = _stands_in(name.stems, stems)
            return 0.5 + of_text / 2 if whole else 0.0
        together = len(set(pairwise(name.stems)) & set(pairwise(stems)))
        return 2 * of_name * of_text / (of_name + of_text) + 0.01 * together

    def _weight(self, stems: Iterable[str]) -> float:
        return sum(self._weights.get(stem, 0.0) for stem in stems)

    def _stems(self, text: str) -> tuple[str, ...]:
        return tuple(map(stem, _tokens(text, self._joined)))

    # ── typing errors ──

    def corrected(self, text: str) -> list[str]:
        """The names or the text that were probably meant, all equally likely; nothing is guessed.

        Of a text of several words those that are known stay.
        """
        tokens = _tokens(text, self._joined)
        single = " " not in text.strip()
        if not single and all(self._is_known(token) for token in tokens):
            return []
        whole = closest(squeezed(text), self._exact)
        if whole:
            ids = {self._exact[name].id for name in whole}
            if len(ids) == 1 or len(set(map(stem, whole))) == 1:
                return [self._shown(whole[0])]
            if single:
                return [self._shown(name) for name in whole][:4]
        fixed = [self._fixed(token) for token in tokens]
        if not 1 < len(fixed) <= 6 or not any(changed for _, changed in fixed):
            return []
        return [" ".join(token for token, _ in fixed)]

    def _fixed(self, token: str) -> tuple[str, bool]:
        if self._is_known(token) or len(token) < 5:
            return token, False
        close = closest(token, self._vocabulary)
        stems = {stem(one) for one in close}
        return (close[0], True) if len(stems) == 1 else (token, False)

    def _is_known(self, token: str) -> bool:
        return stem(token) in self._weights or token in _STOP

    @cached_property
    def _vocabulary(self) -> set[str]:
        return {token for name in self._names for token in name.tokens}

    def _shown(self, name: str) -> str:
        """As people write it: OOMKilled rather than oom-killed."""
        texts = (one.text for one in self._names if squeezed(one.text) == name)
        return max(texts, key=lambda text: sum(map(str.isupper, text)))


def _names(catalog: Catalog, words: Words) -> Iterator[tuple[str, Subject, float]]:
    """Every name, what is called so, how much it counts; of two that are the same, the first."""
    every = catalog.by_id.values()
    entries = [pair for pair in catalog.entries if not pair[1].term.endswith("*")]
    by_term = {entry.term: Subject(one, entry) for one, entry in reversed(entries)}
    yield from ((one.id, Subject(one), 1) for one in every)
    for word in words.by_id.values():
        yield from ((name, Subject(word=word), 1) for name in (word.id, word.term, *word.also))
    for of, names in words.other_names.items():
        subject = Subject(catalog.by_id[of]) if of in catalog.by_id else by_term.get(of)
        if subject is not None:
            yield from ((name, subject, 1) for name in names)
    yield from ((entry.term, Subject(one, entry), _STRING) for one, entry in entries)
    yield from ((reason, Subject(one), _STRING) for one in every for reason in one.reasons)
    yield from ((one.title, Subject(one), _TITLE) for one in every)


_STRING, _TITLE = 0.85, 0.85


# ── how texts are taken apart ──

_STOP = frozenset(
    "a about all also am an and any are as at be been but by can could did do does doing for "  # noqa: SIM905
    "from get gets getting go going got had has have having he her here how i if in into is it its "
    "just me my of on or our please podwatch she should so that the their them then there "
    "these they this to was we were what when where which while who whose why will with would "
    "you your s t m ca wo every without still explain mean means kubernetes k8s error".split()
)
"""Words that say nothing about what is meant."""

_WEAK = frozenset(("not", "no", "pod", "contain", "run", "start", "work", "fail"))
"""Stems that many questions have: alone they say nothing where there are other words."""

_VERSION = re.compile(r"\bv?\d+(?:\.\d+)+\b")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def squeezed(text: str) -> str:
    """The text without what does not matter: `Image-Pull backoff` is `imagepullbackoff`."""
    return re.sub(r"[\s_\-'\"`.,;?!]+", "", text.casefold())


def _tokens(text: str, joined: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Its words in lower case, without those that say nothing; `CrashLoopBackOff` is four."""
    found: list[str] = []
    text = _VERSION.sub(" ", one_line(text).replace("n't", " not"))
    for word in re.findall(r"[A-Za-z0-9]+", text):
        parts = _PART.findall(word)
        whole = word.casefold()
        if len(parts) > 1 and all(len(part) > 1 for part in parts):
            for part in map(str.casefold, parts):
                found += joined.get(part, (part,))
        else:
            found += joined.get(whole, (whole,))
    return tuple(token for token in found if token not in _STOP) or tuple(found)


def _joined(names: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """What is written together of words that stand beside each other in a name: `imagepull`."""
    found: dict[str, tuple[str, ...]] = {}
    alone: set[str] = set()
    for tokens in names:
        alone.update(tokens)
        for start in range(len(tokens)):
            for end in range(start + 2, min(start + 5, len(tokens)) + 1):
                part = tokens[start:end]
                if len("".join(part)) > 5:
                    found.setdefault("".join(part), part)
    return {word: parts for word, parts in found.items() if word not in alone or len(word) > 6}


def stem(token: str) -> str:
    """A word without its ending: pulls, pulled and pulling are one; not meant to be read."""
    for ending, least in (("ing", 6), ("ies", 6), ("ed", 5), ("es", 6), ("s", 4)):
        if token.endswith(ending) and len(token) >= least and not token.endswith("ss"):
            token = token.removesuffix(ending)
            break
    if len(token) > 3 and token[-1] == token[-2]:
        token = token[:-1]
    return token.removesuffix("e") if len(token) > 4 else token


def _stands_in(name: Sequence[str], stems: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(stems[at : at + size]) == name for at in range(len(stems) - size + 1))
