"""Edits of what a page says beside its words: links, headline, picture, dates, notices of correction.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import html as entities
import json
import random
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from benchmarks.made_sheet import NOTHING, MadeEdit, Page, Paragraph, Splice, bare, texts_in
from benchmarks.made_wording import common
from benchmarks.made_words import lines


def link(page: Page, drawn: random.Random) -> MadeEdit | None:
    target = f"https://{drawn.choice(page.domains)}/{drawn.choice(('news', 'story', 'a'))}/{drawn.randrange(10**6)}"
    free = page.free()
    drawn.shuffle(free)
    way = drawn.choice(("added", "removed", "retargeted"))
    for paragraph in free:
        if way == "added":
            for text in paragraph.texts:
                plain = not any(node.name == "a" for node in page.sheet.line(text.owner))
                found = list(re.compile(r"(?<= )[a-zäöüéа-я]{4,}(?= )").finditer(text.of(page.html)))
                if plain and found:
                    word = drawn.choice(found)
                    at = text.start + word.start()
                    made = Splice(at, at + len(word[0]), f'<a href="{target}">{word[0]}</a>')
                    return _linked(paragraph, "link added", word[0], target, (made,))
            continue
        for node in page.sheet.nodes:
            if node.name != "a" or not paragraph.node.start < node.start < paragraph.node.end or not node.whole:
                continue
            href = re.search(r"""\bhref=["'](https?://[^"']+|/[^"'#]+)["']""", node.attributes)
            words = entities.unescape(re.sub("<[^>]*>", "", page.html[node.inside : node.close])).strip()
            if href is None or len(words) < 3:
                continue
            if way == "removed":
                made_all = (Splice(node.start, node.inside, ""), Splice(node.close, node.end, ""))
                return _linked(paragraph, "link removed", href[1], words, made_all)
            at = node.start + 1 + len(node.name) + href.start(1)
            return _linked(paragraph, "link retargeted", href[1], target, (Splice(at, at + len(href[1]), target),))
    return None


def _linked(paragraph: Paragraph, kind: str, before: str, after: str, made: tuple[Splice, ...]) -> MadeEdit:
    return MadeEdit(
        kind=kind,
        before=before,
        after=after,
        flags=frozenset({"link"}),
        splices_after=made,
        taken=(paragraph.node.start,),
    )


def _everywhere(text: str, old: str, new: str) -> tuple[Splice, ...]:
    return tuple(Splice(at.start(), at.end(), new) for at in re.finditer(re.escape(old), text))


def headline(page: Page, drawn: random.Random) -> MadeEdit | None:
    for node in page.sheet.nodes:
        if node.name != "h1":
            continue
        texts = texts_in(page.sheet, node)
        if len(texts) != 1 or page.title is None or bare(texts[0].of(page.html)) != bare(page.title):
            continue
        raw = texts[0].of(page.html).strip()
        old = " ".join(entities.unescape(raw).split())
        fit = [word for word in old.split() if word.isalpha() and len(word) > 3]
        if not fit:
            return None
        word = drawn.choice(fit)
        put = drawn.choice([each for each in common(page) if each != word.lower()])
        capital = word[0].isupper()
        put = put.capitalize() if capital else put
        new = old.replace(word, put, 1)
        forms = {
            (raw, raw.replace(word, put, 1)), (old, new), (entities.escape(old), entities.escape(new)),
            (json.dumps(old)[1:-1], json.dumps(new)[1:-1]),
            (json.dumps(old, ensure_ascii=False)[1:-1], json.dumps(new, ensure_ascii=False)[1:-1]),
        }  # fmt: skip
        made: dict[int, Splice] = {}
        for one, other in sorted(forms, key=lambda form: -len(form[0])):
            for splice in _everywhere(page.html, one, other):
                if not any(splice.start < each.end and each.start < splice.end for each in made.values()):
                    made[splice.start] = splice
        return MadeEdit(
            kind="headline", before=old, after=new, flags=frozenset({"headline"}),
            may=frozenset({"name"}) if capital else NOTHING, splices_after=tuple(made.values()),
        )  # fmt: skip
    return None


def picture(page: Page, drawn: random.Random) -> MadeEdit | None:
    found = re.search(r"""<meta\b[^>]*\bog:image["'][^>]*\bcontent=["']([^"']+)["']""", page.html)
    if found is None:
        return None
    stem = re.split(r"[.?&;]", found[1].split("?")[0].rstrip("/").rpartition("/")[2])[0]
    plain = len(stem) >= 8 and (any(map(str.isdigit, stem)) or "-" in stem) and stem not in page.url
    if not plain or any(word in stem.lower() for word in ("logo", "default", "share", "icon", "placeholder")):
        return None
    other = "".join(drawn.sample("abcdefghkmnp", 5)) + "-" + str(drawn.randrange(10**7, 10**8))
    places = _everywhere(page.html, stem, other)
    if len(places) < 2:
        return None
    return MadeEdit(kind="picture", before=found[1], after=other, flags=frozenset({"picture"}), splices_after=places)


def _told(text: str, names: Sequence[str]) -> set[str]:
    """Give the values of metadata of these names, in meta elements and in JSON."""
    found: set[str] = set()
    for name in names:
        found |= set(re.findall(rf""""{name}"\s*:\s*"([^"]+)\"""", text))
        found |= set(re.findall(rf"""<meta\b[^>]*["']{name}["'][^>]*\bcontent=["']([^"']+)["']""", text))
        found |= set(re.findall(rf"""<meta\b[^>]*\bcontent=["']([^"']+)["'][^>]*["']{name}["']""", text))
    return found


_PUBLISHED = ("datePublished", "article:published_time")

_MODIFIED = ("dateModified", "article:modified_time", "og:updated_time")


def _shifted(value: str, days: int) -> str | None:
    try:
        return (date.fromisoformat(value[:10]) + timedelta(days=days)).isoformat() + value[10:]
    except ValueError:
        return None


def redated(page: Page, drawn: random.Random) -> MadeEdit | None:
    published, modified = _told(page.html, _PUBLISHED), _told(page.html, _MODIFIED)
    days = drawn.randint(9, 40)
    if not published or any(_shifted(each, days) is None for each in published | modified):
        return None
    # No page says that it was changed before it was published: both move, where the change was no later.
    both = any(each[:10] <= (_shifted(one, days) or "") for each in modified for one in published)
    if published & modified and not both:
        return None
    parts = {value[:10] for value in published}
    if len(parts) != 1:
        return None
    day = parts.pop()
    # The same day may be told in other forms; where it is that of a change too, that stays.
    moved = {value[:10] for value in modified} | {day} if both else {day}
    told_again = re.compile(rf"""(?<=["'>])(?:{"|".join(sorted(moved))})[T ]?[0-9:.+Z-]*(?=["'<])""")
    kept = {
        at.start(): Splice(at.start(), at.end(), _shifted(at[0], days) or "")
        for at in told_again.finditer(page.html)
        if both or at[0] not in modified
    }
    if not all(
        any(splice.start == at.start() for splice in kept.values())
        for value in published
        for at in re.finditer(rf"""(?<=["']){re.escape(value)}(?=["'])""", page.html)
    ):
        return None
    value = max(published, key=len)
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return MadeEdit(
        kind="redated", before=value, after=_shifted(value, days) or "", flags=frozenset({"redated"}),
        splices_after=tuple(kept.values()), first_seen=told + timedelta(hours=2), is_update=both,
    )  # fmt: skip


def updated(page: Page, drawn: random.Random) -> MadeEdit | None:
    """Move the time of the last change on, as an open edit does."""
    published, modified = _told(page.html, _PUBLISHED), _told(page.html, _MODIFIED)
    days = drawn.randint(1, 9)
    if not modified or not published or published & modified or not all(_shifted(each, days) for each in modified):
        return None
    if any(one != other and one in other for one in modified | published for other in modified):
        return None
    places = [splice for value in modified for splice in _everywhere(page.html, value, _shifted(value, days) or "")]
    return MadeEdit(
        kind="modified time", before=", ".join(sorted(modified)), after=f"{days} days later",
        splices_after=tuple(places), is_update=True,
    )  # fmt: skip


def notice(page: Page, drawn: random.Random) -> MadeEdit | None:
    fit = [line for line in lines(page.language) if line.kind == "correction"]
    line = drawn.choice([each for each in fit if each.held == page.held] or fit)
    last = page.paragraphs[-1]
    if last.node.name != "p" or last.node.start in page.taken:
        return None
    written = entities.escape(line.before, quote=False)
    form = drawn.choice(("<p>{}</p>", "<p><em>{}</em></p>", "<p><i>{}</i></p>", "<p><strong>{}</strong></p>"))
    return MadeEdit(
        kind="correction", before="", after=line.before, flags=frozenset({"correction"}),
        splices_after=(Splice(last.node.end, last.node.end, "\n" + form.format(written)),), taken=(last.node.start,),
        is_notice=True,
    )  # fmt: skip
