"""Edits of the words of a page: of sentences that were put into it (``made_words``), and of its own.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import html as entities
import random
import re
from collections.abc import Callable, Iterator, Mapping

from archive.model import Flag
from benchmarks.made_kinds import typed
from benchmarks.made_sheet import NOTHING, MadeEdit, Page, Paragraph, Splice
from benchmarks.made_words import FLAGS, MAY, Line, Words, lines
from tests.sheet import Text

_QUOTES = set('"“”„«»‘‹›')


def put(page: Page, drawn: random.Random, kind: str, *, lede: bool = False) -> MadeEdit | None:
    """Put a line of a kind into a paragraph, or beside it, as it was before, and as it is after."""
    fit = [line for line in lines(page.language) if line.kind == kind]
    fit = [line for line in fit if line.held == page.held] or fit
    if not fit:
        return None
    line = drawn.choice(fit)
    # Where a standfirst stands before the text, nobody knows which of both is the lede.
    first = [each for each in page.paragraphs if each.number == 0 and each.node.start not in page.taken]
    first = [] if page.standfirst else first
    homes = [each for each in (first if lede else page.free()) if _is_closed(each.said)]
    if not homes:
        return None
    home = drawn.choice(homes)
    before, after = _filled(line, page.words(), drawn)
    flags = FLAGS[kind]
    if kind == "new" and drawn.random() < 0.5:
        before, after = after, before
    own = home.node.name == "p" and not lede and drawn.random() < 0.3 and " id=" not in home.node.attributes
    place = home.node.end if own else home.node.close
    opening = page.html[home.node.start : home.node.inside]

    def splices(said: str) -> tuple[Splice, ...]:
        if not said:
            return ()
        written = entities.escape(said, quote=False)
        return (Splice(place, place, f"\n{opening}{written}</p>" if own else f" {written}"),)

    return MadeEdit(
        kind=f"{kind}, put in" + (" the lede" if lede else ""), before=before, after=after,
        flags=flags | {"lede"} if lede else flags, may=MAY.get(kind, NOTHING),
        splices_before=splices(before), splices_after=splices(after), taken=(home.node.start,),
    )  # fmt: skip


def _is_closed(said: str) -> bool:
    """Whether a paragraph ends a sentence, and no quotation in it goes on."""
    low, high, straight = said.count("„"), said.count("”"), said.count('"')
    curly = said.count("“") == (low or high)
    return said[-1] in '.!?؟»”"“' and straight % 2 == 0 and curly and said.count("«") == said.count("»")


def _filled(line: Line, words: Words, drawn: random.Random) -> tuple[str, str]:
    given: dict[str, str] = {}
    for name, pool in (
        ("person", "people"), ("place", "places"), ("outlet", "outlets"), ("weekday", "weekdays"), ("month", "months"),
    ):  # fmt: skip
        given[name], given[f"other {name}"] = drawn.sample(words.pool(pool), 2)
    given["n"], given["m"] = map(str, drawn.sample(range(12, 96), 2))
    given["d"], given["e"] = map(str, drawn.sample(range(2, 28), 2))
    given["y"], given["z"] = map(str, drawn.sample(range(1951, 2019), 2))

    def filled(text: str) -> str:
        for name, value in given.items():
            text = text.replace("{" + name + "}", value)
        return text

    return filled(line.before), filled(line.after)


def _unquoted(page: Page, drawn: random.Random) -> Iterator[tuple[Paragraph, Text, str]]:
    """Give the texts of paragraphs without quotation marks, links left out, in a drawn order."""
    free = page.free()
    drawn.shuffle(free)
    for paragraph in free:
        if not _QUOTES & set(paragraph.said):
            for text in paragraph.texts:
                if not any(node.name == "a" for node in page.sheet.line(text.owner)):
                    yield paragraph, text, text.of(page.html)


def _replaced(
    paragraph: Paragraph, text: Text, start: int, old: str, new: str, kind: str, may: frozenset[Flag] = NOTHING
) -> MadeEdit:
    place = text.start + start
    return MadeEdit(
        kind=kind, before=f"{paragraph.said} [{old}]", after=f"[{new}]", flags=FLAGS[kind], may=may,
        splices_after=(Splice(place, place + len(old), entities.escape(new, quote=False)),),
        taken=(paragraph.node.start,),
    )  # fmt: skip


def own_number(page: Page, drawn: random.Random) -> MadeEdit | None:
    words = page.words()
    months, units = set(words.pool("months")), set(words.pool("no_number_before"))
    for paragraph, text, said in _unquoted(page, drawn):
        for found in re.compile(
            r"(?<=[a-zäöüéèñа-яا-ي] )[$€£]?(\d{1,3}(?:[.,]\d{3})*|\d{1,3})(?= [a-zäöüéа-яا-ي])"
        ).finditer(said):
            following = said[found.end() :].split()[:2]
            if (
                said[: found.start()].split()[-1:][0] in months
                or set(following) & (months | units)
                or any(word.strip(".,;").capitalize() in months for word in following)
            ):
                continue
            other = found[1][:-1] + drawn.choice([digit for digit in "23456789" if digit != found[1][-1]])
            return _replaced(paragraph, text, found.start(1), found[1], other, "number")
    return None


def own_date(page: Page, drawn: random.Random) -> MadeEdit | None:
    days, months = page.words().pool("weekdays"), page.words().pool("months")
    for paragraph, text, said in _unquoted(page, drawn):
        for word in re.compile(r"(?<=[^\W\d_A-Z] )[^\W\d_]+(?=[ ,.;])").finditer(said):
            pool = next((each for each in (days, months) if word[0] in each), None)
            before = said[: word.start()].split()[-1:]
            if pool and before and before[0].lower() not in {"black", "good", "cyber"}:
                other = drawn.choice([each for each in pool if each != word[0]])
                return _replaced(paragraph, text, word.start(), word[0], other, "date")
    return None


def own_name(page: Page, drawn: random.Random) -> MadeEdit | None:
    known = _FIRST_NAMES.split()
    for paragraph, text, said in _unquoted(page, drawn):
        for found in re.compile(r"(?<=[a-z,] )([A-Z][a-z]+) [A-Z][a-z]{3,}(?=[ ,.;])(?! [A-Z])").finditer(said):
            if found[1] in known:
                other = drawn.choice(page.words().pool("people"))
                # A name beside a verb of speech is a source.
                return _replaced(paragraph, text, found.start(), found[0], other, "name", frozenset({"attribution"}))
    return None


_FIRST_NAMES = (
    "James John Robert Michael William David Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Mark "
    "Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Edward Ronald Timothy Jason Jeffrey Ryan Jacob "
    "Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Frank Alexander Patrick "
    "Raymond Jack Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Margaret "
    "Betty Sandra Ashley Dorothy Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura "
    "Sharon Cynthia Kathleen Amy Angela Anna Ruth Brenda Nicole Katherine Emma Olivia Rachel Peter Simon Alan "
    "Martin Hillary Joe Ben Nick Tim Tom Jim Hans Klaus Jürgen Wolfgang Stefan Andreas Sebastian Christian Markus "
    "Ursula Sabine Petra Monika Angela Olaf Annalena Robert Friedrich Karl Felix Julia Katharina Claudia Jean "
    "Pierre Marie Emmanuel Carlos Juan José Pedro Luis Ana "
)


def own_swap(kind: str, pool: str) -> Callable[[Page, random.Random], MadeEdit | None]:
    def edit(page: Page, drawn: random.Random) -> MadeEdit | None:
        swaps = page.words().swaps(pool)
        drawn.shuffle(swaps)
        for paragraph, text, said in _unquoted(page, drawn):
            for old, new in swaps:
                at = said.find(f" {old} ")
                following = said[at + len(old) + 2 :].split()[:2]
                leading = said[:at].split()[-1:]
                if at < 0 or not following or not leading or not leading[0][-1].isalpha():
                    continue
                # "is said to", "is not", "not only": other things than what the swap is made for.
                if set(following) & {"to", "not", "nicht", "only", "nur", "no", "pas", "не"} or "n't" in said:
                    continue
                if kind == "hedging" and leading[0].lower() in {"is", "was", "are", "were", "been", "be", "not"}:
                    continue
                return _replaced(paragraph, text, at + 1, old, new, kind)
        return None

    return edit


def own_denial(page: Page, drawn: random.Random) -> MadeEdit | None:
    """Take a negation out of the page's own words."""
    swaps = [(new, old) for old, new in page.words().swaps("negated")]
    drawn.shuffle(swaps)
    for paragraph, text, said in _unquoted(page, drawn):
        for old, new in swaps:
            at = said.find(f" {old} ")
            following = said[at + len(old) + 2 :].lower().split()[:4]
            checked = any(
                stem in word for word in following for stem in ("verif", "confirm", "clear", "known", "bestät")
            )
            if at > 0 and following and following[0] not in {"only", "nur", "just"} and not checked:
                return _replaced(paragraph, text, at + 1, old, new, "negation")
    return None


def own_quote(page: Page, drawn: random.Random) -> MadeEdit | None:
    pool = common(page)
    free = page.free()
    drawn.shuffle(free)
    for paragraph in free:
        for text in paragraph.texts:
            for found in _QUOTATION[page.language].finditer(text.of(page.html)):
                inside = [
                    word
                    for word in re.compile(r"(?<= )[^\W\d_]{5,}(?= )").finditer(found[0])
                    if word[0] == word[0].lower() and word[0] not in _LOADED
                ]
                if len(inside) > 1:
                    word = drawn.choice(inside)
                    other = drawn.choice([each for each in pool if each != word[0]])
                    return _replaced(paragraph, text, found.start() + word.start(), word[0], other, "quote")
    return None


_QUOTATION: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(r"(?<=“)[^“”&]{30,}(?=”)"),
    "de": re.compile(r"(?<=„)[^„“”&]{30,}(?=“)"),
    **dict.fromkeys(("fr", "es", "ru", "ar"), re.compile(r"(?<=«)[^»«&]{30,}(?=»)|(?<=“)[^“”&]{30,}(?=”)")),
}


def common(page: Page) -> list[str]:
    """Give words that the page's plain sentences use, as its language's lines have them."""
    found = {
        word
        for line in lines(page.language)
        if line.kind in {"new", "plain"}
        for word in line.before.strip(".").split()
        if len(word) > 4 and word.isalpha() and word == word.lower()
    }
    return sorted(found)


def own_removed(page: Page, drawn: random.Random) -> MadeEdit | None:
    """Take out a paragraph of the page that holds no name, number, quote, link or word of doubt."""
    if page.language != "en":
        return None
    for paragraph, _, _ in _unquoted(page, drawn):
        words = paragraph.said.split()
        starts = {0} | {at + 1 for at, word in enumerate(words) if word[-1] in ".!?"}
        plain = all(
            word.isascii() and not any(map(str.isdigit, word)) and word.strip(".,;:!?()").lower() not in _LOADED
            and "n't" not in word and "’" not in word and "'" not in word
            and (at in starts or word == word.lower() or word == "I")
            for at, word in enumerate(words)
        )  # fmt: skip
        linked = "<a " in page.html[paragraph.node.start : paragraph.node.end]
        if plain and not linked and len(words) > 7 and paragraph.number != max(each.number for each in page.paragraphs):
            node = paragraph.node
            return MadeEdit(
                kind="paragraph removed", before=paragraph.said, after="",
                splices_after=(Splice(node.start, node.end, ""),), taken=(node.start,),
            )  # fmt: skip
    return None


_LOADED = frozenset(
    "not no never none nor nobody nothing without said says say told tells according reported reports report "
    "sources source officials claimed claims may might could reportedly allegedly one two three four five six seven "
    "eight nine ten dozen hundred thousand million half first second third today yesterday tomorrow week month year "
    "weeks months years day days weekend "
    "nicht keine keinen keiner niemals ohne jamais sans nunca ningún никогда".split()
)


def own_typing(page: Page, drawn: random.Random) -> MadeEdit | None:
    for paragraph in drawn.sample(page.free(), len(page.free())):
        for text in paragraph.texts:
            said = text.of(page.html)
            if "&" not in said and len(said) > 40 and (other := typed(said, drawn)) != said:
                return MadeEdit(
                    kind="typographic", before=said.strip(), after=other.strip(),
                    splices_after=(Splice(text.start, text.end, other),), taken=(paragraph.node.start,),
                )  # fmt: skip
    return None


def moved(page: Page, drawn: random.Random) -> MadeEdit | None:
    free = [each for each in page.free() if each.node.name == "p"]
    drawn.shuffle(free)
    for one in free:
        homes = [other for other in free if other.node.parent is one.node.parent and abs(other.number - one.number) > 2]
        if homes:
            home = drawn.choice(homes)
            raw = page.html[one.node.start : one.node.end]
            return MadeEdit(
                kind="paragraph moved", before=one.said, after=f"after: {home.said}",
                splices_after=(Splice(one.node.start, one.node.end, ""), Splice(home.node.end, home.node.end, raw)),
                taken=(one.node.start, home.node.start),
            )  # fmt: skip
    return None
