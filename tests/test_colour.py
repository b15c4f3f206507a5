"""Colours and pictures of the screen to inks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bulletin_pdf.press.colour import (
    MOST_INK,
    Ink,
    Pixels,
    Separation,
    as_jpeg,
    decode,
    in_rgb,
    most_ink,
    press_profile,
    read_cmyk,
    read_rgb,
    screen,
    standard_press,
    stated_inks,
)

SEPARATION = Separation(standard_press())
part = st.integers(0, 255).map(lambda value: value / 255)


@pytest.mark.parametrize(
    ("words", "inks"),
    [
        ("C0 M80 Y80 K0", (0, 0.8, 0.8, 0)),
        ("c100 m0  y5 k7", (1, 0, 0.05, 0.07)),
        ("C0 M80 Y80", None),
        ("C0 M80 Y80 K101", None),
        ("#c8161d", None),
        ("", None),
    ],
)
def test_inks_as_typed(words: str, inks: object) -> None:
    assert read_cmyk(words) == inks


def test_colours_as_typed() -> None:
    assert read_rgb("#c8161d") == pytest.approx((200 / 255, 22 / 255, 29 / 255))
    assert read_rgb("white") == (1, 1, 1)
    assert read_rgb("var(--red)") is None


@given(part)
def test_grey_is_black_ink_alone(value: float) -> None:
    cyan, magenta, yellow, black = SEPARATION.ink((value, value, value)).cmyk
    assert (cyan, magenta, yellow) == (0, 0, 0)
    assert black == pytest.approx(1 - value, abs=1e-4)


def test_near_grey_is_black_ink_alone() -> None:
    assert SEPARATION.ink((0x23 / 255, 0x1F / 255, 0x20 / 255)).cmyk[:3] == (0, 0, 0)


def test_a_stated_colour_is_what_is_stated() -> None:
    inks = stated_inks({"red": "#c8161d", "grey": "#595757"}, {"red": (0, 0.8, 0.8, 0)}, {"red": "专色红"})
    separation = Separation(standard_press(), inks)
    assert separation.ink((0.784314, 0.086275, 0.113725)) == Ink((0, 0.8, 0.8, 0), "专色红")
    assert separation.ink((0.78, 0.08, 0.11)).plate == ""


@settings(max_examples=50, deadline=None)
@given(part, part, part)
def test_no_colour_takes_more_ink_than_dries(red: float, green: float, blue: float) -> None:
    assert sum(SEPARATION.ink((red, green, blue)).cmyk) <= MOST_INK


def test_a_picture_keeps_its_colours_within_the_ink() -> None:
    wheel = Image.merge("RGB", [Image.radial_gradient("L").rotate(angle) for angle in (0, 90, 180)])
    shifted = Image.merge(
        "RGB",
        [
            band.point(lambda v, s=s: (v + s) % 256)
            for band, s in zip(wheel.split(), (0, 80, 160), strict=True)
        ],
    )
    before = Pixels(*shifted.size, 3, shifted.tobytes())
    after = SEPARATION.pixels(before)
    assert after.channels == 4
    assert 0 < most_ink(after) <= MOST_INK
    assert most_ink(decode(as_jpeg(after))) <= MOST_INK + 0.01
    back = in_rgb(after, standard_press())
    assert back.channels == 3


def test_too_much_ink_is_lessened_and_seen() -> None:
    black = Pixels(4, 4, 4, b"\xff" * 64)
    assert most_ink(black) == 4
    assert most_ink(SEPARATION.pixels(black)) <= MOST_INK
    light = Pixels(4, 4, 4, b"\x20" * 64)
    assert SEPARATION.pixels(light) == light


def test_a_grey_picture_takes_one_plate() -> None:
    grey = Pixels(2, 1, 3, bytes((10, 10, 10, 200, 200, 200)))
    assert SEPARATION.pixels(grey) == Pixels(2, 1, 1, bytes((10, 200)))


def test_jpeg_comes_back() -> None:
    for channels in (1, 3, 4):
        picture = Pixels(16, 16, channels, bytes(60 for _ in range(256 * channels)))
        assert decode(as_jpeg(picture)).channels == channels
        assert all(abs(value - 60) <= 2 for value in decode(as_jpeg(picture)).data)


def test_profiles_of_a_press_only() -> None:
    assert press_profile(standard_press().data, "FOGRA39") == standard_press()
    assert isinstance(press_profile(screen().data, "sRGB"), str)
    assert isinstance(press_profile(b"not a profile", "X"), str)
    assert press_profile(standard_press().data[:5000], "X") == "不完整，像是没有传完。"
