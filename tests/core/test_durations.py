"""Each form of a duration, and what a user may write."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core import durations
from podwatch.core.durations import human_duration

MINUTE, HOUR, DAY, YEAR = 60, 3600, 86_400, 365 * 86_400


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        pytest.param(-2, "<invalid>", id="two seconds in the future"),
        pytest.param(-1.999, "0s", id="almost two seconds in the future"),
        pytest.param(-0.5, "0s", id="half a second in the future"),
        pytest.param(0, "0s", id="nothing"),
        pytest.param(0.999, "0s", id="almost a second"),
        pytest.param(119.999, "119s", id="the last seconds alone"),
        pytest.param(2 * MINUTE, "2m", id="two minutes"),
        pytest.param(2 * MINUTE + 1, "2m1s", id="two minutes and a second"),
        pytest.param(10 * MINUTE - 1, "9m59s", id="the last minutes with seconds"),
        pytest.param(10 * MINUTE, "10m", id="ten minutes"),
        pytest.param(10 * MINUTE + 59, "10m", id="ten minutes: seconds are dropped"),
        pytest.param(3 * HOUR - 1, "179m", id="the last minutes alone"),
        pytest.param(3 * HOUR, "3h", id="three hours"),
        pytest.param(3 * HOUR + 59, "3h", id="three hours and some seconds"),
        pytest.param(3 * HOUR + MINUTE, "3h1m", id="three hours and a minute"),
        pytest.param(8 * HOUR - 1, "7h59m", id="the last hours with minutes"),
        pytest.param(8 * HOUR, "8h", id="eight hours"),
        pytest.param(9 * HOUR - 1, "8h", id="eight hours: minutes are dropped"),
        pytest.param(2 * DAY - 1, "47h", id="the last hours alone"),
        pytest.param(2 * DAY, "2d", id="two days"),
        pytest.param(2 * DAY + HOUR - 1, "2d", id="two days and some minutes"),
        pytest.param(2 * DAY + HOUR, "2d1h", id="two days and an hour"),
        pytest.param(8 * DAY - 1, "7d23h", id="the last days with hours"),
        pytest.param(8 * DAY, "8d", id="eight days"),
        pytest.param(8 * DAY + 23 * HOUR, "8d", id="eight days: hours are dropped"),
        pytest.param(2 * YEAR - 1, "729d", id="the last days alone"),
        pytest.param(2 * YEAR, "2y", id="two years"),
        pytest.param(2 * YEAR + DAY - 1, "2y", id="two years and some hours"),
        pytest.param(2 * YEAR + DAY, "2y1d", id="two years and a day"),
        pytest.param(8 * YEAR - 1, "7y364d", id="the last years with days"),
        pytest.param(8 * YEAR, "8y", id="eight years"),
        pytest.param(9 * YEAR - 1, "8y", id="eight years: days are dropped"),
    ],
)
def test_a_duration_is_written_as(seconds: float, shown: str) -> None:
    assert human_duration(seconds) == shown


@given(st.timedeltas())
def test_every_duration_is_short(duration: timedelta) -> None:
    assert len(human_duration(duration.total_seconds())) <= len("<invalid>")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *[("90s", 90), ("2m", 120), ("1h30m", 5400), ("45", 45), ("1.5s", 1.5), ("1h5s", 3605)],
        *[("500ms", 0.5), ("1.5h", 5400), ("1d12h", 129_600), ("30s1m", 90), (".5s", 0.5)],
        *[("0", 0), ("0s", 0), ("-1s", -1), ("-1m30s", -90), ("+2s", 2), ("250us", 0.00025)],
    ],
)
def test_it_is_read_as_for_kubectl(text: str, seconds: float) -> None:
    assert durations.parsed(text) == seconds


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("90x", '"90x" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("", '"" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("1h30", '"1h30" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("1.5.5h", '"1.5.5h" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("٣s", '"٣s" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("inf", '"inf" is not a duration: write 500ms, 90s, 5m or 1h30m'),
        ("24001h", '"24001h" is longer than 1000 days'),
    ],
)
def test_what_is_not_a_duration_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        durations.parsed(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (durations.approximate(timedelta(seconds=119.9)), "119 s"),
        (durations.approximate(timedelta(minutes=5, seconds=59)), "5 min"),
        (durations.approximate(timedelta(hours=3)), "3 h"),
        (durations.approximate(timedelta(seconds=-3)), "0 s"),
        (durations.in_seconds(timedelta(minutes=5)), "300 s"),
        (durations.minutes_and_seconds(59.9), "59 s"),
        (durations.minutes_and_seconds(60), "1 min 0 s"),
        (durations.tenths(61.25), "61.2 s"),
        (durations.tenths(125.7), "2 min 5 s"),
        (durations.measured(0.426, whole=False), "0.43 s"),
        (durations.measured(1.44, whole=False), "1.4 s"),
        (durations.measured(23, whole=True), "23 s"),
        (durations.measured(330, whole=False), "5m30s"),
    ],
)
def test_each_form_has_its_digits(written: str, shown: str) -> None:
    assert written == shown
