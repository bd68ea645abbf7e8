"""Colours: readable in both palettes, and no token of the style sheet without a value."""

import re

import pytest
from PySide6.QtGui import QColor, QFontInfo

from planner import places
from planner.ui import theme

BOTH = pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=lambda palette: palette.name)


def luminance(name):
    colour = QColor(name)
    parts = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a, b):
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@BOTH
@pytest.mark.parametrize("ground", ["window", "panel", "raised", "hover", "selected"])
@pytest.mark.parametrize("text", ["text", "muted", "accent", "error", "warning", "info", "ok"])
def test_text_can_be_read(palette, ground, text):
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("fill", ["error", "warning", "info", "ok"])
def test_badges_can_be_read(palette, fill):
    assert contrast(palette.badge_text, getattr(palette, fill)) >= 4.5


@BOTH
def test_filled_button_can_be_read(palette):
    assert contrast(palette.accent_text, palette.accent) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["card_fill", "board_fill", "slot_fill", "error_fill", "warning_fill", "ok_fill"])
def test_text_on_the_drawing_can_be_read(palette, ground):
    assert contrast(palette.text, getattr(palette, ground)) >= 4.5


@BOTH
def test_style_sheet_has_a_value_for_every_token(palette):
    assert not re.search(r"@[a-z]", theme.style_sheet(palette))


@BOTH
def test_pictures_of_the_style_sheet_exist(palette):
    names = re.findall(r"url\(([^)]+)\)", theme.style_sheet(palette))
    assert names
    assert all((places.resources() / "icons" / name.rsplit("/", 1)[-1]).is_file() for name in names)


def test_theme_can_be_switched(qapp):
    theme.install(qapp, "light")
    assert theme.current() is theme.LIGHT
    theme.apply("dark")
    assert theme.current() is theme.DARK
    assert qapp.palette().windowText().color() == QColor(theme.DARK.text)
    theme.apply("light")


def test_font_is_the_one_that_ships(qapp):
    theme.install(qapp, "light")
    assert QFontInfo(theme.font()).family() == "Inter"
    assert QFontInfo(theme.font(bold=True)).weight() == 600
