"""Notices in words, as plain text and as values for a program. Pure.

What pages say is quoted, on one line, cut where it is long, and without characters that steer a screen.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archive.change_json import change_json
from archive.model import Article, Change, Edit, FieldEdit, Flag, Revision, WordEdit
from archive.store.alarms import Alarm
from archive.terminal import printable
from archive.timing import stamp
from archive.urls import neighbour
from archive.words_of_people import Said, right_flags
from schedules.alert_rules import Rule

LONGEST = 300
"""Characters that are shown of one text."""
EDITS = 6
"""Edits that are shown of one change."""
TOLD = 40
"""Notices that one message tells in full; of the rest it gives the number."""
_KEPT = 40  # characters that are shown of words that stayed, on either side of an edit

FLAGS: Mapping[Flag, str] = {
    "headline": "the headline was changed",
    "lede": "the opening was changed",
    "quote": "a quotation was changed",
    "number": "a number was changed",
    "date": "a date was changed",
    "name": "a name was changed",
    "attribution": "a source was changed",
    "caveat": "what could not be checked was told otherwise",
    "hedging": "something is told with more or less doubt",
    "negation": "something is denied, or not denied any more",
    "link": "a link was changed",
    "picture": "the lead picture was changed",
    "redated": "its date was changed",
    "correction": "a notice of correction was changed",
    "stealth": "nothing on the page says that it was edited",
    "typographic": "quotes, dashes or blanks were changed",
}
"""What each flag says to somebody who does not know it."""
_FIELDS: Mapping[str, str] = {
    "headline": "headline",
    "standfirst": "standfirst",
    "bylines": "byline",
    "published": "date",
    "caption": "caption",
    "correction": "correction notice",
}
_OPS = {"add": "added", "remove": "removed", "change": "changed", "move": "moved", "merge": "joined", "split": "parted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice: ``id`` is the same for the same thing whichever rule tells it; ``data`` holds plain JSON values."""

    id: str
    title: str
    text: str
    url: str | None
    at: datetime
    words: tuple[str, ...] = ()
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to a target at once: one notice, or several."""

    rule: str
    title: str
    text: str
    told: tuple[Told, ...]

    def data(self, target: str) -> dict[str, object]:
        """Give it as values for a program."""
        notices = [dict(each.data) for each in self.told]
        return {"rule": self.rule, "to": target, "title": self.title, "text": self.text, "notices": notices}


def of_change(
    rule: str, article: Article, before: Revision, after: Revision, change: Change, said: Said, site: str | None
) -> Told:
    """Tell a change."""
    flags = right_flags(change.flags, said.wrong_flags)
    headline = _line(after.extraction.headline or after.extraction.seo_title or "(no headline)")
    host = _line(neighbour(article.url))
    since, until = change.window
    lines = [
        headline,
        f"{host}, watched as {site}" if site else host,
        f"Between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC: {_flags(flags)}.",
        *_edits(change),
        _line(article.url, 2000),
        f"To see it: variorum diff {shlex.quote(f'{article.url}@{after.number}')}",
    ]
    data = {**change_json(article, before, after, change, said), "at": stamp(after.seen_from)}
    return Told(
        id=f"{after.id}:{before.id}".replace("urn:uuid:", ""),
        title=f"Edited: {headline}",
        text="\n".join(lines),
        url=article.url,
        at=after.seen_from,
        words=flags,
        data={"kind": "change", "site": site, "host": host, **data},
    )


def of_alarm(alarm: Alarm, *, is_over: bool) -> Told:
    """Tell that something goes wrong, or that it is over."""
    where = f"site {alarm.site}" if alarm.site else "the archive"
    until = f" until {alarm.ended:%Y-%m-%d %H:%M}" if alarm.ended is not None else ""
    at = alarm.ended if is_over and alarm.ended is not None else alarm.since
    title = f"{'Over' if is_over else 'Alarm'}: {alarm.kind}, {where}"
    kind = "alarm over" if is_over else "alarm"
    return Told(
        id=f"{alarm.site}:{alarm.kind.replace(' ', '-')}:{stamp(alarm.since)}:{kind.replace(' ', '-')}",
        title=title,
        text=f"{title}\nSince {alarm.since:%Y-%m-%d %H:%M}{until} UTC: {_line(alarm.detail, 1000)}",
        url=None,
        at=at,
        words=(alarm.kind,),
        data={
            "kind": kind,
            "site": alarm.site or None,
            "alarm": alarm.kind,
            "since": stamp(alarm.since),
            "ended": stamp(alarm.ended) if alarm.ended is not None else None,
            "detail": alarm.detail,
        },
    )


def message(rule: Rule, told: Sequence[Told]) -> Message:
    """Put notices into one message, the oldest first."""
    if len(told) == 1:
        return Message(rule=rule.name, title=told[0].title, text=told[0].text, told=tuple(told))
    ordered = sorted(told, key=lambda each: (each.at, each.id))
    what = "alarms" if rule.alarm else "edits"
    parts = [each.text for each in ordered[:TOLD]]
    if more := len(ordered) - TOLD:
        parts += [f"... and {more} more: variorum alerts --sent"] if more > 0 else []
    return Message(
        rule=rule.name,
        title=f"{len(ordered)} {what}: {rule.name}",
        text=f"{len(ordered)} {what} that the rule {rule.name} is about:\n\n" + "\n\n".join(parts),
        told=tuple(ordered),
    )


def trial(target: str, now: datetime) -> Message:
    """Make the message that tries a target."""
    text = f"This is a trial of the target {target}; nothing has happened."
    told = Told(id=f"trial:{stamp(now)}", title="Trial", text=text, url=None, at=now, data={"kind": "trial"})
    return Message(rule="trial", title="Variorum: a trial", text=text, told=(told,))


# ----------------------------------------------------------------------------------------------------------- details


def _flags(flags: Sequence[Flag]) -> str:
    told = [FLAGS[flag] for flag in flags if flag != "typographic" or len(flags) == 1]
    return "; ".join(told) if told else "something was edited"


def _edits(change: Change) -> Iterator[str]:
    lines = [line for each in change.fields if (line := _field(each))]
    lines += [_edit(each) for each in change.edits if not each.typographic]
    yield from lines[:EDITS]
    if len(lines) > EDITS:
        yield f"... and {len(lines) - EDITS} more"


def _field(edit: FieldEdit) -> str | None:
    name = _FIELDS.get(edit.field)
    if name is None:
        return None
    before, after = (_value(each) for each in (edit.before, edit.after))
    return f"{name}: {before} -> {after}"


def _value(value: str | tuple[str, ...] | None) -> str:
    if not value:
        return "none"
    return _quoted(value if isinstance(value, str) else ", ".join(value))


def _edit(edit: Edit) -> str:
    said = _OPS[edit.op]
    if edit.before is None or edit.after is None:
        return f"{said}: {_quoted(edit.after or edit.before or '')}"
    if edit.words:
        return f"{said}: {_quoted(''.join(map(_word, edit.words)), 2 * LONGEST)}"
    return f"{said}: {_quoted(edit.after)}"


def _word(word: WordEdit) -> str:
    if word.op == "keep":
        return word.text if len(word.text) <= 2 * _KEPT else f"{_head(word.text)} ... {_head(word.text[::-1])[::-1]}"
    bare = word.text.strip()
    blank = " " if word.text[-1:].isspace() else ""
    return (f"[-{bare}-]" if word.op == "remove" else f"{{+{bare}+}}") + blank


def _head(text: str) -> str:
    """Give the first words of a text."""
    return text[:_KEPT].rpartition(" ")[0] or text[:_KEPT]


def _quoted(text: str, longest: int = LONGEST) -> str:
    return f"“{_line(text, longest)}”"


def _line(text: str, longest: int = LONGEST) -> str:
    squeezed = " ".join(text.split())
    cut = squeezed if len(squeezed) <= longest else f"{squeezed[:longest].rpartition(' ')[0] or squeezed[:longest]} ..."
    return printable(cut)
