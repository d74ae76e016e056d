"""A group of alerts as one message, its thread lines, the reasons why, and lists of alerts."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.alerts.findings import Finding
from bot.alerts.groups import Line
from bot.alerts.model import Alert, Condition, Confirmation, Level, MuteKind, Phase
from bot.alerts.reasons import Reason
from bot.alerts.records import (
    BaselineRecord,
    Explanation,
    GroupRecord,
    GroupState,
    LineRecord,
    MemberRecord,
    Why,
)
from bot.alerts.routes import Route
from bot.alerts.rules import Rule
from bot.alerts.service import Answer, Result
from bot.alerts.words import place_of, words_of
from bot.config import Match
from handlers import ids
from handlers.blocks import kit, words
from handlers.blocks.kit import Block, Element, Message, View

MOST_MEMBERS: Final = 12
MOST_DETAILED: Final = 25
MOST_RESOLVED: Final = 8
MOST_VERDICTS: Final = 12

CONDITION: Final = {
    Condition.OFFLINE: "Offline",
    Condition.FAULT: "Fault",
    Condition.NEVER_CONNECTED: "Never connected",
    Condition.UNSTABLE: "Unstable connection",
    Condition.SITE_OFFLINE: "Site offline",
    Condition.ACCOUNT_OFFLINE: "Account offline",
    Condition.ACCOUNT_UNREACHABLE: "Vendor does not answer",
    Condition.ACCOUNT_REJECTED: "Credential rejected",
    Condition.ACCOUNT_STALE: "Data is getting old",
}
STATE: Final = {
    GroupState.FIRING: "\N{LARGE RED CIRCLE} Firing",
    GroupState.ACKNOWLEDGED: "\N{LARGE YELLOW CIRCLE} Acknowledged",
    GroupState.RESOLVED: "\N{LARGE GREEN CIRCLE} Resolved",
}
DANGER: Final = (
    "\N{POLICE CARS REVOLVING LIGHT} *Danger.* Tell everyone on site not to touch the charger or"
    " its cable. A restart is not offered."
)
EVIDENCE: Final = {
    Confirmation.SECOND_POLL: "seen by two polls",
    Confirmation.DIRECT_READ: "confirmed by reading it directly",
}
OVER: Final = {
    Phase.RESOLVED: "back",
    Phase.REMOVED: "no longer there, nobody repaired it",
    Phase.CLEARED: "over before it fired",
}
ALL_WELL: Final = "Nothing is firing."
TEST_SENT: Final = "A test alert is on its way to {channel}. It resolves by itself in 5 minutes."
LINE: Final = {
    Reason.ACKNOWLEDGED: "{who} has it.",
    Reason.KEPT: "{who} still has it.",
    Reason.SILENCED: "{who} silenced this.",
    Reason.UNACKNOWLEDGED: "It is no longer acknowledged: somebody has to take it.",
    Reason.ESCALATED: "Nobody has acknowledged this in time.",
    Reason.REPEATED: "This is still firing, and nobody has acknowledged it.",
    Reason.NEW_ALERTS: "More is firing now.",
    Reason.WORSE: "It has got worse.",
    Reason.HEARD_AGAIN: "This is no longer hidden, and still firing.",
    Reason.ACKNOWLEDGEMENT_STALE: "Acknowledged a while ago and still firing. Do you still have"
    " it?",
    Reason.ALL_RESOLVED: "All of it is over.",
    Reason.SOME_RESOLVED: "Some of it is over.",
    Reason.CARRIED_ON: "I was restarted and carry on watching this.",
}
NEXT: Final = {
    Reason.ESCALATED: "somebody else is called",
    Reason.REPEATED: "it is repeated",
    Reason.NEW_ALERTS: "new alerts are announced",
    Reason.ACKNOWLEDGEMENT_STALE: "I ask whether somebody still has it",
    Reason.UNACKNOWLEDGED: "the acknowledgement is taken back",
    Reason.FIRST_NOTICE: "it is told for the first time",
    Reason.WAITING_FOR_COMPANY: "it is told for the first time",
    Reason.HEARD_AGAIN: "it is told again, since nothing hides it any more",
    Reason.SUSPECTED: "it fires, if a second look confirms it",
    Reason.HOLDING: "it fires, if it lasts",
    Reason.HIDDEN: "what hides it ends",
}
WAITS: Final = {
    Reason.HIDDEN: "it is told once nothing hides it any more",
    Reason.SUSPECTED: "it fires if a second look confirms it",
    Reason.HOLDING: "it fires with the next look that finds it so",
}


# The message of a group


def group(record: GroupRecord) -> Message:
    """The whole message, rendered anew each time from the record.

    It may stand unedited for hours, so it says since when, never for how long.
    """
    blocks = [
        kit.header(title(record)),
        kit.section(_top(record)),
        *([kit.section(DANGER)] if record.is_safety else []),
        *_firing(record),
        *_resolved(record),
        *kit.actions(*_buttons(record)),
        *_small_print(record),
    ]
    return kit.message(spoken(record), blocks)


def title(record: GroupRecord) -> str:
    """What and where, in plain words."""
    if not record.members:
        return "Alert"
    members = record.firing or record.members
    first = members[0].alert
    if record.group.is_storm and len(members) > 1:
        return f"{kit.counted(len(members), 'alert')} at once"
    name = subject(first)
    what = CONDITION[first.condition]
    if len({subject(member.alert) for member in members}) == 1:
        return f"{what}: {name}"
    place = first.subject.site_name or first.subject.account
    if first.condition.level is not Level.CHARGER:
        return f"{what}: {name}"
    return f"{what}: {kit.counted(len(members), 'alert')} at {place}"


def subject(alert: Alert) -> str:
    """What an alert is about, as people call it."""
    about = alert.subject
    name = about.charger or about.charger_id or about.site_name or about.site_id
    return name or f"account {about.account}"


def spoken(record: GroupRecord) -> str:
    """The message in one sentence."""
    state = record.state.value
    test = "Test, nothing is wrong: " if _is_test(record) else ""
    sentence = f"{test}{kit.inline(title(record), 200)} ({record.severity}, {state})"
    return f"{sentence} {_mention(record)}".strip()


def _is_test(record: GroupRecord) -> bool:
    return any(member.alert.is_test for member in record.members)


def _mention(record: GroupRecord) -> str:
    """Whom it calls; nobody where it is posted, late or again, when nobody is needed any more."""
    called = record.mention if record.state is GroupState.FIRING else ()
    return " ".join(kit.whom(member) for member in called)


def _top(record: GroupRecord) -> str:
    severity = f"{words.SEVERITY_MARK[record.severity]} {record.severity}"
    places = (record.group.site_name, record.group.account)
    where = [kit.inline(place) for place in places if place]
    lines = [" · ".join((f"*{STATE[record.state]}*", severity, *where))]
    if record.state is GroupState.ACKNOWLEDGED and record.acknowledged_by:
        who = ", ".join(kit.person(user) for user in record.acknowledged_by)
        at = f" since {kit.when(record.acknowledged_at)}" if record.acknowledged_at else ""
        lines.append(f"{who} has it{at}")
    if _is_test(record):
        lines.append("This is a test. Nothing is wrong.")
    if mention := _mention(record):
        lines.append(mention)
    return "\n".join(lines)


def _firing(record: GroupRecord) -> list[Block]:
    shown = record.firing[:MOST_MEMBERS]
    lines = [_member(member, with_site=record.group.is_storm) for member in shown]
    left = len(record.firing) - len(shown)
    if left > 0:
        lines.append(f"… and {left} more; *Details* and `/alerts list` show them.")
    blocks = [kit.section("\n".join(lines))] if lines else []
    return [*blocks, *_explained(shown)]


def _member(member: MemberRecord, *, with_site: bool = False) -> str:
    alert = member.alert
    site = (
        f" ({kit.inline(alert.subject.site_name)})" if with_site and alert.subject.charger else ""
    )
    what = f"• {kit.code(subject(alert))}{site} {_what(alert)}"
    parts = [what, f"since {kit.when(alert.since)}"]
    if member.reach is not None:
        parts.insert(1, f"{member.reach.offline} of its {member.reach.chargers} chargers")
    if alert.confirmed in EVIDENCE:
        parts.append(EVIDENCE[alert.confirmed])
    if alert.vendor_time is not None:
        is_new = alert.condition is Condition.NEVER_CONNECTED
        word = "registered" if is_new else "the vendor says since"
        parts.append(f"{word} {kit.when(alert.vendor_time)}")
    if member.connectors:
        parts.append(kit.counted(member.connectors, "connector"))
    if member.is_charging:
        parts.append("a car was charging")
    if alert.is_acknowledged:
        parts.append(f"{kit.person(alert.acknowledged_by)} has it")
    if member.silence_ends_at is not None:
        parts.append(f"silenced until {kit.when(member.silence_ends_at)}")
    if member.is_attached:
        parts.append("part of the site's alert")
    return ", ".join(parts)


def _what(alert: Alert) -> str:
    if alert.condition is not Condition.FAULT:
        return CONDITION[alert.condition].lower()
    where = f" at {kit.inline(place_of(alert.connector))}" if alert.connector else ""
    code = f" {kit.code(alert.code)}" if alert.code else ""
    comma = "," if alert.code else ""
    vendor = f"{comma} vendor code {kit.code(alert.vendor_code)}" if alert.vendor_code else ""
    kind = "warning" if alert.is_warning else "fault"
    said = f": {kit.inline(alert.info, 150)}" if alert.info else ""
    if not (alert.code or alert.vendor_code):
        return f"{kind}{where}, its code is not known yet{said}"
    return f"{kind}{code}{vendor}{where}{said}"


def _explained(members: Sequence[MemberRecord]) -> list[Block]:
    """Each meaning once, with the first thing to do."""
    meanings = dict.fromkeys(member.words for member in members)
    return [
        kit.section(
            f"*{kit.inline(said.meaning, 300)}*\n*First:* {kit.inline(said.first_action, 600)}"
        )
        for said in list(meanings)[:4]
    ]


def _resolved(record: GroupRecord) -> list[Block]:
    lines = [_over(member.alert) for member in record.resolved[:MOST_RESOLVED]]
    left = len(record.resolved) - MOST_RESOLVED
    if left > 0:
        lines.append(f"… and {left} more")
    return [kit.section("\n".join(lines))] if lines else []


def _over(alert: Alert) -> str:
    how = OVER.get(alert.phase, "over")
    when = f" {kit.when(alert.ended_at)}" if alert.ended_at else ""
    lasted = f", after {kit.duration(alert.ended_at - alert.since)}" if alert.ended_at else ""
    return (
        f"\N{WHITE HEAVY CHECK MARK} {kit.code(subject(alert))} {_what(alert)}: {how}{when}{lasted}"
    )


def _buttons(record: GroupRecord) -> list[Element | None]:
    value = record.group.id
    if record.state is GroupState.RESOLVED:
        return [kit.button("Details", ids.ALERT_DETAILS, value)]
    is_had = record.state is GroupState.ACKNOWLEDGED
    return [
        None if is_had else kit.button("Acknowledge", ids.ACKNOWLEDGE, value, style="primary"),
        _keep(value) if is_had and record.is_asked else None,
        kit.button("Give back", ids.UNACKNOWLEDGE, value, label="Take the acknowledgement back")
        if is_had
        else None,
        kit.button("Silence…", ids.ALERT_SILENCE, value),
        kit.button("Details", ids.ALERT_DETAILS, value),
        kit.button("Restart…", ids.ALERT_RESTART, value) if record.restartable else None,
        kit.button("Why?", ids.ALERT_WHY, value, label="Why was this told?"),
    ]


def _small_print(record: GroupRecord) -> list[Block]:
    notes = []
    if record.hidden_children:
        hidden = kit.counted(record.hidden_children, "more alert")
        notes.append(f"It hides {hidden} that it explains.")
    if record.next_at is not None and record.next_reason in NEXT:
        notes.append(f"Next: {NEXT[record.next_reason]}, {kit.when(record.next_at)}.")
    return [kit.context(*notes)] if notes else []


# What else is said of it


def line(record: LineRecord) -> Message:
    """A line in the thread."""
    said = record.line
    template = LINE.get(said.reason, kit.inline(said.reason.value).capitalize() + ".")
    text = template.format(who=kit.person(said.actor) if said.actor else "Somebody")
    is_news = record.group.closed_at is None  # what is said only after the end wakes nobody
    mention = " ".join(kit.whom(member) for member in said.mention if is_news)
    names = [f"{kit.code(subject(alert))} {_what(alert)}" for alert in record.alerts]
    lines = [f"{mention} {text}".strip(), kit.bullets(names), *_silence(said)]
    asks = said.reason is Reason.ACKNOWLEDGEMENT_STALE
    blocks = [
        kit.section("\n".join(lines).strip()),
        *(kit.actions(_keep(said.group_id)) if asks else []),
    ]
    return kit.message(" ".join(lines).strip(), blocks)


def _silence(said: Line) -> list[str]:
    """Until when, and why, so that nobody has to ask around."""
    if said.reason is not Reason.SILENCED or "until" not in said.facts:
        return []
    until = datetime.fromisoformat(str(said.facts["until"]))
    return [f"Until {kit.when(until)}.", kit.quote(str(said.facts["reason"]), 300)]


def _keep(group_id: str) -> Element:
    """To press Acknowledge again is the answer to whether somebody still has it."""
    return kit.button("I still have it", ids.ACKNOWLEDGE, group_id, style="primary")


def baseline(record: BaselineRecord) -> Message:
    """What was already bad when watching began; nobody is called for it."""
    number = kit.counted(len(record.alerts), "alert")
    verb = "was" if len(record.alerts) == 1 else "were"
    text = f"{number} {verb} already open at {kit.inline(record.account)} when I began watching"
    lines = [f"{kit.code(subject(alert))} {_what(alert)}" for alert in record.alerts]
    note = "Nobody is called for these. What changes from now on is told."
    return kit.message(
        f"{text}.", [kit.section(f"*{text}*\n{kit.bullets(lines, most=30)}"), kit.context(note)]
    )


def details(record: GroupRecord, now: datetime) -> View:
    """Everything about a group, in a page of its own."""
    is_storm = record.group.is_storm
    members = [
        kit.section(
            f"{_member(one, with_site=is_storm)}, for {kit.duration(now - one.alert.since)}"
        )
        for one in record.firing[:MOST_DETAILED]
    ]
    left = len(record.firing) - len(members)
    story = [_told(each) for each in record.lines[-15:]]
    blocks = [
        kit.section(f"*{kit.inline(title(record), 200)}*\n{_top(record)}"),
        *members,
        *([kit.context(f"… and {left} more; `/alerts list` shows all.")] if left > 0 else []),
        *_explained(record.firing),
        *_resolved(record),
        *([kit.section("*What happened*\n" + "\n".join(story))] if story else []),
        *_small_print(record),
    ]
    return kit.modal("Alert", kit.fitted(blocks, kit.VIEW_BLOCKS), callback_id=ids.PAGE)


def _told(said: Line) -> str:
    actor = f" by {kit.person(said.actor)}" if said.actor else ""
    return f"{kit.when(said.at)}: {kit.inline(said.reason.value, 200)}{actor}"


def entry(alert: Alert) -> Block:
    """One entry of a list of alerts."""
    had = f", {kit.person(alert.acknowledged_by)} has it" if alert.is_acknowledged else ""
    return kit.section(
        f"{words.SEVERITY_MARK[alert.severity]} *{alert.severity}* {kit.code(subject(alert))}"
        f" {_what(alert)}, since {kit.when(alert.since)}{had}{_quiet(alert)}\n"
        f"{kit.inline(alert.subject.account)}"
        + (f" · {kit.inline(alert.subject.site_name)}" if alert.subject.site_name else "")
    )


def _quiet(alert: Alert) -> str:
    """Why an alert that fires is told in no message of its own."""
    if alert.known_at_start:
        return ", so since I began watching"
    if any(mute.kind is MuteKind.SILENCE for mute in alert.mutes):
        return ", silenced"
    return ", part of a wider alert" if alert.mutes else ""


def short_line(alert: Alert, now: datetime) -> str:
    """One alert on the card of its charger."""
    return (
        f"{words.SEVERITY_MARK[alert.severity]} {_begun(_what(alert))}, {alert.severity},"
        f" since {kit.when(alert.since)} ({kit.duration(now - alert.since)})"
    )


# Why


def why(answer: Why, now: datetime) -> Message:
    """Why a charger did or did not alert, what happens next, and when."""
    name = answer.charger.label if answer.charger else str(answer.ref)
    text = f"Why {kit.inline(name)} is told of, or not"
    seen = f"Last seen {kit.ago(answer.seen_at, now)}." if answer.seen_at else "Never seen."
    sweep = f" Last full look {kit.ago(answer.last_sweep_at, now)}." if answer.last_sweep_at else ""
    hiding = [f"The account is in trouble: {_what(a)}" for a in answer.account_trouble]
    hiding += [
        f"Silence #{one.id} hides it until {kit.when(one.ends_at)}" for one in answer.silences
    ]
    hiding += [
        f"{_found(one.finding)}: only watched and never told, by {_rule_name(one.rule)}"
        for one in answer.watched
    ]
    blocks = [
        kit.section(f"*{text}*\n{seen}{sweep}"),
        *([kit.section(kit.bullets(hiding))] if hiding else []),
        *(_explanation(each, now) for each in answer.explanations[:8]),
    ]
    if not answer.explanations:
        blocks.append(kit.section("There is no alert on it, and there was none lately."))
    return kit.message(text, blocks)


def _explanation(one: Explanation, now: datetime) -> Block:
    alert = one.alert
    lines = [f"*{_begun(_what(alert))}* ({alert.phase}), by {_rule_name(alert.rule)}"]
    lines += [
        f"{kit.when(each.at)}: {kit.inline(str(each.reason), 150)}"
        + (f" ({_rule_name(each.rule)})" if each.rule else "")
        for each in one.verdicts[-MOST_VERDICTS:]
    ]
    if alert.phase.is_open:
        lines.append(f"Next: {_next(one, now)}")
    lines.append(f"_{kit.inline(words_of(alert).meaning, 300)}_")
    return kit.section("\n".join(lines))


def _next(one: Explanation, now: datetime) -> str:
    """What happens by itself, and when; or what it waits for."""
    if one.next_at is None or one.next_at <= now:
        return WAITS.get(one.next_reason, "nothing, until something changes")
    after = NEXT.get(one.next_reason, one.next_reason.value)
    return f"{kit.inline(after)}, {kit.when(one.next_at)}"


def _found(finding: Finding) -> str:
    code = f" {kit.code(finding.code)}" if finding.code else ""
    return f"{CONDITION[finding.condition]}{code}"


def _begun(text: str) -> str:
    """With a capital first; the rest as it is, since codes are spelled with care."""
    return text[:1].upper() + text[1:]


def _rule_name(name: str) -> str:
    """`rules[0]` of the configuration is rule 1 of it; other names stand for themselves."""
    if name in {str(condition) for condition in Condition}:
        return f"the alert {CONDITION[Condition(name)].lower()}"
    if name.startswith("silence:"):
        return name.replace(":", " #")
    place = re.fullmatch(r"(rule|route)s\[(\d+)\]", name)
    return f"{place[1]} {int(place[2]) + 1}" if place else kit.inline(name)


def why_of_account(record: GroupRecord) -> Message:
    """The same for a group that is about a site or an account."""
    story = [_told(each) for each in record.lines[-MOST_VERDICTS:]]
    name = kit.inline(title(record), 200)
    lines = [f"*{name}*", _top(record), *story]
    return kit.message(name, [kit.section("\n".join(lines)), *_small_print(record)])


# Answers, rules, routes


def answer(said: Answer, *, acknowledges: bool) -> Message:
    """What the person who clicked is told."""
    who = ", ".join(kit.person(user) for user in said.by)
    match said.result:
        case Result.DONE if acknowledges:
            return kit.message("You have it. Nobody else is called while you do.")
        case Result.DONE:
            return kit.message("Given back. The next one is called.")
        case Result.ALREADY if acknowledges:
            return kit.message(f"{who or 'Somebody'} has it already.")
        case Result.ALREADY:
            return kit.message("Nobody had acknowledged it.")
        case Result.OVER:
            return kit.message("It is over already.")
        case _:
            return kit.message("I no longer keep this alert.")


def rules(known: Sequence[Rule], routes: Sequence[Route]) -> Message:
    """When an alert fires and where it goes, in the order in which it is tried."""
    lines = [_rule(rule) for rule in known]
    ways = [_route(route) for route in routes]
    blocks = [
        kit.section("*Rules*: the first that matches decides\n" + kit.bullets(lines, most=25)),
        kit.section("*Routes*: the first that matches is taken\n" + kit.bullets(ways, most=25)),
    ]
    return kit.message(f"{kit.counted(len(known), 'rule')} and their routes", blocks)


def _rule(rule: Rule) -> str:
    severity = rule.severity or "by its code"
    hold = f"after {kit.duration(rule.hold)}" if rule.hold else "at once"
    return f"{CONDITION[rule.condition]}{_match(rule.match)} → {severity}, {hold}"


def _route(route: Route) -> str:
    mention = " ".join(kit.whom(member) for member in route.mention)
    steps = [
        f"after {kit.duration(step.after)} {' '.join(kit.whom(who) for who in step.mention)}"
        for step in route.escalate
    ]
    calls = ", ".join(part for part in (mention, *steps) if part)
    tail = f", calls {calls}" if calls else ""
    return f"{_begun(_rule_name(route.name))}{_match(route.match)} → <#{route.channel}>{tail}"


def _match(match: Match) -> str:
    parts = [f"{name} {' or '.join(map(str, values))}" for name, values in match.items()]
    return f" where {kit.inline(', '.join(parts), 200)}" if parts else ""
