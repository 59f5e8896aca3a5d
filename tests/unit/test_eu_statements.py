"""Statements of reasons in the format of the EU transparency database: always valid."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.transparency import eu_format as eu
from moderation.transparency.mapping import (
    By,
    Found,
    Ground,
    Measure,
    Stated,
    as_eu_statement,
    puid_of,
)
from moderation.transparency.validation import faults

# Letters of all alphabets take some seconds to be listed, once, on a busy machine.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.dates(eu.FIRST_APPLICATION_DATE, eu.LAST_DATE)
# As a site admin may have written them: nothing, blanks, far too much, any signs.
TEXTS = st.one_of(st.text(max_size=80), st.just("x" * 6000), st.just(" \n "))
GROUNDS = st.builds(
    Ground,
    name=TEXTS,
    text=TEXTS,
    is_illegal=st.booleans(),
    legal_ground=TEXTS,
    category=st.sampled_from(sorted(eu.CATEGORY_NAMES)),
    keywords=st.lists(st.sampled_from([name for name, _label in eu.KEYWORDS])).map(tuple),
    url=st.sampled_from(["", "https://example.org/policies/hate/", "https://x.org/" + "y" * 600]),
)
STATED = st.builds(
    Stated,
    public_id=st.uuids(),
    measure=st.sampled_from(Measure),
    found=st.sampled_from(Found),
    by=st.sampled_from(By),
    found_by_machine=st.booleans(),
    content_date=st.dates(eu.FIRST_CONTENT_DATE, eu.LAST_DATE),
    applied=DAYS,
    until=st.one_of(st.none(), st.dates(eu.FIRST_APPLICATION_DATE)),
    ground=st.one_of(st.none(), GROUNDS),
    language=st.one_of(st.sampled_from(["nb", "en", "pt-BR", "", "und", "zxx"]), TEXTS),
)
A_REMOVAL = Stated(
    public_id=UUID(int=7),
    measure=Measure.REMOVED,
    found=Found.NOTICE,
    by=By.NOT,
    found_by_machine=False,
    content_date=date(2026, 11, 1),
    applied=date(2026, 11, 2),
    ground=Ground(
        name="Against the law",
        text="We remove what the law forbids us to publish.",
        is_illegal=True,
        legal_ground="Penal Code, section 185",
        category=eu.HARMFUL_SPEECH,
        keywords=("KEYWORD_HATE_SPEECH",),
    ),
    language="nb",
)


@PATIENT
@given(STATED)
def test_whatever_is_stated_the_database_takes_it(stated: Stated) -> None:
    assert faults(as_eu_statement(stated)) == []


@PATIENT
@given(STATED, STATED)
def test_each_statement_has_a_name_of_its_own_that_leads_nowhere(a: Stated, b: Stated) -> None:
    names = {puid_of(one.public_id) for one in (a, b)}
    assert len(names) == len({a.public_id, b.public_id})
    assert a.public_id.hex not in str(as_eu_statement(a))


def test_a_removal_after_a_notice_reads_so() -> None:
    assert as_eu_statement(A_REMOVAL) == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": "Penal Code, section 185",
        "illegal_content_explanation": "We remove what the law forbids us to publish.",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "category_specification": ["KEYWORD_HATE_SPEECH"],
        "content_language": "NB",
        "content_date": "2026-11-01",
        "application_date": "2026-11-02",
        "decision_facts": "The content is a comment under an article of the site."
        " A notice of illegal content named it. A moderator read it and decided."
        " It goes against the policy “Against the law”.",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": puid_of(UUID(int=7)),
    }


def _with(**changed: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda good: {**good, **changed}


def _without(*fields: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda good: {name: value for name, value in good.items() if name not in fields}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_without("decision_visibility"), "decision_visibility"),
        (_with(decision_visibility=["REMOVED"]), "decision_visibility"),
        (_with(decision_visibility="DECISION_VISIBILITY_CONTENT_REMOVED"), "decision_visibility"),
        (_with(decision_visibility=[]), "decision_visibility"),
        (_with(decision_visibility=[eu.VISIBILITY_OTHER]), "decision_visibility_other"),
        (_with(decision_visibility_other="Mute"), "decision_visibility_other"),
        (
            _with(decision_visibility=[eu.VISIBILITY_OTHER], decision_visibility_other="x" * 501),
            "decision_visibility_other",
        ),
        (_with(decision_account="DECISION_ACCOUNT_MUTED"), "decision_account"),
        (_with(account_type="ACCOUNT_TYPE_GUEST"), "account_type"),
        (_without("decision_ground"), "decision_ground"),
        (_with(decision_ground="DECISION_GROUND_OTHER"), "decision_ground"),
        (_without("illegal_content_legal_ground"), "illegal_content_legal_ground"),
        (_with(illegal_content_legal_ground="x" * 501), "illegal_content_legal_ground"),
        (_without("illegal_content_explanation"), "illegal_content_explanation"),
        (_with(illegal_content_explanation="x" * 2001), "illegal_content_explanation"),
        (_with(decision_ground=eu.INCOMPATIBLE), "incompatible_content_ground"),
        (_with(decision_ground=eu.INCOMPATIBLE), "illegal_content_explanation"),
        (_with(incompatible_content_explanation="x"), "incompatible_content_explanation"),
        (_with(incompatible_content_illegal="No"), "incompatible_content_illegal"),
        (_with(decision_ground_reference_url="ftp://x.org/"), "decision_ground_reference_url"),
        (
            _with(decision_ground_reference_url="https://x.org/" + "x" * 500),
            "decision_ground_reference_url",
        ),
        (_without("content_type"), "content_type"),
        (_with(content_type=["CONTENT_TYPE_VIDEO"]), "content_type"),
        (_without("category"), "category"),
        (_with(category="HATE"), "category"),
        (_with(category_addition=["HATE"]), "category_addition"),
        (_with(category_specification=["HATE"]), "category_specification"),
        (_with(category_specification=["KEYWORD_OTHER"]), "category_specification_other"),
        (_with(category_specification_other="x"), "category_specification_other"),
        (_with(territorial_scope=["NO", "US"]), "territorial_scope"),
        (_with(content_language="nb"), "content_language"),
        (_with(content_language="XX"), "content_language"),
        (_without("content_date"), "content_date"),
        (_with(content_date="1999-12-31"), "content_date"),
        (_with(content_date="2026-11-31"), "content_date"),
        (_with(content_date="1.11.2026"), "content_date"),
        (_without("application_date"), "application_date"),
        (_with(application_date="2019-12-31"), "application_date"),
        (_with(application_date="2038-01-02"), "application_date"),
        (_with(end_date_account_restriction="soon"), "end_date_account_restriction"),
        (_with(end_date_visibility_restriction="2040-01-01"), "end_date_visibility_restriction"),
        (_without("decision_facts"), "decision_facts"),
        (_with(decision_facts="x" * 5001), "decision_facts"),
        (_with(decision_facts=" "), "decision_facts"),
        (_without("source_type"), "source_type"),
        (_with(source_type="SOURCE_OTHER"), "source_type"),
        (_with(source_identity="x" * 501), "source_identity"),
        (_with(source_type=eu.VOLUNTARY, source_identity="x"), "source_identity"),
        (_without("automated_detection"), "automated_detection"),
        (_with(automated_detection=True), "automated_detection"),
        (_without("automated_decision"), "automated_decision"),
        (_with(automated_decision="No"), "automated_decision"),
        (_without("puid"), "puid"),
        (_with(puid="a b"), "puid"),
        (_with(puid="x" * 501), "puid"),
        (_with(category=["HATE"]), "category"),
        (_with(territorial_scope=[["NO"]]), "territorial_scope"),
        (_with(author="Marit Vik"), "author"),
    ],
)
def test_what_breaks_a_constraint_is_found(
    change: Callable[[dict[str, Any]], dict[str, Any]], field: str
) -> None:
    good = as_eu_statement(A_REMOVAL)
    assert faults(good) == []
    assert field in {fault.partition(":")[0] for fault in faults(change(good))}
