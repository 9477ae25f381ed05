from tests.permissions.page import PAGE, printed


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text() == printed(), "run `make permissions`"
