"""No text of podwatch makes a claim about Pods that is known to be false."""

import pytest

from tests.false_claims import CLAIMS, Claim, claims, main, texts

every_claim = pytest.mark.parametrize(
    ("name", "claim"), [pytest.param(name, claim, id=name) for name, claim in CLAIMS.items()]
)


def test_no_text_makes_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().err


@every_claim
def test_it_is_caught(name: str, claim: Claim) -> None:
    assert name in claims(f"First.\n{claim.wrong.replace(' ', chr(10))} Last.")


@every_claim
def test_what_is_true_is_spared(name: str, claim: Claim) -> None:  # noqa: ARG001
    assert claims(claim.right) == []


def test_all_kinds_of_texts_are_read() -> None:
    read = {path.suffix for path, _ in texts()}
    assert read == {".md", ".toml", ".py", ".yaml"}
    assert {"README.md", "crash-loop-back-off.toml"} <= {path.name for path, _ in texts()}
