"""Notices of illegal content: filed by anyone, decided by people, answered by letter."""
