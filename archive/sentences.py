"""Where the sentences of a paragraph begin and end, in any script. Pure.

Rules, not models: a sentence ends at its full stop, question mark or the like, unless what stands before is an
abbreviation, an initial or an ordinal, or what follows goes on in lower case. A citation names sentences and a diff
counts them, so the same paragraph always has the same ones.
"""

from __future__ import annotations

import re

_ENDS = ".!?…؟۔।॥"
_WIDE_ENDS = "。！？｡"
_CLOSING = "\"'”’»›)]}」』）】"
_OPENING = "\"'“‘„«‹([{¿¡「『（【/–—-"
_LOWER = "a-zß-öø-ÿа-яёα-ω"
# What goes on in lower case or after a comma was no end; the rest of the rules look at the words.
_END = re.compile(
    f"[{re.escape(_ENDS + _WIDE_ENDS)}]+[{re.escape(_CLOSING)}]*(\\s*)"
    f"(?=[{re.escape(_OPENING)}]*([^\\s{_LOWER},;:]\\S*))"
)

_ABBREVIATIONS = frozenset(
    # titles and ranks
    "mr mrs ms dr prof sr jr st hon rev fr sen rep gov gen col lt sgt capt cmdr adm maj pres supt insp det messrs mme "
    "mlle mgr me hr fr frl dipl ing mag sig sra srta dña ud uds dott avv on тов г гг ул им проф акад "
    # places, firms, sections
    "no nos nr nrn vol pp fig figs ch sec art arts abs para cf al etc ca bzw usw evtl ggf inkl exkl zzgl vgl sog bspw "
    "co corp inc ltd bros dept univ assn ave blvd rd ft mt str jl av bd pza apdo núm pág págs ej ed eds est approx "
    "vs viz ibid op cit resp max min mio mrd tsd mill mld млн млрд тыс руб см др пр стр рис напр "
    # months and days where they are cut
    "jan feb mar apr jun jul aug sep sept oct nov dec okt dez mon tue tues wed thu thur thurs fri sat sun "
    "ene abr ago dic janv févr avr juil déc янв фев апр авг сент окт нояб дек".split()
)
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\Z")  # U.S, z.B, a.m, e.g, т.е
_STARTERS = frozenset(
    "the a an he she it they we i but and in on at this that these those there his her its their our my after as when "
    "while if for with by from however what who why how mr mrs ms der die das er sie es wir ich ein eine aber und im "
    "in am nach als wenn mit von le la les il elle ils elles nous je un une mais et dans à el los las ella ellos pero "
    "y en un una он она они мы я но и в на это".split()
)
_ORDINAL_BEFORE = frozenset(
    "am der die das dem den des vom zum zur beim im bis ab seit und oder ein eine einen einem einer ihr ihre ihrem "
    "ihren sein seine seinem seinen diesem diesen jeden jedem dieses nach vor mit".split()
)


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Give the places of the sentences of a paragraph, from first to behind the last character, blanks left out.

    >>> spans("He paid Mr. Low $3.5 million. Why? Nobody knows.")
    ((0, 29), (30, 34), (35, 48))
    """
    stripped = text.strip()
    if not stripped:
        return ()
    start = text.index(stripped[0])
    last = start + len(stripped)
    found: list[tuple[int, int]] = []
    for each in _END.finditer(text, start, last):
        at = each.start()
        if not each[1]:
            if text[at] not in _WIDE_ENDS:
                continue
        elif text[at] == "." and text[at + 1] != "." and not _ends(text, start, at, each[2]):
            continue
        end = each.end()
        found.append((start, end - len(each[1])))
        start = end
    found.append((start, last))
    return tuple(found)


def sentences(text: str) -> tuple[str, ...]:
    """Give the sentences of a paragraph."""
    return tuple(text[start:end] for start, end in spans(text))


def _ends(text: str, start: int, at: int, following: str) -> bool:
    """Tell whether a sentence that began at ``start`` ends with the full stop at ``at``."""
    word = text[max(start, text.rfind(" ", start, at) + 1) : at].lstrip(_OPENING)
    if not word or (len(word) > _LONGEST and not word[0].isdigit()):
        return True
    folded = word.casefold()
    if folded in _ABBREVIATIONS:
        return folded in _CAN_END and _opens(following)
    if len(word) == 1 and word.isalpha():
        # An initial; "I" and a letter in lower case may end a sentence.
        return not word.isupper() or (word == "I" and _opens(following))
    if _DOTTED.match(folded):
        return _opens(following)
    if word.isdigit() and len(word) < 3:
        words = text[max(start, at - 40) : at].split()
        return len(words) < 2 or words[-2].casefold().strip(_OPENING) not in _ORDINAL_BEFORE
    return True


def _opens(following: str) -> bool:
    """Tell whether a word is one that sentences begin with."""
    return following.casefold().rstrip("'’,.") in _STARTERS


_LONGEST = max(8, *map(len, _ABBREVIATIONS))
_CAN_END = frozenset(("etc", "co", "corp", "inc", "ltd", "jr", "sr", "usw", "al", "ave", "rd", "др", "no"))
"""Abbreviations that may end a sentence too, where the next word begins one."""
