"""How long something takes, in words, and such words read.

Responsible for every form in which podwatch writes a duration. How a point in time is written
(a clock, `+12.3 s`) is the renderers' business.
"""

import re
from datetime import timedelta

LONGEST = 1000 * 86_400
"""The longest duration that can be asked for, in seconds: a date so far away still is one."""
FOREVER = 7 * 86_400
"""What a negative time-out stands for, in seconds: for `kubectl wait` it is a week. Source:
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go
"""
_HOW = "write 500ms, 90s, 5m or 1h30m"
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3} | {
    "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0
}  # fmt: skip
_PART = rf"(\d+\.?\d*|\.\d+)({'|'.join(_UNITS)})"


def parsed(text: str) -> float:
    """The seconds in `500ms`, `90s`, `1.5h`, `-1s`, `0`: what kubectl takes, and a few more.

    Those are days, and a plain number, which is one of seconds. ValueError, whose text is for the
    user, for anything else. Source: ParseDuration, https://pkg.go.dev/time#ParseDuration
    """
    written = text.strip()
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", written, re.ASCII):
        written += "s"
    if re.fullmatch(rf"[-+]?({_PART})+", written, re.ASCII) is None:
        raise ValueError(f'"{text}" is not a duration: {_HOW}')
    parts = re.findall(_PART, written, re.ASCII)
    total = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if total > LONGEST:
        raise ValueError(f'"{text}" is longer than {LONGEST // 86_400} days')
    return -total if written.startswith("-") and total else total


def human_duration(seconds: float) -> str:
    """A duration in kubectl's short form: `90s`, `5m30s`, `3h`, `2d`, `<invalid>` if negative.

    Two clocks rarely agree: less than two seconds in the future is `0s`. Source: `HumanDuration`,
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go
    """
    whole = int(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 2 * 365:
        return f"{days}d"
    if days < 8 * 365:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def approximate(duration: timedelta) -> str:
    """A duration as people say it, in one unit: `23 s`, `4 min`, `2 h`."""
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def minutes_and_seconds(seconds: float) -> str:
    """`59 s`, `1 min 5 s`: whole seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tenths(seconds: float) -> str:
    """`1.4 s`, `119.9 s`, `2 min 5 s`: a tenth of a second matters below two minutes."""
    return f"{seconds:.1f} s" if seconds < 120 else minutes_and_seconds(seconds)


def measured(seconds: float, *, whole: bool) -> str:
    """`0.43 s`, `1.4 s`, `23 s`, `5m30s`: no more digits than are known.

    `whole`: only whole seconds are.
    """
    if seconds >= 120:
        return human_duration(seconds)
    return f"{seconds:.{0 if whole else 1 if seconds >= 1 else 2}f} s"


def in_seconds(duration: timedelta) -> str:
    """`300 s`: seconds however many, as the kubelet's own messages count its back-off."""
    return f"{int(duration.total_seconds())} s"


def so_far(time: timedelta) -> str:
    """How long something takes by now, in brackets; empty if it has just begun."""
    return f" ({approximate(time)} so far)" if time >= timedelta(seconds=1) else ""
