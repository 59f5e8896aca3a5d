"""Rules: what they may ask, how they are written down, and what they say of comments. Pure."""
