"""The rules as people work on them: the draft, its checks, versions, changes."""
