"""Every slash command and subcommand, with the words of its help: one place for all of them."""

from typing import Final

from handlers.text import Command, Subcommand

CHARGER: Final = Command(
    "/charger",
    "Look up and look after chargers",
    (
        Subcommand(
            "find",
            "Look up by identity, serial number, reference, site, model or account. The word `find`"
            " may be left out.",
            "TEXT",
        ),
        Subcommand("show", "The card of one charger, read from its vendor now.", "ID"),
        Subcommand(
            "list",
            "All chargers, or only those that are offline or faulted.",
            "[offline|faulted|all] [account:NAME] [site:TEXT]",
        ),
        Subcommand(
            "register", "Register a new charger.", "[IDENTITY] [account:NAME]", is_operation=True
        ),
        Subcommand("import", "Register many chargers from rows or a CSV file.", is_operation=True),
        Subcommand(
            "attach",
            "Put an existing charger onto a site, with its pincode.",
            "[IDENTITY] [account:NAME]",
            is_operation=True,
        ),
        Subcommand("detach", "Take a charger off its site.", "ID", is_operation=True),
        Subcommand("delete", "Delete a charger at its vendor.", "ID", is_operation=True),
        Subcommand("reference", "Give a charger a name of your own.", "ID TEXT", is_operation=True),
        Subcommand("usage", "What a charger draws now.", "ID [CONNECTOR]"),
        Subcommand("restart", "Restart a charger.", "ID", is_operation=True),
        Subcommand("help", "This text."),
    ),
    free_text="find",
    filters=("account", "site"),
)

SITE: Final = Command(
    "/site",
    "Look after sites",
    (
        Subcommand("list", "All sites, or those that match a text.", "[TEXT] [account:NAME]"),
        Subcommand("show", "One site and its chargers.", "ID"),
        Subcommand("create", "Create a site.", "[NAME] [account:NAME]", is_operation=True),
        Subcommand("connectors", "The connectors of a site and their status.", "ID"),
        Subcommand("groups", "The load balancing groups of a site.", "ID"),
        Subcommand("meter", "What the meter of a group shows now.", "ID [GROUP]"),
        Subcommand(
            "smart-charging", "See and change when a site charges.", "ID", is_operation=True
        ),
        Subcommand("transactions", "The newest charging sessions of a site.", "ID [active]"),
        Subcommand("help", "This text."),
    ),
    guess="show",
    filtered="list",
    filters=("account", "site"),
)

MODEL: Final = Command(
    "/model",
    "Look after station models",
    (
        Subcommand(
            "list",
            "All station models; `vendor` is the maker, `archived` lists the archived ones.",
            "[account:NAME] [vendor:TEXT] [model:TEXT] [archived]",
        ),
        Subcommand("show", "The card of one station model.", "ID"),
        Subcommand("create", "Create a station model.", is_operation=True),
        Subcommand("rename", "Change a friendly name.", "ID", is_operation=True),
        Subcommand("archive", "Ask to archive a station model.", "ID", is_operation=True),
        Subcommand("help", "This text."),
    ),
    guess="show",
    filtered="list",
    filters=("account", "vendor", "model"),
)

ALERTS: Final = Command(
    "/alerts",
    "See what is wrong, and who is told",
    (
        Subcommand("list", "What is firing now.", "[account:NAME] [site:TEXT] [severity:WORD]"),
        Subcommand("why", "Why a charger did or did not alert, and what comes next.", "CHARGER"),
        Subcommand(
            "silence",
            "Hide alerts for a time.",
            "[CHARGER|site:TEXT|account:NAME] [for:4h]",
            is_operation=True,
            is_for_oncall=True,
        ),
        Subcommand("silences", "What is hidden now, and until when."),
        Subcommand("rules", "When an alert fires and where it goes."),
        Subcommand("report", "Availability and the worst chargers.", "[7d|30d]"),
        Subcommand(
            "test",
            "Send a test alert to the alerts channel.",
            is_operation=True,
            is_for_oncall=True,
        ),
        Subcommand("help", "This text."),
    ),
    default="list",
    guess="why",
    guess_from=r".*\d",
    filtered="list",
    filters=("account", "site", "charger", "condition", "severity", "for"),
)

APPROVALS: Final = Command(
    "/approvals",
    "Requests that wait for a decision",
    (
        Subcommand("list", "What waits for a decision."),
        Subcommand("mine", "What you asked for."),
        Subcommand("history", "What was decided."),
        Subcommand("show", "One request.", "N"),
        Subcommand("help", "This text."),
    ),
    default="list",
    guess="show",
    guess_from=r"#?\d+$",
    filters=(),
)

CHARGEHAND: Final = Command(
    "/chargehand",
    "Everything, and how the bot itself is doing",
    (
        Subcommand("help", "This text."),
        Subcommand("status", "Accounts, the age of their data, the queue, the version."),
        Subcommand("charger", "The same as `/charger …`.", "…"),
        Subcommand("site", "The same as `/site …`.", "…"),
        Subcommand("model", "The same as `/model …`.", "…"),
        Subcommand("alerts", "The same as `/alerts …`.", "…"),
        Subcommand("approvals", "The same as `/approvals …`.", "…"),
    ),
    filters=(),
)

COMMANDS: Final = (CHARGER, SITE, MODEL, ALERTS, APPROVALS, CHARGEHAND)


def reference() -> str:
    """The table of all commands for the documentation."""
    lines = ["| command | what it does |", "|---|---|"]
    for command in COMMANDS:
        for known in command.subcommands:
            typed = " ".join(part for part in (command.name, known.name, known.usage) if part)
            lines.append(f"| `{typed.replace('|', chr(92) + '|')}` | {known.about} |")
    return "\n".join(lines)
