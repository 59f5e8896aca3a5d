"""How right a rule is that decides by itself: proven before it acts, and watched while it does.

Pure: numbers in, numbers out. ``threshold`` chooses where an automation begins, ``watch`` says
whether it may go on, ``exact`` holds the bounds that both rest on.
"""
