"""What the site tells the public about its moderation.

Statements of reasons in the format of the EU transparency database, and the report of a period.
"""
