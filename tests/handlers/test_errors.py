"""Every error has a sentence, and a bug has a code."""

import logging

import pytest

from bot.access import DirectoryUnavailableError
from bot.alerts.picture import PictureError
from bot.approvals.service import ReasonMissingError
from bot.logs import interaction
from bot.operations.base import CannotDoError
from bot.store.errors import StoreError
from handlers import errors
from handlers.slack_codes import SlackSilentError
from handlers.work import explained
from vendors.errors import (
    NotFoundError,
    RejectedError,
    VendorError,
    VendorRateLimitedError,
    VendorUnreachableError,
)
from vendors.fleet import UnknownAccountError


def kinds(base=VendorError):
    return [base, *(below for kind in base.__subclasses__() for below in kinds(kind))]


@pytest.mark.parametrize("kind", kinds())
def test_every_vendor_error_has_a_sentence_of_its_own(kind):
    """One that was added yesterday too."""
    error = kind("plugchoice", retry_after=90) if kind is VendorRateLimitedError else kind("x")

    assert kind in errors.SENTENCES
    assert errors.sentence(error).endswith((".", "reason"))


def test_a_vendors_words_are_shown_and_wake_nobody():
    said = errors.sentence(RejectedError("plugchoice", "<!channel> no"))

    assert said == "Plugchoice said no: &lt;!channel&gt; no"


@pytest.mark.parametrize(
    "error",
    [
        CannotDoError("Account nl cannot do this."),
        ReasonMissingError(),
        UnknownAccountError("nl"),
        RejectedError("plugchoice", "Taken."),
        NotFoundError("plugchoice"),
        errors.RefusedError("No."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_answer_to_what_was_asked_is_a_sentence_without_a_code(error, caplog):
    said = explained(error)

    assert said.endswith(".")
    assert caplog.records == []


@pytest.mark.parametrize(
    "error",
    [
        StoreError("The database /secret/path is full."),
        DirectoryUnavailableError("/secret/path"),
        SlackSilentError("ClientConnectorError at /secret/path"),
        PictureError("Traceback in /secret/path"),
        VendorUnreachableError("plugchoice", "no answer (ReadTimeout) /secret/path"),
        VendorRateLimitedError("plugchoice", "/secret/path", retry_after=5),
    ],
    ids=lambda error: type(error).__name__,
)
def test_trouble_is_a_sentence_with_the_code_of_what_the_log_knows(error, caplog):
    """Whoever looks into it has only what the person tells them."""
    with interaction() as code:
        said = explained(error)

    (record,) = caplog.records
    assert record.reference == code
    assert said.startswith(errors.sentence(error))
    assert said.endswith(f"say `{code}`.")
    assert "/secret/path" in record.why
    assert "/secret/path" not in said


def test_a_bug_is_logged_under_the_code_that_the_person_sees(caplog):
    with caplog.at_level(logging.ERROR):
        said = explained(ZeroDivisionError("division by zero"))

    (record,) = caplog.records
    assert record.reference in said
    assert "division" not in said
    assert record.exc_info is not None
