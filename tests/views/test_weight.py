"""What a page's style sheets and scripts weigh as a server sends them: joined, shortened and compressed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse

from studio.models import User
from tests.people import Cast
from tests.views.test_generations import delivered

type SignIn = Callable[[User], Client]
LIMIT_KB = 60
WORKSPACE_LIMIT_KB = 40


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder a server sends from."""
    folder = tmp_path_factory.mktemp("static")
    storage = {"BACKEND": "studio.static_storage.BundledStaticFilesStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES | {"staticfiles": storage}):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield folder


def asked_for(page: str) -> list[str]:
    return re.findall(r'<(?:link rel="stylesheet" href|script(?: type="module")? src)="/static/([^"]+)"', page)


def weight(folder: Path, page: str) -> int:
    """In bytes, all of it compressed as for a browser that takes gzip."""
    return sum((folder / f"{name}.gz").stat().st_size for name in asked_for(page))


def test_pages_are_light(cast: Cast, signed_in: SignIn, collected: Path) -> None:
    project, generation = cast.project.public_id, delivered(cast)
    dana = signed_in(cast.dana)
    weights = {}
    for name, arguments in (
        *(("project", [project]), ("compose", [project]), ("project-gallery", [project]), ("prompts", [project])),
        *(("generation", [generation.public_id]), ("members", [project]), ("usage", []), ("spend", [])),
        *(
            ("provider", []),
            ("styleguide", []),
            ("prices", []),
            ("reconciliation", []),
            ("people", []),
            ("system", []),
            ("mfa_index", []),
        ),
    ):
        page = dana.get(reverse(name, args=arguments)).content.decode()
        assert len(asked_for(page)) > 2, name
        weights[name] = weight(collected, page) / 1000
    print(weights)
    assert weights["project"] <= WORKSPACE_LIMIT_KB, weights
    assert weights["compose"] <= WORKSPACE_LIMIT_KB, weights
    assert max(weights.values()) <= LIMIT_KB, weights


def test_what_is_joined_is_whole(collected: Path) -> None:
    """The parts of a bundle are all in it, and what they ask for keeps its name of the day."""
    shell = (collected / staticfiles_storage.stored_name("css/shell.bundle.css")).read_text()
    for word in (".skip", ".btn-primary", ".menu-note", "light-dark(", "@layer"):
        assert word in shell
    assert "/*" not in shell
    assert re.search(r'url\("?\.\./font/instrument-sans-latin\.[0-9a-f]{12}\.woff2', shell)
    scripts = (collected / staticfiles_storage.stored_name("js/workspace.bundle.js")).read_text()
    assert scripts.count('customElements.define("') == 3
