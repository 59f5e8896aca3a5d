"""Articles and comments from WordPress, out of the files that its export writes (WXR)."""
