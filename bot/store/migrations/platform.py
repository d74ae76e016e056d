"""The tables of the outbox, of deliveries and of the bot itself."""

from sqlite_utils import Database, Migrations

platform = Migrations("platform")


@platform()
def m001_messages(db: Database) -> None:
    """What is to be said, until it is said."""
    db.execute(
        """
        create table messages (
            id text primary key,
            key text not null unique,
            destination text not null,
            topic text not null,
            subject text not null,
            details text not null,
            thread_of text,
            urgency integer not null,
            position integer not null,
            wanted integer not null default 1,
            sent integer not null default 0,
            channel text,
            ts text,
            state text not null default 'waiting',
            attempts integer not null default 0,
            first_sent_at text,
            first_version integer,
            may_be_repeat integer not null default 0,
            trouble text,
            created_at text not null,
            waiting_since text not null
        )
        """
    )
    db.execute("create index messages_position on messages (position)")
    db.execute("create index messages_refused on messages (position) where state = 'refused'")
    db.execute(
        "create index messages_due on messages (destination, urgency, position)"
        " where wanted > sent and state <> 'refused'"
    )


@platform()
def m002_deliveries(db: Database) -> None:
    """What Slack has delivered."""
    db.execute(
        "create table deliveries"
        " (key text primary key, received_at text not null, answer text not null) without rowid"
    )
    db.execute("create index deliveries_received_at on deliveries (received_at)")


@platform()
def m003_lease(db: Database) -> None:
    """Which instance works on the database."""
    db.execute(
        "create table lease (one integer primary key check (one = 1), owner text not null,"
        " since text not null, renewed_at text not null)"
    )


@platform()
def m004_meta(db: Database) -> None:
    """Single facts."""
    db.execute("create table meta (name text primary key, value text not null) without rowid")
