"""What happens in ``comments`` that others may care about.

Sent inside the transaction that stores the change: a receiver's row is stored with it or not at
all, and a receiver that raises undoes it.
"""

from django.dispatch import Signal

comment_submitted = Signal()  # comment, revision: a new text waits to be screened
comment_withdrawn = Signal()  # comment: nobody shall read it any more
comment_reported = Signal()  # comment, report
author_joined = Signal()  # guest, author: a guest's comments are the signed-in author's now
discussions_read = Signal()  # article_ids: more readers of their discussions were counted
