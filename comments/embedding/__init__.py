"""Discussions in pages of other sites: a frame, without any cookie."""
