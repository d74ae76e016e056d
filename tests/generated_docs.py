"""The parts of the documentation that are made from the code; `make docs` renews them."""

import re
from collections.abc import Callable
from pathlib import Path

from bot.config.reference import reference as configuration
from bot.sandbox.vendors.scenarios import table as scenarios
from handlers.catalog import reference as commands
from vendors.capabilities import table as capabilities

ROOT = Path(__file__).parents[1]
PARTS: dict[str, Callable[[], str]] = {
    "configuration": configuration,
    "capabilities": capabilities,
    "commands": commands,
    "scenarios": scenarios,
}
_BLOCK = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """The page with every generated part as the code says it now."""
    return _BLOCK.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def pages() -> list[Path]:
    """Every page of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


if __name__ == "__main__":
    for page in pages():
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
