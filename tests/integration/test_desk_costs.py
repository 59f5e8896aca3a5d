"""No page of the desk costs more queries for more rows: every address of the table of access."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from tests.access_world import OWN, Who
from tests.desk_data import client_of, person, publish_plain_rules
from tests.desk_rows import Rows
from tests.integration.test_access import OF_DESK, Line, address

pytestmark = pytest.mark.django_db

MOST = 45  # queries of any page
PAGES = [line for line in OF_DESK if line.get == 200]
FEW, MANY = 5, 15


def cost(line: Line, rows: Rows) -> list[str]:
    """The queries that a page takes, without what they ask for."""
    where = address(line, rows, OWN)
    client = client_of(rows.user)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(where)
        if answer.streaming:
            b"".join(answer)
    assert answer.status_code == 200, where
    return [re.sub(r"'[^']*'|\b\d+\b", "?", query["sql"])[:400] for query in queries]


def test_no_page_costs_more_queries_for_more_rows() -> None:
    publish_plain_rules()
    admin = person(Role.SITE_ADMIN, name="Solveig Dahl")
    rows = Rows(Who("admin", client_of(admin), Role.SITE_ADMIN, admin))
    rows.user = admin
    rows.fill(FEW)
    few = {line.key: cost(line, rows) for line in PAGES}
    rows.fill(MANY)
    many = {line.key: cost(line, rows) for line in PAGES}
    grew = {
        key: sorted((Counter(many[key]) - Counter(few[key])).elements())
        for key in many
        if len(many[key]) > len(few[key])
    }
    assert grew == {}
    dear = {key: len(queries) for key, queries in many.items() if len(queries) > MOST}
    assert dear == {}
