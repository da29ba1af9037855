"""Points and the straight line through them, as a small SVG."""

from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 380, 240, 60, 44, 34, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One series: y over x, and the line that was fitted to it."""

    title: str
    label: str
    xs: list[float]
    ys: list[float]
    slope: float
    intercept: float


def svg(panels: list[Panel], *, y_label: str) -> str:
    """The panels side by side, two a row; each axis begins at 0."""
    rows = -(-len(panels) // 2)
    drawn = "".join(
        f'<g transform="translate({WIDTH * (n % 2)} {HEIGHT * (n // 2)})">'
        f"{_draw(panel, y_label)}</g>"
        for n, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}"'
        ' font-family="sans-serif" font-size="11" fill="#333">'
        f'<rect width="100%" height="100%" fill="#fff"/>{drawn}</svg>\n'
    )


def _draw(panel: Panel, y_label: str) -> str:
    most_x, most_y = max(panel.xs) or 1.0, max(*panel.ys, 1.0) * 1.1
    right, low = WIDTH - RIGHT, HEIGHT - BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return LEFT + (right - LEFT) * x / most_x, low - (low - TOP) * y / most_y

    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#2563eb"/>'
        for x, y in map(place, panel.xs, panel.ys)
    )
    (x1, y1), (x2, y2) = (place(x, panel.slope * x + panel.intercept) for x in (0, most_x))
    return (
        f'<text x="{LEFT}" y="20" font-weight="bold">{escape(panel.title)}</text>'
        f'<path d="M{LEFT} {TOP}V{low}H{right}" fill="none" stroke="#999"/>'
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="#f59e0b" stroke-width="2"/>{dots}'
        f'<text x="{right}" y="{low + 16}" text-anchor="end">'
        f"{most_x:.0f} {escape(panel.label)}</text>"
        f'<text x="{LEFT - 6}" y="{low}" text-anchor="end">0</text>'
        f'<text x="{LEFT - 6}" y="{TOP + 10}" text-anchor="end">{most_y:.0f}</text>'
        f'<text x="14" y="{(TOP + low) // 2}" transform="rotate(-90 14 {(TOP + low) // 2})"'
        f' text-anchor="middle">{escape(y_label)}</text>'
    )
