"""Every text of the page can be read by people who do not see sharply."""

import re

import pytest

from bot.sandbox.page.server import STATIC

ENOUGH = 4.5
"""WCAG 2, AA, for text of ordinary size."""
ROOT = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
COLOURS = dict(ROOT.findall((STATIC / "style.css").read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """WCAG 2, relative luminance."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "mention-me"),
        ("ink-soft", "paper-hover"),
        ("ink-faint", "paper-hover"),
        ("link", "mention"),
        ("code", "paper-soft"),
        ("danger", "danger-soft"),
        ("accent-dark", "accent-soft"),
        ("side-ink", "side-soft"),
        ("side-faint", "side-soft"),
        ("paper", "accent"),
        ("paper", "unread"),
    ],
)
def test_text_stands_out_from_its_ground(text, ground):
    lighter, darker = sorted((luminance(COLOURS[text]), luminance(COLOURS[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= ENOUGH
