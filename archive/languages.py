"""Which language a text is in, as far as lists of words must know. Pure."""

from __future__ import annotations

import re

SMALL: dict[str, frozenset[str]] = {
    "en": frozenset("the and of to in that is was for with on his they have said".split()),
    "de": frozenset("der die das und ist nicht von den mit dem ein eine auf sich im zu".split()),
    "fr": frozenset("le les et des du une est dans que qui pour pas au sur la".split()),
    "es": frozenset("el los y del las que una con por para se su es la en".split()),
    "it": frozenset("il che di e della del per è non un con gli nel la una".split()),
    "pt": frozenset("o que do da e em não uma os com para no na ao dos".split()),
    "nl": frozenset("het een van en is dat niet op voor zijn met de aan hij".split()),
    "sv": frozenset("och att det som är en på för av med og ikke til er den".split()),
    "pl": frozenset("w i na z się nie do jest że to o jak po za od".split()),
    "tr": frozenset("ve bir bu için ile da de olarak daha olan çok gibi".split()),
}
"""Small words that show which language a text is in."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = (("ru", re.compile("[а-яё]")), ("ar", re.compile("[\u0621-\u064a]")))
_ENOUGH = 2  # small words that decide
_LOOKED = 600  # characters


def guessed(text: str) -> str:
    """Give the code of the language that a text's letters or small words are of; empty where that is not clear."""
    folded = text[:_LOOKED].casefold()
    for code, letters in _SCRIPTS:
        if letters.search(folded) is not None:
            return code
    words = set(_WORD.findall(folded))
    counts = sorted(((len(words & small), code) for code, small in SMALL.items()), reverse=True)
    (most, likely), (second, _) = counts[:2]
    return likely if most >= _ENOUGH and most > second else ""
