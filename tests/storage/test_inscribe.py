"""Parameters in a picture's own file: found again by others, and not a pixel of it touched."""

import io
import json
import zlib
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from studio.storage.inscribe import CannotInscribe, Parameters, inscribed
from tests.storage.samples import ROOT, chunk, picture, turned

PARAMETERS = Parameters(
    prompt="A red boat & 一艘小船 <on> a lake \x00\ud800",
    instructions="Be bold",
    model="Nano Banana Pro",
    size="2K, 2048 x 2048",
    ratio="1:1",
    frame="402B",
    address="https://studio.example/generations/1/",
    made_at="2026-11-20T10:00:00+00:00",
)
PROMPT = "A red boat & 一艘小船 <on> a lake "
PHOTO = (ROOT / "demo" / "photos" / "coffee.jpg").read_bytes()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
EARLIER = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>Theirs</xmp:CreatorTool></rdf:Description></rdf:RDF>'
    b'</x:xmpmeta><?xpacket end="w"?>'
)


def animated() -> bytes:
    kept = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:])
    return kept.getvalue()


SAMPLES = {
    "png": ("image/png", picture()),
    "png with alpha": ("image/png", picture(mode="RGBA")),
    "png with a palette": ("image/png", picture(mode="P")),
    "png of grey": ("image/png", picture(mode="L")),
    "png of 16 bits": ("image/png", picture(mode="I;16")),
    "png with a profile": ("image/png", picture(icc_profile=PROFILE)),
    "jpeg": ("image/jpeg", picture("JPEG")),
    "jpeg of a camera": ("image/jpeg", PHOTO),
    "jpeg of grey": ("image/jpeg", picture("JPEG", mode="L")),
    "jpeg of cmyk": ("image/jpeg", picture("JPEG", mode="CMYK")),
    "jpeg, progressive": ("image/jpeg", picture("JPEG", progressive=True)),
    "jpeg on its side": ("image/jpeg", turned(6)),
    "jpeg with a comment": ("image/jpeg", picture("JPEG", comment=b"hello")),
    "jpeg with a packet": ("image/jpeg", picture("JPEG", xmp=EARLIER)),
    "webp": ("image/webp", picture("WEBP")),
    "webp of odd length": ("image/webp", picture("WEBP", size=(31, 21), quality=37)),
    "webp, lossless": ("image/webp", picture("WEBP", lossless=True)),
    "webp, lossless with alpha": ("image/webp", picture("WEBP", mode="RGBA", lossless=True)),
    "webp with alpha": ("image/webp", picture("WEBP", mode="RGBA")),
    "webp with a profile": ("image/webp", picture("WEBP", icc_profile=PROFILE)),
    "webp with a packet": ("image/webp", picture("WEBP", xmp=EARLIER)),
    "webp that moves": ("image/webp", animated()),
}


def inscribe(mime_type: str, data: bytes, parameters: Parameters = PARAMETERS) -> bytes:
    spliced = inscribed(io.BytesIO(data), mime_type, parameters)
    whole = b"".join(spliced)
    assert len(whole) == spliced.size_bytes
    return whole


def said(data: bytes) -> dict[str, str]:
    """Every property of the XMP that another program finds in the file."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        root = ElementTree.fromstring(image.info["xmp"])
    return {
        prop.tag.rpartition("}")[2]: "".join(prop.itertext())
        for described in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
        for prop in described
    }


@pytest.mark.parametrize(("mime_type", "data"), SAMPLES.values(), ids=SAMPLES)
def test_everything_is_there_and_no_pixel_has_changed(mime_type: str, data: bytes) -> None:
    whole = inscribe(mime_type, data)
    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(whole)) as after:
        assert (after.format, after.mode, after.size) == (before.format, before.mode, before.size)
        assert after.getexif() == before.getexif()
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
        for number in range(getattr(before, "n_frames", 1)):
            before.seek(number)
            after.seek(number)
            assert after.tobytes() == before.tobytes()
    found = said(whole)
    assert found["description"] == found["AIPromptInformation"] == PROMPT
    assert found["AISystemUsed"] == "Nano Banana Pro"
    assert found["source"] == "https://studio.example/generations/1/"
    assert found["DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert (found["size"], found["ratio"], found["frame"]) == ("2K, 2048 x 2048", "1:1", "402B")
    assert found["CreatorTool"] == ("Theirs" if b"Theirs" in data else "NB Studio")


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_second_time_changes_nothing_that_was_said(kind: str) -> None:
    mime_type, data = SAMPLES[kind]
    once = inscribe(mime_type, data)
    twice = inscribe(mime_type, once, replace(PARAMETERS, prompt="Another"))
    assert said(twice) == said(once)


def test_a_png_says_it_in_plain_text_chunks_as_well() -> None:
    with Image.open(io.BytesIO(inscribe("image/png", picture()))) as image:
        text = image.text
    assert text["Description"] == PROMPT
    assert (text["Software"], text["Source"]) == ("NB Studio", PARAMETERS.address)
    assert json.loads(text["Comment"])["model"] == "Nano Banana Pro"


@pytest.mark.parametrize("prompt", ["word " * 20_000, "船" * 40_000, "&" * 60_000])
def test_a_prompt_that_no_jpeg_can_hold_is_cut(prompt: str) -> None:
    data = picture("JPEG")
    found = said(inscribe("image/jpeg", data, replace(PARAMETERS, prompt=prompt)))
    assert found["description"].endswith("…")
    assert prompt.startswith(found["description"].removesuffix("…"))
    assert len(found["description"].replace("&", "&amp;").encode()) > 25_000
    assert found["frame"] == "402B"
    assert said(inscribe("image/png", picture(), replace(PARAMETERS, prompt=prompt)))["description"] == prompt


@pytest.mark.parametrize(
    ("mime_type", "data"),
    [
        ("image/png", b"GIF89a"),
        ("image/jpeg", b"\x89PNG"),
        ("image/webp", b"RIFF\0\0\0\0WAVE"),
        ("image/webp", b"RIFF\0\0\0\0WEBPJUNK\0\0\0\0"),
        ("image/heic", b"anything"),
        ("image/png", picture()[:33] + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<no/>") + picture()[33:]),
    ],
)
def test_a_file_without_a_place_for_it_is_left_alone(mime_type: str, data: bytes) -> None:
    with pytest.raises(CannotInscribe):
        inscribed(io.BytesIO(data), mime_type, PARAMETERS)


def test_the_chunks_of_a_png_carry_their_checksums() -> None:
    data, at = inscribe("image/png", picture()), 8
    names = []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        names.append(data[at + 4 : at + 8])
        assert int.from_bytes(data[at + 8 + length : at + 12 + length]) == zlib.crc32(data[at + 4 : at + 8 + length])
        at += 12 + length
    assert (names[0], names[-1]) == (b"IHDR", b"IEND")


@settings(max_examples=60)
@given(st.text(), st.sampled_from(sorted(SAMPLES)))
def test_no_words_break_a_file(prompt: str, kind: str) -> None:
    mime_type, data = SAMPLES[kind]
    said(inscribe(mime_type, data, replace(PARAMETERS, prompt=prompt)))
