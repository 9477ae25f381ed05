"""How heavy the images of the tray are, and what a person may do about it: keep, make smaller, take out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..forms.tray import SWAP, reference
from ..forms.words import megabytes
from ..models import Link, Picture, Upload
from ..provider.catalogue import IMAGE_BYTES_ADVISED, IMAGE_BYTES_MAX
from ..storage.smaller import whole_of


@dataclass(frozen=True, slots=True)
class Weight:
    """What one image of the tray weighs, and what it takes the place of."""

    picture: Picture

    @property
    def reference(self) -> str:
        return reference(self.picture)

    @property
    def name(self) -> str:
        return self.picture.name

    @property
    def size_bytes(self) -> int:
        """Before Base64; 0 for an image that goes along by its address."""
        return 0 if isinstance(self.picture, Link) else self.picture.sent.size_bytes

    @property
    def megabytes(self) -> str:
        return megabytes(self.size_bytes)

    @property
    def limit(self) -> str:
        return megabytes(IMAGE_BYTES_MAX)

    @property
    def pixels(self) -> str:
        """`4032 × 3024`, never broken over two lines; empty for an image that nobody has seen."""
        return (
            f"{self.picture.width}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{self.picture.height}"
            if self.picture.width
            else ""
        )

    @property
    def whole(self) -> "Weight | None":
        """Of a smaller copy: the picture itself."""
        if isinstance(self.picture, Upload) and (whole := whole_of(self.picture)) != self.picture:
            return Weight(whole)
        return None

    @property
    def is_too_big(self) -> bool:
        return self.size_bytes > IMAGE_BYTES_MAX

    @property
    def is_heavy(self) -> bool:
        """Whether a smaller copy would be sent sooner. Of a copy no second one is suggested."""
        return self.size_bytes > IMAGE_BYTES_ADVISED and self.whole is None

    @property
    def whole_again(self) -> str:
        """What the tray is asked for to have the picture itself back."""
        return " ".join([SWAP, self.reference, self.whole.reference]) if self.whole else ""


class Weights:
    """The same of all of them together."""

    def __init__(self, pictures: Iterable[Picture]) -> None:
        self._all = [Weight(picture) for picture in pictures]

    @property
    def too_big(self) -> "Group":
        return Group([each for each in self._all if each.is_too_big])

    @property
    def heavy(self) -> "Group":
        """Those that may go as they are, and need not."""
        return Group([each for each in self._all if each.is_heavy and not each.is_too_big])

    @property
    def smaller(self) -> "Group":
        return Group([each for each in self._all if each.whole])


@dataclass(frozen=True, slots=True)
class Group:
    """Some images of which one thing can be said, and to which one thing can be done."""

    members: Sequence[Weight]

    def __bool__(self) -> bool:
        return bool(self.members)

    @property
    def count(self) -> int:
        return len(self.members)

    @property
    def only(self) -> Weight | None:
        return self.members[0] if len(self.members) == 1 else None

    @property
    def references(self) -> str:
        return " ".join(each.reference for each in self.members)

    @property
    def megabytes(self) -> str:
        return megabytes(sum(each.size_bytes for each in self.members))

    @property
    def whole_megabytes(self) -> str:
        return megabytes(sum(each.whole.size_bytes for each in self.members if each.whole))

    @property
    def whole_again(self) -> str:
        pairs = (f"{each.reference} {each.whole.reference}" for each in self.members if each.whole)
        return " ".join([SWAP, *pairs])
