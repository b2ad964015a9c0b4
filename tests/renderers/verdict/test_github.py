"""Text from a cluster in the runner's language: it may say anything and do nothing."""

import re

import pytest

from podwatch.core.expectations import Outcome, Result, Target, Verdict
from podwatch.core.expectations.verdict import Role
from podwatch.renderers.verdict.evidence import Evidence
from podwatch.renderers.verdict.github import annotation, outputs, summary
from tests import runner


def test_an_annotation_ends_where_it_shall() -> None:
    made = annotation("error", "a,b:c", "50%\nthen ::error::x\x1b[31m")
    assert made == "::error title=a%2Cb%3Ac::50%25%0Athen ::error::x␛[31m"
    assert "\n" not in made


@pytest.mark.parametrize(
    "sentence",
    ["pod/web: ready", "a\nverdict=met", "x\r\nend-0\nverdict<<E\nmet\nE", "##[add-mask]e", ""],
)
def test_an_output_is_one_value_whatever_a_sentence_says(sentence: str) -> None:
    read = runner.outputs(outputs("violated", 1, sentence) + outputs("violated", 1, sentence))
    assert read.keys() == {"verdict", "exit-code", "sentence"}
    assert (read["verdict"], read["exit-code"]) == ("violated", "1")
    assert "\n" not in read["sentence"]
    assert "##[" not in read["sentence"]


def test_nobody_can_know_the_line_that_ends_a_value() -> None:
    assert outputs("met", 0, "") != outputs("met", 0, "")


LIVE = (
    "https://evil.example &lt;b&gt; @admin [x](http://y) ![z](//w) a@b.example :tada: $x$ <i> #1 "
    "| ``` `` `"
)


def test_a_summary_has_nothing_live_in_it() -> None:
    result = Result(
        target=Target("Pod", "default", LIVE), role=Role.FOR, text=LIVE, outcome=Outcome.VIOLATED
    )
    made = Evidence(
        verdict=Verdict(outcome=Outcome.VIOLATED, t=1, sentence=LIVE, results=(result,))
    )
    text = summary(made)
    assert "evil.example" in text
    dead = re.sub(r"^(`{3,})\n.*?^\1$", "", text, flags=re.M | re.S)  # blocks of code
    dead = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", dead)  # and spans
    for part in ("evil", "&", "@", "[x]", "![", ":tada", "$", "<i>", "#1"):
        assert part not in dead
    (row,) = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 5  # four cells


def test_text_that_ends_in_backticks_is_still_code() -> None:
    made = Evidence(verdict=Verdict(outcome=Outcome.ERROR, t=1, sentence="`a``"))
    assert summary(made).startswith("### ✖ ``` `a`` ```\n")
