"""Which web addresses may be fetched at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.fetch.target import FetchRefused, target_of

OSS = ("oss-us-west-1.aliyuncs.com",)
GOOD = "https://bucket.oss-us-west-1.aliyuncs.com/nb/7f3a.png?Expires=1790000000&Signature=abc%3D"


def test_a_signed_link_is_taken_whole() -> None:
    target = target_of(GOOD, OSS)
    assert target.origin == "https://bucket.oss-us-west-1.aliyuncs.com"
    assert target.path == "/nb/7f3a.png?Expires=1790000000&Signature=abc%3D"
    assert target.port == 443


@pytest.mark.parametrize("hosts", [OSS, ("aliyuncs.com",), ("*.aliyuncs.com",), (".aliyuncs.com",)])
def test_a_suffix_may_be_written_in_several_ways(hosts: tuple[str, ...]) -> None:
    assert target_of(GOOD, hosts).host == "bucket.oss-us-west-1.aliyuncs.com"


def test_upper_case_and_the_usual_port_make_no_difference() -> None:
    target = target_of("HTTPS://Bucket.OSS-us-west-1.aliyuncs.com:443", OSS)
    assert (target.host, target.path) == ("bucket.oss-us-west-1.aliyuncs.com", "/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://bucket.oss-us-west-1.aliyuncs.com/x", "not_https"),
        ("file:/etc/passwd", "not_https"),
        ("gopher://oss-us-west-1.aliyuncs.com/", "not_https"),
        ("data:image/png;base64,QUJD", "not_https"),
        ("javascript:alert(1)", "not_https"),
        ("//oss-us-west-1.aliyuncs.com/x", "not_https"),
        ("", "not_https"),
        ("https://oss-us-west-1.aliyuncs.com:8443/x", "port"),
        ("https://oss-us-west-1.aliyuncs.com:80/x", "port"),
        ("https://oss-us-west-1.aliyuncs.com:99999/x", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com:x/", "bad_url"),
        ("https://[::1/x", "bad_url"),
        ("https://evil.example/x", "host_not_allowed"),
        ("https://evil-oss-us-west-1.aliyuncs.com/x", "host_not_allowed"),
        ("https://oss-us-west-1.aliyuncs.com.evil.example/x", "host_not_allowed"),
        ("https://oss-us-west-1.aliyuncs.com./x", "no_name"),
        ("https://127.0.0.1/x", "no_name"),
        ("https://127.1/x", "no_name"),
        ("https://2130706433/x", "no_name"),
        ("https://0x7f.1/x", "no_name"),
        ("https://[::1]/x", "no_name"),
        ("https://[::ffff:169.254.169.254]/x", "no_name"),
        ("https://localhost/x", "no_name"),
        ("https:///x", "no_name"),
        ("https:127.0.0.1", "no_name"),
        ("https://me:secret@oss-us-west-1.aliyuncs.com/x", "userinfo"),
        ("https://oss-us-west-1.aliyuncs.com@127.0.0.1/x", "userinfo"),
        ("https://oss-us-west-1.aliyuncs.com\\@127.0.0.1/x", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com/a b", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com/\r\nHost: evil", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com/\t", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com/\0", "bad_url"),
        ("https://\N{CIRCLED DIGIT ONE}27.0.0.1/", "bad_url"),
        ("https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cket.oss-us-west-1.aliyuncs.com/", "bad_url"),
        ("https://oss-us-west-1.aliyuncs.com/" + "x" * 5_000, "bad_url"),
    ],
)
def test_what_may_not_be_fetched(url: str, reason: str) -> None:
    with pytest.raises(FetchRefused) as refusal:
        target_of(url, OSS)
    assert refusal.value.reason == reason


def test_a_refusal_never_tells_the_signature() -> None:
    with pytest.raises(FetchRefused) as refusal:
        target_of("https://evil.example/secret-path?Signature=abc", OSS)
    assert "secret" not in str(refusal.value)
    assert "abc" not in str(refusal.value)


def test_a_gateway_on_loopback_is_taken_when_it_is_named_in_full() -> None:
    hosts = (*OSS, "http://127.0.0.1:8001")
    target = target_of("http://127.0.0.1:8001/oss/x.png?Expires=1", hosts)
    assert target.is_gateway_on_loopback
    assert (target.origin, target.port, target.path) == ("http://127.0.0.1:8001", 8001, "/oss/x.png?Expires=1")


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("http://127.0.0.1:8002/x", "http://127.0.0.1:8001"),
        ("https://127.0.0.1:8001/x", "http://127.0.0.1:8001"),
        ("http://127.0.0.1:8001@evil.example/x", "http://127.0.0.1:8001"),
        ("http://10.0.0.1:80/x", "http://10.0.0.1:80"),
        ("http://evil.example:80/x", "http://evil.example:80"),
        ("http://127.0.0.1/x", "http://127.0.0.1"),
        ("https://x.example/", ""),
        ("https://x.example/", "*."),
    ],
)
def test_no_other_entry_opens_a_way_inside(url: str, entry: str) -> None:
    with pytest.raises(FetchRefused):
        target_of(url, (entry,))


@given(st.text(max_size=80))
def test_whatever_is_taken_is_on_the_list(text: str) -> None:
    for url in (text, f"https://{text}", f"https://x.aliyuncs.com{text}"):
        try:
            target = target_of(url, ("aliyuncs.com",))
        except FetchRefused:
            continue
        assert target.host == "aliyuncs.com" or target.host.endswith(".aliyuncs.com")
        assert target.origin == f"https://{target.host}"
