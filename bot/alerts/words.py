"""What each condition means, and the first thing to do, for somebody woken at three."""

from typing import NamedTuple

from bot.alerts.codes import Restart, explanation
from bot.alerts.model import Alert, Condition


class Words(NamedTuple):
    """An alert in plain language."""

    meaning: str
    first_action: str
    may_restart: bool = False
    is_safety: bool = False
    is_known: bool = True
    """False for a code that nobody has explained yet; it is shown as it came."""


_CONDITIONS = {
    Condition.OFFLINE: Words(
        "The charger does not reach its vendor.",
        "See whether its neighbours are online. If they are: its SIM, network cable or power; ask "
        "somebody on site to look at its display. If they are not: the site's power or router.",
    ),
    Condition.NEVER_CONNECTED: Words(
        "The charger was registered and has not connected even once.",
        "Check that it has power, that its network works, and that its back-end address and "
        "identity are what was registered.",
    ),
    Condition.UNSTABLE: Words(
        "The charger keeps going offline and coming back.",
        "Look at its signal, SIM and router; plan a visit if it goes on for a day.",
    ),
    Condition.SITE_OFFLINE: Words(
        "At least half of the site went offline at the same time.",
        "Most likely the site's power or its router: call the site, then the grid operator or the "
        "internet provider.",
    ),
    Condition.ACCOUNT_OFFLINE: Words(
        "The vendor says that at least half of the account went offline at once. That is more "
        "likely the vendor than the chargers, so each of them counts as unknown.",
        "Look at the vendor's status page, then call its support.",
    ),
    Condition.ACCOUNT_UNREACHABLE: Words(
        "The vendor does not answer us. Its chargers may be well: they count as unknown.",
        "Look at the vendor's status page. Nothing has to be done at the chargers.",
    ),
    Condition.ACCOUNT_REJECTED: Words(
        "The vendor does not accept our credential, so we are blind for this account.",
        "Renew the token or key of the account, and restart the bot with it.",
    ),
    Condition.ACCOUNT_STALE: Words(
        "The vendor answers, and yet no look at the whole account has succeeded for a while.",
        "See `/chargehand status` for what hinders it: too many requests, or a page that cannot "
        "be read.",
    ),
}


def place_of(connector: str) -> str:
    """A connector as people call it; the vendor's own number of its EVSE where it has one."""
    evse, _, number = connector.rpartition("/")
    return f"EVSE {evse}, connector {number}" if evse else f"connector {number}"


def words_of(alert: Alert) -> Words:
    """The plain language of an alert."""
    if alert.is_test:
        return Words(
            "This is a test. Nothing is wrong.", "Nothing to do; acknowledge it if you like."
        )
    if alert.condition is not Condition.FAULT:
        return _CONDITIONS[alert.condition]
    found = explanation(alert.code, alert.vendor_code, alert.info)
    return Words(
        found.meaning,
        found.first_action,
        may_restart=found.restart is Restart.WHEN_IDLE,
        is_safety=alert.is_safety,
        is_known=found.is_known,
    )
