"""The walk over every page, in English, on a desktop, in the light."""

from collections.abc import Callable

import pytest

from tests.e2e import walk
from tests.e2e.conftest import DESKTOP, Log, Window
from tests.e2e.running import Studio
from tests.permissions.world import World


@pytest.mark.parametrize("part", walk.PARTS)
def test_nothing_keeps_anybody_out_of_any_page(
    window: Window, studio: Studio, log: Log, part: Callable[[walk.Walk, World], None]
) -> None:
    walk.find_nothing(window.open(DESKTOP), "en", part, World.made(), log)
