"""Where the paid calls go."""

import pytest

from studio.provider.catalogue import BY_KEY
from studio.provider.gateway import Gateway


def test_a_trailing_slash_is_dropped_because_a_doubled_one_is_a_404() -> None:
    gateway = Gateway(base_url="https://api.apiyi.com/", api_key="sk-1")
    assert gateway.base_url == "https://api.apiyi.com"
    assert gateway.path_for(BY_KEY["pro"]) == "/v1beta/models/gemini-3-pro-image-preview:generateContent"


def test_a_gateway_may_live_below_a_path() -> None:
    gateway = Gateway(base_url="https://proxy.example/nb/", api_key="sk-1")
    assert gateway.path_for(BY_KEY["lite"]) == "/nb/v1beta/models/gemini-3.1-flash-lite-image:generateContent"


def test_another_id_may_be_set_for_a_model() -> None:
    gateway = Gateway(base_url="https://x.example", api_key="k", wire_ids={"pro": "gemini-3-pro-image"})
    assert gateway.path_for(BY_KEY["pro"]).endswith("/gemini-3-pro-image:generateContent")
    assert gateway.path_for(BY_KEY["nb2"]).endswith("/gemini-3.1-flash-image-preview:generateContent")


def test_the_key_is_never_shown() -> None:
    gateway = Gateway(base_url="https://api.apiyi.com", api_key="sk-very-secret")
    assert "secret" not in repr(gateway)
    assert "secret" not in f"{gateway}"


def test_the_line_break_of_a_key_file_is_no_part_of_the_key() -> None:
    assert Gateway(base_url="https://api.apiyi.com", api_key="sk-1\n").api_key == "sk-1"


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api-cf.apiyi.com",
        "https://API-CF.apiyi.com/",
        "ftp://api.apiyi.com",
        "api.apiyi.com",
        "https://",
        "https://me:secret@api.apiyi.com",
        "https://api.apiyi.com?key=1",
        "https://api.apiyi.com#x",
        "",
    ],
)
def test_an_address_that_cannot_work_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match=r"gateway|cuts long calls"):
        Gateway(base_url=base_url, api_key="sk-1")


@pytest.mark.parametrize("api_key", ["sk-1\r\nX-Evil: 1", "sk 1", "sk-\N{EN DASH}", "sk\0"])
def test_a_key_that_would_break_the_header_is_refused(api_key: str) -> None:
    with pytest.raises(ValueError, match="characters that no key has"):
        Gateway(base_url="https://api.apiyi.com", api_key=api_key)


def test_time_cannot_be_scaled_to_nothing() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Gateway(base_url="https://api.apiyi.com", api_key="k", timeout_scale=0)
