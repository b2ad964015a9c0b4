"""How an exercise stands: one line that changes on a terminal, a line for each change elsewhere."""

from podwatch.renderers.standing import StandingLine


def said(*, live: bool) -> tuple[StandingLine, list[str]]:
    out: list[str] = []
    return StandingLine(out.append, lambda: None, live=live), out


def test_on_a_terminal_the_line_is_written_over_and_gone_at_the_end() -> None:
    line, out = said(live=True)
    line.of = "1 of 2"
    line.wait("the Pod starts")
    line.wait("the Pod starts")
    line.wait("it is ready")
    line.close()
    assert out == ["\r\x1b[K1 of 2  the Pod starts", "\r\x1b[K1 of 2  it is ready", "\r\x1b[K"]


def test_elsewhere_each_change_is_a_line() -> None:
    line, out = said(live=False)
    for text in ("the Pod starts", "the Pod starts", "it is ready"):
        line.wait(text)
    line.close()
    assert out == ["the Pod starts\n", "it is ready\n"]


def test_what_is_about_to_be_done_stays() -> None:
    line, out = said(live=True)
    line.wait("it is ready")
    line.tell("kubectl delete pod cart-1")
    assert out[-1] == "\r\x1b[K  kubectl delete pod cart-1\n"


def test_what_comes_from_the_cluster_acts_on_nothing() -> None:
    line, out = said(live=False)
    line.wait("\x1b[2J")
    line.tell("\x1b[2J")
    assert "\x1b" not in "".join(out)


def test_a_long_line_is_cut_to_the_terminal() -> None:
    line, out = said(live=True)
    line.wait("x" * 1000)
    assert len(out[0]) < 130
