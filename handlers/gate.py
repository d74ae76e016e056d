"""Who may: every right is checked at every interaction, and a refusal says who can."""

from collections.abc import Sequence
from typing import Final

from bot.access import Access, Because, Refused, Right
from handlers.blocks import kit
from handlers.errors import RefusedError

SENTENCES: Final = {
    Because.BOT: "I take orders from people only.",
    Because.DEACTIVATED: "Your account is deactivated in this workspace.",
    Because.GUEST: "Guests of this workspace cannot use me. Ask a full member.",
    Because.FOREIGN: "Members of other workspaces cannot use me. Ask somebody of this one.",
    Because.NOT_NAMED: "You may not do this.",
}


class Gate:
    """Lets a person through, or raises `RefusedError` with the sentence for them."""

    def __init__(self, access: Access, oncall: Sequence[str] = ()) -> None:
        self._access = access
        self._oncall = tuple(oncall)

    async def look_up(self, user_id: str) -> None:
        """For everything that only reads."""
        admit(await self._access.may_look_up(user_id))

    async def ask(self, user_id: str) -> None:
        """For asking for an operation."""
        admit(await self._access.may_ask(user_id))

    async def tend_alerts(self, user_id: str, also: Sequence[str] = ()) -> None:
        """For acknowledging, silencing and restarting from an alert.

        Open to support, to those in `[oncall]`, and to `also`: whom the alert's route calls.
        """
        admit(await self._access.may_tend_alerts(user_id, (*also, *self._oncall)))

    async def pincodes(self, user_id: str) -> None:
        """For seeing a pincode."""
        admit(await self._access.may_see_pincodes(user_id))

    async def administer(self, user_id: str) -> None:
        """For others' silences and the audit."""
        admit(await self._access.may_administer(user_id))


def admit(right: Right) -> None:
    """Raise `RefusedError` where somebody may not."""
    if isinstance(right, Refused):
        raise RefusedError(refusal(right))


def refusal(refused: Refused) -> str:
    """Why somebody may not, and who may."""
    sentence = SENTENCES[refused.because]
    if refused.because is not Because.NOT_NAMED:
        return sentence
    if not refused.who_can:
        return f"{sentence} Nobody is named for it in the configuration."
    who = ", ".join(kit.whom(member) for member in refused.who_can[:10])
    return f"{sentence} Ask one of: {who}"
