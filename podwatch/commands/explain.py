"""`podwatch explain`: the catalogue, to read. Needs no cluster."""

import difflib
import textwrap

import typer

from podwatch.concepts import Concept, catalog
from podwatch.errors import ExitCode, PodwatchError


def explain(term: str) -> ExitCode:
    """Print a concept, or the table of all of them."""
    concepts = catalog().by_id
    if not term:
        for concept in concepts.values():
            typer.echo(f"{concept.id:24} {concept.summary}")
        return ExitCode.MET
    found = concepts.get(term)
    if found is None:
        close = difflib.get_close_matches(term, concepts, n=3, cutoff=0.4)
        raise PodwatchError(
            f'podwatch has no concept "{term}"',
            f"did you mean {' or '.join(close)}?" if close else "podwatch explain names them all",
            ExitCode.USAGE,
        )
    typer.echo(page(found))
    return ExitCode.MET


def page(concept: Concept) -> str:
    """A concept as a page of text, at most 88 columns wide."""
    parts = [f"{concept.title} ({concept.id})", concept.summary, concept.explanation]
    if concept.myth:
        parts.append(f"Not quite: {concept.myth}")
    if concept.next:
        parts.append("Usually next: " + ", ".join(concept.next))
    parts.append(concept.docs)
    return "\n\n".join(
        "\n\n".join(textwrap.fill(paragraph, 88) for paragraph in part.split("\n\n"))
        for part in parts
    )
