"""Builds the PDF report's fonts from Debian's packages: `python -m tools.fonts`, from the root.

Needs fonttools and: apt-get install fonts-noto-core fonts-droid-fallback fonts-nanum
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SYSTEM = Path("/usr/share/fonts/truetype")
FOLDER = Path(__file__).parents[1] / "src" / "unmask" / "reports" / "fonts"
EUROPE = [*range(0x20, 0x7F), *range(0xA0, 0x530), *range(0x1E00, 0x2070), *range(0x20A0, 0x20C0)]
SIGNS = [0x2070, 0x2116, 0x2122, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CC, 0xFFFD]


def _legacy(*encodings: str) -> set[int]:
    """Every character of the old national standards: the ones that people write."""
    pairs = [bytes((a, b)) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF)]
    text = {pair.decode(name, "ignore") for name in encodings for pair in pairs}
    return {ord(c) for c in "".join(text)}


CHINESE = _legacy("gb2312", "big5", "euc_jp", "shift_jis")
KOREAN = {c for c in _legacy("euc_kr") if 0xAC00 <= c <= 0xD7A3} | set(range(0x3131, 0x318F))
ALL: range = range(0x20, 0x110000)

FONTS: dict[str, tuple[str, Iterable[int]]] = {
    "sans": ("noto/NotoSans-Regular.ttf", [*EUROPE, *SIGNS]),
    "sans-bold": ("noto/NotoSans-Bold.ttf", [*EUROPE, *SIGNS]),
    "arabic": ("noto/NotoSansArabic-Regular.ttf", ALL),
    "hebrew": ("noto/NotoSansHebrew-Regular.ttf", ALL),
    "devanagari": ("noto/NotoSansDevanagari-Regular.ttf", ALL),
    "bengali": ("noto/NotoSansBengali-Regular.ttf", ALL),
    "tamil": ("noto/NotoSansTamil-Regular.ttf", ALL),
    "thai": ("noto/NotoSansThai-Regular.ttf", ALL),
    "armenian": ("noto/NotoSansArmenian-Regular.ttf", ALL),
    "georgian": ("noto/NotoSansGeorgian-Regular.ttf", ALL),
    "chinese": ("droid/DroidSansFallbackFull.ttf", CHINESE),
    "korean": ("nanum/NanumGothic.ttf", KOREAN),
}


def build(name: str, source: str, characters: Iterable[int]) -> Path:
    """No hinting (a PDF is drawn smoothly), but the tables that shape Arabic and Indic text."""
    options = subset.Options(hinting=False, layout_features=["*"], name_IDs=[0, 1, 2, 4, 13, 14])
    options.drop_tables += ["MATH", "DSIG", "GDEF"] if name == "chinese" else ["DSIG"]
    font = TTFont(SYSTEM / source)
    shaper = subset.Subsetter(options)
    shaper.populate(unicodes=set(characters) & set(font.getBestCmap()))
    shaper.subset(font)
    _rename(font, f"Unmask {name}")
    target = FOLDER / f"{name}.ttf"
    font.save(target)
    return target


def _rename(font: TTFont, name: str) -> None:
    """A changed font must not carry a reserved name; its copyright and licence stay inside."""
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = name


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, (source, characters) in FONTS.items():
        target = build(name, source, characters)
        count = len(TTFont(target).getBestCmap())
        print(f"{target.name:16} {count:6} characters {target.stat().st_size / 1000:8.0f} kB")


if __name__ == "__main__":
    main()
