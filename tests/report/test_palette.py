"""The colours of charts and page, seen by colour-blind eyes: simulated, and their distances worked out here."""

import itertools
import re

import numpy as np
import pytest

from dongcha.report.charts.theme import Ink
from dongcha.report.rendered import PAGE

# Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# severity 1.0; on linear RGB.
EYES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "normal": np.eye(3).tolist(),
}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)
LEAST = 20.0
"""CIE76 distance; 2.3 is just noticed side by side, 20 is told apart in small marks at a glance."""


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(light, 0, 1) / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, two: str, eye: str) -> float:
    seen = np.array(EYES[eye])
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(two))))


def night() -> dict[str, str]:
    style = (PAGE / "style.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark", 1)[1]
    names = {"TEXT": "text", "MUTED": "muted", "PLAIN": "plain", "ACCENT": "accent", "WARM": "warm", "PAPER": "paper"}
    return {ink: re.search(rf"--{name}: (#[0-9a-f]{{6}})", style)[1] for ink, name in names.items()}


def day() -> dict[str, str]:
    return {ink.name: str(ink) for ink in Ink if ink.name != "GRID"}


def test_the_simulation_gives_known_colours():
    assert lab(linear("#ffffff")) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.05)  # CIE L*a*b* of sRGB red, D65
    assert apart("#ff0000", "#008000", "normal") > 3 * apart("#ff0000", "#5b5b00", "protanopia")
    for eye in EYES:
        assert apart("#777777", "#777777", eye) == 0


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", [day, night], ids=["day", "night"])
def test_every_two_colours_that_mean_something_are_told_apart(palette, eye):
    colours = palette()
    found = {(a, b): apart(colours[a], colours[b], eye) for a, b in itertools.combinations(colours, 2)}
    assert {pair: round(value, 1) for pair, value in found.items() if value < LEAST} == {}


def test_no_chart_names_a_colour_that_is_not_in_the_palette():
    files = [path for path in (PAGE.parent / "charts").glob("*.py") if path.name != "theme.py"]
    assert len(files) > 10
    for path in files:
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")), path.name
