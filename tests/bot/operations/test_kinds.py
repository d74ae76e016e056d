"""What each kind shows before it runs, and how it is read back."""

import json

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.approvals.request import Outcome
from bot.config.settings import OperationKind
from bot.operations.base import Precheck, Verdict
from bot.operations.import_chargers import ImportChargers
from bot.operations.kinds import KINDS, AnyOperation
from bot.operations.reading_back import compare, one_new
from bot.operations.set_reference import SetReference
from bot.store import Store
from tests.bot.clouds import ChargerCloud
from tests.bot.desk import Desk
from tests.bot.operations.cases import CASES, EVERYTHING_ASKED, EVERYTHING_AT_ONCE
from tests.clock import START, VirtualClock
from vendors.errors import NotFoundError, OutcomeUnknownError, VendorError
from vendors.models import Charger, Connector, NewCharger, Status

KIND = TypeAdapter[AnyOperation](AnyOperation)


@pytest.fixture
def desk(store: Store, clock: VirtualClock) -> Desk:
    return Desk(store, clock, policies=(EVERYTHING_ASKED,))


def test_the_configuration_names_every_kind():
    assert set(OperationKind.__args__) == set(KINDS)


@pytest.mark.parametrize("kind", CASES)
async def test_a_stored_operation_reads_back_with_the_same_hash(desk: Desk, kind: str):
    """What was approved is what runs, also after a restart."""
    operation = CASES[kind](desk)

    again = KIND.validate_json(operation.canonical)

    assert again == operation
    assert again.hash == operation.hash


@pytest.mark.parametrize("kind", CASES)
async def test_the_canonical_text_is_sorted_and_has_no_blanks(desk: Desk, kind: str):
    operation = CASES[kind](desk)
    facts = json.loads(operation.canonical)

    assert operation.canonical == json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert facts["kind"] == kind


def test_a_cleared_reference_is_part_of_what_is_sent():
    """Or clearing it and saying nothing of it would look the same to whoever approves."""
    operation = SetReference(account="nl", charger_id="ch1", label="AB123", reference=None)

    assert json.loads(operation.canonical)["reference"] is None
    assert KIND.validate_json(operation.canonical) == operation


def test_another_value_has_another_hash():
    one = SetReference(account="nl", charger_id="ch1", label="AB123", reference="a")
    other = one.model_copy(update={"reference": "b"})

    assert one.hash != other.hash


def test_nothing_slips_into_an_operation_unseen():
    """A field that is not part of the kind would be neither shown nor hashed as meant."""
    with pytest.raises(ValidationError):
        KIND.validate_python({"kind": "delete_charger", "account": "nl", "pincode": "0042"})


@pytest.mark.parametrize(
    ("kind", "title", "lines"),
    [
        (
            "register_charger",
            "Register AB123 at nl",
            [("Identity", None, "AB123"), ("Site", None, "si1")],
        ),
        (
            "import_chargers",
            "Import 2 chargers into nl",
            [("Row 1", None, "AB1"), ("Row 2", None, "AB2")],
        ),
        (
            "attach_charger",
            "Attach charger AB123 at nl",
            [("Identity", None, "AB123"), ("Site", None, "Depot")],
        ),
        (
            "detach_charger",
            "Detach charger AB123 from its site at nl",
            [("Site", "si1", "none")],
        ),
        ("delete_charger", "Delete charger AB123 at nl", [("Deleted", "no", "yes")]),
        ("set_reference", "Set the reference of AB123 at nl", [("Reference", "old", "new")]),
        (
            "create_site",
            "Create site Depot at nl",
            [
                ("Name", None, "Depot"),
                ("Address", None, "Main street 12A, 1234 AB Utrecht, NL"),
            ],
        ),
        (
            "update_smart_charging",
            "Change smart charging of Depot at nl",
            [
                ("Smart charging", "disabled", "off peak"),
                ("Time zone", "nothing", "Europe/Amsterdam"),
                ("Off-peak from", "nothing", "23:00"),
                ("Off-peak until", "nothing", "07:00"),
            ],
        ),
        (
            "create_station_model",
            "Create station model Autel DL0120 at us",
            [
                ("Maker", None, "Autel"),
                ("Model", None, "DL0120"),
                ("Power type", None, "DC"),
                ("Connector 1", None, "SAE_J3400 cable, 300 A, 1000 V, 120 kW"),
                ("OCPP URL", None, "wss://ocpp.example.net"),
            ],
        ),
        (
            "rename_station_model",
            "Rename station model old at us",
            [("Friendly name", "old", "new")],
        ),
        (
            "archive_station_model",
            "Archive station model Autel 120 kW at us",
            [("Archived", "no", "yes")],
        ),
        ("restart_charger", "Restart charger AB123 at nl", [("Reset", None, "soft")]),
    ],
)
async def test_every_kind_shows_exactly_what_it_sets(
    desk: Desk, kind: str, title: str, lines: list[tuple[str, str | None, str]]
):
    request = await desk.ask(CASES[kind](desk))

    described = request.operation.describe(request.precheck)

    assert described.title == title
    assert [(line.name, line.before, line.after) for line in described.lines] == lines


@pytest.mark.parametrize("kind", CASES)
async def test_every_kind_can_be_described_before_anything_was_read(desk: Desk, kind: str):
    assert CASES[kind](desk).describe(None).title


@pytest.mark.parametrize("kind", CASES)
async def test_every_kind_shows_what_its_look_warns_of(desk: Desk, kind: str):
    """A model that is archived is renamed by nobody who knows it."""
    look = Precheck(checked_at=START, warnings=("Mind the step.",))

    assert "Mind the step." in CASES[kind](desk).describe(look).warnings


async def test_an_archive_says_that_there_is_no_way_back_and_whom_it_concerns(desk: Desk):
    desk.mirror.of_model = 14

    request = await desk.ask(CASES["archive_station_model"](desk))

    assert request.operation.describe(request.precheck).warnings == (
        "No un-archive is documented.",
        "14 chargers in the fleet are of this make and model.",
    )


async def test_an_unusual_ocpp_address_is_warned_about_and_not_refused(desk: Desk):
    operation = CASES["create_station_model"](desk)
    model = operation.station_model.model_copy(update={"ocpp_url": "ftp://ocpp.example.net"})
    operation = operation.model_copy(update={"station_model": model})

    (warning,) = operation.describe(None).warnings

    assert "ftp" in warning


@pytest.mark.parametrize("kind", ["create_site", "create_station_model"])
async def test_what_is_there_twice_is_warned_about(desk: Desk, kind: str):
    """The vendors take two of the same name."""
    desk.chargers.add_site("Depot")
    desk.models.add("Autel", "DL0120", is_archived=True)

    request = await desk.ask(CASES[kind](desk))

    (warning,) = request.operation.describe(request.precheck).warnings
    assert "already" in warning


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("delete_charger", "does not know the charger"),
        ("restart_charger", "does not know the charger"),
        ("set_reference", "does not know the charger"),
        ("detach_charger", "is not at si1"),
        ("rename_station_model", "does not know the station model"),
        ("archive_station_model", "does not know the station model"),
    ],
)
async def test_what_is_gone_is_refused_before_anybody_is_asked(desk: Desk, kind: str, words: str):
    operation = CASES[kind](desk)
    desk.chargers.known.clear()
    desk.models.models.clear()

    request = await desk.ask(operation)

    assert words in (request.summary or "")
    assert await desk.message(request.card_key) is None


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [("set_reference", "reference", "new"), ("rename_station_model", "friendly_name", "new")],
)
async def test_what_is_already_so_is_refused(desk: Desk, kind: str, field: str, value: str):
    operation = CASES[kind](desk)
    for charger_id in desk.chargers.known:
        desk.chargers.change(charger_id, **{field: value})
    for model_id in desk.models.models:
        desk.models.change(model_id, **{field: value})

    request = await desk.ask(operation)

    assert "already" in (request.summary or "")


async def test_an_account_that_cannot_do_it_says_so(desk: Desk):
    operation = CASES["delete_charger"](desk).model_copy(update={"account": "us"})

    request = await desk.ask(operation)

    assert "Account us cannot do this." in (request.summary or "")


async def test_an_account_that_is_gone_says_so(desk: Desk):
    """It was taken out of the configuration while the request waited."""
    operation = CASES["delete_charger"](desk).model_copy(update={"account": "old"})

    request = await desk.ask(operation)

    assert "No account is called old any more." in (request.summary or "")


def test_an_import_names_the_sites_that_people_know():
    """Nobody can judge a row by the vendor's id of its site; that alone is sent all the same."""
    rows = (NewCharger(identity="AB1", site_id="si1"), NewCharger(identity="AB2", site_id="si2"))
    operation = ImportChargers(account="nl", rows=rows, site_names={"si1": "Depot"})

    assert [line.after for line in operation.describe(None).lines] == [
        "AB1, site Depot",
        "AB2, site si2",
    ]
    first, _ = operation.steps()
    assert first.charger.site_id == "si1"


async def test_a_site_whose_rows_tell_no_connectors_says_what_is_unseen(desk: Desk):
    """Where the charger itself cannot be read either, nobody is led to think that it is idle."""
    operation = CASES["detach_charger"](desk)
    row = desk.chargers.known[operation.charger_id]

    async def unknown(charger_id: str) -> Charger:
        raise NotFoundError("volttime", charger_id)

    desk.chargers.charger = unknown
    request = await desk.ask(operation)

    assert "connectors" not in row.model_fields_set
    assert "It cannot be seen whether a car is charging." in request.precheck.warnings


@pytest.mark.parametrize("kind", ["restart_charger", "detach_charger", "delete_charger"])
async def test_a_paused_session_is_shown_to_whoever_decides(desk: Desk, kind: str):
    """A car that waits for its hour would stand there empty in the morning."""
    operation = CASES[kind](desk)
    plug = Connector(number=2, status=Status.SUSPENDED_EVSE)
    desk.chargers.change(operation.charger_id, connectors=(plug,))

    request = await desk.ask(operation)

    said = request.operation.describe(request.precheck).warnings
    assert "A session is paused at connector 2; it would end too." in said


@pytest.mark.parametrize(
    ("now", "verdict"),
    [("new", Verdict.DONE), ("old", Verdict.NOT_DONE), ("third", Verdict.CANNOT_TELL)],
)
def test_a_value_that_somebody_else_changed_tells_nothing(now: str, verdict: Verdict):
    assert compare(now=now, wanted="new", before="old") is verdict


@pytest.mark.parametrize(
    ("count", "verdict"),
    [(0, Verdict.NOT_DONE), (1, Verdict.DONE), (2, Verdict.CANNOT_TELL)],
)
def test_two_new_ones_alike_cannot_be_told_apart(count: int, verdict: Verdict):
    cloud = ChargerCloud()
    old = cloud.add_site("Depot")
    new = [cloud.add_site("Depot") for _ in range(count)]

    assert one_new([old, *new], [old.id], "site Depot").verdict is verdict


class SearchedCloud(ChargerCloud):
    """Finds the newest of its chargers, as Plugchoice does."""

    gives_up: bool = False

    async def find_chargers(self, text: str) -> list[Charger]:
        """What goes by the text, unless it is not among the newest."""
        await self.look(f"find {text}")
        if self.gives_up:
            raise VendorError("plugchoice", "not among the newest 1,000 chargers")
        return [each for each in self.known.values() if each.identity == text.upper()]


@pytest.mark.parametrize("gives_up", [False, True])
@pytest.mark.parametrize("lost", [False, True], ids=["arrived", "lost"])
async def test_a_new_charger_is_looked_for_among_the_newest(
    store: Store, clock: VirtualClock, lost: bool, gives_up: bool
):
    """A whole fleet is read only where the search has given up without an answer."""
    cloud = SearchedCloud(clock_now=clock.now)
    cloud.gives_up = gives_up
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,), chargers=cloud)
    (cloud.trouble.lose_request if lost else cloud.trouble.lose_answer)()

    request = await desk.ask(CASES["register_charger"](desk))

    assert request.outcome is (Outcome.FAILED if lost else Outcome.DONE)
    looks = ["find AB123", *(["chargers"] if gives_up else [])]
    assert cloud.reads == looks * (2 if lost else 1)


async def test_a_charger_at_another_site_is_not_what_was_registered(
    store: Store, clock: VirtualClock
):
    """It was ours before, or somebody has moved it: a person has to look."""
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
    operation = CASES["register_charger"](desk)
    desk.chargers.trouble.lose_request()
    request = await desk.approvals.open(operation, by="U0ANN", reason="", delivery="view 1")
    desk.chargers.add("ab123", site_id="si2", site_name="Quay")

    request = await desk.ended(request)

    assert request.outcome is Outcome.UNKNOWN
    assert "at another site: Quay" in (request.summary or "")


def test_only_what_the_decision_rests_on_can_drift():
    """A heartbeat or a session on the way does not."""
    asked_on = Precheck(checked_at=START, state={"exists": True}, evidence={"at": 1})
    now = Precheck(checked_at=START, state={"exists": True}, evidence={"at": 2}, chargers=3)
    moved = Precheck(checked_at=START, state={"exists": True, "site": "si2"})

    assert now.drift_from(asked_on) == ()
    assert [change.name for change in moved.drift_from(asked_on)] == ["site"]


@pytest.mark.parametrize("kind", ["detach_charger", "delete_charger"])
async def test_what_we_look_after_no_more_is_forgotten(
    store: Store, clock: VirtualClock, kind: str
):
    """Its alerts are closed as removed, not as recovered."""
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
    operation = CASES[kind](desk)

    await desk.ask(operation)

    assert [ref.id for ref in desk.mirror.forgotten] == [operation.charger_id]
    assert desk.mirror.seen == []


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "read back"])
async def test_what_was_made_is_in_the_mirror_at_once(
    store: Store, clock: VirtualClock, lost: bool
):
    desk = Desk(store, clock, policies=(EVERYTHING_AT_ONCE,))
    for kind in ("register_charger", "create_site", "create_station_model"):
        operation = CASES[kind](desk)
        for cloud in (desk.chargers, desk.models):
            cloud.trouble.after = OutcomeUnknownError("acme", "no answer") if lost else None
        request = await desk.ask(operation)
        assert request.made is not None

    assert [charger.identity for charger in desk.mirror.seen] == ["AB123"]
    assert [site.name for site in desk.mirror.seen_sites] == ["Depot"]
    assert [model.name for model in desk.mirror.seen_models] == ["DL0120"]
