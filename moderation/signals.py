"""What happens on the desk that others may care about.

Sent inside the transaction that stores the change: a receiver's row is stored with it or not at
all, and a receiver that raises undoes it.
"""

from django.dispatch import Signal

queue_overdue = Signal()  # state: a QueueState; news: a promises.News; late_since
automation_paused = Signal()  # automation; at
