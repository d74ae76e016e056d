"""What can go wrong between us and a vendor, named for what the reader can do about it.

VendorError                    the base of all; carries `vendor`
├── VendorUnreachableError     no answer, and nothing was done: network, timeout, 5xx on a read
├── VendorRateLimitedError     429; carries `retry_after` in seconds
├── VendorAuthError            401: our credential; a human must act
├── ForbiddenError             403: this object, or this right, is not ours
├── NotFoundError              404
├── RejectedError              the vendor understood and said no; carries `fields`
├── OutcomeUnknownError        a write left us and no clear answer came back
└── UnexpectedReplyError       an answer that is not in the shape we know; carries `field`

Messages are short and free of secrets: they may be logged, stored and shown.
"""

from collections.abc import Mapping, Sequence


class VendorError(Exception):
    """Any trouble with a vendor."""

    def __init__(self, vendor: str, message: str = "") -> None:
        super().__init__(vendor, message)
        self.vendor = vendor
        self.message = message

    def __str__(self) -> str:
        """Say which vendor, and what it said where it said something."""
        return f"{self.vendor}: {self.message}" if self.message else self.vendor


class VendorUnreachableError(VendorError):
    """No answer came, and nothing was changed."""


class VendorRateLimitedError(VendorError):
    """The vendor asks us to come back later."""

    def __init__(self, vendor: str, message: str = "", *, retry_after: float) -> None:
        super().__init__(vendor, message)
        self.retry_after = retry_after


class VendorAuthError(VendorError):
    """The vendor does not accept our credential."""


class ForbiddenError(VendorError):
    """The credential is good, but this object or right is not ours."""


class NotFoundError(VendorError):
    """The vendor does not know this object."""


class RejectedError(VendorError):
    """The vendor understood and said no.

    `fields` holds the vendor's own messages, as in a 422 reply, by our names of the fields where
    our forms have them, so that a form can show each at the right input.
    """

    def __init__(
        self, vendor: str, message: str = "", *, fields: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        super().__init__(vendor, message)
        self.fields = {name: tuple(texts) for name, texts in (fields or {}).items()}


class OutcomeUnknownError(VendorError):
    """A write left us and no clear answer came back: it may or may not have happened."""


class UnexpectedReplyError(VendorError):
    """The answer does not have the shape we know; `field` names what is missing or wrong."""

    def __init__(self, vendor: str, message: str = "", *, field: str = "") -> None:
        super().__init__(vendor, message)
        self.field = field
