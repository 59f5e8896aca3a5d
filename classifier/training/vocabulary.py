"""The words that fill the slots of ``templates``.

Rude ones included: a model that shall know abuse must have seen some.
"""

WORDS: dict[str, tuple[str, ...]] = {
    "group": tuple(
        "Muslims|Jews|Christians|Catholics|black people|white people|gay people|lesbians|"
        "trans people|immigrants|refugees|asylum seekers|women|men|Arabs|Mexicans|Chinese people|"
        "Indians|Poles|Somalis|Swedes|Americans|Russians|Ukrainians|Israelis|Palestinians|"
        "Roma|disabled people|old people|young people|feminists|atheists|Sami people|Kurds|"
        "Africans|Asians|foreigners|Turks|Iranians|Syrians|Pakistanis|homosexuals|Hindus|Sikhs|"
        "conservatives|liberals|socialists|Republicans|Democrats|police officers|farmers".split("|")
    ),
    "groupadj": tuple(
        "Muslim|Jewish|Christian|Catholic|black|white|gay|lesbian|transgender|immigrant|refugee|"
        "Arab|Mexican|Chinese|Indian|Polish|Somali|Swedish|American|Russian|Ukrainian|Israeli|"
        "Palestinian|Roma|disabled|Sami|Kurdish|African|Asian|foreign|Turkish|Iranian|Syrian|"
        "Pakistani|Hindu|Sikh|female|elderly".split("|")
    ),
    "insult": tuple(
        "idiot|moron|imbecile|fool|loser|clown|coward|liar|scumbag|pig|rat|parasite|dimwit|"
        "halfwit|cretin|jerk|creep|weasel|maggot|bastard|asshole|dumbass|bitch|retard|"
        "dipshit|piece of shit|piece of trash|waste of space|disgrace|nobody|twat|wanker|prick|"
        "whore|slut|cunt|fuckwit|troll|snowflake|sheep".split("|")
    ),
    "badadj": tuple(
        "stupid|dumb|idiotic|pathetic|disgusting|worthless|ignorant|brainless|moronic|useless|"
        "filthy|vile|lazy|dishonest|ridiculous|clueless|gutless|spineless|retarded|ugly|fat".split(
            "|"
        )
    ),
    "swear": tuple("shit|fuck|damn|bloody hell|crap|holy shit|fucking hell|hell|bugger".split("|")),
    "swearadj": tuple(
        "fucking|damn|goddamn|bloody|shitty|crappy|freaking|fuckin|sodding".split("|")
    ),
    "who": tuple(
        "the minister|the mayor|the president|the government|the council|the opposition|"
        "the prime minister|the journalist|the police chief|the union|the party leader|"
        "the committee|the editor|the company|the bank|the regulator|Parliament|the EU|NATO|"
        "the United States|Russia|China|Israel|Ukraine|Hamas|the Taliban|the army".split("|")
    ),
    "topic": tuple(
        "the war in Ukraine|the war in Gaza|the invasion of Iraq|the bombing of Libya|immigration|"
        "the new tax|abortion|gun control|the death penalty|the housing bill|the climate report|"
        "the asylum policy|the police budget|the hospital closure|vaccination|euthanasia|"
        "the terror attack|the murder trial|the rape case|the child abuse inquiry|the budget|"
        "wind power|the election|the school cuts|the sanctions|torture|the genocide|slavery|"
        "the Holocaust|the massacre|nuclear weapons|drug policy|suicide|racism|terrorism".split("|")
    ),
    "place": tuple(
        "Baghdad|Mosul|Kyiv|Mariupol|Gaza|Aleppo|Oslo|Kabul|Tripoli|Sarajevo|Beirut|Moscow|"
        "Bergen|Chicago|London|Paris|Kharkiv|Rafah|Hiroshima|Dresden|Darfur|Utøya|Tromsø".split("|")
    ),
    "number": tuple(
        "two|three|12|17|at least 40|more than a hundred|300,000|600|about 1,200|dozens of|"
        "hundreds of|thousands of|between 300,000 and 600,000".split("|")
    ),
    "victims": tuple(
        "civilians|soldiers|children|people|prisoners|protesters|journalists|hostages|women and "
        "children|residents|police officers|patients|refugees|troops|militants".split("|")
    ),
    "weapon": tuple(
        "an air strike|a car bomb|a missile|artillery fire|a drone|a suicide bomber|gunmen|"
        "shelling|fire-bombing|a landmine|snipers|cluster bombs|a knife attack|poison gas".split(
            "|"
        )
    ),
    "crime": tuple(
        "murder|rape|assault|child abuse|fraud|manslaughter|war crimes|terrorism|stabbing his wife|"
        "shooting two men|sexual assault|human trafficking|arson|drug smuggling|kidnapping".split(
            "|"
        )
    ),
    "did": tuple(
        "raped|murdered|stabbed|strangled|beaten|assaulted|molested|shot|kidnapped|tortured|abused|"
        "burned|drowned|killed|executed|gassed|hanged|lynched".split("|")
    ),
    "illness": tuple(
        "cancer|a stroke|dementia|pneumonia|Covid|an overdose|heart failure|Aids|malaria".split("|")
    ),
    "thing": tuple(
        "bus|train|phone|printer|update|website|weather|paywall|car park|road|referee's decision|"
        "film|ending|traffic|app|log-in page|law|tax|form|queue|headline|chart|roundabout|"
        "season|match|ferry|password rule|cookie banner|coffee".split("|")
    ),
    "person": tuple(
        "my neighbour|my father|her brother|a colleague|my teacher|my doctor|my friend|the nurse|"
        "the girl next door|our priest|my grandmother|the man I met|my son".split("|")
    ),
    "site": tuple(
        "www.best-loans.example|http://cheap-pills.example|bit.ly/x7yq2|earn-online.example/start|"
        "my channel|my page|https://crypto-gains.example|t.me/fastprofit|my blog|"
        "www.replica-watches.example|casino-bonus.example".split("|")
    ),
    "product": tuple(
        "viagra|cialis|essay writing|SEO backlinks|payday loans|bitcoin investment|weight loss "
        "pills|replica watches|online casino|forex trading|web design|spell casting|"
        "hacking services|cheap followers|testosterone boosters|timeshares".split("|")
    ),
    "money": tuple("$97|$5,000|£350|3000 dollars|€1,200|$8645|100 USD|2 BTC".split("|")),
    "so": tuple(
        (
            "|I think |In my view, |Honestly, |To be fair, |As far as I know, |Well, |Again, |"
            "With respect, |Sadly, |Look, |No, |Yes, |The truth is that |I read that |"
            "As others have said, "
        ).split("|")
    ),
    "end": tuple(
        (
            ".|.|.|.|. Thanks for the article.|. What do others think?|, as the report says.|"
            ", as the article explains.|. Does anybody have a source?|. That was years ago.|!|..."
        ).split("|")
    ),
}
