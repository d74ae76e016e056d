"""One place where an error becomes a sentence for a person, with what to do next."""

from collections.abc import Mapping, Sequence

from bot.access import DirectoryUnavailableError
from bot.alerts.picture import PictureError
from bot.approvals.service import ReasonMissingError
from bot.operations.base import CannotDoError
from bot.store.errors import StoreError
from handlers.blocks import kit, words
from handlers.blocks.kit import Block
from handlers.slack_codes import SlackSilentError
from vendors import errors as vendor_errors
from vendors.errors import RejectedError, VendorError, VendorRateLimitedError
from vendors.fleet import UnknownAccountError

SENTENCES: Mapping[type[VendorError], str] = {
    VendorError: "{vendor} had a problem. Try again in a minute, or look at `/chargehand status`.",
    vendor_errors.VendorUnreachableError: (
        "{vendor} does not answer just now; nothing was changed. Try again in a minute, or look at"
        " `/chargehand status`."
    ),
    VendorRateLimitedError: (
        "{vendor} asks us to slow down; nothing was changed. Try again in {wait}."
    ),
    vendor_errors.VendorAuthError: (
        "{vendor} does not accept our credential. Ask whoever runs this bot to renew it;"
        " `python -m bot check` says which one."
    ),
    vendor_errors.ForbiddenError: (
        "{vendor} does not let our credential see or do this. Ask whoever owns it there to share it"
        " with us."
    ),
    vendor_errors.NotFoundError: (
        "{vendor} does not know this any more. Look it up again with `/charger TEXT`."
    ),
    RejectedError: "{vendor} said no: {said}",
    vendor_errors.OutcomeUnknownError: (
        "{vendor} did not say whether it was done. Nothing is sent twice: look it up before you try"
        " again."
    ),
    vendor_errors.UnexpectedReplyError: (
        "{vendor} answered in a way we do not understand. Try again later; if it stays, tell"
        " whoever runs this bot."
    ),
}

DIRECTORY_UNAVAILABLE = "Slack does not tell me your rights just now. Please press again."
SLACK_SILENT = "Slack did not take my answer just now. Please try again in a minute."
STORE_TROUBLE = (
    "I cannot reach my own database just now, so nothing was done. Try again in a minute."
)
NO_PICTURE = "I could not draw the picture. The figures are complete without it."
REASON_MISSING = "Say why, so that whoever decides can judge it."
NO_ACCOUNT = "There is no account called {account} (any more). `/chargehand status` lists them."
BROKE = "Something broke on our side, and it has been logged."
REPORT = "If you report it, say `{reference}`."


class RefusedError(Exception):
    """The person asked for something that cannot be; the message is the whole sentence.

    `choices` show what they may have meant, each with a button that goes on with it.
    """

    def __init__(self, sentence: str, choices: Sequence[Block] = ()) -> None:
        super().__init__(sentence)
        self.choices = choices


class NothingCalledSoError(RefusedError):
    """Nothing has the name that the person gave, nor one like it."""


KNOWN = (
    VendorError,
    UnknownAccountError,
    StoreError,
    CannotDoError,
    ReasonMissingError,
    RefusedError,
    DirectoryUnavailableError,
    PictureError,
    SlackSilentError,
)
"""The errors that have a sentence; any other is a bug of ours."""


ANSWERS = (
    RejectedError,
    vendor_errors.NotFoundError,
    UnknownAccountError,
    CannotDoError,
    ReasonMissingError,
    RefusedError,
)
"""The errors that answer what was asked; into any other somebody may have to look."""


def is_trouble(error: BaseException) -> bool:
    """Whether it is to be logged, and found again by what the person is told."""
    return not isinstance(error, ANSWERS)


def sentence(error: BaseException) -> str:
    """What to tell a person about a known error."""
    match error:
        case VendorError():
            return _vendor_sentence(error)
        case StoreError():
            return STORE_TROUBLE
        case DirectoryUnavailableError():
            return DIRECTORY_UNAVAILABLE
        case SlackSilentError():
            return SLACK_SILENT
        case ReasonMissingError():
            return REASON_MISSING
        case PictureError():
            return NO_PICTURE
        case UnknownAccountError():
            return NO_ACCOUNT.format(account=kit.code(error.account))
        case _:
            return str(error)


def _vendor_sentence(error: VendorError) -> str:
    template = next(SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES)
    wait = error.retry_after if isinstance(error, VendorRateLimitedError) else 0
    said = kit.inline(error.message, 300) if error.message else "without a reason"
    return template.format(vendor=_name(error.vendor), wait=kit.seconds(wait), said=said)


def _name(vendor: str) -> str:
    known = {str(name): word for name, word in words.VENDOR.items()}
    return known.get(vendor, kit.inline(vendor))
