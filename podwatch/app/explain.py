"""`podwatch explain TERM`: the catalogue, to read. Needs no cluster."""

import textwrap
from collections.abc import Iterator, Sequence

import typer

from podwatch.core.concepts import Concept, catalog
from podwatch.core.concepts.terms import Meaning, close_matches, meanings
from podwatch.core.text import capitalized
from podwatch.errors import PodwatchError

_WIDTH = 88


def explain(term: str) -> None:
    """Print what a term means, or the table of all lessons."""
    concepts = catalog()
    if not term.strip():
        longest = max(map(len, concepts.by_id))
        for concept in concepts.by_id.values():
            typer.echo(f"{concept.id:{longest}}  {concept.summary}")
        return
    answers = meanings(concepts, term)
    if not answers:
        close = close_matches(concepts, term)
        raise PodwatchError(
            f'podwatch does not know the term "{term}"',
            f"did you mean {' or '.join(close)}?"
            if close
            else "podwatch explain names all lessons; for a Pod: podwatch explain pod/NAME",
        )
    typer.echo("\n\n".join(_answer(answers)))


def _answer(answers: Sequence[Meaning]) -> Iterator[str]:
    """The meanings, then the lesson of each, once."""
    texts = [meaning for meaning in answers if meaning.text]
    for meaning in texts:
        start = capitalized(meaning.text)
        yield _filled(f"{meaning.term} ({meaning.what}): {start}")
    for concept in dict.fromkeys(meaning.concept.id for meaning in answers):
        yield page(catalog().by_id[concept])


def page(concept: Concept) -> str:
    """A concept as a page of text, at most 88 columns wide."""
    parts = [f"{concept.title} ({concept.id})", concept.summary, concept.explanation]
    if concept.note:
        parts.append(concept.note if concept.often_read else f"Note: {concept.note}")
    if concept.next:
        parts.append("Usually next: " + ", ".join(concept.next))
    if concept.shown_by:
        parts.append(f"See it: podwatch demo {concept.shown_by[0]}")
    parts.append(concept.docs)
    return "\n\n".join(map(_filled, parts))


def _filled(text: str) -> str:
    return "\n\n".join(
        textwrap.fill(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )
