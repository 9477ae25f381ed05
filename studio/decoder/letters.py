"""The letters of notes. All fonts are opened before the first picture comes: a decoder's child can open no file.

Ours holds the letters of Europe. Chinese, Japanese and Korean are written with a font of the machine, where it has one.
"""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from .facts import NotAPicture

_OWN: Final = Path(__file__).resolve().parents[2] / "static" / "font"
_FONTS: Final = (
    _OWN / "instrument-sans-latin.woff2",
    _OWN / "instrument-sans-latin-ext.woff2",
    *(
        Path("/usr/share/fonts") / name
        for name in (
            "opentype/noto/NotoSansCJK-Regular.ttc",  # Debian: fonts-noto-cjk
            "google-noto-sans-cjk-vf-fonts/NotoSansCJK-VF.ttc",  # Fedora
            "google-noto-cjk/NotoSansCJK-Regular.ttc",
            "noto-cjk/NotoSansCJK-Regular.ttc",  # Arch, Alpine
            "truetype/wqy/wqy-zenhei.ttc",  # Debian: fonts-wqy-zenhei
            "truetype/droid/DroidSansFallbackFull.ttf",  # Debian: fonts-droid-fallback
        )
    ),
    Path("/System/Library/Fonts/PingFang.ttc"),
    Path("/System/Library/Fonts/Hiragino Sans GB.ttc"),
)
_DRAWN: Final = 160
"""Letters are drawn at this height, in pixels, and scaled: a font of another size would have to be opened again."""
_ABOVE, _BELOW = 1.2, 0.4
"""How far a letter may reach from its baseline, in heights."""
_NO_LETTER: Final = "\uffff"


@cache
def fonts() -> tuple[ImageFont.FreeTypeFont, ...]:
    return tuple(ImageFont.truetype(path, _DRAWN) for path in _FONTS if path.is_file())


def written(text: str, height: int) -> tuple[Image.Image, int]:
    """The words as a mask of grey, and how far below its top the baseline is, in pixels.

    Raises `NotAPicture` with `no_letters` when no font has them.
    """
    runs = list(_runs(text))
    length = sum(font.getlength(run) for font, run in runs)
    mask = Image.new("L", (max(1, round(length + _DRAWN / 2)), round(_DRAWN * (_ABOVE + _BELOW))))
    at = 0.0
    for font, run in runs:
        letters = Image.new("L", mask.size)
        ImageDraw.Draw(letters).text((at, _DRAWN * _ABOVE), run, fill=255, font=font, anchor="ls")
        mask.paste(255, mask=letters)
        at += font.getlength(run)
    scale = height / _DRAWN
    size = (max(1, round(mask.width * scale)), max(1, round(mask.height * scale)))
    return mask.resize(size, Image.Resampling.LANCZOS), round(height * _ABOVE)


def _runs(text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """Letters that stand together in one font, each with the first font that has it."""
    for font, letters in groupby(text, key=_font_of):
        yield font, "".join(letters)


@cache
def _font_of(letter: str) -> ImageFont.FreeTypeFont:
    for font in fonts():
        if letter.isspace() or bytes(font.getmask(letter)) != _of_nothing(font):
            return font
    raise NotAPicture("no_letters")


@cache
def _of_nothing(font: ImageFont.FreeTypeFont) -> bytes:
    """What a font draws for a letter that it has not."""
    return bytes(font.getmask(_NO_LETTER))
