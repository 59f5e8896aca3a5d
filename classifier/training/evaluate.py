"""Stage 8: measure the shipped model, as it is, on dev splits that nothing was trained on.

    python -m classifier evaluate DATA... [--write]

DATA are folders with ``SET.parquet`` files, or such files, searched in the order given.

Texts go through ``score`` like a reader's comment: language, quotation, folding and all. A text
that is not scored (a link alone, another language) is left out of rankings, since it goes to
people; where it is counted what is held, it counts as not held.
``--write`` stores the figures beside the model and puts them into docs/model-card.md (``card``).
"""

import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from classifier.base import Classifier, Label
from classifier.reliability import Bin
from classifier.report import Figure
from classifier.training.disguise import CONDEMNATIONS, DISGUISES
from classifier.training.judge import SEED, Judge, reliability
from classifier.training.news import NEWS, is_civil, is_delicate, is_toxic
from classifier.training.places import Places
from classifier.training.prepare import LABELS

FUNCTIONAL = Path(__file__).parent / "functional.toml"

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
CIVIL = ("civil_goemotions", "civil_ewt_web")
TOXIC = ("surge_social", "paradetox", "jigsaw_wiki_20k", "civil_toxic_spans")
# Whatever is measured on.
SETS = frozenset(
    chain(NEWS, CIVIL, TOXIC, PERSPECTIVE, *FOREIGN.values(), *(names for _, names, _ in RANKINGS))
)
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
    both = judge.every(*NEWS)
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
        found = judge.whole(table["text"].tolist())[:, LABELS.index(label)]
        yield judge.ranked(group, name, found, (table[label] >= 0.5).to_numpy())
    spam = judge.dev("spam_youtube")
    spam = spam[spam["spam"] >= 0.5]["text"].tolist()
    news = judge.dev(*NEWS)["text"].tolist()
    found = judge.whole(spam + news)[:, LABELS.index(Label.SPAM)]
    true = np.arange(len(found)) < len(spam)
    yield judge.ranked(group, "video spam mixed into news comments", found, true, "AP")
    civil = judge.dev(*CIVIL)["text"].tolist()
    yield judge.share(group, "civil forum and web texts held by mistake", judge.held(civil))

    group = "Agreement with Perspective's published scores (dev splits)"
    table = judge.dev(*PERSPECTIVE)
    found = judge.whole(table["text"].tolist())
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
    table = judge.dev(*TOXIC)
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


def on_functions(judge: Judge) -> Iterator[Figure]:
    """Sentences of our own, each testing one thing, written apart from those trained on."""
    functions = tomllib.loads(FUNCTIONAL.read_text("utf-8"))["function"]
    right = {}
    for function in functions:
        held = judge.held(function["cases"])
        right[function["name"]] = held if function["held"] else ~held
    group = "Functional tests: rightly held or rightly left alone"
    halves = {True: "to be held, all", False: "to be left alone, all"}
    every = np.concatenate(list(right.values()))
    yield judge.share(group, "all", every)
    for wanted, name in halves.items():
        ours = [right[one["name"]] for one in functions if one["held"] is wanted]
        yield judge.share(group, name, np.concatenate(ours))
    for function in functions:
        kind = "held" if function["held"] else "left alone"
        yield judge.share(group, f"{kind}: {function['name']}", right[function["name"]])


def on_fast_mode(judge: Judge) -> Iterator[Figure]:
    """What the fast mode gives up, at the same thresholds."""
    group = "Fast mode (no encoder)"
    table = judge.every(*NEWS)
    civil, toxic = is_civil(table).to_numpy(), is_toxic(table).to_numpy()
    texts = table["text"].tolist()
    clear = civil | toxic
    found = judge.probabilities(texts)[:, 0]
    yield judge.ranked(group, "news, toxic vs civil (both splits)", found[clear], toxic[clear])
    held = judge.held(texts)
    yield judge.share(group, "civil news comments held by mistake (both splits)", held[civil])
    yield judge.share(group, "toxic news comments held (both splits)", held[toxic])
    for figure in on_functions(judge):
        if figure.name == "all":
            yield judge.share(group, "functional tests", np.arange(figure.n) < (figure.hits or 0))


def reliability_on_news(judge: Judge) -> list[Bin]:
    """The points of the reliability diagram: toxicity on both splits of rated news comments."""
    table = judge.every(*NEWS)
    found = judge.probabilities(table["text"].tolist())[:, 0]
    scored = ~np.isnan(found)
    return reliability(is_toxic(table).to_numpy()[scored], found[scored])


def figures(*, model: Classifier, fast: Classifier, data: Places) -> tuple[list[Figure], list[Bin]]:
    """All figures of the card, and its diagram. Raises NotAtHand if a set is missing."""
    data.check(SETS)
    judge = Judge(model=model, data=data)
    found: list[Figure] = []
    for stage in (on_news, on_other, on_evasion, on_functions, on_languages):
        print(f"{stage.__name__} ...", file=sys.stderr)
        found += stage(judge)
    bins = reliability_on_news(judge)
    return [*found, *on_fast_mode(Judge(model=fast, data=data))], bins
