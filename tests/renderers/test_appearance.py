"""How wide a page is, and whether it has colour."""

import io
from pathlib import Path

import pytest

from podwatch.renderers.appearance import is_colored, painted, painted_report, width
from tests.cases import cases
from tests.command import called


@cases(
    "environment terminal colored",
    {
        "a terminal": ({}, True, True),
        "a pipe": ({}, False, False),
        "NO_COLOR": ({"NO_COLOR": "1"}, True, False),
        "an empty NO_COLOR": ({"NO_COLOR": ""}, True, True),
        "FORCE_COLOR in a pipe": ({"FORCE_COLOR": "1"}, False, True),
        "FORCE_COLOR that says no": ({"FORCE_COLOR": "0"}, False, False),
        "CLICOLOR_FORCE in a pipe": ({"CLICOLOR_FORCE": "1"}, False, True),
        "CLICOLOR that says no": ({"CLICOLOR": "0"}, True, False),
        "both": ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        "a dumb terminal": ({"TERM": "dumb"}, True, False),
    },
)
def test_there_is_colour(environment: dict[str, str], terminal: bool, colored: bool) -> None:
    assert is_colored(environment, _Terminal() if terminal else io.StringIO()) is colored


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("columns", "shown"), [("60", 60), ("20", 40), ("300", 120), ("", 80)])
def test_a_page_is_as_wide_as_the_terminal(
    monkeypatch: pytest.MonkeyPatch, columns: str, shown: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width() == shown


@pytest.mark.parametrize("columns", [50, 60, 80, 110])
@pytest.mark.parametrize("words", [["crash-loop-back-off"], []])
def test_an_explanation_fits(columns: int, words: list[str]) -> None:
    """What is to be copied stays whole."""
    lines = called("explain", *words, COLUMNS=str(columns)).stdout.splitlines()
    longest = max(len(line) for line in lines if not line.startswith(("  ", "https://")))
    assert columns - 12 < longest <= columns or not words


def test_only_results_stand_out_in_a_report() -> None:
    report = "✖ deployment/web failed\n\n  ✔ job/a ready\n      | ✖ a line of a log\nexit 1"
    assert painted_report(report).split("\n") == [
        painted("✖ deployment/web failed", "alarm"),
        "",
        painted("  ✔ job/a ready", "good"),
        "      | ✖ a line of a log",
        "exit 1",
    ]


def test_colour_is_asked_for_and_refused() -> None:
    plain = called("demo", "crash-loop", "-o", "lines").stdout
    colored = called("demo", "crash-loop", "-o", "lines", "--color", "always").stdout
    refused = called("demo", "crash-loop", "-o", "lines", "--color=never", FORCE_COLOR="1").stdout
    assert "\x1b[" not in plain
    assert "\x1b[1;38;5;166m" in colored
    assert refused == plain
    assert called("demo", "--color", "red").returncode == 2


def test_a_page_is_drawn_for_a_dark_or_a_light_terminal(tmp_path: Path) -> None:
    file = tmp_path / "pod.json"
    file.write_text(
        '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, '
        '"spec": {"containers": [{"name": "app", "image": "busybox"}]}}'
    )

    def page(*options: str, **environment: str) -> str:
        return called(
            "explain", "-f", str(file), "--color", "always", *options, **environment
        ).stdout

    light, dark = page("--theme", "light"), page("--theme=dark")
    assert light != dark
    assert page(PODWATCH_THEME="light") == light
    assert page("--theme=dark", PODWATCH_THEME="light") == dark
    assert page() == page("--theme=auto", PODWATCH_THEME="light") not in {light, dark}
    assert called("demo", "--theme", "pink").returncode == 2
