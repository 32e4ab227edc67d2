"""Notices of correction, clarification or update that an article carries, in many languages. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 1200
_STAMP = 80

# Words that begin a notice whatever follows; the languages one a line.
_SURE = (
    r"corrections?\b(?! facilit| offic| cent| depart)",
    r"clarifications?\b",
    r"editor['’]?s['’]? (?:note|update)\b",
    r"erratum\b",
    r"errata\b",
    r"corrigendum\b",
    r"this (?:article|story|post|piece|report|page|headline|version)\W+(?:\w+\W+){0,6}?(?:was|has been|"
    r"have been) (?:\w+ )?(?:updated|corrected|amended|clarified|edited|revised|changed)\b",
    r"an? (?:earlier|previous|original|initial) version of this\b",
    r"the original version of this\b",
    r"korrektur\b",
    r"berichtigung\b",
    r"richtigstellung\b",
    r"klarstellung\b",
    r"(?:anmerkung|hinweis) der redaktion\b",
    r"anm\. ?d\. ?red",
    r"in einer (?:früheren|ersten|vorherigen|älteren) (?:version|fassung)\b",
    r"dieser (?:artikel|text|beitrag) wurde (?:\w+ ){0,6}?(?:aktualisiert|korrigiert|geändert)",
    r"rectificatif\b",
    r"correctif\b",
    r"erratum\b",
    r"précisions?\b(?=\s*[:(–—-])",
    r"note de la rédaction\b",
    r"mise à jour\b",
    r"cet article a été (?:modifié|corrigé|mis à jour|actualisé)",
    r"(?:fe de erratas?|fe de errores|rectificaci[oó]n|correcci[oó]n|aclaraci[oó]n|nota (?:del editor|"
    r"de (?:la )?redacci[oó]n))\b",
    r"una versi[oó]n anterior de est[ea]\b",
    r"este art[ií]culo (?:ha sido|fue) (?:actualizado|corregido|modificado)",
    r"(?:rettifica|errata corrige|precisazione|nota della redazione)\b",
    r"questo articolo è stato (?:aggiornato|corretto|modificato)",
    r"una versione precedente di questo\b",
    r"(?:corre[cç][cç]?ão|errata|erramos|esclarecimento|nota (?:da redação|do editor))\b",
    r"est[ea] (?:texto|matéria|reportagem|artigo) foi (?:atualizad|corrigid|alterad)",
    r"uma versão anterior dest[ea]\b",
    r"(?:correctie|rectificatie|verduidelijking|noot van de redactie)\b",
    r"in een eerdere versie\b",
    r"dit artikel is (?:\w+ ){0,3}?(?:aangepast|gewijzigd|bijgewerkt)",
    r"(?:sprostowanie|korekta|aktualizacja|od redakcji)\b",
    r"(?:исправление|поправка|уточнение|опровержение|от редакции|примечание редакции)\b",
    r"(?:виправлення|уточнення|спростування|від редакції)\b",
    r"в (?:более ранней|предыдущей|первоначальной) версии\b",
    r"(?:تصحيح|توضيح|تنويه|تحديث|ملاحظة المحرر)(?=\s*[:：(–—-]|\s*\Z)",
    r"(?:اصلاحیه|تصحیح|توضیح)(?=\s*[:：(–—-]|\s*\Z)",
    r"(?:düzeltme|editörün notu|tekzip)\b",
    r"(?:rättelse|förtydligande|korrigering)\b",
    r"i en tidigare version\b",
    r"(?:rettelse|presisering|oppklaring)\b",
    r"i en tidligere versjon\b",
    r"i en tidligere version\b",
    r"(?:præcisering|berigtigelse)\b",
    r"(?:oikaisu|korjaus|tarkennus)\b",
    r"更正",
    r"勘誤",
    r"勘误",
    r"澄清(?=\s*[:：(（])",
    r"編按",
    r"编者按",
    r"訂正",
    r"お詫び",
    r"編集部注",
    r"정정",
    r"바로잡습니다",
    r"알려왔습니다",
    r"편집자 ?주",
    r"(?:oprava|upřesnění|helyesbítés|pontosítás|rectificare|erată|διόρθωση|διευκρίνιση|ralat|koreksi|"
    r"đính chính|ispravak|ispravka)(?=\s*[:(–—-]|\s*\Z)",
)
# Words that begin other things too: a sign or a date must follow.
_IF_MARKED = (
    r"updates?",
    r"updated",
    r"amendment",
    r"aktualisier(?:t|ung)",
    r"nachtrag",
    r"ergänzung",
    r"actualis(?:é|ation)",
    r"actualizaci[oó]n",
    r"actualizado",
    r"aggiornamento",
    r"atualizaç[aã]o",
    r"atualizado",
    r"bijgewerkt",
    r"aanvulling",
    r"обновлено",
    r"обновление",
    r"оновлено",
    r"oppdatering",
    r"oppdatert",
    r"opdatering",
    r"opdateret",
    r"uppdatering",
    r"uppdaterad",
    r"päivitys",
    r"päivitetty",
    r"güncelleme",
    r"به‌روزرسانی",
    r"更新",
    r"追記",
    r"업데이트",
    r"ed\.? note",
    r"note to readers?",
    r"rättat",
    r"rettet",
)
_OPENING = r"\A[\s*_\[(>•■▶※【]*"
_NOTICE = re.compile(_OPENING + "(?:" + "|".join(_SURE) + ")", re.IGNORECASE)
_MARKED = re.compile(
    _OPENING
    + "(?:"
    + "|".join(_IF_MARKED)
    + r")\s*(?:[:：】\]]|[–—]\s|[,(]?\s*(?:\w+ ){0,2}\d{1,4}[.:/ ,\w]{0,30}[):：–—-])",
    re.IGNORECASE,
)
_ONLY_A_TIME = re.compile(
    r"\A\W*[\w ]{3,24}?\W*(?:(?:\w+\.?,? )?\d[\d\s.,:/|hUhr-]*(?:[^\W\d_]{1,12}\.?,?[\s\d.,:/-]*){0,4}(?:am|pm|"
    r"uhr|utc|gmt|[ce]e?s?t)?)?\W*\Z",
    re.IGNORECASE,
)


def is_notice(text: str) -> bool:
    """Tell whether a paragraph is a notice on the article itself; "Updated 3 May, 10:00" alone is a date.

    >>> is_notice("Correction: An earlier version misspelt a name."), is_notice("Correction officers went on strike.")
    (True, False)
    """
    text = text[:_LONGEST].strip()
    if len(text) < 12 or (len(text) <= _STAMP and _ONLY_A_TIME.match(text)):
        return False
    match = _NOTICE.match(text)
    if match is None:
        return _MARKED.match(text) is not None
    # A word that opens a sentence of the story goes on with a lower-case word: "Correction officers went on strike."
    rest, word = text[match.end() :].lstrip(" s"), match[0].strip()
    return not (rest[:1].islower() and rest.split(" ")[0] not in _GOES_ON and " " not in word)


_OF_A_CHANGE = re.compile(
    r"correct|clarif|updated|amended|misstat|misspel|inaccurat|earlier version|korrig|berichtig|aktualisier|"
    r"richtig|rectif|corrig|"
    r"erreur|error|fehler|errat|rettif|sprost|исправ|уточн|ошибк|düzelt|rätt|rett|oikai|更正|訂正|정정",
    re.IGNORECASE,
)
_GOES_ON = frozenset(
    ("on", "to", "and", "appended", "of", "vom", "am", "du", "le", "del", "de", "der", "zum", "zu", "at")
)


def notices(paragraphs: Iterable[str], boxes: Iterable[str] = ()) -> str | None:
    """Give the notices among the paragraphs and in marked boxes, one a line; None when there is none."""
    found = dict.fromkeys(each.strip()[:_LONGEST] for each in paragraphs if is_notice(each))
    for box in boxes:
        text = box.strip()[:_LONGEST]
        if (
            len(text) > 20
            and (is_notice(text) or _OF_A_CHANGE.search(text))
            and not any(text in each or each in text for each in found)
        ):
            found[text] = None
    return "\n".join(found) or None
