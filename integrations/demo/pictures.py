"""Landscapes drawn by arithmetic: ridges, sea and light in a few colours, always the same."""

import math
import random
from io import BytesIO
from itertools import groupby

from PIL import Image, ImageColor, ImageDraw, ImageFilter

from integrations.demo.story import Picture

WIDTH, HEIGHT = 1600, 900
_RIDGES = 5
_FINER = 2  # drawn this much larger, then reduced: smooth edges without a drawing library

Colour = tuple[int, int, int]


def draw(picture: Picture) -> bytes:
    """Return the picture as a JPEG of 1600 x 900. The same wishes give the same bytes."""
    chance = random.Random(picture.seed)  # noqa: S311, a landscape keeps no secret
    light = _light(picture)
    # What is soft is drawn as it will be; what has edges is drawn larger.
    canvas = light.resize((WIDTH * _FINER, HEIGHT * _FINER), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(canvas)
    _sun(pen, picture)
    _sea(canvas, light, picture, chance)
    _ridges(pen, picture, chance)
    _MOTIFS[picture.motif](pen, picture, chance)
    file = BytesIO()
    canvas.reduce(_FINER).save(file, "JPEG", quality=84, optimize=True)
    return file.getvalue()


def _rgb(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def _between(start: str, end: str, part: float) -> Colour:
    red, green, blue = (
        round(a + (b - a) * part) for a, b in zip(_rgb(start), _rgb(end), strict=True)
    )
    return red, green, blue


def _gradient(colours: tuple[str, str], width: int, height: int) -> Image.Image:
    column = Image.new("RGB", (1, height))
    for y in range(height):
        column.putpixel((0, y), _between(*colours, y / height))
    return column.resize((width, height))


def _light(picture: Picture) -> Image.Image:
    """Return sky and sea with the glow around the sun."""
    horizon = round(HEIGHT * picture.horizon)
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.paste(_gradient(picture.sky, WIDTH, horizon), (0, 0))
    sky = image.crop((0, 0, WIDTH, horizon))
    # Drawn small and enlarged: a soft edge at a hundredth of the work.
    small = Image.new("L", (160, 90), 0)
    x, y, radius = picture.sun[0] * 160, picture.sun[1] * 90, picture.sun[2] * 90
    for step in range(20, 0, -1):
        reach = radius * (1 + step * 0.28)
        box = (x - reach, y - reach, x + reach, y + reach)
        ImageDraw.Draw(small).ellipse(box, fill=round(90 * (1 - step / 20) ** 2))
    glow = small.filter(ImageFilter.GaussianBlur(2)).resize((WIDTH, HEIGHT))
    sky.paste(_rgb(picture.sun_colour), (0, 0), glow.crop((0, 0, WIDTH, horizon)))
    image.paste(sky, (0, 0))
    image.paste(_gradient(picture.sea, WIDTH, HEIGHT - horizon), (0, horizon))
    return image


def _sun(pen: ImageDraw.ImageDraw, picture: Picture) -> None:
    across, down, wide = picture.sun
    x, y, radius = (
        across * WIDTH * _FINER, down * HEIGHT * _FINER, wide * HEIGHT * _FINER
    )  # fmt: skip
    disc = (x - radius, y - radius, x + radius, y + radius)
    pen.ellipse(disc, fill=_rgb(picture.sun_colour))


def _sea(canvas: Image.Image, light: Image.Image, picture: Picture, chance: random.Random) -> None:
    """Put the sea before the sun, and the light on it."""
    top = round(canvas.height * picture.horizon)
    horizon = round(HEIGHT * picture.horizon)
    water = light.crop((0, horizon, WIDTH, HEIGHT)).resize((canvas.width, canvas.height - top))
    canvas.paste(water, (0, top))
    pen = ImageDraw.Draw(canvas)
    centre = picture.sun[0] * canvas.width
    for _ in range(150):
        depth = chance.random() ** 1.5
        y = top + round(depth * (canvas.height - top))
        reach = 30 + 420 * depth
        x = chance.gauss(centre, 90 + 500 * depth)
        glint = _between(picture.sea[0], picture.sun_colour, 0.55 * (1 - depth) + 0.08)
        pen.line((x - reach / 2, y, x + reach / 2, y), fill=glint, width=round(2 + 5 * depth))


def _ridges(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    width, full = WIDTH * _FINER, HEIGHT * _FINER
    horizon = full * picture.horizon
    for number in range(_RIDGES):
        nearness = number / (_RIDGES - 1)
        height = full * (0.30 - 0.17 * nearness)
        # Nearer land leaves the middle free, as a fjord does, and stands deeper in the picture.
        foot = horizon + full * 0.16 * nearness**2
        colour = _between(*picture.ridges, nearness)
        line = _ridge_line(width, foot, height, nearness, chance)
        # Piece by piece where it rises from the water: the rest would leave a hair on the sea.
        for rises, points in groupby(line, key=lambda point: point[1] < foot):
            piece = list(points)
            if rises and len(piece) > 1:
                pen.polygon([(piece[0][0], foot), *piece, (piece[-1][0], foot)], fill=colour)


def _ridge_line(
    width: int, foot: float, height: float, nearness: float, chance: random.Random
) -> list[tuple[float, float]]:
    waves = [
        (chance.uniform(0.6, 1.4) * 2**octave, chance.uniform(0, math.tau), 0.5**octave)
        for octave in range(7)
    ]
    opening = chance.uniform(0.35, 0.65)
    points = []
    for x in range(0, width + 8, 8):
        part = x / width
        rise = sum(size * math.sin(math.tau * rate * part + turn) for rate, turn, size in waves)
        away = min(1.0, abs(part - opening) / 0.45)
        shape = (1 - nearness) * 0.55 + nearness * (away**1.7 * 1.5 - 0.35)
        points.append((float(x), min(foot, foot - height * (shape + 0.24 * rise))))
    return points


def _nothing(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    """Leave the land alone."""


def _ferry(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    x, y, unit = 0.44 * WIDTH * _FINER, 0.80 * HEIGHT * _FINER, 9 * _FINER
    dark, light = _between(*picture.ridges, 1.0), _rgb(picture.sun_colour)
    pen.polygon(
        [(x, y), (x + 30 * unit, y), (x + 28 * unit, y + 3 * unit), (x + 2 * unit, y + 3 * unit)],
        fill=dark,
    )
    pen.rectangle((x + 6 * unit, y - 3 * unit, x + 24 * unit, y), fill=dark)
    pen.rectangle((x + 10 * unit, y - 5 * unit, x + 18 * unit, y - 3 * unit), fill=dark)
    for window in range(8):
        left = x + (7 + 2 * window) * unit
        pen.rectangle((left, y - 2 * unit, left + unit, y - 1.2 * unit), fill=light)
    for row in range(6):
        reach = unit * (14 - 2 * row)
        line = y + (4 + 1.4 * row) * unit
        pen.line((x + 15 * unit - reach, line, x + 15 * unit + reach, line), fill=dark, width=6)


def _lights(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    for _ in range(46):
        x = chance.gauss(0.22, 0.075) * WIDTH * _FINER
        y = (picture.horizon + chance.uniform(0.015, 0.10)) * HEIGHT * _FINER
        size = chance.uniform(2.0, 4.5) * _FINER
        pen.rectangle((x, y, x + size, y + size), fill=_rgb(picture.sun_colour))


def _stars(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    for _ in range(130):
        x = chance.random() * WIDTH * _FINER
        y = chance.random() ** 1.4 * picture.horizon * 0.62 * HEIGHT * _FINER
        size = chance.uniform(0.6, 1.9) * _FINER
        glow = _between(picture.sky[0], picture.sun_colour, chance.uniform(0.35, 0.9))
        pen.ellipse((x - size, y - size, x + size, y + size), fill=glow)
    _lights(pen, picture, chance)


def _birds(pen: ImageDraw.ImageDraw, picture: Picture, chance: random.Random) -> None:
    for _ in range(11):
        x = chance.gauss(0.62, 0.10) * WIDTH * _FINER
        y = chance.gauss(0.24, 0.06) * HEIGHT * _FINER
        wing = chance.uniform(7, 15) * _FINER
        dark = _between(*picture.ridges, 0.8)
        line = [(x - wing, y - wing * 0.35), (x, y), (x + wing, y - wing * 0.42)]
        pen.line(line, fill=dark, width=round(wing / 5), joint="curve")


_MOTIFS = {
    "": _nothing,
    "ferry": _ferry,
    "lights": _lights,
    "stars": _stars,
    "birds": _birds,
}
