"""Stage 4: measure the shipped model, as it is, on dev splits that nothing was trained on.

    python -m classifier evaluate DATA_DIR [--write]

Texts go through ``score`` like a reader's comment: language, quotation, folding and all. A text
that is not scored (a link alone, another language) is left out of rankings, since it goes to
people; where it is counted what is held, it counts as not held.
``--write`` stores the figures beside the model and puts them into docs/model-card.md.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score

from classifier.base import Classifier, Label, Scores, Text
from classifier.report import Figure
from classifier.thresholds import proposed_thresholds
from classifier.training.disguise import CONDEMNATIONS, DISGUISES
from classifier.training.news import NEWS, is_civil, is_delicate, is_toxic
from classifier.training.prepare import LABELS, load

SEED = 20261123
ROUNDS = 300

Measure = Callable[[np.ndarray, np.ndarray], float]

# group, name, files, label, and what is left out of both sides (too near the middle).
RANKINGS: tuple[tuple[str, tuple[str, ...], Label], ...] = (
    ("Wikipedia talk, toxicity", ("jigsaw_wiki_20k",), Label.TOXICITY),
    ("tweets, offensive", ("tweeteval_offensive",), Label.TOXICITY),
    ("social media, toxicity", ("surge_social", "ruddit"), Label.TOXICITY),
    ("Civil Comments picked as toxic, insult", ("civil_toxic_spans",), Label.INSULT),
    ("comment sites, insult at a participant", ("news_impermium_insults",), Label.INSULT),
    ("adversarial hate", ("dynahate", "dynahate_train"), Label.IDENTITY_ATTACK),
    ("emoji hate", ("hatemoji_build",), Label.IDENTITY_ATTACK),
    ("hate, three platforms", ("hate_kennedy20",), Label.IDENTITY_ATTACK),
    ("hate, white-supremacist forum", ("stormfront",), Label.IDENTITY_ATTACK),
    ("sexism", ("edos_sexism",), Label.IDENTITY_ATTACK),
    ("threats among sexist posts", ("edos_sexism",), Label.THREAT),
    ("lewd posts", ("sbic",), Label.SEXUALLY_EXPLICIT),
    ("comment spam, videos", ("spam_youtube",), Label.SPAM),
    ("SMS spam", ("spam_sms",), Label.SPAM),
    ("comment spam, courses", ("spam_datacamp_comments",), Label.SPAM),
)
PERSPECTIVE = ("persp_rtp", "persp_wiki2k", "persp_toxigen", "persp_implicit", "persp_gab")
FOREIGN = {
    "German": ("de_germeval21_facebook", "de_germeval18_twitter"),
    "French": ("fr_jigsaw",),
    "Spanish": ("es_jigsaw", "es_jigsaw_val"),
    "Italian": ("it_jigsaw_val",),
    "Turkish": ("tr_jigsaw_val",),
    "Danish": ("da_dkhate",),
    "Norwegian": ("no_civil_bokmaal",),
}
GROUPS = {
    "women, men": r"wom[ae]n|female|feminis\w*|girls?|m[ae]n|males?",
    "Muslims": r"muslim\w*|islam\w*",
    "Jews, Israel": r"jew\w*|israel\w*",
    "Christians": r"christian\w*|catholic\w*",
    "black, white": r"blacks?|whites?|african\w*",
    "gay, trans": r"gay\w*|lesbian\w*|homosexual\w*|trans|transgender\w*|lgbt\w*",
    "indigenous people": r"natives?|aborigin\w*|indigenous|indians?|first nations",
    "immigrants": r"immigra\w*|migrants?|refugees?|asylum",
    "war, crime, death": r"wars?|kill\w*|murder\w*|bomb\w*|terror\w*|dead|deaths?|crim\w*|shot",
}


class Judge:
    """Scores texts once and measures."""

    def __init__(self, *, model: Classifier, data: Path) -> None:
        self.model = model
        self.data = data
        self.holds = {label: cut.hold for label, cut in proposed_thresholds().items()}
        self.chance = np.random.default_rng(SEED)

    def dev(self, *names: str) -> pd.DataFrame:
        """The dev rows of some sets."""
        table = pd.concat([load(data=self.data, name=name) for name in names])
        return table[table["part"] == "judge"].reset_index(drop=True)

    def score(self, texts: Sequence[str]) -> list[Scores]:
        """Score plain texts."""
        return self.model.score([Text(text) for text in texts])

    def probabilities(self, texts: Sequence[str]) -> np.ndarray:
        """Own words' probabilities, (N, L); NaN where nothing was scored."""
        rows = [[score.own.get(label, np.nan) for label in Label] for score in self.score(texts)]
        return np.array(rows).reshape(-1, len(LABELS))

    def held(self, texts: Sequence[str]) -> np.ndarray:
        """Which texts the proposed thresholds hold for their own words, (N,)."""
        cuts = np.array([self.holds[label] for label in Label])
        return np.asarray((self.probabilities(texts) >= cuts).any(axis=1))

    def ranked(
        self, group: str, name: str, found: np.ndarray, true: np.ndarray, measure: str = "AUC"
    ) -> Figure:
        """A figure of how well probabilities (N,) rank truths (N,), bootstrapped."""
        how: Measure = {
            "AUC": roc_auc_score,
            "AP": average_precision_score,
            "r": lambda y, p: float(np.corrcoef(y, p)[0, 1]),
            "ECE": calibration_error,
        }[measure]
        scored = ~np.isnan(found)
        found, true = found[scored], true[scored]
        values: list[float] = []
        while len(values) < ROUNDS:
            picked = self.chance.integers(0, len(true), len(true))
            if measure in ("AUC", "AP") and len(set(true[picked].tolist())) < 2:
                continue
            values.append(how(true[picked], found[picked]))
        low, high = np.quantile(values, [0.025, 0.975])
        hits = None if measure == "r" else int(true.sum())
        return Figure(
            group, name, measure, _r(how(true, found)), _r(low), _r(high), len(true), hits
        )

    @staticmethod
    def share(group: str, name: str, hits: np.ndarray) -> Figure:
        """A share with Wilson's interval."""
        n, k, z = len(hits), int(hits.sum()), 1.96
        middle = (k + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * np.sqrt(k * (n - k) / n + z * z / 4)
        low, high = max(middle - half, 0.0), min(middle + half, 1.0)
        return Figure(group, name, "share", _r(k / n), _r(low), _r(high), n, k)


def _r(value: float) -> float:
    return round(float(value), 4)


def calibration_error(true: np.ndarray, found: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017)."""
    bins = np.minimum((found * 10).astype(int), 9)
    gaps = [
        abs(found[bins == one].mean() - true[bins == one].mean()) * (bins == one).mean()
        for one in set(bins.tolist())
    ]
    return float(sum(gaps))


def on_news(judge: Judge) -> Iterator[Figure]:
    """The domain that counts: rated comments under news."""
    group = "News comments (C3 and UCC, dev split)"
    table = judge.dev(*NEWS)
    found = judge.probabilities(table["text"].tolist())[:, 0]
    civil, toxic = is_civil(table).to_numpy(), is_toxic(table).to_numpy()
    delicate = is_delicate(table).to_numpy()
    clear = civil | toxic
    yield judge.ranked(group, "toxic vs civil", found[clear], toxic[clear])
    hostile = clear & (table["source"] == "news_ucc").to_numpy()
    yield judge.ranked(group, "hostile (UCC alone)", found[hostile], toxic[hostile])
    yield judge.ranked(group, "calibration of toxicity", found, toxic, "ECE")
    held = judge.held(table["text"].tolist())
    yield judge.share(group, "civil comments held by mistake", held[civil])
    name = "civil comments on war, crime, groups held by mistake"
    yield judge.share(group, name, held[civil & delicate])
    yield judge.share(group, "toxic comments held", held[toxic])
    yield judge.share(group, "held comments rated civil", civil[held])
    both = pd.concat([load(data=judge.data, name=name) for name in NEWS])
    both = both[is_civil(both) | is_toxic(both)]
    every = judge.probabilities(both["text"].tolist())[:, 0]
    group = "News comments, train split too (weights never saw them; calibration did)"
    yield judge.ranked(group, "toxic vs civil", every, is_toxic(both).to_numpy())
    held = judge.held(both["text"].tolist())
    mild, rude = is_civil(both).to_numpy(), is_toxic(both).to_numpy()
    yield judge.share(group, "civil comments held by mistake", held[mild])
    yield judge.share(
        group,
        "civil comments on war, crime, groups held by mistake",
        held[mild & is_delicate(both).to_numpy()],
    )
    yield judge.share(group, "toxic comments held", held[rude])
    group = "Civil news comments that name a group or subject, held by mistake (both splits)"
    for name, pattern in GROUPS.items():
        named = both["text"].str.contains(rf"(?i)\b(?:{pattern})\b").to_numpy()
        yield judge.share(group, name, held[mild & named])


def on_other(judge: Judge) -> Iterator[Figure]:
    """Other domains, and every label that anybody rated."""
    group = "Other collections (dev splits)"
    for name, files, label in RANKINGS:
        table = judge.dev(*files)
        table = table[table[label].notna()]
        found = judge.probabilities(table["text"].tolist())[:, LABELS.index(label)]
        yield judge.ranked(group, name, found, (table[label] >= 0.5).to_numpy())
    spam = judge.dev("spam_youtube")
    spam = spam[spam["spam"] >= 0.5]["text"].tolist()
    news = judge.dev(*NEWS)["text"].tolist()
    found = judge.probabilities(spam + news)[:, LABELS.index(Label.SPAM)]
    true = np.arange(len(found)) < len(spam)
    yield judge.ranked(group, "video spam mixed into news comments", found, true, "AP")
    civil = judge.dev("civil_goemotions", "civil_ewt_web")["text"].tolist()
    yield judge.share(group, "civil forum and web texts held by mistake", judge.held(civil))

    group = "Agreement with Perspective's published scores (dev splits)"
    table = judge.dev(*PERSPECTIVE)
    found = judge.probabilities(table["text"].tolist())
    for column, label in enumerate(Label):
        rated = table[label].notna().to_numpy()
        true = table[label].to_numpy(float)[rated]
        yield judge.ranked(group, label.value, _logit(found[rated, column]), true, "r")


def _logit(found: np.ndarray) -> np.ndarray:
    # Probabilities calibrated on news lie near 0; their logits are what goes along with scores.
    clipped = np.clip(found, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(clipped / (1 - clipped)))


def on_evasion(judge: Judge) -> Iterator[Figure]:
    """Toxic texts that are held as they are, disguised: how many are still held."""
    group = "Disguised: still held, of toxic texts held undisguised"
    table = judge.dev("surge_social", "paradetox", "jigsaw_wiki_20k", "civil_toxic_spans")
    texts = table[(table["toxicity"] >= 0.7) & (table["text"].str.len() < 300)]["text"]
    texts = texts.sample(frac=1, random_state=SEED).head(1_500)
    texts = texts[judge.held(texts.tolist())].tolist()
    for name, disguise in DISGUISES.items():
        yield judge.share(group, name, judge.held([disguise(text) for text in texts]))
    group = "Quoted and condemned: not held, of toxic sentences held on their own"
    short = [text.strip().replace('"', "'") for text in texts if 4 <= len(text.split()) <= 30]
    for name, pattern in CONDEMNATIONS.items():
        wrapped = [pattern.format(text) for text in short]
        yield judge.share(group, name, ~judge.held(wrapped))


def on_languages(judge: Judge) -> Iterator[Figure]:
    """Foreign texts that get no number, English ones that do."""
    group = "Language: foreign comments left unscored"
    for name, files in FOREIGN.items():
        scores = judge.score(judge.dev(*files)["text"].tolist())
        yield judge.share(group, name, np.array([score.unscored is not None for score in scores]))
    scores = judge.score(judge.dev(*NEWS)["text"].tolist())
    yield judge.share(
        "Language: English comments left unscored",
        "news comments",
        np.array([score.unscored is not None for score in scores]),
    )


def figures(*, model: Classifier, data: Path) -> list[Figure]:
    """All figures of the card. Raises OSError if a set is missing."""
    judge = Judge(model=model, data=data)
    found: list[Figure] = []
    for stage in (on_news, on_other, on_evasion, on_languages):
        print(f"{stage.__name__} ...", file=sys.stderr)
        found += stage(judge)
    return found
