"""The text that goes into a picture: an XMP packet, in the terms of Dublin Core and IPTC and a few of our own.

XMP specification part 1, ISO 16684-1; IPTC Photo Metadata Standard 2025.1 for `AIPromptInformation` and
`AISystemUsed`; read on 2026-11-20.
"""

import json
from dataclasses import dataclass, replace
from typing import Final, Self
from xml.sax.saxutils import escape

SOFTWARE: Final = "NB Studio"
_BEGIN: Final = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_OPEN: Final = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
)
_RDF_END: Final = b"</rdf:RDF>"
_CLOSE: Final = _RDF_END + b'</x:xmpmeta>\n<?xpacket end="w"?>'
_MADE_BY_A_MODEL: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_NAMESPACES: Final = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "nb": "urn:nb-studio:parameters:1",
}


class CannotInscribe(ValueError):
    """The file has no place for it that we know how to use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What a picture was asked for with. `address` is its frame's page, `made_at` ISO 8601."""

    prompt: str
    model: str
    size: str
    ratio: str
    frame: str
    address: str
    made_at: str
    instructions: str = ""

    def as_json(self) -> str:
        """The same for programs."""
        facts = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({name: fact for name, fact in facts.items() if fact}, ensure_ascii=False)

    def packet(self, earlier: bytes = b"", *, bytes_max: int | None = None) -> bytes:
        """Ours; or the one the file had, with ours added. Too long a prompt is cut where there is a limit.

        Raises `CannotInscribe` when the earlier one cannot be added to, or leaves too little room.
        """
        whole = self._packet(earlier)
        shorter = self
        while bytes_max is not None and len(whole) > bytes_max:
            shorter = shorter._cut(len(whole) - bytes_max)
            whole = shorter._packet(earlier)
        return whole

    def _cut(self, excess: int) -> Self:
        """With less of the longest text. Never too much less: a prompt stands twice, and a letter may be five bytes."""
        longest = max(("prompt", "instructions"), key=lambda name: len(getattr(self, name)))
        text: str = getattr(self, longest)
        if len(text) < 2:
            raise CannotInscribe("no room")
        kept = text.removesuffix("…")[: max(0, len(text) - max(excess // 10, 16))]
        return replace(self, **{longest: f"{kept}…" if kept else ""})

    def _packet(self, earlier: bytes) -> bytes:
        if not earlier:
            return _BEGIN + _OPEN + self._description(b"") + _CLOSE
        at = earlier.rfind(_RDF_END)
        if at < 0:
            raise CannotInscribe("an XMP packet of another kind")
        return earlier[:at] + self._description(earlier) + earlier[at:]

    def _description(self, earlier: bytes) -> bytes:
        """A property that the file has already is left to it."""
        facts = {
            "dc:description": f'<rdf:Alt><rdf:li xml:lang="x-default">{_text(self.prompt)}</rdf:li></rdf:Alt>',
            "dc:source": _text(self.address),
            "xmp:CreatorTool": SOFTWARE,
            "xmp:CreateDate": _text(self.made_at),
            "Iptc4xmpExt:DigitalSourceType": _MADE_BY_A_MODEL,
            "Iptc4xmpExt:AIPromptInformation": _text(self.prompt),
            "Iptc4xmpExt:AISystemUsed": _text(self.model),
            "nb:frame": _text(self.frame),
            "nb:size": _text(self.size),
            "nb:ratio": _text(self.ratio),
            "nb:instructions": _text(self.instructions),
        }
        new = {name: fact for name, fact in facts.items() if fact and name.encode() not in earlier}
        spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in _NAMESPACES.items())
        lines = "".join(f"<{name}>{fact}</{name}>\n" for name, fact in new.items())
        return f'<rdf:Description rdf:about=""{spaces}>\n{lines}</rdf:Description>\n'.encode()


def plain(text: str) -> str:
    """Without what no XML and no text chunk can hold: control characters and halves of pairs."""
    return "".join(each for each in text if each in "\t\n" or (each >= " " and not "\ud800" <= each <= "\udfff"))


def _text(text: str) -> str:
    return escape("".join(each for each in plain(text) if each not in "\x7f\ufffe\uffff"))
