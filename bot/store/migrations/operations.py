"""The tables of approval requests, of what was executed, and of the audit trail."""

from sqlite_utils import Database, Migrations

operations = Migrations("operations")


@operations()
def m001_requests(db: Database) -> None:
    """Who asked for what; the columns beside `record` are for finding."""
    db.execute(
        """
        create table requests (
            id integer primary key autoincrement,
            version integer not null,
            delivery text not null unique,
            kind text not null,
            account text not null,
            target text not null,
            requested_by text not null,
            state text not null,
            outcome text,
            created_at text not null,
            expires_at text,
            record text not null
        )
        """
    )
    db.execute("create index requests_open on requests (state, outcome)")
    db.execute("create index requests_requested_by on requests (requested_by, id)")


@operations()
def m002_executions(db: Database) -> None:
    """One row for each write: made before it, completed after it, never made twice."""
    db.execute(
        """
        create table executions (
            request_id integer not null references requests (id),
            step integer not null,
            intended_at text not null,
            ended_at text,
            outcome text not null,
            summary text,
            answer text not null,
            primary key (request_id, step)
        ) without rowid
        """
    )


@operations()
def m003_audit(db: Database) -> None:
    """Who did what; rows are added and never touched."""
    db.execute(
        """
        create table audit (
            number integer primary key,
            at text not null,
            actor text not null,
            action text not null,
            subject text not null,
            facts text not null,
            previous text not null,
            hash text not null
        )
        """
    )
    db.execute("create index audit_subject on audit (subject, number)")
    for verb in ("update", "delete"):
        db.execute(
            f"""
            create trigger audit_no_{verb} before {verb} on audit
            begin select raise(abort, 'the audit trail is append-only'); end
            """
        )
