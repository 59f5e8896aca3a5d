"""Tables for ``classifier.text``: letters that look like other letters, and words worth telling.

Reviewed by hand and kept short on purpose. A table of every confusable character would fold real
Greek and Cyrillic words into nonsense.
"""

# Letters of other scripts that pass for a Latin letter in a word, small letters only (folding
# lower-cases first). Each group: the Latin letter, then its doubles.
_DOUBLES = """
a аαɑᴀ∂ꭺ  b ьвʙᏏβ  c сϲᴄꮯ  d ԁᴅꭰ  e еєҽεᴇꭼ  f ғꜰƒ  g ɡցԍɢ  h һнհʜ  i іιıɪⅰ  j јϳᴊ
k кκᴋ  l ӏʟⅼ  m мᴍⅿ  n пոηɴ  o оοօσᴏ  p рρᴘ  q ԛզ  r гʀꭱ  s ѕꜱꮪ  t тτᴛ  u υսᴜцμ  v νѵᴠ
w ѡԝաᴡωш  x хχ×  y уүγʏ  z ᴢꮓ
"""

DOUBLES: dict[str, str] = {
    double: group[0]
    for group in (part.split() for part in _DOUBLES.replace("\n", "  ").split("  "))
    if len(group) == 2
    for double in group[1]
}

# Latin letters that do not decompose, and lettered symbols that look like plain letters.
WHOLE: dict[str, str] = {
    "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ð": "d", "æ": "ae", "œ": "oe",
    "ß": "ss", "þ": "th", "ɐ": "a", "ǝ": "e", "ɨ": "i", "ʇ": "t", "ɥ": "h", "ɯ": "m", "ʌ": "v",
    "ʍ": "w", "ʎ": "y", "ᴀ": "a", "ʙ": "b", "ᴄ": "c", "ᴅ": "d", "ᴇ": "e", "ꜰ": "f", "ɢ": "g",
    "ʜ": "h", "ɪ": "i", "ᴊ": "j", "ᴋ": "k", "ʟ": "l", "ᴍ": "m", "ɴ": "n", "ᴏ": "o", "ᴘ": "p",
    "ʀ": "r", "ꜱ": "s", "ᴛ": "t", "ᴜ": "u", "ᴠ": "v", "ᴡ": "w", "ʏ": "y", "ᴢ": "z",
}  # fmt: skip
# Letters in filled circles and squares: Unicode gives them no plain form.
for _first in (0x1F150, 0x1F170):
    WHOLE.update({chr(_first + place): chr(ord("a") + place) for place in range(26)})

# What a digit or symbol stands for inside a word. 1, ! and | are i, or l where that makes a word
# of KNOWN.
LEET: dict[str, str] = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "¡": "i",
}  # fmt: skip

# Numbers with a unit or an ending are numbers: 4th, 5pm, 100k, 3yrs.
UNITS = frozenset(
    "st nd rd th s am pm k m g b bn mn km kg cm mm gb mb tb kb hz ghz mhz mph kph kmh kw mw gw kwh "
    "mwh ft lb lbs oz yr yrs year years min mins sec secs hr hrs hour hours day days week weeks "
    "month months way x d ds g gs ish ths nds rds pct percent star stars man men person people "
    "point points page pages part parts time times door doors bed room rooms bit fold er ers "
    "mth mths million billion dollars euro euros quid kids wheel wheels ply some ton tons tonne "
    "tonnes mile miles metre metres meter meters litre litres liter liters chan play gate".split()
)

# Words that decide between readings: how many letters a stretched word has ("assss" is "ass",
# "fuuuck" is "fuck"), whether 1 is an i or an l, what a mask hides ("f*ck"). Not a list of banned
# words: those belong to the site.
_RUDE = (
    "fuck shit bitch cunt asshole ass arse arsehole dick cock pussy whore slut bastard idiot moron "
    "stupid dumb dumbass loser retard faggot fag nigger nigga kike spic chink paki tranny dyke "
    "wanker twat prick bollocks bullshit crap damn piss jerk scum trash pig kill die rape murder "
    "hate suck cum tit boob porn penis vagina anal sex rapist nazi pedo paedo hell fool ugly fat "
    "pathetic clown coward liar lie jackass douche douchebag dipshit motherfucker fucker fuckwit "
    "cocksucker imbecile cretin maggot vermin filthy disgusting worthless viagra cialis casino "
    "bitcoin loan"
)
_PLAIN = (
    "so no too good cool see sweet will well all still really please off stuff free feel need look "
    "book been soon food keep week yes why what love very much long wow boo oh ooh aw hello sorry "
    "right nice great never ever yeah hey help stop more way big fun god omg lol tell sell call "
    "ball fall full pull small tall wall bell fell shell hill bill mill spell miss pass class "
    "boss less mess kiss loss guess bless press glass"
)
_ENDINGS = ("", "s", "es", "d", "ed", "er", "ers", "ing", "in", "y", "ty", "ting", "ter")
KNOWN: frozenset[str] = frozenset(
    stem + ending for stem in (_RUDE + " " + _PLAIN).split() for ending in _ENDINGS
)
_MASKABLE = [stem + ending for ending in _ENDINGS for stem in _RUDE.split()]


def unmask(word: str) -> str | None:
    """The rude word that ``word`` spells with stars for letters, if one fits: ``f*ck``."""
    if len(word) - word.count("*") - word.count("#") < 2:
        return None
    for known in _MASKABLE:
        if len(known) == len(word) and all(
            seen == meant or seen in "*#" for seen, meant in zip(word, known, strict=True)
        ):
            return known
    return None
