"""What each stage last said of each alert: the answer to why somebody was told, or not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlite_utils import Database

from bot.alerts.reasons import Reason, Stage
from bot.store.codec import to_facts, to_json_text, to_text, to_time


class Verdict(NamedTuple):
    """What a stage said, by which rule, and when it first said so."""

    alert_id: str
    stage: Stage
    reason: Reason
    rule: str
    at: datetime
    facts: Mapping[str, Any]


class Verdicts:
    """The table `verdicts`: one row per alert and stage, written when the verdict changes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, verdicts: Iterable[Verdict]) -> None:
        """Keep verdicts; one that says what was said before keeps its time."""
        self._db.conn.executemany(
            "insert into verdicts (alert_id, stage, reason, rule, at, facts)"
            " values (?, ?, ?, ?, ?, ?) on conflict (alert_id, stage) do update set"
            " reason = excluded.reason, rule = excluded.rule, at = excluded.at,"
            " facts = excluded.facts where reason <> excluded.reason or rule <> excluded.rule",
            [
                (
                    verdict.alert_id,
                    verdict.stage.value,
                    verdict.reason.name,
                    verdict.rule,
                    to_text(verdict.at),
                    to_json_text(verdict.facts) if verdict.facts else "{}",
                )
                for verdict in verdicts
            ],
        )

    def of(self, alert_ids: Sequence[str]) -> list[Verdict]:
        """The verdicts on these alerts, in the order of the stages."""
        marks = ", ".join("?" * len(alert_ids))
        rows = self._db.execute(
            "select alert_id, stage, reason, rule, at, facts from verdicts"  # noqa: S608 - constants
            f" where alert_id in ({marks})",
            alert_ids,
        )
        order = {stage: n for n, stage in enumerate(Stage)}
        found = [
            Verdict(alert, Stage(stage), Reason[reason], rule, to_time(at), to_facts(facts))
            for alert, stage, reason, rule, at, facts in rows
        ]
        return sorted(found, key=lambda verdict: (verdict.alert_id, order[verdict.stage]))

    def forget_orphans(self) -> None:
        """Delete the verdicts on alerts that are no longer kept."""
        self._db.execute("delete from verdicts where alert_id not in (select id from alerts)")
