"""Slurs and crude words: their first letter and dots, for moderators who wish it.

A masked text is as long as the text, letter for letter, so that whatever marks places in the one
marks them in the other. Disguised spellings (f.u.c.k, sh1t) are found as rules find them.
"""

import unicodedata
from functools import cache

from moderation.rules.word_lists import ListsMatcher

DOT = "·"

# Crude words as people type them in anger. Whole words only: "Scunthorpe" and "cockerel" stay.
CRUDE = """
    arse arsehole arseholes arsewipe ass asses asshole assholes asswipe bastard bastards bellend
    bitch bitches bitching bitchy bollocks bullshit bugger cock cocks cocksucker cocksuckers crap
    cum cunt cunts cunty damn dick dickhead dickheads dicks dipshit dumbass dumbasses fuck fucked
    fucker fuckers fuckface fuckhead fuckin fucking fucks fuckwit fuckwits goddamn horseshit
    jackass jackasses jizz knobhead knobheads motherfucker motherfuckers motherfucking piss pissed
    pisses prick pricks pussies pussy shit shite shithead shitheads shithole shitholes shits
    shitstain shitty slag slags slut sluts slutty tit tits titties tosser tossers turd turds twat
    twats wank wanker wankers wanking whore whores
"""

# Slurs: against origin, faith, disability, sex and whom people love.
SLURS = """
    abo abos beaner beaners camel-jockey chink chinks chinky coon coons cripple cripples dago dagos
    darkie darkies dyke dykes fag fags faggot faggots faggy gook gooks goyim gyppo gyppos gypo
    half-breed heeb heebs honky jap japs kike kikes kraut krauts lesbo lesbos mong mongoloid mongs
    muzzie muzzies negro negroes nigga niggas nigger niggers paki pakis pikey pikeys poof
    poofs poofter poofters pooftah raghead ragheads retard retarded retards sandnigger
    shemale shemales shylock spastic spastics spaz spic spick spicks spics tard tards towelhead
    towelheads trannies tranny wetback wetbacks wog wogs wop wops yid yids zipperhead
"""


def masked(text: str) -> str:
    """Return the text with each such word as its first letter and dots; its length stays."""
    hits = _matcher().find(text)
    if not hits:
        return text
    letters = list(text)
    for hit in hits:
        first = True
        for place in range(hit.start, hit.end):
            if not _is_said(letters[place]):
                continue
            if not first:
                letters[place] = DOT
            first = False
    return "".join(letters)


def _is_said(letter: str) -> bool:
    """Whether a character belongs to the word, not to the space between its letters."""
    return not (letter.isspace() or unicodedata.category(letter).startswith(("Z", "C")))


@cache
def _matcher() -> ListsMatcher:
    return ListsMatcher({"crude": CRUDE.split(), "slurs": SLURS.split()})
