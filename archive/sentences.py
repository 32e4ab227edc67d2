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
# What goes on in lower case or after a comma was no end, but for a name such as iPhone; a reference in brackets belongs
# to what it is set behind, and so does a sign of quotation with a blank before it. The other rules look at the words.
_END = re.compile(
    f"[{re.escape(_ENDS + _WIDE_ENDS)}]+[{re.escape(_CLOSING)}]*(?:[“‘«‹](?!\\S)|\\s»(?!\\S))?+"
    "(?:\\[\\w{1,3}\\])*+(\\s*)"
    f"(?=[{re.escape(_OPENING)}]*([^\\s{_LOWER},;:]\\S{{0,19}}|[a-z][A-Z]\\S{{0,18}}))"
)

_NEVER, _OPENED, _NUMBERED, _DATED = range(4)
"""An abbreviation ends no sentence; or one where the next word opens one; or is none but before a number, or a date."""


def _kinds(kind: int, words: str) -> dict[str, int]:
    return dict.fromkeys(words.split(), kind)


_ABBREVIATIONS = {
    # titles and ranks
    **_kinds(
        _NEVER,
        "mr mrs ms dr prof profa sen gov lt sgt capt cmdr adm maj supt insp det messrs mme mlle mgr fr frl sr sra sras "
        "sres srta dra dres lic arq dña ud uds dott avv dipl on me hon rev rep gen col pres hr ing mag sig тов ул проф "
        "акад डॉ प्रो",
    ),
    # places, firms, sections, measures
    **_kinds(
        _NEVER,
        "nr nrn pp arts para cf ca env bzw evtl ggf inkl exkl zzgl vgl sog bspw dept univ assn bd jl bl pza apdo núm "
        "pág págs ej eds approx vs viz ibid cit tsd стр напр",
    ),
    **_kinds(
        _OPENED,
        "etc al co corp inc ltd bros jr usw st ave av blvd rd str ft mt mio mrd mld max min chr cap pa resp др гг им "
        "руб тыс млн млрд см пр",
    ),
    **_kinds(_NUMBERED, "no nos fig figs art ch sec abs vol op est ed mill рис"),
    # months and days where they are cut
    **_kinds(
        _DATED,
        "jan feb mar apr jun jul aug sep sept oct nov dec okt dez mon tue tues wed thu thur thurs fri sat sun ene abr "
        "ago dic janv févr avr juil déc янв фев апр авг сент окт нояб дек",
    ),
}
_WORDS = frozenset("on me rev rep mag st cap pa no nos fig figs art sec abs op est mill mar sat sun wed ago".split())
"""Abbreviations that are words too, where they are in lower case."""
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_BEHIND_ANOTHER = frozenset("med dent vet phil jur iur theol habil nat oec pol ex".split())  # Dr. med., p. ex.
_LONGEST = max(8, *map(len, _ABBREVIATIONS))
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\Z")  # U.S, z.B, a.m, e.g, т.е
_ROMAN = re.compile(r"(?!I\b)[IVX]+\b")
_STARTERS = frozenset(
    "the a an he she it they we i you but and in on at this that these those there his her its their our my your after "
    "as when while if for with by from however what who why how although because since until yet then now so mr mrs ms "
    "der die das er sie es wir ich ein eine aber und im am nach als wenn mit von doch auch dann "
    "le la les il elle ils elles nous je un une mais et dans à ce cette "
    "el los las ella ellos pero y en luego "
    "он она они оно мы я вы но и в на это все всё этот эта эти его ее её их как что когда где так по при после для до "
    "из за с о об от под через однако также тогда затем если хотя "
    "ثم و وقال وقالت وقد قال كما لكن هذا هذه إن".split()
)
_NAMELIKE = frozenset("le la les el los las il en in an on un der die he you so".split())
"""Words that open a sentence, or a name."""
_FIRST_WORD = re.compile(r"\w++(?!-)")
_ORDINAL_BEFORE = frozenset(
    "am der die das dem den des vom zum zur beim im bis ab seit und oder ein eine einen einem einer ihr ihre ihrem "
    "ihren sein seine seinem seinen diesem diesen jeden jedem dieses nach vor mit".split()
)
# A Japanese sentence goes on behind what it quotes.
_PARTICLE = re.compile(
    "って|など|と(?!ても|ころ|にかく)|[をに]|の(?!ち)|が(?!ん)|は(?!い)|も(?!し|う|っと)|で(?![はも])"
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
            if text[at] not in _WIDE_ENDS or (text[each.end() - 1] in _CLOSING and _PARTICLE.match(text, each.end())):
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
    begin = max(start, text.rfind(" ", start, at) + 1)
    word = text[begin:at].lstrip(_OPENING)
    if not word or (len(word) > _LONGEST and not word[0].isdigit()):
        return True
    folded = word.casefold()
    kind = _ABBREVIATIONS.get(folded)
    if kind is not None:
        return _abbreviation_ends(word, kind, text[start:begin], following)
    if len(word) == 1 and not word.isdigit():
        return _letter_ends(word, text[start:begin], following)
    if "." in word and _DOTTED.match(folded):
        return _opens(following)
    if len(word) < 4 and word.isdigit():
        return _number_ends(word, text[max(start, begin - 40) : begin], text[:start])
    if len(word) == 2 and word[0] == word[1] and word.isupper():
        return _opens(following)  # EE. UU., CC. OO.
    return not (folded in _BEHIND_ANOTHER and text[max(start, begin - 2) : begin] == ". ")


def _abbreviation_ends(word: str, kind: int, before: str, following: str) -> bool:
    """Tell whether a sentence ends with an abbreviation, ``before`` being what the sentence has before it."""
    folded = word.casefold()
    is_word = folded in _WORDS and word.islower()
    is_number = following[0].isdigit()
    if kind == _NUMBERED:
        if is_number or _ROMAN.match(following):
            return False
        return is_word or folded in ("no", "nos") or (len(_first(following)) > 1 and _opens(following))
    if kind == _DATED:
        if is_word:
            return not (is_number and before.rstrip()[-1:].isdigit())
        first = _first(following)
        return not (is_number or first in _MONTHS or _ABBREVIATIONS.get(first) == _DATED)
    return is_word or (kind == _OPENED and _opens(following))


def _letter_ends(letter: str, before: str, following: str) -> bool:
    """Tell whether a sentence ends with a single letter: an initial, a grade, a word, or part of an abbreviation."""
    if following[1:2] == "." and following[0].isalpha():
        return False  # z. B., J. K.
    if letter.isupper():
        if not _opens(following) or letter == "I" or _first(following) not in _NAMELIKE:
            return _opens(following)
        return letter != "M" and before.split()[-1:] != [] and before.split()[-1].islower()
    if letter.islower():
        if following[0].isdigit():
            return letter in _LETTER_WORDS
        if before[-2:] == ". " or ("а" <= letter <= "ё" and letter != "я"):
            return _opens(following)  # u. a., т. д., г.
        return letter != "v" and not (letter == "n" and following.startswith("Chr"))
    # An Arabic title; behind a number the sign of a year.
    return not "\u0620" <= letter <= "\u064a" or before.rstrip()[-1:].isdigit()


_LETTER_WORDS = "aeioyàóя"


def _number_ends(number: str, before: str, earlier: str) -> bool:
    """Tell whether a sentence ends with a number: not with that of a list, nor with a German ordinal."""
    words = before.split()
    if not words:
        return earlier.rstrip()[-1:] == "?"
    return len(number) > 2 or words[-1].casefold().strip(_OPENING) not in _ORDINAL_BEFORE


def _opens(following: str) -> bool:
    """Tell whether a word is one that sentences begin with."""
    first = _first(following)
    if len(first) == 1 and (sign := following[1:2]):
        return first in "cijn" if sign in "'’" else sign != "." and first in _STARTERS
    return first in _STARTERS


def _first(following: str) -> str:
    word = _FIRST_WORD.match(following)
    return word[0].casefold() if word is not None else ""
