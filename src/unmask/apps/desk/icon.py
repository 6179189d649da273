"""Nothing -> the page's icon: a face, half of it drawn, half of it made of pixels."""

from __future__ import annotations

from PIL import Image, ImageDraw

_BLUE, _PALE = (29, 79, 145), (143, 184, 244)


def icon(side: int = 64) -> Image.Image:
    """Drawn here because an icon by name would be fetched from another company's server."""
    image = Image.new("RGBA", (256, 256))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 255, 255), 56, fill=_BLUE)
    draw.ellipse((62, 40, 194, 216), fill="white")
    for row in range(8):
        for column in range(3):
            left, top = 128 + column * 22, 40 + row * 22
            inside = ((left - 117) / 66) ** 2 + ((top - 117) / 88) ** 2 < 1
            if inside and (row + column) % 2:
                draw.rectangle((left, top, left + 21, top + 21), fill=_PALE)
    draw.ellipse((88, 106, 108, 126), fill=_BLUE)
    draw.ellipse((148, 106, 168, 126), fill=_BLUE)
    return image.resize((side, side), Image.Resampling.LANCZOS)
