"""What Plugchoice v3 and VoltTime v2 share: one back end, its envelopes, pages and complaints.

Source: Plugchoice docs, guides/errors, guides/pagination and guides/rate-limiting.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.vendors.cloud import VendorCloud
from bot.sandbox.vendors.entities import Charger, SmartCharging
from bot.sandbox.vendors.exchange import Answer, Incoming, Refusal, Row, bearer
from bot.sandbox.vendors.world import World

PER_PAGE = 25
INVALID = "The given data was invalid."
NOBODY_ANSWERED = "The charger did not respond in time."
MODES = ("disabled", "off_peak", "day_ahead_pricing")
STRATEGIES = ("automatic", "manual")

ThingT = TypeVar("ThingT")


@dataclass
class LaravelReading:
    """Where the documents disagree about the wire; the defaults are what live clients see."""

    created_status: int = 201
    bare_objects: bool = False


class LaravelCloud(VendorCloud):
    """A cloud of the Plugchoice back end; one token sees one team."""

    def __init__(
        self,
        world: World,
        now: Callable[[], datetime],
        *,
        token: str,
        sleep: Callable[[float], Awaitable[None]],
        requests_per_minute: int | None = 500,
    ) -> None:
        super().__init__(world, now, sleep=sleep, requests_per_minute=requests_per_minute)
        self.token = token
        self.reading = LaravelReading()

    def credential(self, incoming: Incoming) -> str:
        """Only the one token is known."""
        if bearer(incoming) != self.token:
            raise Refusal(401, "Unauthenticated.")
        return f"token of {self.vendor}"

    def complaint(self, refusal: Refusal) -> Row:
        """`message` always, `errors` with a 422 only."""
        body: Row = {"message": refusal.message}
        if refusal.fields:
            body["errors"] = dict(refusal.fields)
        return body

    def emptied(self, body: Any) -> Any:
        """A page without rows."""
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            return body
        empty = {**body, "data": []}
        if "links" in body:
            empty["links"] = {**body["links"], "next": None}
        if "next_page_url" in body:
            empty["next_page_url"] = None
        return empty

    def one(self, row: Row) -> Answer:
        """A single object in its envelope."""
        return Answer(row if self.reading.bare_objects else {"data": row})

    def created(self, row: Row) -> Answer:
        """A single new object."""
        return Answer(self.one(row).body, self.reading.created_status)

    def page(
        self, incoming: Incoming, things: Sequence[ThingT], to_row: Callable[[ThingT], Row]
    ) -> Answer:
        """Shape A: `links` and `meta`, with no total and no last page."""
        number, rows = _rows(incoming, things, to_row)
        path = self.base_url + incoming.path
        first = _page_url(path, incoming, 1)
        links = {
            "first": first,
            "last": None,
            "prev": _page_url(path, incoming, number - 1) if number > 1 else None,
            "next": _next_url(path, incoming, number, len(things)),
        }
        meta = {
            "current_page": number,
            "current_page_url": _page_url(path, incoming, number),
            "from": (number - 1) * PER_PAGE + 1 if rows else None,
            "path": path,
            "per_page": PER_PAGE,
            "to": (number - 1) * PER_PAGE + len(rows) if rows else None,
        }
        return Answer({"data": rows, "links": links, "meta": meta})

    def flat_page(
        self,
        incoming: Incoming,
        things: Sequence[ThingT],
        to_row: Callable[[ThingT], Row],
        filter_options: Mapping[str, Sequence[str]],
    ) -> Answer:
        """Shape B: the keys of the pager beside `data`, and `filter_options`."""
        number, rows = _rows(incoming, things, to_row)
        path = self.base_url + incoming.path
        return Answer(
            {
                "data": rows,
                "first_page_url": _page_url(path, incoming, 1),
                "from": (number - 1) * PER_PAGE + 1 if rows else None,
                "next_page_url": _next_url(path, incoming, number, len(things)),
                "path": path,
                "per_page": PER_PAGE,
                "prev_page_url": _page_url(path, incoming, number - 1) if number > 1 else None,
                "to": (number - 1) * PER_PAGE + len(rows) if rows else None,
                "filter_options": {name: list(words) for name, words in filter_options.items()},
            }
        )

    def reachable(self, charger: Charger) -> Charger:
        """The charger, when it can be told something now. Raises Refusal (504) when not."""
        if not charger.online:
            raise Refusal(504, NOBODY_ANSWERED)
        return charger


class Form:
    """Checks a request's fields as Laravel does, and refuses with all complaints at once."""

    def __init__(self, incoming: Incoming) -> None:
        self._fields = incoming.fields
        self.errors: dict[str, list[str]] = {}

    def complain(self, field: str, message: str) -> None:
        """Add a complaint about a field."""
        self.errors.setdefault(field, []).append(message)

    def refuse(self) -> None:
        """Raises Refusal (422) when there was anything to complain about."""
        if self.errors:
            raise Refusal(422, INVALID, self.errors)

    def given(self, field: str) -> Any:
        """What was sent, None where nothing was."""
        return self._fields.get(field)

    def required(self, field: str) -> bool:
        """True when the field was filled; complains otherwise."""
        if self.given(field) in (None, ""):
            self.complain(field, f"The {_spaced(field)} field is required.")
            return False
        return True

    def text(self, field: str, *, longest: int, required: bool = True) -> str | None:
        """A text of at most `longest` characters."""
        if self.given(field) in (None, ""):
            if required:
                self.required(field)
            return None
        given = self.given(field)
        if not isinstance(given, str):
            self.complain(field, f"The {_spaced(field)} field must be a string.")
            return None
        if len(given) > longest:
            self.complain(
                field,
                f"The {_spaced(field)} field must not be greater than {longest} characters.",
            )
        return given

    def whole(self, field: str, *, required: bool = True) -> int | None:
        """A number, not negative; a fraction is cut off."""
        given = self.given(field)
        if given is None and not required:
            return None
        if self.required(field):
            if isinstance(given, int | float) and not isinstance(given, bool) and given >= 0:
                return int(given)
            self.complain(field, f"The {_spaced(field)} field must be a number.")
        return None

    def choice(self, field: str, choices: Sequence[str], *, required: bool = True) -> str | None:
        """One of a few words."""
        given = self.given(field)
        if given is None and not required:
            return None
        if self.required(field) and given not in choices:
            self.complain(field, f"The selected {_spaced(field)} is invalid.")
        return given if given in choices else None

    def time_of_day(self, field: str, *, required: bool) -> str | None:
        """`HH:mm`."""
        given = self.given(field)
        if given is None and not required:
            return None
        if self.required(field) and not _is_time_of_day(given):
            self.complain(field, f"The {_spaced(field)} field must match the format H:i.")
        return given if isinstance(given, str) else None


def attachable(form: Form, charger: Charger | None, named: str) -> Charger:
    """The charger that somebody wants to attach, `named` by that field, with its pincode.

    Raises Refusal (422); what the vendor says to a wrong pincode or to a charger that hangs
    elsewhere is inferred.
    """
    if charger is None or charger.deleted_at:
        raise invalid(named, f"The selected {_spaced(named)} is invalid.")
    if not same_pincode(form.given("pincode"), charger.pincode):
        raise invalid("pincode", "The pincode is incorrect.")
    if charger.site is not None:
        raise invalid(named, "The charger is already attached to a site.")
    return charger


def invalid(field: str, message: str) -> Refusal:
    """A 422 about one field."""
    return Refusal(422, INVALID, {field: [message]})


def smart_charging_from(form: Form, current: SmartCharging, *, v2: bool) -> SmartCharging:
    """New settings out of a PUT; the time zone is asked for every time. Raises Refusal (422).

    The newer documents want a threshold only where none is stored, v2 wants it each time.
    """
    timezone = form.text("timezone", longest=255)
    if timezone and not _is_timezone(timezone):
        form.complain("timezone", "The timezone field must be a valid timezone.")
    mode = form.choice("smart_charging", MODES)
    strategy = form.choice("day_ahead_pricing_strategy", STRATEGIES, required=False)
    missing = v2 or current.threshold is None
    threshold = form.whole("day_ahead_pricing_threshold", required=strategy == "manual" and missing)
    start = form.time_of_day("off_peak_start", required=mode == "off_peak")
    end = form.time_of_day("off_peak_end", required=mode == "off_peak")
    form.refuse()
    return SmartCharging(
        timezone=timezone,
        mode=mode or current.mode,
        strategy=strategy or current.strategy,
        threshold=current.threshold if threshold is None else threshold,
        off_peak_start=start or current.off_peak_start,
        off_peak_end=end or current.off_peak_end,
    )


def same_pincode(given: object, pincode: str) -> bool:
    """The documents type it as a number, live clients pass the text through: both are right."""
    if isinstance(given, str):
        return given == pincode
    return isinstance(given, int) and given == int(pincode)


def stamp(at: datetime | None) -> str | None:
    """A resource's time: UTC with microseconds."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def live_stamp(at: datetime) -> str:
    """A live reading's time: UTC with milliseconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def limited(incoming: Incoming, things: Sequence[ThingT]) -> Sequence[ThingT]:
    """The first `limit` (1 to 10000); a page's worth where none is given. Raises Refusal (422)."""
    given = incoming.query.get("limit", str(PER_PAGE))
    if not given.isdecimal() or not 1 <= int(given) <= 10_000:
        raise invalid("limit", "The limit field must be between 1 and 10000.")
    return things[: int(given)]


def _rows(
    incoming: Incoming, things: Sequence[ThingT], to_row: Callable[[ThingT], Row]
) -> tuple[int, list[Row]]:
    given = incoming.query.get("page", "1")
    number = max(1, int(given)) if given.isdecimal() else 1
    return number, [to_row(thing) for thing in things[(number - 1) * PER_PAGE : number * PER_PAGE]]


def _next_url(path: str, incoming: Incoming, number: int, total: int) -> str | None:
    return _page_url(path, incoming, number + 1) if number * PER_PAGE < total else None


def _page_url(path: str, incoming: Incoming, number: int) -> str:
    others = [(name, value) for name, value in incoming.query.items() if name != "page"]
    return f"{path}?{urlencode([*others, ('page', number)])}"


def _spaced(field: str) -> str:
    return field.replace("_", " ")


def _is_time_of_day(given: object) -> bool:
    if not isinstance(given, str) or len(given) != 5:
        return False
    try:
        datetime.strptime(given, "%H:%M")  # noqa: DTZ007 - a time of day has no zone
    except ValueError:
        return False
    return True


def _is_timezone(given: str) -> bool:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
