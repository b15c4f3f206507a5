"""Tool: colours and pictures of the screen in the inks of a press. A home of Pillow, which reckons with ICC profiles.

The screen's colours are sRGB. Black and grey become black ink alone, so that small type needs no second plate; colours
that a layout states for the press become what it states; the rest goes through the press's profile.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from bulletin_pdf.resources import COLOUR_PROFILES

Rgb = tuple[float, float, float]
Cmyk = tuple[float, float, float, float]
# Colours so near to grey are meant as grey: #231f20 is what drawing programs show for K100.
NEAR_GREY = 8 / 255
# All inks together, as a part of one; more does not dry (ISO 12647-2 for sheets: 300 to 350 %).
MOST_INK = 3.0
# Conversion stays below by what rounding and the loss of JPEG may add.
INK_ROOM = 0.08
QUALITY = 95


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour as printed: parts of cyan, magenta, yellow and black from 0 to 1; or a spot plate 专色 by its name, for
    which the four stand where it is not printed as one."""

    cmyk: Cmyk
    plate: str = ""


@dataclass(frozen=True, slots=True)
class ColourProfile:
    """An ICC profile: `condition` is the name of the printing condition that it describes in the ICC's registry, or
    sRGB. channels: 4 for a press, 3 for a screen."""

    data: bytes
    condition: str
    channels: int


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture decoded: samples of 8 bits, row by row. channels: 1 grey, 3 RGB, 4 CMYK (255 is full ink)."""

    width: int
    height: int
    channels: int
    data: bytes


def press_profile(data: bytes, condition: str) -> ColourProfile | str:
    """A printing press's profile, or what is wrong with it in Chinese."""
    from PIL import ImageCms

    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(data))
    except (OSError, ImageCms.PyCMSError):
        return "不是 ICC 色彩特性文件，或已经损坏。"
    if int.from_bytes(data[:4]) > len(data):  # the size that the header states, ICC.1 §7.2.2
        return "不完整，像是没有传完。"
    space, kind = opened.profile.xcolor_space.strip(), opened.profile.device_class
    if space != "CMYK" or kind != "prtr":
        return f"不是印刷机的 CMYK 色彩特性文件（{kind}，{space}）。"
    return ColourProfile(data, condition, 4)


def standard_press() -> ColourProfile:
    """The profile that comes with the program: offset on coated paper (profiles/SOURCES.md)."""
    return ColourProfile((COLOUR_PROFILES / "FOGRA39L_coated.icc").read_bytes(), "FOGRA39", 4)


def screen() -> ColourProfile:
    """The colours of screens."""
    return ColourProfile((COLOUR_PROFILES / "sRGB.icc").read_bytes(), "sRGB", 3)


def read_cmyk(words: str) -> Cmyk | None:
    """Inks as `C0 M80 Y80 K0`, in hundredths; None for anything else."""
    match = re.fullmatch(r"C(\d{1,3})\s+M(\d{1,3})\s+Y(\d{1,3})\s+K(\d{1,3})", words.strip(), re.IGNORECASE)
    if not match or any(int(part) > 100 for part in match.groups()):
        return None
    cyan, magenta, yellow, black = (int(part) / 100 for part in match.groups())
    return cyan, magenta, yellow, black


def read_rgb(css: str) -> Rgb | None:
    """A CSS colour as parts from 0 to 1; None where it is none that is the same on all screens."""
    written = css.strip()
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", written):  # the usual way, which needs no library
        red, green, blue = bytes.fromhex(written[1:])
        return red / 255, green / 255, blue / 255
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(written)[:3]
    except ValueError:
        return None
    return red / 255, green / 255, blue / 255


@dataclass(frozen=True)
class Separation:
    """Colours of the screen to inks. stated: the inks of some colours, by their parts rounded to 1/255."""

    profile: ColourProfile
    stated: Mapping[tuple[int, int, int], Ink] = field(default_factory=dict)

    def ink(self, colour: Rgb) -> Ink:
        """The inks of a colour."""
        key = _rounded(colour)
        if key in self.stated:
            return self.stated[key]
        if max(colour) - min(colour) <= NEAR_GREY:
            return Ink((0.0, 0.0, 0.0, round(1 - sum(colour) / 3, 4)))
        converted = self.pixels(Pixels(1, 1, 3, bytes(key)))
        cyan, magenta, yellow, black = (round(value / 255, 4) for value in converted.data)
        return Ink((cyan, magenta, yellow, black))

    def pixels(self, picture: Pixels) -> Pixels:
        """A picture in grey where it has nothing but grey, else in CMYK with no more ink than allowed."""
        from PIL import Image, ImageChops

        if picture.channels == 1:
            return picture
        image = _image(picture)
        if picture.channels == 3:
            red, green, blue = image.split()
            spread = ImageChops.subtract(
                ImageChops.lighter(ImageChops.lighter(red, green), blue),
                ImageChops.darker(ImageChops.darker(red, green), blue),
            )
            if spread.getextrema() == (0, 0):
                return Pixels(picture.width, picture.height, 1, green.tobytes())
            image = _transform(self.profile)(image)
        limited = _limited(image)
        return Pixels(picture.width, picture.height, 4, Image.merge("CMYK", limited).tobytes())


def stated_inks(
    colours: Mapping[str, str], press: Mapping[str, Cmyk], plates: Mapping[str, str]
) -> dict[tuple[int, int, int], Ink]:
    """What a layout states of its colours for the press. colours: CSS by name; press: inks by name; plates: names of
    spot plates by name of the colour, which has inks too."""
    inks = {}
    for name, cmyk in press.items():
        colour = read_rgb(colours.get(name, ""))
        if colour is not None:
            inks[_rounded(colour)] = Ink(cmyk, plates.get(name, ""))
    return inks


def decode(data: bytes) -> Pixels:
    """A JPEG file's pixels. OSError for what is none."""
    from PIL import Image

    with Image.open(BytesIO(data)) as image:
        image.load()
        channels = {"L": 1, "RGB": 3, "CMYK": 4}.get(image.mode)
        if channels is None:
            image, channels = image.convert("RGB"), 3  # type: ignore[assignment]
        return Pixels(image.width, image.height, channels, image.tobytes())


def as_jpeg(picture: Pixels) -> bytes:
    """A picture as JPEG; CMYK in Adobe's way, in which 0 is full ink."""
    return _saved(_image(picture), "JPEG", quality=QUALITY, subsampling=0)


def in_rgb(picture: Pixels, press: ColourProfile) -> Pixels:
    """A picture in CMYK as a screen shows it; any other stays."""
    if picture.channels != 4:
        return picture
    converted = _transform(press, to_screen=True)(_image(picture))
    return Pixels(picture.width, picture.height, 3, converted.tobytes())


def smaller(picture: Pixels, factor: float) -> Pixels:
    """A picture with fewer pixels; factor: of its width and height."""
    width, height = (max(round(side * factor), 1) for side in (picture.width, picture.height))
    image = _image(picture).resize((width, height), reducing_gap=2.0)
    return Pixels(width, height, picture.channels, image.tobytes())


def most_ink(picture: Pixels) -> float:
    """The total of inks that all but a thousandth of a CMYK picture's pixels keep below, as a part of one ink."""
    if picture.channels != 4:
        return 1.0 if picture.channels == 1 else 0.0
    total = _total(_image(picture))
    counts = total.histogram()
    left = picture.width * picture.height // 1000
    for value in range(255, -1, -1):
        left -= counts[value]
        if left < 0:
            return value * 4 / 255
    return 0.0


def _rounded(colour: Rgb) -> tuple[int, int, int]:
    red, green, blue = (round(part * 255) for part in colour)
    return red, green, blue


def _image(picture: Pixels) -> Any:
    from PIL import Image

    mode = {1: "L", 3: "RGB", 4: "CMYK"}[picture.channels]
    return Image.frombytes(mode, (picture.width, picture.height), picture.data)


def _saved(image: Any, form: str, **options: Any) -> bytes:
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


_transforms: dict[tuple[bytes, bool], Any] = {}


def _transform(press: ColourProfile, *, to_screen: bool = False) -> Callable[[Any], Any]:
    """The way from the screen to the press, or back; building one takes as long as a small picture."""
    from PIL import ImageCms

    key = press.data, to_screen
    if key not in _transforms:
        there = ImageCms.ImageCmsProfile(BytesIO(press.data))
        here = ImageCms.ImageCmsProfile(BytesIO(screen().data))
        source, target, modes = (
            (there, here, ("CMYK", "RGB")) if to_screen else (here, there, ("RGB", "CMYK"))
        )
        _transforms[key] = ImageCms.buildTransform(
            source,
            target,
            *modes,
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    transform = _transforms[key]

    def apply(image: Any) -> Any:
        return ImageCms.applyTransform(image, transform)

    return apply


def _total(image: Any) -> Any:
    """The mean of a CMYK picture's four inks, rounded up, as a picture."""
    from PIL import ImageMath

    cyan, magenta, yellow, black = image.split()

    def reckon(values: Mapping[str, Any]) -> Any:
        return values["convert"]((values["c"] + values["m"] + values["y"] + values["k"] + 3) / 4, "L")

    return ImageMath.lambda_eval(reckon, c=cyan, m=magenta, y=yellow, k=black)


def _limited(image: Any) -> tuple[Any, ...]:
    """The four inks with cyan, magenta and yellow lessened alike where all together are too much."""
    from PIL import ImageMath

    cyan, magenta, yellow, black = image.split()
    most = round((MOST_INK - INK_ROOM) * 255)

    def lessened(ink: Any) -> Any:
        def reckon(values: Mapping[str, Any]) -> Any:
            colour = values["c"] + values["m"] + values["y"]
            room = values["min"](most - values["k"], colour)
            return values["convert"](values["ink"] * room / values["max"](colour, 1), "L")

        return ImageMath.lambda_eval(reckon, c=cyan, m=magenta, y=yellow, k=black, ink=ink)

    return lessened(cyan), lessened(magenta), lessened(yellow), black
