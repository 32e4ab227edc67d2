"""Sentences that are put into real pages and edited there, by language and by what the edit is; data of the generator.

A line of ``made_lines.txt`` is ``kind: before -> after``; an empty side is no sentence. A star: held back.
Names in braces are drawn from the pools below: ``{n}`` and ``{m}`` are two numbers, ``{d}`` and ``{e}`` two days of a
month, ``{y}`` and ``{z}`` two years, the others two words of a pool each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from archive.model import Flag

FLAGS: Mapping[str, frozenset[Flag]] = {
    "number": frozenset({"number"}),
    "date": frozenset({"date"}),
    "name": frozenset({"name"}),
    "quote": frozenset({"quote"}),
    "quote gone": frozenset({"quote"}),
    "attribution": frozenset({"attribution"}),
    "outlet": frozenset({"attribution"}),
    "caveat": frozenset({"caveat"}),
    "hedging": frozenset({"hedging"}),
    "negation": frozenset({"negation"}),
    "plain": frozenset(),
    "new": frozenset(),
    "correction": frozenset({"correction"}),
}
"""What each kind of line must raise."""
MAY: Mapping[str, frozenset[Flag]] = {
    # Who said a sentence that is gone is gone with it; an outlet is a name too.
    "quote gone": frozenset({"attribution"}),
    "outlet": frozenset({"name"}),
}
"""What it may raise or not: neither is held to be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence as it was and as it became; empty where there is none."""

    kind: str
    before: str
    after: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is put into pages of one language, and what is edited in their own words."""

    people: str
    places: str
    outlets: str
    weekdays: str
    months: str
    said: str = ""
    negated: str = ""
    plain: str = ""
    no_number_before: str = ""

    def pool(self, name: str) -> list[str]:
        value: str = getattr(self, name)
        return [word.strip() for word in value.split(",") if word.strip()]

    def swaps(self, name: str) -> list[tuple[str, str]]:
        """Give the swaps of a kind that are made in a page's own words."""
        return [(one.strip(), other.strip()) for one, other in (each.split(">") for each in self.pool(name))]


@lru_cache(maxsize=20)
def lines(language: str) -> tuple[Line, ...]:
    """Read the lines of a language."""
    text = Path(__file__).with_name("made_lines.txt").read_text(encoding="utf-8")
    found = []
    for row in text.partition(f"[{language}]\n")[2].partition("\n\n")[0].strip().split("\n"):
        kind, _, both = row.partition(": ")
        before, _, after = both.partition("->")
        found.append(Line(kind=kind.lstrip("*"), before=before.strip(), after=after.strip(), held=kind.startswith("*")))
    return tuple(found)


LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        people="Karin Holt, Peter Lindqvist, Amal Rahimi, Tomas Berger, Lucy Hargrove, Daniel Osei, Maria Fontana",
        places="Rotterdam, Antwerp, Lviv, Tampere, Valparaiso, Durban, Ghent, Aleppo",
        outlets="Reuters, The Guardian, Bloomberg, Le Monde, TASS, Al Jazeera, The Washington Post",
        weekdays="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
        months="January, February, April, June, July, August, September, October, November, December",
        said="said > claimed, said > alleged, said > insisted",
        negated="is > is not, was > was not, are > are not, were > were not, will > will not, has been > has not been",
        plain="large > big, began > started, quickly > swiftly, help > assist, near > close to, whole > entire,"
        " often > frequently, buy > purchase, also > likewise, however > yet, because > since, difficult > hard",
        no_number_before="am, pm, a.m., p.m., o'clock",
    ),
    "de": Words(
        people="Karin Holtmann, Peter Lindner, Amal Rahimi, Thomas Berger, Lena Hartwig, Daniel Vogt, Maria Fontane",
        places="Rotterdam, Antwerpen, Lwiw, Tampere, Valparaíso, Durban, Gent, Aleppo",
        outlets="Reuters, Bloomberg, Le Monde, TASS, Tagesschau, Al-Dschasira, dpa",
        weekdays="Montag, Dienstag, Mittwoch, Donnerstag, Freitag, Samstag, Sonntag",
        months="Januar, Februar, März, April, Juni, Juli, August, September, Oktober, November, Dezember",
        said="sagte > behauptete, erklärte > behauptete",
        negated="ist > ist nicht, war > war nicht, sind > sind nicht, waren > waren nicht, wurde > wurde nicht",
        plain="oft > häufig, schnell > rasch, begann > startete, groß > riesig, jedoch > aber, auch > ebenfalls,"
        " deshalb > daher, gesamte > ganze, allerdings > jedoch, etwa > ungefähr",
        no_number_before="Uhr",
    ),
    "fr": Words(
        people="Karine Hollande, Pierre Lindeau, Amal Rahimi, Thomas Berger, Lucie Hamel, Daniel Ossé, Marie Fontaine",
        places="Rotterdam, Anvers, Lviv, Tampere, Valparaíso, Durban, Gand, Alep",
        outlets="Reuters, Bloomberg, Le Monde, TASS, Le Figaro, Al-Jazira, l’AFP",
        weekdays="lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche",
        months="janvier, février, mars, avril, juin, juillet, août, septembre, octobre, novembre, décembre",
        said="a déclaré > a prétendu, a dit > a prétendu",
        negated="est > n’est pas, était > n’était pas, sont > ne sont pas",
        plain="souvent > fréquemment, rapidement > vite, également > aussi, cependant > toutefois, grand > vaste",
        no_number_before="h, heures",
    ),
    "es": Words(
        people="Karina Olmo, Pedro Lindero, Amal Rahimi, Tomás Bergés, Lucía Hierro, Daniel Osorio, María Fontana",
        places="Róterdam, Amberes, Leópolis, Tampere, Valparaíso, Durban, Gante, Alepo",
        outlets="Reuters, Bloomberg, Le Monde, TASS, El País, Al Jazeera, EFE",
        weekdays="lunes, martes, miércoles, jueves, viernes, sábado, domingo",
        months="enero, febrero, marzo, abril, junio, julio, agosto, septiembre, octubre, noviembre, diciembre",
        said="dijo > alegó",
        negated="es > no es, fue > no fue, está > no está, son > no son",
        plain="rápidamente > velozmente, también > asimismo, comenzó > empezó, grande > enorme, además > también",
        no_number_before="horas, h",
    ),
    "ru": Words(
        people="Карина Хольт, Пётр Линдов, Амаль Рахими, Томас Бергер, Людмила Громова, Даниил Осин, Мария Фонтова",
        places="Роттердам, Антверпен, Тампере, Вальпараисо, Дурбан, Гент, Алеппо",
        outlets="Reuters, Bloomberg, ТАСС, Коммерсантъ, Интерфакс, РБК",
        weekdays="понедельник, вторник, четверг, воскресенье",
        months="января, февраля, марта, апреля, июня, июля, августа, сентября, октября, ноября, декабря",
        said="сообщил > предположил, сказал > утверждал",
        negated="был > не был, была > не была, были > не были, будет > не будет",
        plain="часто > нередко, быстро > стремительно, однако > но, также > ещё, большой > крупный",
        no_number_before="часов, час",
    ),
    "ar": Words(
        people="كارين حداد, سامي النجار, أمل رحيمي, توفيق بركات, ليلى منصور",
        places="روتردام, دمشق, حلب, بيروت, طرابلس",
        outlets="رويترز, بلومبرغ, الجزيرة, العربية, تاس",
        weekdays="الاثنين, الثلاثاء, الأربعاء, الخميس, الجمعة, السبت, الأحد",
        months="يناير, فبراير, مارس, أبريل, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر",
        said="قال > زعم",
        plain="كبير > ضخم, أيضا > كذلك",
        no_number_before="صباحا, مساء",
    ),
}
"""By language. Day and month names that are everyday words or names of people too are left out."""
