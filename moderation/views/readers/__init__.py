"""Pages for readers that need the moderation room."""
