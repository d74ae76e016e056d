"""Headers that cannot be meant, and signatures that come twice."""

import pytest

from handlers.signatures import SIGNATURE, TIMESTAMP, VALID_FOR_S, SeenSignatures, is_readable


@pytest.mark.parametrize(
    ("timestamp", "signature", "readable"),
    [
        pytest.param("1768000000", "v0=ab", True, id="as-slack-sends"),
        pytest.param("soon", "v0=ab", False, id="no-number"),
        pytest.param("-1768000000", "v0=ab", False, id="negative"),
        pytest.param(
            "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT SEVEN}", "v0=ab", False, id="other-digits"
        ),
        pytest.param("9" * 400, "v0=ab", False, id="endless"),
        pytest.param("", "v0=ab", False, id="no-timestamp"),
        pytest.param("1768000000", "", False, id="no-signature"),
        pytest.param("1768000000", "v0=é", False, id="not-ascii"),
    ],
)
def test_only_headers_that_can_be_checked_are_checked(timestamp, signature, readable):
    """Bolt fails on the others, and a failure is answered differently from a refusal."""
    assert is_readable({TIMESTAMP: timestamp, SIGNATURE: signature}) is readable


async def test_a_signature_is_good_once_for_as_long_as_it_is_valid(clock):
    seen = SeenSignatures(clock)
    assert [seen.is_new("a"), seen.is_new("b"), seen.is_new("a")] == [True, True, False]

    await clock.advance(VALID_FOR_S + 1)

    assert seen.is_new("c")
    assert len(seen._seen) == 1
