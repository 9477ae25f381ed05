"""The walk over every page, in Chinese, on a telephone, in the dark."""

from collections.abc import Callable

import pytest

from tests.e2e import walk
from tests.e2e.conftest import PHONE_DARK, Log, Window
from tests.e2e.running import Studio
from tests.permissions.world import World


@pytest.mark.parametrize("part", walk.PARTS)
def test_nothing_keeps_anybody_out_of_any_page(
    window: Window, studio: Studio, log: Log, part: Callable[[walk.Walk, World], None]
) -> None:
    walk.find_nothing(window.open(PHONE_DARK, locale="zh-CN"), "zh", part, World.made(), log)
