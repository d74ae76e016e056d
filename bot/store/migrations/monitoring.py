"""The tables of the mirror of the fleet, of its history and of the alerts."""

from sqlite_utils import Database, Migrations

monitoring = Migrations("monitoring")


def _run(db: Database, *statements: str) -> None:
    for statement in statements:
        db.execute(statement)


def _search_tables(db: Database, table: str) -> None:
    _run(
        db,
        f"create table {table}_names (name text not null, key integer not null,"
        " primary key (name, key)) without rowid",
        f"create index {table}_names_key on {table}_names (key)",
        f"create virtual table {table}_fts using fts5 (names, tokenize = 'trigram')",
    )


@monitoring()
def m001_chargers(db: Database) -> None:
    """The mirror of the chargers, and when each was last seen."""
    _run(
        db,
        """
        create table chargers (
            key integer primary key,
            account text not null,
            id text not null,
            label text not null,
            connectivity text not null,
            is_faulted integer not null,
            site_id text,
            make text,
            model text,
            first_seen_at text not null,
            observed_at text not null,
            vanished_at text,
            missed integer not null default 0,
            body text not null,
            unique (account, id)
        )
        """,
        "create index chargers_site on chargers (account, site_id)",
        "create index chargers_state on chargers (account, connectivity, is_faulted)"
        " where vanished_at is null",
        "create index chargers_label on chargers (label) where vanished_at is null",
        "create index chargers_model on chargers (make collate nocase, model collate nocase)"
        " where vanished_at is null",
        "create table sightings"
        " (charger integer primary key, seen_at text not null, sweep integer not null)",
    )
    _search_tables(db, "chargers")


@monitoring()
def m002_sites(db: Database) -> None:
    """The mirror of the sites."""
    _run(
        db,
        """
        create table sites (
            key integer primary key,
            account text not null,
            id text not null,
            label text not null,
            observed_at text not null,
            sweep integer not null default 0,
            vanished_at text,
            body text not null,
            unique (account, id)
        )
        """,
        "create index sites_label on sites (label)",
    )
    _search_tables(db, "sites")


@monitoring()
def m003_station_models(db: Database) -> None:
    """The mirror of the station models."""
    _run(
        db,
        """
        create table station_models (
            key integer primary key,
            account text not null,
            id text not null,
            label text not null,
            is_archived integer not null,
            observed_at text not null,
            sweep integer not null default 0,
            vanished_at text,
            body text not null,
            unique (account, id)
        )
        """,
        "create index station_models_label on station_models (label)",
    )
    _search_tables(db, "station_models")


@monitoring()
def m004_history(db: Database) -> None:
    """How each charger and connector was, from when until when; and the sweeps that saw it."""
    _run(
        db,
        """
        create table state_history (
            id integer primary key,
            account text not null,
            charger_id text not null,
            connector text not null,
            site_id text not null,
            connectivity text not null,
            status text not null,
            code text not null,
            vendor_code text not null,
            from_at text not null,
            until_at text,
            evidence text not null
        )
        """,
        "create index state_history_charger on state_history (account, charger_id, from_at)",
        "create unique index state_history_open on state_history (account, charger_id, connector)"
        " where until_at is null",
        "create index state_history_until on state_history (until_at)",
        """
        create table sweeps (
            id integer primary key,
            account text not null,
            kind text not null,
            started_at text not null,
            ended_at text,
            is_complete integer not null default 0,
            is_trusted integer not null default 1,
            chargers integer not null default 0,
            changed integer not null default 0,
            trouble text
        )
        """,
        "create index sweeps_account on sweeps (account, kind, ended_at)",
    )


@monitoring()
def m005_alerts(db: Database) -> None:
    """Alerts, the messages that show them, and what was said in their threads."""
    _run(
        db,
        """
        create table alerts (
            id text primary key,
            fingerprint text not null,
            condition text not null,
            level integer not null,
            phase text not null,
            account text not null,
            site_id text not null,
            charger_id text not null,
            known_at_start integer not null,
            since text not null,
            fired_at text,
            ended_at text,
            next_at text,
            version integer not null,
            body text not null
        ) without rowid
        """,
        "create unique index alerts_open on alerts (fingerprint)"
        " where phase in ('pending', 'firing')",
        "create index alerts_open_charger on alerts (account, charger_id)"
        " where phase in ('pending', 'firing')",
        "create index alerts_open_condition on alerts (condition, account)"
        " where phase in ('pending', 'firing')",
        "create index alerts_due on alerts (next_at)"
        " where phase in ('pending', 'firing') and next_at is not null",
        "create index alerts_charger on alerts (account, charger_id, since)",
        "create index alerts_fired on alerts (fired_at)",
        "create index alerts_ended on alerts (ended_at)",
        "create index alerts_known_at_start on alerts (account) where known_at_start = 1",
        "create index alerts_open_level on alerts (level, account)"
        " where phase in ('pending', 'firing')",
        """
        create table alert_groups (
            id text primary key,
            route text not null,
            key text not null,
            opened_at text not null,
            closed_at text,
            next_at text,
            version integer not null,
            body text not null
        ) without rowid
        """,
        "create unique index alert_groups_open on alert_groups (route, key)"
        " where closed_at is null",
        "create index alert_groups_due on alert_groups (next_at) where closed_at is null",
        """
        create table alert_members (
            group_id text not null,
            alert_id text not null,
            joined_at text not null,
            told_at text,
            primary key (group_id, alert_id)
        ) without rowid
        """,
        "create index alert_members_alert on alert_members (alert_id)",
        """
        create table alert_lines (
            id integer primary key,
            group_id text not null,
            at text not null,
            reason text not null,
            actor text not null,
            mention text not null,
            facts text not null
        )
        """,
        "create index alert_lines_group on alert_lines (group_id)",
        """
        create table verdicts (
            alert_id text not null,
            stage text not null,
            reason text not null,
            rule text not null,
            at text not null,
            facts text not null,
            primary key (alert_id, stage)
        ) without rowid
        """,
    )


@monitoring()
def m006_silences(db: Database) -> None:
    """What people do not want to hear of for a time, and whom they wait for."""
    _run(
        db,
        """
        create table silences (
            id integer primary key,
            match text not null,
            author text not null,
            reason text not null,
            starts_at text not null,
            ends_at text not null,
            created_at text not null,
            ended_by text not null default '',
            warned integer not null default 0,
            noticed text not null default 'pending'
        )
        """,
        "create index silences_ends on silences (ends_at)",
        """
        create table watches (
            id integer primary key,
            account text not null,
            charger_id text not null,
            asked_by text not null,
            began_at text not null,
            remind_at text not null,
            reminded_at text,
            connected_at text
        )
        """,
        "create index watches_charger on watches (account, charger_id) where connected_at is null",
    )


@monitoring()
def m007_newest(db: Database) -> None:
    """For what is asked each second, or with each new alert, over the rows of a year."""
    _run(
        db,
        "create index sweeps_complete on sweeps (account, kind, ended_at) where is_complete = 1",
        "create index sweeps_complete_any on sweeps (account, ended_at) where is_complete = 1",
        "create index sweeps_untrusted on sweeps (account, ended_at) where is_trusted = 0",
        "create index sweeps_begun on sweeps (account, started_at)",
        "create index alert_members_joined on alert_members (joined_at)",
    )
