"""What the pages of the first policies say, in the site's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGES: dict[str, Promise] = {
    "insults": _(
        "Say that an argument is wrong, that a decision is foolish, that you are angry. That is"
        " what a debate is for.\n\n"
        "What we remove is aimed at the person: names one calls somebody, contempt for how they"
        " look, write or think, words whose only use is to hurt. It makes no difference whether the"
        " person is another reader, a journalist or somebody in public life, and whether they"
        " began.\n\n"
        "**Stays:** “The minister has no idea what a ferry costs.”\n\n"
        "**Goes:** “The minister is a pathetic idiot.”"
    ),
    "hate": _(
        "Nobody is worth less because of where they come from, what they believe, whom they love,"
        " their sex, their age, the colour of their skin or a disability.\n\n"
        "We remove what says or implies it, what calls a group animals or vermin, and what wishes"
        " harm on people for belonging to one. You may criticise religions, states, parties and"
        " ideas, and quote hateful words in order to answer them: say that you quote."
    ),
    "threats": _(
        "We remove threats of violence, wishes that somebody may die or be hurt, and calls on"
        " others to do it, also when they are meant as a joke: whoever is threatened cannot"
        " know.\n\n"
        "What sounds serious we may report to the police."
    ),
    "spam": _(
        "The discussion is no place for advertising. We remove offers, links that lead to something"
        " on sale, and the same text posted again and again, under one article or many.\n\n"
        "A link to a source that has something to do with the subject is welcome."
    ),
    "sexual": _(
        "Sexual matters can be the subject of an article, and then of its discussion. We remove"
        " descriptions that are meant to arouse or to embarrass, and every sexual remark about a"
        " person who takes part or is written about."
    ),
    "privacy": _(
        "We remove what identifies or exposes people without a reason: addresses, telephone"
        " numbers, health, family, who somebody is behind a pseudonym.\n\n"
        "This is so for your own details too, if others could misuse them. What somebody does in"
        " a public office may be discussed."
    ),
    "off-topic": _(
        "Every article has a subject, and every answer answers something. We remove comments that"
        " pull a discussion somewhere else, and remarks about moderation: for those, use the appeal"
        " or write to the editors.\n\n"
        "It says nothing against what you wrote. It may fit under another article."
    ),
    "illegal": _(
        "We remove what the law forbids us to publish: defamation, incitement, what violates"
        " somebody else’s rights or a court’s order. Anybody may tell us of such a comment."
    ),
    "other": _(
        "No list is complete. We use this reason rarely, for what plainly harms the discussion and"
        " falls under none of the others, and say in an answer to your appeal what it was."
    ),
}
