"""What is taken out of every line of the log."""

from accounts.signed_links import Purpose, sign, sign_once
from config.logs import without_links


def test_no_line_of_the_log_holds_a_link_that_opens_something() -> None:
    for token in (
        sign(purpose=Purpose.STATEMENT, subject="7"),
        sign_once(purpose=Purpose.MANAGE, subject="marit@example.org"),
    ):
        line = {"request": f"POST /me/link/{token}/", "code": 410}
        assert without_links(None, "", line) == {"request": "POST /me/link/(signed)/", "code": 410}
    said = {"event": "at 12:30:45 in http://localhost:8000/articles/a-b/"}
    assert without_links(None, "", dict(said)) == said
