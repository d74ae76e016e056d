"""Every id is rendered somewhere and listened to somewhere."""

import re
from pathlib import Path

import pytest

from handlers import ids

HANDLERS = Path(ids.__file__).parent
BLOCKS = "\n".join(path.read_text() for path in (HANDLERS / "blocks").glob("*.py"))
LISTENERS = "\n".join(
    path.read_text() for path in HANDLERS.glob("*.py") if path.name not in ("ids.py", "cards.py")
)
CARDS = (HANDLERS / "cards.py").read_text()
NAMES = [name for name in vars(ids) if name.isupper()]


def test_no_two_things_have_one_id():
    values = [getattr(ids, name) for name in NAMES]

    assert len(values) == len(set(values))


@pytest.mark.parametrize("name", NAMES)
def test_every_id_is_used_on_both_sides(name):
    """A button that nobody listens to is silent, and a listener without a button is dead."""
    use = re.compile(rf"\bids\.{name}\b")

    listened = len(use.findall(LISTENERS))
    rendered = len(use.findall(BLOCKS)) + len(use.findall(CARDS))
    is_shortcut = name in ("REGISTER_SHORTCUT", "LOOK_UP_SHORTCUT", "LOOK_UP_MESSAGE")
    assert listened >= 1 or name == "PAGE"  # which takes nothing
    assert rendered + listened >= 2 or is_shortcut
