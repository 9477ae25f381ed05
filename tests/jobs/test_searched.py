"""What a web search leaves beside a picture is kept with its call, as far as it may be shown."""

from studio.provider.searched import Searched
from tests.jobs.asking import draw
from tests.people import Cast
from tests.sandbox.process import RunningSandbox


def test_suggestions_and_sources_are_kept(cast: Cast, sandbox: RunningSandbox) -> None:
    attempt = draw(cast, "Red foxes in the snow", model_key="nb2", web_search=True).attempts.get()
    found = Searched.from_json(attempt.searched)
    assert found.suggestions[0].words == "Red foxes in the"
    assert {each.host for each in found.suggestions} == {"www.google.com"}
    assert [each.host for each in found.sources] == ["en.wikipedia.org", "example.com"]
    assert "<" not in str(attempt.searched)


def test_without_a_search_there_is_nothing(cast: Cast, sandbox: RunningSandbox) -> None:
    assert draw(cast).attempts.get().searched == {}
