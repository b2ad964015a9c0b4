"""JUnit XML: a test case for each target and thing expected of it.

Responsible for a file that CI systems read; XML escapes, and what XML can't hold is made
visible.
"""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

from podwatch.core.expectations import Outcome, Result, Verdict
from podwatch.core.expectations.expectation import NotJudged
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.evidence import Evidence, outcome_words
from podwatch.renderers.verdict.report import part, report


def junit(evidence: Evidence, exit_code: int) -> bytes:
    """The file's bytes. A case that fails has its own part of the report, the suite the whole."""
    verdict = evidence.verdict
    cases = [_case(result, evidence) for result in verdict.results] or [_nothing_judged(evidence)]
    cases += map(_skipped, verdict.not_judged)
    counts = {"tests": str(len(cases))}
    for plural, tag in (("failures", "failure"), ("errors", "error")):
        counts[plural] = str(sum(case.find(tag) is not None for case in cases))
    time = {"time": f"{verdict.t:.3f}"}
    suites = ET.Element("testsuites", {"name": "podwatch", **counts, **time})
    skipped = {"skipped": str(sum(case.find("skipped") is not None for case in cases))}
    named = {"name": _name(verdict), **counts, **skipped, **time}
    suite = ET.SubElement(suites, "testsuite", named)
    if evidence.at is not None:
        begun = evidence.at - timedelta(seconds=verdict.t)
        suite.set("timestamp", begun.isoformat(timespec="seconds"))
    suite.extend(cases)
    if verdict.results:
        ET.SubElement(suite, "system-out").text = _text(report(evidence, exit_code))
    ET.indent(suites)
    made = ET.tostring(suites, encoding="unicode")
    for command in _COMMANDS:
        made = command.sub(lambda found: f"{found[1]}&#{ord(found[2])};", made)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{made}\n".encode()


_COMMANDS = (
    re.compile(r"()(#)(?=#(?:vso|teamcity)?\[)"),
    re.compile(r"^([^\S\n]*)(:)(?=:)", re.MULTILINE),
)
"""What a CI system would take for a command where the file is printed (`ci_log`)."""

_NAMED = 5
"""How many targets a suite is called after."""


def _name(verdict: Verdict) -> str:
    """What is expected of what: several runs of a job have different names."""
    targets = [*dict.fromkeys(str(one.target) for one in verdict.results)]
    more = f" and {len(targets) - _NAMED} more" if len(targets) > _NAMED else ""
    return visible(" ".join(["podwatch expect", *targets[:_NAMED]]) + more)


def _case(result: Result, evidence: Evidence) -> ET.Element:
    verdict = evidence.verdict
    target = visible(f"{result.target.namespace}.{result.target.local}")
    case = ET.Element("testcase", {"classname": target, "name": visible(result.expected)})
    case.set("time", f"{(result.t if result.t is not None else verdict.t):.3f}")
    text = "\n".join(part(evidence, result))
    match result.outcome:
        case Outcome.VIOLATED:
            said = result.cause.sentence if result.cause is not None else verdict.sentence
            _add(case, "failure", said, "violated", text)
        case Outcome.TIMED_OUT:
            waits = "; ".join(result.waits)
            said = f"{outcome_words(result.outcome)}: {waits or verdict.sentence}"
            _add(case, "error", said, result.outcome, text)
        case Outcome.UNAVAILABLE | Outcome.INTERRUPTED | Outcome.ERROR:
            waits = f"; still waiting: {'; '.join(result.waits)}" if result.waits else ""
            _add(case, "error", f"{verdict.sentence}{waits}", result.outcome, text)
        case Outcome.NOT_JUDGED:
            met = verdict.outcome is Outcome.MET
            why = "another word was met" if met else f"the verdict fell before: {verdict.sentence}"
            ET.SubElement(case, "skipped", {"message": f"not judged: {visible(why)}"})
    return case


def _nothing_judged(evidence: Evidence) -> ET.Element:
    case = ET.Element("testcase", {"classname": "podwatch", "name": "expect", "time": "0.000"})
    verdict = evidence.verdict
    _add(case, "error", verdict.sentence, verdict.outcome, evidence.hint)
    return case


def _skipped(one: NotJudged) -> ET.Element:
    called = visible(f"{one.namespace}.{one.name}" if one.namespace else one.name)
    case = ET.Element("testcase", {"classname": called, "name": "not judged", "time": "0.000"})
    ET.SubElement(case, "skipped", {"message": f"not judged: {visible(one.why)}"})
    return case


def _add(case: ET.Element, tag: str, message: str, type_: str, text: str) -> None:
    made = ET.SubElement(case, tag, {"message": visible(message), "type": type_})
    made.text = _text(text)


def _text(text: str) -> str:
    return visible(text, one_line=False)
