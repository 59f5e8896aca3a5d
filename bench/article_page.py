"""The article page with 1,000 threaded comments: cached, uncached, and by templates per comment.

The third way reads the same rows with the same statements and makes the same HTML; only its
threads go through ``{% include %}`` for each comment, as a page is usually written.
"""

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.setup import prepare, table

prepare()

from django.core.cache import caches  # noqa: E402
from django.db import connection  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.test import Client  # noqa: E402

from bench.corpus import comments as texts  # noqa: E402
from comments import discussion  # noqa: E402
from comments.models import Article  # noqa: E402
from comments.structured import as_json, comments_as_data  # noqa: E402
from comments.thread_html import ThreadsHtml  # noqa: E402
from comments.threads import THREADS_ON_PAGE, discussion_page  # noqa: E402
from comments.views import page as page_view  # noqa: E402
from tests.make import make_article, make_regular  # noqa: E402

REPLIES = 19
COMMENTS = THREADS_ON_PAGE * (1 + REPLIES)
DEPTHS = (1, 2, 3, 4, 5, 1, 2, 2, 3, 1, 1, 2, 3, 4, 1, 2, 1, 1, 2)
ROUNDS = 15

THREADS = """{% load i18n %}
{% for thread in threads %}
<section class="thread">
  {% for node in thread.nodes %}
    {% include "comment.html" %}
    {% if forloop.first and not forloop.last %}
      <details class="replies" open><summary>
        {% blocktranslate count count=thread.replies %}{{ count }} reply
        {% plural %}{{ count }} replies{% endblocktranslate %}
      </summary><div>
    {% endif %}
    {% if forloop.last and not forloop.first %}</div></details>{% endif %}
  {% endfor %}
</section>
{% endfor %}"""

COMMENT = """{% load i18n tz reader %}
{% with text=node.text name=node.text.author_name %}
{% url 'comments:comment' text.public_id as here %}
<article class="c d{{ node.indent }}" id="c-{{ text.public_id }}">
  <header>
    <b class="who"><bdi>{{ name }}</bdi></b>
    {% if node.answers %}
      <span class="answers">{% translate "in reply to" %}
        <a href="{% url 'comments:comment' node.answers.public_id %}">
          <bdi>{{ node.answers.author_name }}</bdi></a></span>
    {% endif %}
    <a class="when" href="{{ here }}">
      <time datetime="{{ text.submitted_at|utc|date:'Y-m-d\\TH:i:s' }}+00:00">
        {{ text.submitted_at|date:"j F Y, H:i" }}</time></a>
    {% if text.edited_at %}<span class="edited">{% translate "edited" %}</span>{% endif %}
  </header>
  <div class="text">{{ text.body|comment_body }}</div>
  <p class="acts">
    {% if takes_replies %}
      <a href="?reply={{ text.public_id }}#write" data-do="reply"
        aria-label="{% blocktranslate %}Reply to {{ name }}{% endblocktranslate %}">
        {% translate "Reply" %}</a>
      <a href="{% url 'comments:disagree' text.public_id %}" data-do="disagree"
        aria-label="{% blocktranslate %}Disagree with {{ name }}{% endblocktranslate %}">
        {% translate "Disagree" %}</a>
    {% endif %}
    <a href="{% url 'comments:report' text.public_id %}" data-do="report"
      aria-label="{% blocktranslate %}Report the comment by {{ name }}{% endblocktranslate %}">
      {% translate "Report" %}</a>
    <a href="{{ here }}" data-do="share"
      aria-label="{% blocktranslate %}Share the comment by {{ name }}{% endblocktranslate %}">
      {% translate "Share" %}</a>
    <a href="{% url 'comments:mute' text.public_id %}" data-do="mute"
      aria-label="{% blocktranslate %}Mute {{ name }}, for yourself{% endblocktranslate %}">
      {% translate "Mute" %}</a>
  </p>
</article>
{% endwith %}"""

_FILES = (
    "django.template.loaders.locmem.Loader",
    {"threads.html": THREADS, "comment.html": COMMENT},
)
ENGINE = Engine(
    loaders=[("django.template.loaders.cached.Loader", [_FILES])],
    libraries={
        "i18n": "django.templatetags.i18n",
        "tz": "django.templatetags.tz",
        "reader": "comments.templatetags.reader",
    },
)


def by_templates(*, article: Article, site: Any, sort: Any, page: int, takes_replies: bool) -> Any:
    """Stand in for ``discussion_of``: the same rows, a template for each comment."""
    listing = discussion_page(article_id=article.pk, sort=sort, page=page)
    threads = [
        {
            "replies": len(thread.nodes) - 1,
            "nodes": [
                {"text": node.text, "answers": node.answers, "indent": min(node.depth, 3)}
                for node in thread.nodes
            ],
        }
        for thread in listing.threads
    ]
    template = ENGINE.get_template("threads.html")
    html = template.render(Context({"threads": threads, "takes_replies": takes_replies}))
    return discussion.Discussion(
        threads=ThreadsHtml(html.encode(), ()),
        elsewhere=(),
        picks=0,
        page=listing.page,
        pages=listing.pages,
        structured=as_json(comments_as_data(threads=listing.threads)),
    )


def store_comments(article: Article) -> None:
    """Store published comments in 50 threads of 20, up to five replies deep."""
    author = make_regular()
    bodies = iter(texts(COMMENTS, seed=4))
    for _ in range(THREADS_ON_PAGE):
        above: list[int] = []
        for depth in (0, *DEPTHS):
            above[depth:] = [store_comment(article.pk, author.pk, next(bodies), above[:depth])]
    Article.objects.filter(pk=article.pk).update(published_count=COMMENTS, discussion_version=1)


def store_comment(article_id: int, author_id: int, body: str, above: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH new AS (
                SELECT nextval('comments_comment_id_seq') AS comment,
                       nextval('comments_commentrevision_id_seq') AS revision
            ), comment AS (
                INSERT INTO comments_comment (
                    id, public_id, article_id, author_id, parent_id, root_id, depth, author_name,
                    author_email, author_website, address_hash, status, version,
                    current_revision_id, submitted_at)
                SELECT comment, gen_random_uuid(), %s, %s, %s, %s, %s,
                       'Marit Vik ' || comment %% 90, '', '', '', 'published',
                       1, revision, now() - comment * interval '1 minute'
                FROM new
            ), revision AS (
                INSERT INTO comments_commentrevision (id, comment_id, number, body, created_at)
                SELECT revision, comment, 1, %s, now() FROM new
            )
            SELECT comment FROM new
            """,
            [
                article_id,
                author_id,
                above[-1] if above else None,
                above[0] if above else None,
                len(above),
                body,
            ],
        )
        (pk,) = cursor.fetchone()  # type: ignore[misc]
    return int(pk)


def bare(html: str) -> str:
    """Return HTML without the spaces that templates leave, and without what each answer renews."""
    html = re.sub(
        r'((?:name="(?:csrfmiddlewaretoken|submission_key|shown)" value|data-at)=")[^"]*',
        r"\1",
        html,
    )
    return re.sub(r"\s+", "", html)


def main() -> None:
    """Print one table."""
    article = make_article(lead="Eight per cent more from January.", byline="Ingrid Solheim")
    store_comments(article)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client, address = Client(), article.get_absolute_url()
    ours = page_view.discussion_of

    def get() -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    def forget() -> None:
        caches["fragments"].clear()

    def with_templates() -> None:
        page_view.discussion_of = by_templates

    def with_strings() -> None:
        page_view.discussion_of = ours

    html = get()
    assert html.count('<article class="c ') == COMMENTS
    with_templates()
    forget()
    same, other = bare(html), bare(get())
    differ = next((i for i, (a, b) in enumerate(zip(same, other, strict=False)) if a != b), None)
    assert same == other, (same[differ - 90 : differ + 60], other[differ - 90 : differ + 60])
    ways: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
        "cached": (with_strings, lambda: None),
        "uncached": (with_strings, forget),
        "templates": (with_templates, forget),
    }
    took: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, (choose, before) in ways.items():
            choose()
            forget()
            get()
            for _ in range(3):
                before()
                start = time.perf_counter()
                get()
                took[way].append((time.perf_counter() - start) * 1000)
    with_strings()
    median = {way: statistics.median(times) for way, times in took.items()}
    print(
        table(
            f"The article page with {COMMENTS:,} comments in {THREADS_ON_PAGE} threads",
            [
                ("cached, median", f"{median['cached']:.2f} ms"),
                ("uncached, median", f"{median['uncached']:.1f} ms"),
                ("a template for each comment, median", f"{median['templates']:.1f} ms"),
                (
                    "templates / uncached (at least 3)",
                    f"{median['templates'] / median['uncached']:.1f}",
                ),
                (
                    "templates / cached (at least 50)",
                    f"{median['templates'] / median['cached']:.0f}",
                ),
                ("size of the page", f"{len(html.encode()) / 1024:.0f} KiB"),
            ],
        )
    )


if __name__ == "__main__":
    main()
