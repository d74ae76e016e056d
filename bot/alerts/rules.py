"""Rules: which finding is worth an alert, after how long, and how bad it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase

from bot.alerts.codes import Explanation
from bot.alerts.model import Condition
from bot.config import Match, RuleSettings
from bot.severity import Severity

Labels = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rule:
    """The first rule that matches a finding decides it."""

    name: str
    condition: Condition
    hold: timedelta
    severity: Severity | None
    """`None`: by the fault's code."""
    match: Match = field(default_factory=dict)


def _built_in(condition: Condition, severity: Severity | None, minutes: float = 0) -> Rule:
    return Rule(f"built-in {condition}", condition, timedelta(minutes=minutes), severity)


BUILT_IN = (
    Rule(
        "built-in offline dc",
        Condition.OFFLINE,
        timedelta(minutes=5),
        Severity.HIGH,
        {"power": ("dc",)},
    ),
    _built_in(Condition.OFFLINE, Severity.MEDIUM, 15),
    _built_in(Condition.SITE_OFFLINE, Severity.HIGH, 5),
    _built_in(Condition.ACCOUNT_OFFLINE, Severity.CRITICAL, 5),
    _built_in(Condition.ACCOUNT_UNREACHABLE, Severity.HIGH, 5),
    _built_in(Condition.ACCOUNT_REJECTED, Severity.CRITICAL),
    _built_in(Condition.ACCOUNT_STALE, Severity.MEDIUM, 15),
    _built_in(Condition.NEVER_CONNECTED, Severity.LOW, 24 * 60),
    _built_in(Condition.UNSTABLE, Severity.MEDIUM),
    _built_in(Condition.FAULT, None),
)


def rules_from(settings: Iterable[RuleSettings]) -> tuple[Rule, ...]:
    """The configured rules in their order, and behind them the built-in ones."""
    configured = (
        Rule(f"rules[{n}]", Condition(one.condition), one.hold, one.severity, one.match)
        for n, one in enumerate(settings)
    )
    return (*configured, *BUILT_IN)


def matches(match: Match, labels: Labels) -> bool:
    """Whether every key of the match is met by one of the label's values.

    `*` globs; capitals do not matter, since people type these.
    """
    return all(
        any(
            fnmatchcase(value.casefold(), pattern.casefold())
            for value in labels.get(key, ())
            for pattern in patterns
        )
        for key, patterns in match.items()
    )


def rule_for(condition: Condition, labels: Labels, rules: Sequence[Rule]) -> Rule:
    """The first rule for the condition that matches; the built-in ones match always."""
    return next(
        rule for rule in rules if rule.condition is condition and matches(rule.match, labels)
    )


def fault_severity(rule: Rule, words: Explanation, *, is_warning: bool) -> Severity:
    """How bad a fault is: safety codes always critical, other warnings never above high."""
    if words.is_safety:
        return Severity.CRITICAL
    by_code = words.warning_severity if is_warning else words.severity
    chosen = by_code if rule.severity is None else rule.severity
    return Severity.HIGH if is_warning and chosen is Severity.CRITICAL else chosen
