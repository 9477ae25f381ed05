"""The capability table: every model, and what it takes, makes, costs and needs in time.

Form, server check, price list, documentation and sandbox all read this one table.
Source: the gateway's and Google's documentation, read 2026-11-22; see docs/provider.md for the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

IMAGES_MAX: Final = 14
"""Input images in one request, history included."""
IMAGE_BYTES_MAX: Final = 7_000_000
IMAGE_BYTES_ADVISED: Final = 1_500_000
"""Above it a smaller copy is worth an offer: it is sent sooner, and the model sees no more in a larger one."""
IMAGE_EDGE_ADVISED: Final = 2_048
"""One inline image, before Base64."""
BODY_BYTES_MAX: Final = 100_000_000
"""The whole JSON body as it goes over the wire, so after Base64 (+33 %)."""
PROMPT_CHARACTERS_MAX: Final = 20_000
VARIATIONS_MAX: Final = 8
IMAGE_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/heic", "image/heif")
LINK_CHARACTERS_MAX: Final = 2_000
"""Our own limit: no picture's address is longer, and a longer one is a picture in disguise."""
PROCESSED_LINK_MARKS: Final = ("x-oss-process", "imagemogr", "imageview", "x-bce-process", "x-tos-process")
"""Marks of addresses that make a picture on the fly, in lower case. What they deliver is not what their name says, and
the gateway refuses them with a 429 that is none (its FAQ, "image MIME type mismatch with query")."""
CHINA_FIRST_HOSTS: Final = (
    "cn",
    "alicdn.com",  # Alibaba's shops
    "bcebos.com",  # Baidu's storage, and its pages' pictures
    "bdstatic.com",
    "byteimg.com",  # ByteDance
    "douyinpic.com",
    "clouddn.com",  # Qiniu's test domains
    "qiniucdn.com",
    "hdslb.com",  # Bilibili
    "qhimg.com",  # Qihoo
    "upaiyun.com",
    "xhscdn.com",  # Xiaohongshu
)
"""Ends of host names that serve mainland China first. The gateway's guide warns of CDNs that answer there alone, whose
pictures are silently missing from the result, and names none: the list is our own judgement, good for a warning and no
more."""

RATIOS_TEN: Final = ("1:1", "5:4", "4:3", "3:2", "16:9", "21:9", "4:5", "3:4", "2:3", "9:16")
RATIOS_FOURTEEN: Final = (*RATIOS_TEN, "4:1", "8:1", "1:4", "1:8")

type Pixels = tuple[int, int]
"""Width and height."""

# Expected pixels by ratio, in the order 512, 1K, 2K, 4K. Expected only: a result is never judged by its size.
_PIXELS: Final[Mapping[str, tuple[Pixels, Pixels, Pixels, Pixels]]] = {
    "1:1": ((512, 512), (1024, 1024), (2048, 2048), (4096, 4096)),
    "2:3": ((424, 632), (848, 1264), (1696, 2528), (3392, 5056)),
    "3:2": ((632, 424), (1264, 848), (2528, 1696), (5056, 3392)),
    "3:4": ((448, 600), (896, 1200), (1792, 2400), (3584, 4800)),
    "4:3": ((600, 448), (1200, 896), (2400, 1792), (4800, 3584)),
    "4:5": ((464, 576), (928, 1152), (1856, 2304), (3712, 4608)),
    "5:4": ((576, 464), (1152, 928), (2304, 1856), (4608, 3712)),
    "9:16": ((384, 688), (768, 1376), (1536, 2752), (3072, 5504)),
    "16:9": ((688, 384), (1376, 768), (2752, 1536), (5504, 3072)),
    "21:9": ((792, 168), (1584, 672), (3168, 1344), (6336, 2688)),  # 792x168 as printed; probably a typo for 336
    "1:4": ((256, 1024), (512, 2048), (1024, 4096), (2048, 8192)),
    "4:1": ((1024, 256), (2048, 512), (4096, 1024), (8192, 2048)),
    "1:8": ((192, 1536), (384, 3072), (768, 6144), (1536, 12288)),
    "8:1": ((1536, 192), (3072, 384), (6144, 768), (12288, 1536)),
}
_PIXEL_COLUMNS: Final = ("512", "1K", "2K", "4K")

_PIXELS_GEN_1: Final[Mapping[str, Pixels]] = {
    "1:1": (1024, 1024),
    "2:3": (832, 1248),
    "3:2": (1248, 832),
    "3:4": (864, 1184),
    "4:3": (1184, 864),
    "4:5": (896, 1152),
    "5:4": (1152, 896),
    "9:16": (768, 1344),
    "16:9": (1344, 768),
    "21:9": (1536, 672),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One row of the capability table.

    `sizes` are the sizes a person may choose; `sends_size` says whether the wire takes `imageSize` at all
    (Gen 1 makes 1K and must not be told so), `sends_ratio` the same of `aspectRatio`. `link_schemes` are the kinds of
    addresses that may stand for an input picture, `keeps_history` says whether earlier turns may go along, and
    `answers_with_links` whether a key of the group NB-OSS serves it, `image_only` whether it can be
    told to write nothing beside the picture. Times are seconds, prices micro-dollars per
    HTTP call. `image_tokens` are those of one picture by its size, `thought_tokens_max` the most that was measured by
    the level of thinking, "" where there is none to choose.
    """

    key: str
    name: str
    short_name: str
    best_for: str
    wire_id: str
    aliases: tuple[str, ...]
    sizes: tuple[str, ...]
    ratios: tuple[str, ...]
    price_micros: int
    typical_seconds: Mapping[str, int]
    read_timeout_seconds: Mapping[str, int]
    image_tokens: Mapping[str, int]
    thought_tokens_max: Mapping[str, int]
    sends_size: bool = True
    sends_ratio: bool = True
    images_max: int = IMAGES_MAX
    images_advised: int = IMAGES_MAX
    thinking_levels: tuple[str, ...] = ()
    thinking_default: str = ""
    web_search: bool = False
    image_search: bool = False
    system_prompt: bool = True
    image_only: bool = True
    keeps_history: bool = True
    link_schemes: tuple[str, ...] = ("https",)
    answers_with_links: bool = False
    enabled: bool = True
    pixels_by_ratio: Mapping[str, Pixels] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def wire_ids(self) -> tuple[str, ...]:
        """Every id under which the gateway answers for this model."""
        return (self.wire_id, *self.aliases)

    @property
    def stable_id(self) -> str:
        """The id that Google keeps, where the one on the wire is a preview's: some groups of keys know it alone."""
        return next((each for each in self.wire_ids if not each.endswith("-preview")), self.wire_id)

    @property
    def size_default(self) -> str:
        """What the gateway makes when it is told nothing: 1K everywhere."""
        return "1K"

    def pixels(self, size: str, ratio: str) -> Pixels:
        """Expected width and height. Raises KeyError for a size or ratio the model does not make."""
        if ratio not in self.ratios or size not in self.sizes:
            raise KeyError((self.key, size, ratio))
        if self.pixels_by_ratio:
            return self.pixels_by_ratio[ratio]
        return _PIXELS[ratio][_PIXEL_COLUMNS.index(size)]


def _by_size(**seconds: int) -> Mapping[str, int]:
    return MappingProxyType({name.removeprefix("s"): value for name, value in seconds.items()})


MODELS: Final[tuple[Model, ...]] = (
    Model(
        key="pro",
        name="Nano Banana Pro",
        short_name="Pro",
        best_for="best for lettering, layout and 4K",
        wire_id="gemini-3-pro-image-preview",
        aliases=("gemini-3-pro-image", "nano-banana-pro"),
        sizes=("1K", "2K", "4K"),
        ratios=RATIOS_TEN,
        price_micros=90_000,
        typical_seconds=_by_size(s1K=22, s2K=25, s4K=50),
        read_timeout_seconds=_by_size(s1K=300, s2K=300, s4K=600),
        image_tokens=_by_size(s1K=1120, s2K=1120, s4K=2000),
        thought_tokens_max=MappingProxyType({"": 350}),
        web_search=True,
        answers_with_links=True,
    ),
    Model(
        key="nb2",
        name="Nano Banana 2",
        short_name="2",
        best_for="fast and versatile, with extreme ratios and small drafts",
        wire_id="gemini-3.1-flash-image-preview",
        aliases=("gemini-3.1-flash-image",),
        sizes=("512", "1K", "2K", "4K"),
        ratios=RATIOS_FOURTEEN,
        price_micros=55_000,
        typical_seconds=_by_size(s512=10, s1K=13, s2K=15, s4K=25),
        read_timeout_seconds=_by_size(s512=360, s1K=360, s2K=360, s4K=600),
        image_tokens=_by_size(s512=747, s1K=1120, s2K=1680, s4K=2520),
        thought_tokens_max=MappingProxyType({"minimal": 0, "high": 800}),
        thinking_levels=("minimal", "high"),
        thinking_default="minimal",
        web_search=True,
        image_search=True,
        answers_with_links=True,
    ),
    Model(
        key="nb21",
        name="Nano Banana 2.1",
        short_name="2.1",
        best_for="the newest of the family, for new work",
        wire_id="gemini-nano-banana-2.1",
        aliases=(),
        sizes=("1K", "2K", "4K"),
        ratios=RATIOS_FOURTEEN,
        price_micros=50_000,
        typical_seconds=_by_size(s1K=20, s2K=27, s4K=40),
        read_timeout_seconds=_by_size(s1K=360, s2K=360, s4K=600),
        image_tokens=_by_size(s1K=1120, s2K=1680, s4K=2520),
        thought_tokens_max=MappingProxyType({"minimal": 0, "medium": 800, "high": 800}),  # as NB 2: nobody measured it
        thinking_levels=("minimal", "medium", "high"),
        thinking_default="medium",
        web_search=True,
        image_search=True,
    ),
    Model(
        key="lite",
        name="Nano Banana 2 Lite",
        short_name="2 Lite",
        best_for="cheap and quick, one small picture at a time",
        wire_id="gemini-3.1-flash-lite-image",
        aliases=(),
        sizes=("1K",),
        ratios=RATIOS_FOURTEEN,
        price_micros=25_000,
        typical_seconds=_by_size(s1K=4),
        read_timeout_seconds=_by_size(s1K=300),
        image_tokens=_by_size(s1K=1120),
        thought_tokens_max=MappingProxyType({"minimal": 0, "high": 800}),  # as NB 2: nobody measured it
        thinking_levels=("minimal", "high"),
        thinking_default="minimal",
    ),
    Model(
        key="gen1",
        name="Nano Banana",
        short_name="Gen 1",
        best_for="the first generation, works best with up to 3 images",
        wire_id="gemini-2.5-flash-image",
        aliases=("gemini-2.5-flash-image-preview",),
        sizes=("1K",),
        sends_size=False,
        ratios=RATIOS_TEN,
        price_micros=20_000,
        typical_seconds=_by_size(s1K=10),
        read_timeout_seconds=_by_size(s1K=300),
        image_tokens=_by_size(s1K=1290),
        thought_tokens_max=MappingProxyType({"": 0}),
        images_advised=3,
        pixels_by_ratio=MappingProxyType(_PIXELS_GEN_1),
        answers_with_links=True,
    ),
)

BY_KEY: Final[Mapping[str, Model]] = MappingProxyType({model.key: model for model in MODELS})
BY_WIRE_ID: Final[Mapping[str, Model]] = MappingProxyType(
    {wire_id: model for model in MODELS for wire_id in model.wire_ids}
)
DEFAULT_MODEL: Final = BY_KEY["pro"]


def nearest_ratio(model: Model, width: int, height: int) -> str:
    """The model's ratio closest to a picture's own; what "follow source" will come out as."""
    return _nearest(model.ratios, width, height)


def nearest_of_all(width: int, height: int) -> str:
    """The same of those that any model makes."""
    return _nearest(RATIOS_FOURTEEN, width, height)


@lru_cache(maxsize=1_000)
def _nearest(ratios: tuple[str, ...], width: int, height: int) -> str:
    """Asked anew for each picture of a page, and most have one of a few sizes."""

    def distance(ratio: str) -> float:
        across, down = (int(side) for side in ratio.split(":"))
        wanted, actual = across / down, width / height
        return max(wanted, actual) / min(wanted, actual)

    return min(ratios, key=distance)
