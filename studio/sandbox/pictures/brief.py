"""What a prompt asks for, as far as a painter of simple things can understand it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .chinese import in_english
from .colours import NAMES, Colour

_BACKGROUNDS = r"(?:background|backdrop|wall|paper|sky|table|floor|surface|studio)"
_COLOUR_OF_BACKGROUND = re.compile(rf"({'|'.join(NAMES)})\W+(?:\w+\W+){{0,2}}?{_BACKGROUNDS}")
_QUOTED = re.compile(r"[\"“”«»„]([^\"“”«»„]{1,40})[\"“”«»„]")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MOODS: Final[Mapping[str, tuple[str, ...]]] = {
    "night": ("night", "midnight", "moon", "moonlight", "moonlit", "stars", "starry", "dark", "neon", "nocturnal"),
    "dusk": ("sunset", "dusk", "evening", "twilight", "golden hour", "late afternoon", "late-afternoon"),
    "dawn": ("sunrise", "dawn", "morning", "first light", "mist", "misty", "fog", "foggy"),
    "autumn": ("autumn", "fall colours", "fall colors", "october", "harvest"),
    "winter": ("winter", "snow", "snowy", "ice", "icy", "frost", "arctic", "christmas"),
    "spring": ("spring", "blossom", "cherry", "easter", "pastel"),
    "desert": ("desert", "dune", "dunes", "sahara", "canyon", "mars"),
    "forest": ("forest", "jungle", "moss", "fern", "wood", "woods"),
    "ocean": ("ocean", "sea", "underwater", "marine", "coast", "lagoon"),
    "mono": ("black and white", "black-and-white", "monochrome", "greyscale", "grayscale", "b&w", "noir"),
    "sepia": ("sepia", "vintage", "daguerreotype", "antique", "old photograph"),
}
"""Light and season. Words are found whole; the first mood with a word in the prompt wins."""

MOTIFS: Final[Mapping[str, tuple[str, ...]]] = {
    "abstract": _words("abstract gradient wallpaper texture pattern fluid shapes"),
    "city": _words(
        "city skyline street tokyo york paris london skyscraper skyscrapers building buildings downtown "
        "architecture urban cyberpunk"
    ),
    "sea": _words("sea ocean beach coast lighthouse boat sailboat ship waves wave harbour harbor island surf"),
    "space": _words("space planet galaxy rocket nebula cosmos cosmic orbit astronomy saturn astronaut"),
    "ridges": _words(
        "mountain mountains ridge ridges landscape hills hill valley forest desert dunes lake panorama "
        "sunrise sunset horizon meadow countryside snow vineyard sky moon"
    ),
    "blocks": _words("block blocks cube box boxes geometric stairs arch arches podium plinth pedestal stage"),
    "vase": _words("vase vases ceramic ceramics pottery jug bowl clay porcelain"),
    "bottle": _words(
        "bottle perfume wine serum lotion shampoo cosmetic cosmetics skincare fragrance packaging product sneaker watch"
    ),
    "fruit": _words("fruit apple apples oranges pear pears lemon lemons peach breakfast food kitchen"),
    "flowers": _words(
        "flower flowers bouquet tulip tulips peony plant plants botanical leaf leaves eucalyptus garden branch"
    ),
    "figure": _words(
        "portrait person people woman man girl boy child face model selfie chef king queen hero character "
        "sculpture bust statue"
    ),
    "poster": _words(
        "poster logo flat graphic illustration icon flyer cover vector bauhaus print sticker banner "
        "typography lettering headline"
    ),
    "animal": _words("cat cats kitten dog puppy fox raccoon bear animal rabbit wolf tiger panda mouse pet"),
    "cup": _words("coffee espresso cappuccino latte tea mug cup cocoa"),
    "banana": _words("banana bananas"),
}
"""What is in the picture. The motif with the most words in the prompt wins, and of equals the last."""

UNNAMED: Final = ("vase", "ridges", "poster", "blocks", "flowers", "abstract", "vase", "sea", "fruit")
"""What a prompt gets that names nothing we can paint."""


@dataclass(frozen=True, slots=True)
class Brief:
    """`colours` are those named for things, `background` the one named for what is behind them."""

    motif: str
    mood: str
    colours: tuple[Colour, ...]
    background: Colour | None
    lettering: str
    words: tuple[str, ...]
    turn: int = 0

    def has(self, *words: str) -> bool:
        return not set(words).isdisjoint(self.words)


def understand(prompt: str, turn: int = 0) -> Brief:
    text = in_english(" ".join(prompt.lower().split()))
    words = tuple(dict.fromkeys(re.findall(r"[^\W_]+", text)))
    quoted = _QUOTED.search(prompt)
    found = _COLOUR_OF_BACKGROUND.search(text)
    behind = found[1] if found else ""
    named = [word for word in re.findall(r"[a-z]+", text) if word in NAMES]
    if behind:
        named.remove(behind)
    return Brief(
        motif=_most(text, MOTIFS),
        mood=next((mood for mood, signs in MOODS.items() if _count(text, signs)), ""),
        colours=tuple(NAMES[word] for word in dict.fromkeys(named)),
        background=NAMES.get(behind),
        lettering=quoted[1].strip() if quoted else "",
        words=words,
        turn=turn,
    )


def _most(text: str, table: Mapping[str, tuple[str, ...]]) -> str:
    counts = {name: _count(text, signs) for name, signs in table.items()}
    best = max(counts.values())
    return "" if best == 0 else [name for name, count in counts.items() if count == best][-1]


def _count(text: str, signs: tuple[str, ...]) -> int:
    return sum(bool(re.search(rf"(?<!\w){re.escape(sign)}(?!\w)", text)) for sign in signs)
