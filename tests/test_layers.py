"""Imports point one way: handlers → bot → vendors, and each vendor stands alone."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SLACK = {"slack_bolt", "slack_sdk"}
FORBIDDEN = {
    "vendors": {"bot", "handlers", "sqlite_utils", "sqlite3", "apscheduler"} | SLACK,
    "bot": {"handlers", "httpx"} | SLACK,
    "handlers": {"httpx", "sqlite_utils", "sqlite3"},
}
COMPOSITION_ROOT = ("bot/app.py", "bot/cli.py", "bot/sandbox/")
VENDORS = ("plugchoice", "volttime", "spirii", "lynkwell")


def modules(folder: str) -> list[tuple[str, set[str]]]:
    """Every file below a folder, with the dotted names that it imports."""
    return [
        (path.relative_to(ROOT).as_posix(), imports(path))
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("layer", FORBIDDEN)
def test_layers_point_one_way(layer):
    for name, imported in modules(layer):
        if not name.startswith(COMPOSITION_ROOT):
            assert not tops(imported) & FORBIDDEN[layer], name


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_does_not_know_another(vendor):
    """Two products of one back end still change at different times."""
    others = tuple(f"vendors.{other}" for other in VENDORS if other != vendor)

    for name, imported in modules(f"vendors/{vendor}"):
        assert not [one for one in imported if one.startswith(others)], name


def test_only_the_store_speaks_sql():
    for name, imported in modules("bot"):
        if not name.startswith(("bot/store/", *COMPOSITION_ROOT)):
            assert not tops(imported) & {"sqlite_utils", "sqlite3"}, name


def test_nobody_imports_the_composition_root_or_the_sandbox():
    """The bot does not know that there is a sandbox."""
    for folder in FORBIDDEN:
        for name, imported in modules(folder):
            if not name.startswith((*COMPOSITION_ROOT, "bot/__main__.py")):
                roots = ("bot.app.", "bot.cli.", "bot.sandbox.")
                assert not [one for one in imported if f"{one}.".startswith(roots)], name


def test_the_sandbox_s_clouds_do_not_know_our_wire_models():
    """A wrong field name would agree with itself."""
    for name, imported in modules("bot/sandbox/vendors"):
        assert "vendors" not in tops(imported), name


def test_the_sandbox_s_slack_does_not_know_our_handlers_nor_the_sdk():
    for name, imported in modules("bot/sandbox/slack"):
        assert not tops(imported) & ({"handlers", "vendors"} | SLACK), name


def test_a_blind_catch_stands_only_in_the_guard_of_background_work():
    """Anywhere else it hides a bug; the other guard is the listener that Bolt hands errors to."""
    guilty = []
    for folder in FORBIDDEN:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = (
                    ast.walk(node.type) if isinstance(node, ast.ExceptHandler) and node.type else ()
                )
                if any(getattr(n, "id", "") in {"Exception", "BaseException"} for n in names):
                    guilty.append(path.relative_to(ROOT).as_posix())

    assert set(guilty) == {"bot/background.py"}
