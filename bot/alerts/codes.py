"""What a fault code means, how bad it is, and the first thing to do: the table of plain words.

Meanings follow the OCPP 1.6 specification and the MREC list of ChargeX; severities and first
actions are ours. The safety rows are strict on purpose: they never offer a restart.
"""

from enum import StrEnum
from typing import NamedTuple

from bot.severity import Severity


class Restart(StrEnum):
    """Whether a restart may be offered against a code."""

    NEVER = "never"
    """It would hide a danger."""
    USELESS = "useless"
    """It does not help."""
    WHEN_IDLE = "when idle"


class Explanation(NamedTuple):
    """A code in plain words."""

    code: str
    meaning: str
    first_action: str
    severity: Severity
    """While the status is Faulted."""
    warning_severity: Severity
    """While the charger still works."""
    restart: Restart = Restart.USELESS
    is_safety: bool = False
    is_known: bool = True


_C, _H, _M, _L, _N = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.NONE,
)
_DANGER = "Tell everyone on site not to touch the charger or its cable, and keep it switched off. "


def _safety(code: str, meaning: str, then: str) -> Explanation:
    return Explanation(code, meaning, _DANGER + then, _C, _C, Restart.NEVER, is_safety=True)


OCPP = (
    Explanation(
        "ConnectorLockFailure",
        "The plug will not lock or unlock.",
        "Ask the driver to end the session in the car, push the plug fully in and try again; "
        "then restart the charger when idle. Three times in a day: send somebody.",
        _M,
        _L,
        Restart.WHEN_IDLE,
    ),
    Explanation(
        "EVCommunicationError",
        "Car and charger do not understand each other.",
        "Unplug and plug in again; try another cable or car; check the car's charging timer.",
        _L,
        _L,
    ),
    _safety(
        "GroundFailure",
        "The earth-leakage protection has tripped: there may be current where none should be.",
        "Stop the session remotely. A competent person on site checks the residual-current device "
        "with the car unplugged; if it comes back, an electrician.",
    ),
    Explanation(
        "HighTemperature",
        "It is too hot inside; power is reduced or cut.",
        "Check sun, vents, fan and neighbours, and let it cool down. If the connector is hot or it "
        "repeats, send somebody: loose terminals are a fire risk.",
        _H,
        _M,
    ),
    Explanation(
        "InternalError",
        "A fault in the charger's own hardware or software.",
        "Note the vendor code and firmware. One soft restart when idle, one hard restart ten "
        "minutes later, then a ticket with the maker.",
        _H,
        _M,
        Restart.WHEN_IDLE,
    ),
    Explanation(
        "LocalListConflict",
        "The offline card list differs from the vendor's.",
        "Have the vendor send the full local list again; until then cards may be refused offline.",
        _L,
        _L,
    ),
    Explanation("NoError", "Nothing is wrong.", "Nothing to do.", _N, _N),
    Explanation(
        "OtherError",
        "The maker reports an error of its own kind.",
        "Look the vendor code up in the maker's list; it is shown here as it came.",
        _M,
        _L,
    ),
    Explanation(
        "OverCurrentFailure",
        "The car drew too much and the protection tripped.",
        "Does it happen with another car? If only with one, it is the car. If a breaker is down, "
        "send somebody; never restart again and again.",
        _H,
        _M,
        Restart.WHEN_IDLE,
    ),
    Explanation(
        "OverVoltage",
        "The supply voltage is too high.",
        "Look at the neighbours on the site: if several have it, it is the grid; call the "
        "electrician or the grid operator.",
        _H,
        _M,
    ),
    Explanation(
        "PowerMeterFailure",
        "The energy cannot be measured.",
        "Sessions may go unbilled: stop new ones where the law asks for it, restart once when "
        "idle, have the meter visited, and tell billing.",
        _H,
        _H,
        Restart.WHEN_IDLE,
    ),
    _safety(
        "PowerSwitchFailure",
        "The contactor failed to switch; it may be welded, and the plug may stay live.",
        "Set it to unavailable at once and send an electrician.",
    ),
    Explanation(
        "ReaderFailure",
        "The card reader is dead.",
        "Tell drivers that the app still starts a session; restart when idle; a visit within days.",
        _M,
        _M,
        Restart.WHEN_IDLE,
    ),
    Explanation(
        "ResetFailure",
        "It could not restart.",
        "One hard restart if a soft one failed; after that it must be switched off and on on site.",
        _H,
        _M,
        Restart.WHEN_IDLE,
    ),
    Explanation(
        "UnderVoltage",
        "The supply voltage is too low, or a phase is missing.",
        "Look at the neighbours on the site: if several have it, it is the supply. Check phase, "
        "breaker and load management limits.",
        _H,
        _M,
    ),
    Explanation(
        "WeakSignal",
        "The mobile signal is bad; it will probably drop out.",
        "Look at its offline history, antenna and SIM, and plan it into the next visit.",
        _L,
        _L,
    ),
)

MREC = (
    Explanation("CX001", "The connector lock failed.", OCPP[0].first_action, _M, _L,
                Restart.WHEN_IDLE),
    _safety("CX002", "Ground failure: earth leakage was found.",
            "An electrician checks it with the car unplugged."),
    Explanation("CX003", "High temperature; power is reduced.", OCPP[3].first_action, _H, _M),
    Explanation("CX004", "The car drew too much current.", OCPP[8].first_action, _H, _M,
                Restart.WHEN_IDLE),
    Explanation("CX005", "The voltage is too high.", OCPP[9].first_action, _H, _M),
    Explanation("CX006", "The voltage is too low.", OCPP[14].first_action, _H, _M),
    _safety("CX008", "The emergency stop was pressed.",
            "Find out on site why, before anybody releases it."),
    Explanation("CX009", "Nobody was authorised in time.",
                "Ask the driver to start again by card or app.", _L, _L),
    Explanation("CX010", "The car is in a mode that does not fit charging.",
                "Unplug, lock and unlock the car, plug in again.", _L, _L),
    Explanation("CX011", "The cable check before charging failed.",
                "Unplug and try again; with a second car too: have cable and connector checked.",
                _H, _M),
    Explanation("CX014", "The control pilot signal is wrong.",
                "Try another cable or car; if it stays, have the connector checked.", _M, _L),
    Explanation("CX015", "The power was lost.",
                "Check the supply and breakers of the site; look at the neighbours.", _H, _M),
    _safety("CX017", "The contactor failed; the plug may stay live.",
            "Set it to unavailable at once and send an electrician."),
    Explanation("CX018", "The cable is too hot; power is reduced.", OCPP[3].first_action, _H, _M),
    Explanation("CX019", "The cable was too hot and charging stopped.", OCPP[3].first_action,
                _H, _M),
    Explanation("CX020", "The plug is not fully in.",
                "Ask the driver to push it in fully; if it stays, check the inlet for dirt.",
                _L, _L),
    _safety("CX022", "The insulation between cable and earth is too weak.",
            "An electrician measures it before anybody charges again."),
    Explanation("CX023", "The proximity signal of the plug is wrong.",
                "Try another cable or car; if it stays, have the connector checked.", _M, _L),
    Explanation("CX024", "The voltage at the connector is too high.", OCPP[9].first_action, _H,
                _M),
    Explanation("CX025", "The latch of the connector is broken.",
                "Send somebody with a spare connector.", _M, _M),
    _safety("CX026", "The cable has been cut.", "Live parts may be open: send an electrician."),
)  # fmt: skip

SAFETY_WORDS = ("water ingress", "tilt", "enclosure open", "emergency stop", "cut cable")
"""In a vendor's own words, these mean danger whatever the code says."""

EXPLANATIONS = {entry.code.casefold(): entry for entry in (*OCPP, *MREC)}
_SAME = {"weaksignallevel": "weaksignal"}


def canonical(code: str | None) -> str:
    """The one spelling of a code; a code that we do not know stays as it came."""
    text = (code or "").strip()
    known = EXPLANATIONS.get(_SAME.get(text.casefold(), text.casefold()))
    return known.code if known else text


def is_nothing(code: str | None) -> bool:
    """Whether a code says that nothing is wrong."""
    return canonical(code) in ("", "NoError")


def explanation(code: str, vendor_code: str = "", info: str = "") -> Explanation:
    """The plain words of a fault; the vendor code counts where it says more or worse.

    A code that nobody has explained yet is shown as it came.
    """
    found = EXPLANATIONS.get(canonical(code).casefold())
    candidates = [found] if found else []
    candidates += [known for part in _parts(vendor_code) if (known := EXPLANATIONS.get(part))]
    if any(word in info.casefold() for word in SAFETY_WORDS):
        shown = vendor_code or code or "fault"
        candidates.append(_safety(shown, f"The charger reports: {info}.", "Send somebody."))
    if not candidates:
        return _unknown(code, vendor_code)
    safety = [entry for entry in candidates if entry.is_safety]
    return safety[0] if safety else candidates[-1]


def _parts(vendor_code: str) -> list[str]:
    """A vendor code may be a list, and MREC numbers come with or without their letters."""
    return [part.strip().casefold() for part in vendor_code.split(",") if part.strip()]


def _unknown(code: str, vendor_code: str) -> Explanation:
    shown = vendor_code or code
    meaning = (
        f"The charger reports {shown!r}, which has no explanation here yet."
        if shown
        else "The charger says that it is faulted, and not why."
    )
    action = "Read the vendor's own text, and look at the charger in the vendor's portal."
    return Explanation(shown, meaning, action, _M, _L, is_known=False)
