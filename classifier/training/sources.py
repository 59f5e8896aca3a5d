"""Which sets the weights are trained on, how much of each, and under what licence.

Only sets whose licence lets weights be passed on are listed as fitted. ``cap`` holds a set back
where there is much of it or where it leans one way: sets picked because they are toxic teach
"sounds like a news comment, so it is toxic", and sets assumed to be civil teach "sounds like an
essay, so it is civil".
"""

from dataclasses import dataclass
from enum import StrEnum

from classifier.training.templates import FIXED


class Reading(StrEnum):
    """What a row says beyond the labels that it carries."""

    PLAIN = "plain"  # nothing
    MILD_IS_CLEAN = "mild"  # not toxic at all: no threat, insult, attack and nothing severe either
    ALL_OR_NOTHING = "all"  # toxic means any of the labels, so not toxic means none of them
    CIVIL = "civil"  # picked as civil: every label is 0
    HATE = "hate"  # hateful or not: what is hateful is toxic, and what is not mostly is not
    COUNTER = "counter"  # answers hate: not an attack, though it may use rude words
    SPAM = "spam"  # only spam is known


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the collection: ``cap`` rows at most.

    The linear part counts each row ``weight`` times. The encoder reads the set ``passes`` times, a
    fraction being a part of it.
    """

    name: str
    licence: str
    origin: str
    reading: Reading = Reading.PLAIN
    cap: int | None = None
    weight: float = 1.0
    passes: float = 1.0
    without: tuple[str, ...] = ()  # labels of the file that are not taken over


_WIKI = "CC0 (labels), CC BY-SA 3.0 (text)"
_JIGSAW = "Jigsaw/Kaggle 2018, Wikipedia talk pages"

FITTED: tuple[Source, ...] = (
    Source("jigsaw_wiki_20k", _WIKI, _JIGSAW, Reading.ALL_OR_NOTHING, passes=0.6),
    Source("jigsaw_wiki_robtest", _WIKI, _JIGSAW, Reading.ALL_OR_NOTHING, passes=0.6),
    Source("jigsaw_wiki_sayan", _WIKI, _JIGSAW, Reading.ALL_OR_NOTHING, passes=0.5),
    Source("jigsaw_wiki_ak", _WIKI, _JIGSAW, Reading.ALL_OR_NOTHING, passes=0.6),
    Source("jigsaw_wiki_multilabel_small", _WIKI, _JIGSAW, weight=2.0, passes=2),
    Source("jigsaw_wiki_multilabel_2k", _WIKI, _JIGSAW, weight=2.0, passes=2),
    Source(
        "wiki_context_gn",
        "Apache-2.0",
        "Pavlopoulos et al. 2020",
        Reading.ALL_OR_NOTHING,
        passes=0.4,
    ),
    Source(
        "wiki_context_gc",
        "Apache-2.0",
        "Pavlopoulos et al. 2020",
        Reading.ALL_OR_NOTHING,
        passes=0.4,
    ),
    Source(
        "wiki_identity_terms",
        "Apache-2.0 (labels), CC BY-SA 3.0 (text)",
        "Dixon et al. 2018",
        Reading.MILD_IS_CLEAN,
        weight=2.0,
        passes=2,
    ),
    Source(
        "wiki_identity_terms_swapped",
        "Apache-2.0 (labels), CC BY-SA 3.0 (text)",
        "Dixon et al. 2018",
        Reading.MILD_IS_CLEAN,
        weight=2.0,
        passes=2,
    ),
    Source("bias_templates", "Apache-2.0", "Dixon et al. 2018", cap=4_000, passes=0.5),
    Source(
        "news_civil_natural",
        "CC0-1.0",
        "Civil Comments",
        Reading.MILD_IS_CLEAN,
        weight=4.0,
        passes=4,
    ),
    Source("news_civil_multilabel", "CC0-1.0", "Civil Comments", weight=3.0, passes=5),
    Source("civil_toxic_spans", "CC0-1.0", "Pavlopoulos et al. 2022", Reading.MILD_IS_CLEAN),
    Source("civil_toxic_marco", "CC0-1.0", "Civil Comments, via MaRCo", cap=1_500, passes=0.7),
    Source("news_fox", "MIT", "Gao & Huang 2017", weight=2.0, passes=2),
    Source("surge_social", "MIT", "Surge AI", weight=2.0, passes=3),
    Source("paradetox", "CC0-1.0", "Logacheva et al. 2022", cap=12_000, passes=0.8),
    Source("paradetox_norewrite", "CC0-1.0", "Logacheva et al. 2022", cap=4_000, passes=0.6),
    # Its hate label goes with dialect: taken over, it made hate elsewhere harder to find.
    Source(
        "tweets_davidson",
        "MIT",
        "Davidson et al. 2017",
        cap=4_000,
        weight=0.5,
        without=("identity_attack",),
        passes=0.4,
    ),
    Source("edos_sexism", "CC0-1.0", "Kirk et al. 2023"),
    Source("hatemoji_build", "CC BY 4.0", "Kirk et al. 2022"),
    Source("dynahate", "CC BY 4.0", "Vidgen et al. 2021", Reading.HATE),
    Source("dynahate_train", "CC BY 4.0", "Vidgen et al. 2021", Reading.HATE, cap=14_000),
    # Published by its authors, texts and labels, under this licence, as SBIC is.
    Source(
        "hate_kennedy20", "CC BY 4.0", "Kennedy et al. 2020", Reading.HATE, cap=8_000, weight=0.5
    ),
    Source("sbic", "CC BY 4.0", "Sap et al. 2020"),
    Source("stormfront", "CC BY-SA 3.0", "de Gibert et al. 2018", cap=5_000, passes=0.8),
    Source(
        "persp_rtp", "Apache-2.0", "RealToxicityPrompts, scores of Perspective (2020)", passes=2
    ),
    Source(
        "persp_wiki2k", "Apache-2.0", "Perspective API sample scores (2018)", weight=2.0, passes=2
    ),
    Source("spam_youtube", "CC BY 4.0", "UCI 380", Reading.SPAM, weight=2.0, passes=3),
    Source("spam_sms", "CC BY 4.0", "UCI 228", Reading.SPAM, passes=0.7),
    Source("counter_crowdcounter", "MIT", "CrowdCounter", Reading.COUNTER, passes=1.5),
    Source("counter_gbv", "Apache-2.0", "GBV counter-speech", Reading.COUNTER, passes=1.5),
    Source(
        "civil_ibm_arguments",
        "CC BY-SA 3.0",
        "IBM Debater ArgQ-Rank-30k",
        Reading.CIVIL,
        6_000,
        passes=0.5,
    ),
    Source("civil_perspectrum", "CC BY-SA 4.0", "Perspectrum", Reading.CIVIL, 4_000, passes=0.5),
    # Published by its authors, texts and labels, under this licence.
    Source(
        "civil_goemotions", "Apache-2.0", "Demszky et al. 2020", Reading.MILD_IS_CLEAN, cap=4_000
    ),
    Source("civil_gum_news", "CC BY 2.5 / CC BY 4.0", "GUM", Reading.CIVIL, weight=2.0, passes=2),
    Source("civil_pud_news", "CC BY-SA 3.0", "UD English PUD", Reading.CIVIL, weight=2.0, passes=2),
)

# News comments whose ratings are not at hand: texts under CC BY 4.0 (D3CODE, Davani et al. 2024).
UNLABELLED: tuple[str, ...] = ("civil_d3code_unlabelled",)

# Never fitted: non-commercial, platform terms, or no licence. They calibrate and judge.
CALIBRATING: tuple[str, ...] = ("news_c3", "news_ucc")
JUDGING: tuple[str, ...] = (
    "tweeteval_offensive",
    "tweeteval_hate",
    "persp_toxigen",
    "persp_implicit",
    "persp_gab",
    "ruddit",
    "civil_ewt_web",
    "news_impermium_insults",
    "spam_datacamp_comments",
    "counter_catchme",
)


def passes_of(name: str) -> float:
    """How often the encoder reads a set; our own sentences without slots are few, and read more."""
    if name.startswith(FIXED):
        return 3.0
    return next((source.passes for source in FITTED if source.name == name), 1.0)


def source_table() -> str:
    """What the weights were trained on, as Markdown for the model card."""
    lines = [
        "| set | rows at most | weight | passes | licence | from |",
        "|---|---|---|---|---|---|",
    ]
    for source in FITTED:
        cap = f"{source.cap:,}" if source.cap else "all"
        lines.append(
            f"| `{source.name}` | {cap} | {source.weight:g} | {source.passes:g} "
            f"| {source.licence} | {source.origin} |"
        )
    lines.append(
        "| our own contrast sentences (`classifier/training/contrast/`) | all | 1 | 1 or 3"
        " | Apache-2.0 | this project |"
    )
    return "\n".join(lines)
