"""Sentences of our own that teach by contrast: the same words, another meaning.

Real collections hold rude words mostly in rude comments and names of groups mostly in attacks on
them. A model of words then takes the word for the deed. These sentences put the words where they
do no harm (reporting, condemning, denying, naming, complaining about things), each beside a few
in which they do.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifier.base import Label
from classifier.training.vocabulary import WORDS

# Short here only, for the table below.
TOX, SEV, INS, THR, IDA, PRO, SEX, SPAM = tuple(Label)

CLEAN: dict[Label, float] = dict.fromkeys(Label, 0.0)


@dataclass(frozen=True, slots=True)
class Kind:
    """Sentence patterns of one sort, with the labels that they carry (the rest are 0)."""

    name: str
    share: float
    labels: dict[Label, float]
    patterns: tuple[str, ...]


KINDS: tuple[Kind, ...] = (
    Kind(
        "sober report of war, crime, death",
        0.21,
        {},
        (
            "{so}{weapon} killed {number} {victims} in {place}{end}",
            "{number} {victims} were killed when {weapon} hit {place}{end}",
            "{so}{who} is accused of {crime} and denies it{end}",
            "{so}he was sentenced to 21 years for {crime}{end}",
            "{so}the bodies of {number} {victims} were found near {place}{end}",
            "{so}{topic} has cost the lives of {number} {victims}{end}",
            "{so}{who} should answer for {topic}, and for the {victims} who died{end}",
            "{so}{person} died of {illness} last year{end}",
            "{so}{who} called it a war crime, but {who} did not{end}",
            "{so}{victims} were shot, and {number} more died of their wounds{end}",
            "The court heard that the accused had threatened to kill {person}{end}",
            "{so}executing prisoners is a crime under international law{end}",
            "{so}{groupadj} {victims} were murdered in {place}, and nobody was punished{end}",
            "Amnesty says that {weapon} killed {number} {victims}{end}",
            "{so}the rape of {groupadj} {victims} was used as a weapon of war{end}",
            "{so}they burned the village and hanged {number} {victims}{end}",
            "{so}{who} used {victims} as human shields{end}",
            "{so}{topic} was wrong, and {who} lied about it{end}",
            "The United Nations counted {number} dead {victims} after {topic}{end}",
            "{so}he {did} {number} {victims}, the court heard{end}",
            "{so}the man who {did} {person} got twelve years{end}",
            "{so}{number} {victims} were {did} in {place} during the war{end}",
            "{person} was {did} in {place} in 1998, and nobody was charged{end}",
            "{so}whoever {did} that child must be found{end}",
            "She was {did} when she was fifteen years old{end}",
            "The victim of the {crime} was fifteen years old{end}",
            "He {did} and {did} women for years before the police found him{end}",
            "{so}the priest abused boys for years and the bishop knew it{end}",
            "{so}he was convicted of possessing child pornography{end}",
            "{so}sexual harassment at work is more common than we think{end}",
            "{so}rape is a crime, and most victims never report it{end}",
            "{so}the killer of {person} should never be let out again{end}",
            "{so}suicide is the most common cause of death among young men here{end}",
        ),
    ),
    Kind(
        "civil dispute",
        0.11,
        {},
        (
            "{so}{who} is wrong about {topic}{end}",
            "{so}you are mistaken about {topic}, and here is why{end}",
            "{so}I disagree with you on {topic}{end}",
            "{so}{topic} will cost us more than {who} admits{end}",
            "Why does {who} never answer questions about {topic}?",
            "{so}{who} failed us on {topic} and should resign{end}",
            "{so}{topic} is a failure, and I shall vote against {who}{end}",
            "{so}this is not true. {who} said the opposite about {topic} last year{end}",
            "You don't seem to have read the article. It is about {topic}{end}",
            "{so}{who} has lied about {topic} more than once{end}",
            "{so}we should not blame {group} for {topic}{end}",
            "{so}{group} pay the highest price for {topic}{end}",
            "{so}nobody asked {group} what they think of {topic}{end}",
            "{so}{who} ought to be ashamed of {topic}{end}",
        ),
    ),
    Kind(
        "groups named in peace",
        0.19,
        {},
        (
            "{person} is {groupadj} and works at the hospital{end}",
            "{so}{group} have lived here for generations{end}",
            "{so}{groupadj} families are moving to {place}{end}",
            "I am {groupadj} myself and proud of it{end}",
            "{so}most {group} want the same as everybody else{end}",
            "{so}{group} and {group} live side by side in our street{end}",
            "As a {groupadj} reader I liked this piece{end}",
            "{so}the share of {group} in parliament has grown{end}",
            "{so}{group} are often refused jobs because of their name{end}",
            "{so}{groupadj} voters were split on {topic}{end}",
            "{so}the number of {group} who came to the country fell by half{end}",
            "{so}some {group} support {who} and others don't{end}",
            "{so}{group} deserve the same rights as all of us{end}",
            "{so}{group} deserve the same rights{end}",
            "{so}{group} are part of this country{end}",
            "{so}{group} are fine by me{end}",
            "{so}{group} are welcome here{end}",
            "{so}{group} are people like you and me{end}",
            "{so}{group} are our neighbours, colleagues and friends{end}",
            "{group} and {group} have lived in {place} for generations{end}",
            "{so}{group} are good at this, and they work hard{end}",
            "Congratulations to the {groupadj} team, well played{end}",
            "{so}I have nothing against {group}{end}",
            "{so}what do {group} say about {topic}?",
            "My wife is {groupadj}, and our children speak both languages{end}",
            "{so}the history of {group} in {place} is worth reading{end}",
        ),
    ),
    Kind(
        "condemning what others say",
        0.12,
        {TOX: 0.05},
        (
            'Saying that "{group} are {badadj}" is plain racism{end}',
            'Whoever wrote "I hate {group}" should be ashamed{end}',
            "{so}calling {group} {badadj} is wrong and helps nobody{end}",
            "Nobody deserves to be called a {insult} for an opinion{end}",
            'She was called a "{insult}" in the street because she is {groupadj}{end}',
            "{so}they shouted that {group} should go home, and I felt sick{end}",
            "Please stop calling people {insult}. It is against the rules here{end}",
            "{so}the word {insult} has no place in this debate{end}",
            "{so}he was banned for calling a player a {insult}{end}",
            "People who think that {group} are {badadj} have never met any{end}",
            "{so}it is not true that {group} are {badadj}{end}",
            "{so}hatred of {group} must be fought{end}",
            "Why do you think that all {group} are the same? They are not{end}",
            "{so}threatening {group} with death is a crime, and you should report it{end}",
        ),
    ),
    Kind(
        "denial",
        0.06,
        {TOX: 0.08},
        (
            "{person} is not a {insult}{end}",
            "{so}{group} are not {badadj}{end}",
            "I never said that you are a {insult}{end}",
            "{so}I do not hate {group}, quite the contrary{end}",
            "{so}{who} is no fool{end}",
            "I don't want to hurt anybody{end}",
            "{so}you are not stupid, you are only wrong about {topic}{end}",
            "{so}nobody here wants to kill {group}{end}",
        ),
    ),
    Kind(
        "anger at things",
        0.05,
        {TOX: 0.15, PRO: 0.15},
        (
            "{so}this {badadj} {thing} again{end}",
            "The {thing} is {badadj} and makes no sense{end}",
            "What a {badadj} {thing}{end}",
            "I hate this {thing}{end}",
            "This {thing} sucks{end}",
            "{so}the {thing} killed my battery{end}",
            "The {thing} is a piece of junk{end}",
            "I could strangle whoever made this {thing}{end}",
            "Kill this {thing} already, nobody needs it{end}",
        ),
    ),
    Kind(
        "swearing without abuse",
        0.05,
        {TOX: 0.35, PRO: 0.9},
        (
            "{swear}, I missed the {thing} again{end}",
            "The {swearadj} {thing} is broken{end}",
            "{swear}, that was a good {thing}{end}",
            "{so}what the {swear} happened to the {thing}?",
            "I am so {swearadj} happy about this{end}",
            "No {swearadj} way{end}",
        ),
    ),
    Kind(
        "homonyms",
        0.05,
        {},
        (
            "Dick and Fanny ran the shop in Scunthorpe for forty years{end}",
            "The bitch had six puppies, the breeder said{end}",
            "The cock crows at dawn on the farm by {place}{end}",
            "He rode an ass to market{end}",
            "That joke killed me{end}",
            "I could kill for a coffee{end}",
            "They will shoot the film in {place} next spring{end}",
            "She bombed in her exam, poor thing{end}",
            "A queer sort of weather for June{end}",
            "The great tit nests in {place}{end}",
            "Moby Dick is a long book{end}",
            "The gay couple next door got married on Saturday{end}",
            "Cold weather retards the growth of the crop{end}",
            "The team was slaughtered 6-0 by the {groupadj} side{end}",
            "He took a shot from thirty metres and killed the match{end}",
            "The specialist in {place} said the drug was safe{end}",
            "Essex, Sussex and Middlesex voted for {topic}{end}",
            "Sex education belongs in schools{end}",
            "The virus attacks the lungs and kills the cells{end}",
            "It is a bloody conflict with {number} dead{end}",
            "The B-29 raids on {place} in 1945 killed {number} {victims}{end}",
        ),
    ),
    Kind(
        "insult",
        0.05,
        {TOX: 0.95, INS: 0.95, PRO: 0.3, SEV: 0.25},
        (
            "{so}you are a {insult}{end}",
            "You {badadj} {insult}{end}",
            "{so}{who} is run by a {badadj} {insult}{end}",
            "Shut up, you {insult}{end}",
            "What a {insult} you are{end}",
            "Only a {insult} would believe that about {topic}{end}",
            "You are too {badadj} to understand {topic}{end}",
            "Go to hell, {insult}{end}",
        ),
    ),
    Kind(
        "attack on a group",
        0.05,
        {TOX: 0.95, INS: 0.8, IDA: 0.97, SEV: 0.35, PRO: 0.1},
        (
            "{so}{group} are {badadj}{end}",
            "I hate {group}, they are all {badadj}{end}",
            "{so}{group} should be thrown out of the country, all of them{end}",
            "{group} are {badadj} animals{end}",
            "{so}all {group} are thieves and liars{end}",
            "{so}{group} are vermin{end}",
            "Typical {groupadj} {insult}{end}",
            "{badadj} {groupadj} scum{end}",
        ),
    ),
    Kind(
        "threat",
        0.04,
        {TOX: 0.95, THR: 0.97, SEV: 0.6, INS: 0.4},
        (
            "I will kill you{end}",
            "I'm going to find you and break your legs, {insult}{end}",
            "{so}somebody should shoot you{end}",
            "You will die screaming, {insult}{end}",
            "I know where you live. Watch your back{end}",
            "{group} should all be shot{end}",
            "I hope you get raped{end}",
            "We will hang you and your family{end}",
            "Next time I see you I'll smash your face in{end}",
            "Keep talking and you will end up dead{end}",
        ),
    ),
    Kind(
        "spam",
        0.02,
        {SPAM: 1.0},
        (
            "I make {money} a week working from home, start here: {site}",
            "Best {product} at the lowest price! Visit {site} today!!!",
            "Great post! Check out {site} for {product}",
            "Thanks for the nice article. We offer {product}, contact us on WhatsApp +1 555 0100",
            "My neighbour earned {money} last month with {product}. Details on {site}",
            "Buy {product} online without prescription {site}",
            "Please subscribe to {site} and I will subscribe back",
            "Dr Osas helped me with {product}, e-mail him at help@{site}",
            "CLICK HERE >> {site} << {product} FREE {money} BONUS",
            "Google pays me {money} per hour for easy work at home. {site}",
        ),
    ),
)

_SLOT = re.compile(r"\{(\w+)\}")


def sentences(*, count: int, seed: int) -> Iterator[tuple[str, dict[Label, float], str]]:
    """Yield about ``count`` different sentences: text, all eight labels, the kind's name.

    A third of the harmless ones are joined with another harmless one, so that length tells
    nothing.
    """
    chance = random.Random(seed)
    seen: set[str] = set()
    for kind in KINDS:
        wanted = round(count * kind.share)
        tries = 0
        made = 0
        while made < wanted and tries < wanted * 5:
            tries += 1
            text = _fill(chance.choice(kind.patterns), chance)
            if not kind.labels and chance.random() < 0.34:
                text = f"{text} {_fill(chance.choice(kind.patterns), chance)}"
            if text not in seen:
                seen.add(text)
                made += 1
                yield text, CLEAN | kind.labels, kind.name


def _fill(pattern: str, chance: random.Random) -> str:
    text = _SLOT.sub(lambda slot: chance.choice(WORDS[slot[1]]), pattern)
    return text[:1].upper() + text[1:]
