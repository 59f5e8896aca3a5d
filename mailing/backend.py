"""Django's door to the outbox: whatever library sends mail, it is stored first and sent after."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mailing.letters import post

KIND = "account"  # what libraries send is about somebody's account


class Outbox(BaseEmailBackend):
    """Takes letters into the outbox, one for each recipient, as plain text.

    Raises ValueError for attachments, which no letter has: rather told than lost.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the letters; return how many messages were taken."""
        for message in email_messages:
            if message.attachments:
                raise ValueError("Letters have no attachments.")
            for to in message.recipients():
                post(to=to, subject=str(message.subject), body=str(message.body), kind=KIND)
        return len(email_messages)
