"""The words that the EU transparency database knows, as its format names them. Pure.

The format is that of one statement of reasons (Regulation (EU) 2022/2065, Art. 17 and 24(5)) as the
database's interface takes it.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _

MOST_IN_A_BUNDLE = 100
LONGEST_PUID = LONGEST_GROUND = LONGEST_OTHER = LONGEST_URL = LONGEST_IDENTITY = 500
LONGEST_EXPLANATION = 2000
LONGEST_FACTS = 5000

VISIBILITY_OTHER = "DECISION_VISIBILITY_OTHER"
VISIBILITIES = (
    "DECISION_VISIBILITY_CONTENT_REMOVED",
    "DECISION_VISIBILITY_CONTENT_DISABLED",
    "DECISION_VISIBILITY_CONTENT_DEMOTED",
    "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED",
    "DECISION_VISIBILITY_CONTENT_LABELLED",
    VISIBILITY_OTHER,
)
ACCOUNTS = ("DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED")
ACCOUNT_TYPES = ("ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE")
ILLEGAL = "DECISION_GROUND_ILLEGAL_CONTENT"
INCOMPATIBLE = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
GROUNDS = (ILLEGAL, INCOMPATIBLE)
CONTENT_TYPE = "CONTENT_TYPE_TEXT"
VOLUNTARY = "SOURCE_VOLUNTARY"
SOURCES = (
    "SOURCE_ARTICLE_16",
    "SOURCE_TRUSTED_FLAGGER",
    "SOURCE_TYPE_OTHER_NOTIFICATION",
    VOLUNTARY,
)
AUTOMATED = (
    "AUTOMATED_DECISION_FULLY",
    "AUTOMATED_DECISION_PARTIALLY",
    "AUTOMATED_DECISION_NOT_AUTOMATED",
)
YES, NO = "Yes", "No"

OTHER_VIOLATION = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
HARMFUL_SPEECH = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
CATEGORIES = (
    ("STATEMENT_CATEGORY_ANIMAL_WELFARE", _("Animal welfare")),
    ("STATEMENT_CATEGORY_CONSUMER_INFORMATION", _("Consumer information")),
    ("STATEMENT_CATEGORY_CYBER_VIOLENCE", _("Cyber violence")),
    (
        "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN",
        _("Cyber violence against women"),
    ),
    (
        "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        _("Data protection and privacy violations"),
    ),
    (HARMFUL_SPEECH, _("Illegal or harmful speech")),
    (
        "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        _("Intellectual property infringements"),
    ),
    (
        "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        _("Negative effects on civic discourse or elections"),
    ),
    ("STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE", _("Type of illegal content not specified")),
    (OTHER_VIOLATION, _("Other violation of the site's rules")),
    ("STATEMENT_CATEGORY_PROTECTION_OF_MINORS", _("Protection of minors")),
    ("STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", _("Risk for public security")),
    ("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", _("Scams and fraud")),
    ("STATEMENT_CATEGORY_SELF_HARM", _("Self-harm")),
    (
        "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
        _("Unsafe and prohibited products"),
    ),
    ("STATEMENT_CATEGORY_VIOLENCE", _("Violence")),
)
CATEGORY_NAMES = frozenset(name for name, _label in CATEGORIES)
KEYWORD_OTHER = "KEYWORD_OTHER"
# Those that a comment can be about. ``KEYWORD_OTHER`` asks for words of its own: not offered.
KEYWORDS = (
    ("KEYWORD_COPYRIGHT_INFRINGEMENT", _("Copyright infringement")),
    ("KEYWORD_CYBER_BULLYING_INTIMIDATION", _("Bullying or intimidation")),
    ("KEYWORD_CYBER_HARASSMENT", _("Harassment")),
    ("KEYWORD_CYBER_INCITEMENT", _("Incitement to cyber violence")),
    ("KEYWORD_DEFAMATION", _("Defamation")),
    ("KEYWORD_DISCRIMINATION", _("Discrimination")),
    ("KEYWORD_HATE_SPEECH", _("Hate speech")),
    ("KEYWORD_HIDDEN_ADVERTISEMENT", _("Hidden advertisement")),
    ("KEYWORD_INAUTHENTIC_ACCOUNTS", _("Inauthentic accounts")),
    ("KEYWORD_INCITEMENT_VIOLENCE_HATRED", _("Incitement to violence or hatred")),
    ("KEYWORD_MISINFORMATION_DISINFORMATION", _("Misinformation or disinformation")),
    ("KEYWORD_PHISHING", _("Phishing")),
    ("KEYWORD_SUICIDE", _("Suicide")),
    ("KEYWORD_TERRORIST_CONTENT", _("Terrorist content")),
)
KEYWORD_NAMES = frozenset({*(name for name, _label in KEYWORDS), KEYWORD_OTHER})
COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI"
    " SK".split()
)
LANGUAGES = frozenset(
    "AA AB AE AF AK AM AN AR AS AV AY AZ BA BE BG BH BI BM BN BO BR BS CA CE CH CO CR CS CU CV CY"
    " DA DE DV DZ EE EL EN EO ES ET EU FA FF FI FJ FO FR FY GA GD GL GN GU GV HA HE HI HO HR HT HU"
    " HY HZ IA ID IE IG II IK IO IS IT IU JA JV KA KG KI KJ KK KL KM KN KO KR KS KU KV KW KY LA LB"
    " LG LI LN LO LT LU LV MG MH MI MK ML MN MR MS MT MY NA NB ND NE NG NL NN NO NR NV NY OC OJ OM"
    " OR OS PA PI PL PS PT QU RM RN RO RU RW SA SC SD SE SG SI SK SL SM SN SO SQ SR SS ST SU SV SW"
    " TA TE TG TH TI TK TL TN TO TR TS TT TW TY UG UK UR UZ VE VI VO WA WO XH YI YO ZA ZH"
    " ZU".split()
)
FIRST_CONTENT_DATE = date(2000, 1, 1)
FIRST_APPLICATION_DATE = date(2020, 1, 1)
LAST_DATE = date(2038, 1, 1)
