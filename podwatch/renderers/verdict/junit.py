"""JUnit XML: a test case for each target and thing expected of it.

Responsible for a file that CI systems read; XML escapes, and what XML can't hold is made
visible.
"""

import xml.etree.ElementTree as ET

from podwatch.core.expectations import Outcome, Result, Verdict
from podwatch.core.expectations.expectation import NotJudged
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.evidence import Evidence, outcome_words
from podwatch.renderers.verdict.report import report


def junit(evidence: Evidence, exit_code: int) -> bytes:
    """The file's bytes."""
    text = visible(report(evidence, exit_code), one_line=False)
    cases = [_case(result, evidence.verdict, text) for result in evidence.verdict.results]
    if not cases:
        cases = [_nothing_judged(evidence)]
    cases += map(_skipped, evidence.verdict.not_judged)
    return _file(cases, evidence.verdict.t, text)


def _file(cases: list[ET.Element], seconds: float, output: str = "") -> bytes:
    counts = {"tests": str(len(cases))}
    for plural, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[plural] = str(sum(case.find(tag) is not None for case in cases))
    counts["time"] = f"{seconds:.3f}"
    suites = ET.Element("testsuites", {"name": "podwatch", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": "podwatch expect", **counts})
    suite.extend(cases)
    if output:
        ET.SubElement(suite, "system-out").text = output
    ET.indent(suites)
    made: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _case(result: Result, verdict: Verdict, text: str) -> ET.Element:
    target = visible(f"{result.target.namespace}.{result.target.local}")
    case = ET.Element("testcase", {"classname": target, "name": visible(result.expected)})
    case.set("time", f"{(result.t if result.t is not None else verdict.t):.3f}")
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
    hint = visible(evidence.hint, one_line=False)
    _add(case, "error", verdict.sentence, verdict.outcome, hint)
    return case


def _skipped(one: NotJudged) -> ET.Element:
    called = visible(f"{one.namespace}.{one.name}" if one.namespace else one.name)
    case = ET.Element("testcase", {"classname": called, "name": "not judged", "time": "0.000"})
    ET.SubElement(case, "skipped", {"message": f"not judged: {visible(one.why)}"})
    return case


def _add(case: ET.Element, tag: str, message: str, type_: str, text: str) -> None:
    ET.SubElement(case, tag, {"message": visible(message), "type": type_}).text = text
