"""JUnit XML: a test case for each target and thing expected of it.

Responsible for a file that CI systems read; XML escapes, and what XML can't hold is made
visible.
"""

import xml.etree.ElementTree as ET

from podwatch.core.expectations import Outcome, Result, Verdict
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.evidence import Evidence, outcome_word
from podwatch.renderers.verdict.report import report


def junit(evidence: Evidence, exit_code: int) -> bytes:
    """The file's bytes."""
    verdict = evidence.verdict
    outcomes = [_outcome(one, verdict) for one in verdict.results]
    suites, suite = _suite(
        tests=len(outcomes),
        failures=outcomes.count(Outcome.VIOLATED),
        errors=outcomes.count(Outcome.TIMED_OUT) + outcomes.count(Outcome.UNAVAILABLE),
        skipped=outcomes.count(Outcome.PENDING),
        seconds=verdict.t,
    )
    text = visible(report(evidence, exit_code), one_line=False)
    for result in verdict.results:
        _case(suite, result, evidence, text)
    out = ET.SubElement(suite, "system-out")
    out.text = text
    return _written(suites)


def error(message: str, hint: str) -> bytes:
    """The file's bytes where nothing could be judged: `message` says why."""
    suites, suite = _suite(tests=1, failures=0, errors=1, skipped=0, seconds=0.0)
    case = ET.SubElement(suite, "testcase", {"classname": "podwatch", "name": "expect"})
    made = ET.SubElement(case, "error", {"message": visible(message), "type": "error"})
    made.text = visible(hint, one_line=False)
    return _written(suites)


def _suite(
    *, tests: int, failures: int, errors: int, skipped: int, seconds: float
) -> tuple[ET.Element, ET.Element]:
    counts = {
        "tests": str(tests),
        "failures": str(failures),
        "errors": str(errors),
        "skipped": str(skipped),
        "time": f"{seconds:.3f}",
    }
    suites = ET.Element("testsuites", {"name": "podwatch", **counts})
    return suites, ET.SubElement(suites, "testsuite", {"name": "podwatch expect", **counts})


def _written(suites: ET.Element) -> bytes:
    ET.indent(suites)
    made: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _outcome(result: Result, verdict: Verdict) -> Outcome:
    """With --any, a word that can't be met any more is no failure once another one is met."""
    if verdict.outcome is Outcome.MET and result.outcome is Outcome.VIOLATED:
        return Outcome.PENDING
    return result.outcome


def _case(suite: ET.Element, result: Result, evidence: Evidence, text: str) -> None:
    verdict = evidence.verdict
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": visible(f"{result.target.namespace}.{result.target}"),
            "name": visible(result.expected),
            "time": f"{(result.t if result.t is not None else verdict.t):.3f}",
        },
    )
    match _outcome(result, verdict):
        case Outcome.VIOLATED:
            said = result.cause.sentence if result.cause is not None else verdict.sentence
            failure = ET.SubElement(case, "failure", {"message": visible(said), "type": "violated"})
            failure.text = text
        case Outcome.TIMED_OUT | Outcome.UNAVAILABLE:
            said = "; ".join(result.waits) or verdict.sentence
            if result.outcome is Outcome.UNAVAILABLE:
                said = verdict.sentence
            error = ET.SubElement(
                case,
                "error",
                {
                    "message": visible(f"{outcome_word(result.outcome)}: {said}"),
                    "type": str(result.outcome),
                },
            )
            error.text = text
        case Outcome.PENDING:
            ET.SubElement(case, "skipped", {"message": "not needed when the verdict fell"})
