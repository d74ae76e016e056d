"""Situations with a name, each with one sentence on what should then be seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.sandbox.vendors.api_faults import ApiFault, ApiTrouble
from bot.sandbox.vendors.clouds import VendorClouds
from bot.sandbox.vendors.entities import Vendor


@dataclass(frozen=True)
class Scenario:
    """`expect` is for people: what should be seen in Slack. `begin` breaks things.

    `is_from_before` is for what has to be so already when the bot begins to watch; the others
    begin once it knows the fleet as it was.
    """

    name: str
    expect: str
    begin: Callable[[VendorClouds], None]
    is_from_before: bool = False

    @property
    def title(self) -> str:
        """Its name, as a person would write it."""
        words = self.name.replace("-", " ")
        return f"{words[0].upper()}{words[1:]}".replace(" api ", " API ")


def _dead_chargers(clouds: VendorClouds) -> None:
    for number in (1, 3, 4, 5):
        clouds.breakdowns.charger_offline(f"NL-AMS-{number:04}")
    clouds.breakdowns.charger_offline("VT_40010002")


def _charger_offline(clouds: VendorClouds) -> None:
    clouds.breakdowns.charger_offline("NL-AMS-0008")


def _connector_fault(clouds: VendorClouds) -> None:
    clouds.breakdowns.connector_fault(
        "DK.SPI.000005", "InternalError", connector=2, vendor_code="E-0417", info="PSU 3 failed"
    )


def _safety_fault(clouds: VendorClouds) -> None:
    clouds.breakdowns.connector_fault(
        "NL-UTR-0004", "GroundFailure", vendor_code="CX002", info="Leakage 42 mA"
    )


def _warning(clouds: VendorClouds) -> None:
    clouds.breakdowns.warning("DK.SPI.000101", "HighTemperature", info="74 C, derating")


def _flapping(clouds: VendorClouds) -> None:
    clouds.breakdowns.flapping("NL-UTR-0005", times=8, every=timedelta(seconds=6))


def _site_power_cut(clouds: VendorClouds) -> None:
    clouds.breakdowns.power_cut("Ørestad Syd")


def _api_down(clouds: VendorClouds) -> None:
    clouds.spirii.faults.add(ApiFault(ApiTrouble.ERROR, status=503))


def _half_offline(clouds: VendorClouds) -> None:
    clouds.breakdowns.half_offline(Vendor.PLUGCHOICE)


def _never_connects(clouds: VendorClouds) -> None:
    clouds.breakdowns.never_connects("*")


def _lost_answer(clouds: VendorClouds) -> None:
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.LOST_ANSWER, "POST /chargers", count=1))


def _lost_request(clouds: VendorClouds) -> None:
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.LOST_REQUEST, "POST /chargers", count=1))


def _rate_limited(clouds: VendorClouds) -> None:
    clouds.plugchoice.faults.add(ApiFault(ApiTrouble.RATE_LIMITED, seconds=30, count=10))


def _rejected(clouds: VendorClouds) -> None:
    clouds.volttime.faults.add(ApiFault(ApiTrouble.UNAUTHORISED))


def _slow(clouds: VendorClouds) -> None:
    clouds.lynkwell.faults.add(ApiFault(ApiTrouble.SLOW, "GET *", seconds=6))


def _garbage(clouds: VendorClouds) -> None:
    clouds.volttime.faults.add(ApiFault(ApiTrouble.GARBAGE, "GET *"))


def _stubborn(clouds: VendorClouds) -> None:
    clouds.breakdowns.drive_off("NL-AMS-0004")  # with a car on it, an approver is asked first
    clouds.breakdowns.refuses_commands("NL-AMS-0004")


_ALL = (
    Scenario(
        "first-start-with-dead-chargers",
        "One message for each account lists what was already bad when the bot began, and no page.",
        _dead_chargers,
        is_from_before=True,
    ),
    Scenario(
        "charger-offline",
        "NL-AMS-0008 is announced as offline at high severity, and on-call is mentioned.",
        _charger_offline,
    ),
    Scenario(
        "connector-fault",
        "DK.SPI.000005 shows InternalError with the vendor's code E-0417, and offers a restart.",
        _connector_fault,
    ),
    Scenario(
        "safety-fault",
        "NL-UTR-0004 is critical at once with a warning not to touch, and offers no restart.",
        _safety_fault,
    ),
    Scenario(
        "warning",
        "DK.SPI.000101 has a warning of medium severity: HighTemperature, 74 C, still working.",
        _warning,
    ),
    Scenario(
        "flapping",
        "NL-UTR-0005 is announced once as unstable, in place of a message for each change.",
        _flapping,
    ),
    Scenario(
        "site-power-cut",
        "One alert for the site Ørestad Syd, with its six chargers attached to it.",
        _site_power_cut,
    ),
    Scenario(
        "vendor-api-down",
        "The account dk is unreachable, its chargers are unknown, and none of them pages.",
        _api_down,
    ),
    Scenario(
        "vendor-says-half-offline",
        "One alert says that the account nl lost half of its chargers; no charger pages.",
        _half_offline,
    ),
    Scenario(
        "never-connects",
        "A charger registered at nl now never calls; in three minutes that is told, at low.",
        _never_connects,
    ),
    Scenario(
        "lost-answer",
        "The next registration at nl loses its answer, is looked up, found, and reported as done.",
        _lost_answer,
    ),
    Scenario(
        "lost-request",
        "The next registration at nl never arrives, is looked up, and reported as not done.",
        _lost_request,
    ),
    Scenario(
        "rate-limited",
        "A charger of nl is still shown, as it was read last or after a wait; no charger pages.",
        _rate_limited,
    ),
    Scenario(
        "account-rejected",
        "The account legacy no longer accepts its token: one critical alert, and no charger's.",
        _rejected,
    ),
    Scenario(
        "slow-vendor",
        "Commands about us are acknowledged at once, and answered some seconds later.",
        _slow,
    ),
    Scenario(
        "garbage",
        "The account legacy answers with a web page: soon its data is old, nothing is offline.",
        _garbage,
    ),
    Scenario(
        "restart-refused",
        "A restart of NL-AMS-0004 is answered with Rejected, and reported as refused.",
        _stubborn,
    ),
)

SCENARIOS: Mapping[str, Scenario] = {scenario.name: scenario for scenario in _ALL}


def table() -> str:
    """All scenarios as a Markdown table."""
    lines = [f"| `{each.name}` | {each.expect} |" for each in SCENARIOS.values()]
    return "\n".join(["| scenario | what should be seen |", "|---|---|", *lines])
