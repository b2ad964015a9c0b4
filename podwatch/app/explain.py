"""`podwatch explain WORDS…`: the catalogue and the words of the subject, to read.

Responsible for the page and for what is said where there is no answer. Needs no cluster.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator

import typer

from podwatch.core.concepts import Concept, catalog
from podwatch.core.concepts.answers import Answer, answers
from podwatch.core.concepts.pasted import described, is_manifest
from podwatch.core.concepts.patterns import Facts
from podwatch.core.concepts.words import Headword, words
from podwatch.core.kube import Pod
from podwatch.core.messages import cause
from podwatch.core.messages.scheduling import why_unscheduled
from podwatch.core.text import capitalized, one_line
from podwatch.errors import PodwatchError
from podwatch.renderers.appearance import width as page_width
from podwatch.renderers.sanitize import visible


def explain(text: str) -> None:
    """Print what a text means, or without one the table of all lessons."""
    width = page_width()
    if not text.strip():
        typer.echo("\n".join(_everything(width)))
        return
    answer = answers().answer(text)
    if (misplaced := _misplaced(text)) is not None:
        if answer.facts is None:
            raise misplaced
        typer.echo(f"podwatch: {visible(misplaced.message)}\n  {visible(misplaced.hint)}", err=True)
    if not answer.meanings:
        raise PodwatchError(
            f'podwatch does not know the term "{_shortened(text)}"',
            f"did you mean {' or '.join(answer.others)}?"
            if answer.others
            else "podwatch explain names all there is; for a Pod: podwatch explain pod/"
            + _name(text),
        )
    if answer.taken_as:
        meant = visible(answer.taken_as)
        typer.echo(f'"{visible(_shortened(text))}": did you mean {meant}? This is:', err=True)
    pages = (_filled(part, width) for part in _parts(answer))
    typer.echo("\n\n".join(dict.fromkeys(pages)))


def _name(text: str) -> str:
    """A word that a Pod can be called, or a place for one."""
    return text if re.fullmatch(r"[a-z0-9][a-z0-9.-]*", text) else "NAME"


# ── what is printed ──


def _everything(width: int) -> Iterator[str]:
    concepts = catalog().by_id.values()
    longest = max(len(concept.id) for concept in concepts)
    for concept in concepts:
        summary = textwrap.wrap(concept.summary, max(width - longest - 2, 30))
        yield f"{concept.id:{longest}}  {summary[0]}"
        yield from (f"{'':{longest}}  {line}" for line in summary[1:])
    yield ""
    known = ", ".join(sorted(words().by_id))
    yield _filled(f"Words of the subject: {known}.", width)
    yield _filled(
        "A question, an exit code, and a message or a line of Events will do, too, without "
        "quotation marks: podwatch explain why is my pod pending",
        width,
    )


def _parts(answer: Answer) -> Iterator[str]:
    """What was pasted says, then the meanings, then the lesson of each, once, then what else."""
    yield from _told(answer)
    for meaning in answer.meanings:
        if meaning.word is not None:
            yield from _word(meaning.word, meaning.concept)
        elif meaning.text:
            yield f"{visible(meaning.term)} ({meaning.what}): {capitalized(visible(meaning.text))}"
    lessons = (one.concept for one in answer.meanings if one.word is None)
    filled_in = answer.told is not None and bool(answer.told.try_)
    for id_ in dict.fromkeys(lesson.id for lesson in lessons if lesson is not None):
        yield from page(catalog().by_id[id_], commands=not filled_in)
    if answer.others:
        others = ", ".join(answer.others)
        yield f"Or do you mean: {others}? Ask: podwatch explain {answer.others[0]}"


def _told(answer: Answer) -> Iterator[str]:
    """What a message of the cluster says, with the names that stand in it."""
    facts = answer.facts.facts if answer.facts is not None else {}
    told = answer.told
    sentence = told.sentence if told is not None and told.text else ""
    if sentence:
        yield capitalized(visible(sentence))
    detail = str(facts.get("notice.detail", "")) if "notice.cause" in facts else ""
    if detail and detail not in sentence:
        yield f"In plain words: {visible(detail)}."
    if fix := _fix(facts):
        yield f"Fix: {visible(fix)}"
    pod, namespace = facts.get("pod.name"), facts.get("pod.namespace")
    commands = list(told.try_) if told is not None else []
    if pod:
        own = f"podwatch explain pod/{pod}" + (f" -n {namespace}" if namespace else "")
        commands.insert(0, own)
    if commands:
        yield _commands(commands)


def _commands(commands: Iterable[str]) -> str:
    return "Try:\n" + "\n".join(f"  {visible(command)}" for command in commands)


def _general(command: str) -> str:
    """A command with places for names: `{container.name}` is CONTAINER."""
    return re.sub(r"\{(\w[\w.]*)\}", lambda place: _place(place[1]), command)


def _place(fact: str) -> str:
    part, _, name = fact.rpartition(".")
    return (part if name == "name" else name).rpartition(".")[2].upper()


def _fix(facts: Facts) -> str:
    """What helps against the cause that a message of the cluster tells; empty if not known."""
    message = str(facts.get("notice.message", ""))
    if facts.get("notice.cause") == "no-node-fits":
        cure = next((one.cure for one in why_unscheduled(Pod(), message) if one.cure), "")
    else:
        cure = cause(message).cure
    return f"{capitalized(cure).rstrip('.')}." if cure and "{" not in cure else ""


def _word(word: Headword, lesson: Concept | None) -> Iterator[str]:
    yield f"{word.term} ({word.id})"
    yield word.text
    if word.commands:
        yield _commands(word.commands)
    if lesson is not None:
        yield f"Lesson: {lesson.title} (podwatch explain {lesson.id})"
    yield word.docs


def page(concept: Concept, *, commands: bool) -> Iterator[str]:
    """A concept as the paragraphs of a page, with its commands if nothing else tells them."""
    yield f"{concept.title} ({concept.id})"
    yield concept.summary
    yield concept.explanation
    if concept.note:
        yield concept.note if concept.often_read else f"Note: {concept.note}"
    if commands and concept.try_:
        yield _commands(_general(command) for command in concept.try_)
    if concept.next:
        titles = (catalog().by_id[one].title for one in concept.next)
        yield "Usually next: " + "; ".join(titles)
    if concept.shown_by:
        yield f"See it: podwatch demo {concept.shown_by[0]}"
    yield concept.docs


def _filled(text: str, width: int) -> str:
    """The text in lines; what is to be copied stays whole."""
    return "\n\n".join(
        paragraph
        if "\n  " in paragraph
        else textwrap.fill(paragraph, width, break_long_words=False, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )


def _shortened(text: str) -> str:
    return textwrap.shorten(one_line(text), 70, placeholder=" …")


# ── what was not meant to be pasted ──


def _misplaced(text: str) -> PodwatchError | None:
    """What to do with a text that belongs into a file, which podwatch reads otherwise."""
    if is_manifest(text):
        return PodwatchError(
            "this is an object as YAML, not a term",
            "give it as a file: kubectl get pod NAME -o yaml | podwatch explain -f -",
        )
    if (seen := described(text)) is None:
        return None
    name, namespace = seen[0] or "NAME", f" -n {seen[1]}" if seen[1] else ""
    return PodwatchError(
        f"this is what kubectl describe prints{f' of {seen[0]}' if seen[0] else ''}: it leaves out "
        "what podwatch needs",
        f"name the Pod instead: podwatch explain pod/{name}{namespace}, or give all of it: "
        f"kubectl get pod {name}{namespace} -o yaml | podwatch explain -f -",
    )
