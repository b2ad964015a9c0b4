"""Which quotas can never allow what they refused."""

from podwatch.core.messages.quota import is_too_small
from tests.cases import cases


@cases(
    "numbers too_small",
    {
        "none at all": ("requested: pods=1, used: pods=0, limited: pods=0", True),
        "used up": ("requested: pods=1, used: pods=2, limited: pods=2", False),
        "other units": ("requested: cpu=1500m, used: cpu=0, limited: cpu=1", True),
        "the same in other units": ("requested: cpu=1k, used: cpu=0, limited: cpu=1000", False),
        "one of several": (
            "requested: limits.cpu=1,limits.memory=3Gi, used: limits.cpu=1,limits.memory=0, "
            "limited: limits.cpu=1,limits.memory=2Gi",
            True,
        ),
        "a name with a slash": (
            "requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=1, "
            "limited: requests.nvidia.com/gpu=4",
            False,
        ),
        "what is no quantity": ("requested: pods=1, used: pods=x, limited: pods=x", False),
    },
)
def test_a_quota_is_too_small_if_it_allows_less_than_one_asks_for(
    numbers: str, too_small: bool
) -> None:
    assert is_too_small(f'pods "a" is forbidden: exceeded quota: q, {numbers}') is too_small


def test_what_is_no_refusal_by_a_quota_is_not_read_as_one() -> None:
    assert not is_too_small("failed quota: q: must specify cpu")
