"""GitHub Actions: annotations, groups, the step summary and the step's outputs.

Responsible for the runner's own language; that no other text is in it is `ci_log`'s business.
Source: docs.github.com, "Workflow commands for GitHub Actions".
"""

import re
import secrets
from collections.abc import Iterator

from podwatch.core.durations import tenths
from podwatch.core.expectations import Outcome
from podwatch.renderers.ci_log import defused
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.evidence import Evidence, outcome_words
from podwatch.renderers.verdict.report import MARKS, body, headline, notes, waterfall


def annotation(level: str, title: str, message: str) -> str:
    """The command that shows a message at the run: `level` is error, warning or notice."""
    return f"::{level} title={_property(title)}::{_data(message)}"


def told(evidence: Evidence, exit_code: int) -> Iterator[str]:
    """What a step prints, line by line: the annotation, the report in a group, the exit code.

    Only the annotation where nothing was judged.
    """
    verdict = evidence.verdict
    words = outcome_words(verdict.outcome, verdict.cause)
    if verdict.outcome is Outcome.MET:
        yield annotation("notice", "podwatch: met", f"{verdict.sentence} ({tenths(verdict.t)})")
        yield defused(headline(evidence))
        yield from (defused(line) for line in notes(evidence))
    else:
        why = [wait for one in verdict.results for wait in one.waits if one.t == verdict.t]
        message = "\n".join(filter(None, [verdict.sentence, *why, evidence.hint]))
        title = f"podwatch: {words if verdict.results else 'no verdict'}"
        yield annotation("error", title, message)
        if not verdict.results:
            return
        yield defused(headline(evidence))
        yield "::group::podwatch: what happened"
        yield from (defused(line) for line in body(evidence))
        yield "::endgroup::"
    yield f"exit {exit_code} ({words})"


def outputs(verdict: str, exit_code: int, sentence: str) -> str:
    """What later steps read as `steps.ID.outputs`, for the file $GITHUB_OUTPUT.

    The runner ends a value at a line that nobody can know before.
    """
    said = {"verdict": verdict, "exit-code": str(exit_code), "sentence": defused(visible(sentence))}
    end = f"end-{secrets.token_hex(16)}"
    return "".join(f"{name}<<{end}\n{value}\n{end}\n" for name, value in said.items())


def summary(evidence: Evidence) -> str:
    """The step summary, as Markdown."""
    verdict = evidence.verdict
    lines = [f"### {MARKS[verdict.outcome]} {_code(verdict.sentence)}", ""]
    lines += ["| target | expected | outcome | after |", "|---|---|---|---|"]
    for one in verdict.results:
        when = tenths(one.t) if one.t is not None else ""
        target, expected = _code(str(one.target)), _code(one.expected)
        cells = (target.replace("|", r"\|"), expected.replace("|", r"\|"), str(one.outcome), when)
        lines.append(f"| {' | '.join(cells)} |")
    for story in evidence.stories:
        if story.waterfall:
            lines += ["", f"{_code(evidence.called(story))}: {_code(story.status)}", ""]
            if story.diagnosis is not None:
                lines += [_code(story.diagnosis.sentence), ""]
            lines += _fenced(list(waterfall(story.waterfall, evidence.last_t)))
    if verdict.outcome is Outcome.MET:
        lines += ["", *(_code(note.strip()) for note in notes(evidence))]
    else:
        lines += ["", "<details><summary>what happened</summary>", ""]
        lines += [*_fenced(list(body(evidence))), "", "</details>"]
    return "\n".join(lines) + "\n\n"


def _data(text: str) -> str:
    safe = visible(text, one_line=False)
    return safe.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _code(text: str) -> str:
    """A text in which nothing is Markdown: no link, entity, mention, picture or formula."""
    shown = visible(text)
    if not shown.strip():
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    blank = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _fenced(lines: list[str]) -> list[str]:
    """A block of code that nothing in it can end."""
    fence = "`" * max(_longest_run("\n".join(lines)) + 1, 3)
    return [fence, *lines, fence]
