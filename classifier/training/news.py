"""What counts as a civil, a toxic, and a delicate news comment, when calibrating and judging."""

import re

import pandas as pd

NEWS = ("news_c3", "news_ucc")
# Subjects that are not toxic in themselves, and that models of words hold against a comment.
DELICATE = re.compile(
    r"(?i)\b(?:war|wars|kill\w*|murder\w*|bomb\w*|terror\w*|dead|death\w*|die[ds]?|dying|rape[ds]?|"
    r"rapist\w*|crime\w*|criminal\w*|genocide|massacre\w*|shoot\w*|shot|attack\w*|violen\w*|abus\w*|"
    r"suicide|muslim\w*|islam\w*|jew\w*|christian\w*|catholic\w*|black\w*|white\w*|gay\w*|lesbian\w*|"
    r"trans\w{0,8}|immigra\w*|refugee\w*|migrant\w*|women|woman|racis\w*|sexis\w*|arab\w*|chinese|"
    r"indian\w*|native\w*|aboriginal\w*|indigenous|israel\w*|palestin\w*|russia\w*|ukrain\w*)\b"
)


def of_news(table: pd.DataFrame) -> pd.Series:
    """Which rows are rated news comments."""
    return table["source"].isin(NEWS)


def is_civil(table: pd.DataFrame) -> pd.Series:
    """Rated civil: a sixth of the way to "very toxic" at most (C3), hostile for a fifth (UCC)."""
    limit = table["source"].map({"news_c3": 0.17, "news_ucc": 0.2}).astype(float)
    return table["toxicity"] <= limit


def is_toxic(table: pd.DataFrame) -> pd.Series:
    """Rated toxic: halfway to "very toxic" or more (C3), hostile for half of the raters (UCC)."""
    return table["toxicity"] >= 0.5


def is_delicate(table: pd.DataFrame) -> pd.Series:
    """Speaks of war, crime, death or groups of people."""
    return table["text"].str.contains(DELICATE)
