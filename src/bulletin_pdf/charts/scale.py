"""The graduations of a value axis."""

import math
from dataclasses import dataclass

from bulletin_pdf.charts.data import Data


@dataclass(frozen=True, slots=True)
class Scale:
    """The graduations of the value axis with their labels; values are drawn as parts of `unit`."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    @property
    def unit(self) -> float:
        # pygal's arithmetic is made for ordinary numbers.
        return max(abs(self.low), abs(self.high)) or 1.0


def bar_scale(data: Data, count: int) -> Scale:
    """A scale of about so many steps of 1, 2 or 5; with zero, unless a line would be flat beside it."""
    values = data.values
    low, high = min(values, default=0.0), max(values, default=0.0)
    return _graduated(min(low, 0.0), max(high, 0.0), count, data.sign)


def line_scale(data: Data, count: int) -> Scale:
    values = data.values
    low, high = min(values, default=0.0), max(values, default=0.0)
    if 0 < high - low < 0.4 * max(abs(low), abs(high)):
        return _graduated(low, high, count, data.sign)
    return bar_scale(data, count)


def _graduated(low: float, high: float, count: int, sign: str) -> Scale:
    if not high - low > 1e-290:
        return Scale(0.0, 1.0, (0.0,), ("0" + sign,))
    rough = (high - low) / max(count, 1)
    power = math.floor(math.log10(rough))
    step = next(factor for factor in (1, 2, 5, 10) if factor * 10.0**power >= rough * 0.999) * 10.0**power
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(number * step for number in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], ticks, tuple(_rounded(tick, step, sign) for tick in ticks))


def _rounded(value: float, step: float, sign: str) -> str:
    """A graduation's label: 0.5, 20%, 300, 40万, 5亿."""
    unit, name = 1.0, sign
    if not sign:
        unit, name = next(
            (pair for pair in ((1e8, "亿"), (1e4, "万")) if step >= pair[0] or abs(value) >= 10 * pair[0]),
            (1.0, ""),
        )
    if abs(value) < step / 2:
        return "0" + sign
    if abs(value / unit) >= 1e7 or step / unit < 1e-6:
        return f"{value:.3g}".replace("-", "−")
    decimals = max(0, -math.floor(math.log10(step / unit) + 1e-9))
    return f"{value / unit:.{decimals}f}".replace("-", "−") + name
