"""Changes as lines for a person to read: what was edited, with all that was not folded away. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from archive.model import Article, Change, Edit, EditOp, FieldEdit, Flag, Revision, WordEdit
from archive.showing import WIDEST, zoned
from archive.styled import Paper, Piece, Style
from archive.terminal import counted
from archive.word_edits import is_typographic, word_edits
from archive.words_of_people import Said, right_flags
from archive.wrapping import columns

NAMES = {
    "seo_title": "SEO title", "bylines": "byline", "correction": "correction notice", "picture": "lead picture",
}  # fmt: skip
_SIGNS: dict[EditOp, str] = {"add": "+", "remove": "-", "change": "~", "move": ">", "merge": "&", "split": "/"}
_TOLD: dict[EditOp, str] = {"move": "moved from paragraph", "merge": "joined", "split": "parted"}
_WARNING: frozenset[Flag] = frozenset(("stealth",))
_GUTTER = 6  # columns of the paragraph's number and the sign
_SHOWN = 160  # characters of a moved sentence that is the same


def window_words(change: Change) -> str:
    """Say when a change happened: between two visits."""
    since, until = change.window
    return f"between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC"


def _flag_pieces(flags: Sequence[Flag], *, typographic: bool = False) -> list[Piece]:
    """Give flags side by side; none in words."""
    shown = [flag for flag in flags if flag != "typographic" or typographic]
    if not shown:
        return [Piece("no flag", "dim")]
    told: list[Piece] = []
    for flag in shown:
        told += [Piece(", ")] if told else []
        told.append(Piece(flag, "warn" if flag in _WARNING else "bold"))
    return told


def diff_lines(
    article: Article,
    before: Revision,
    after: Revision,
    change: Change,
    paper: Paper,
    *,
    typographic: bool = False,
    said: Said | None = None,
) -> Iterator[str]:
    """Write what differs between two revisions; typographic edits only where they are asked for."""
    paper = Paper(min(paper.width, WIDEST), colour=paper.colour)
    title = after.extraction.headline or after.extraction.seo_title or "(no headline)"
    yield from paper.wrapped([Piece(title, "bold")])
    yield paper.line(Piece(article.url, "dim"))
    yield from paper.wrapped([Piece(f"Revision {before.number} to {after.number}, {window_words(change)}")], "", "  ")
    yield from paper.wrapped(_flag_pieces(change.flags, typographic=typographic), "Flags: ", "  ")
    wrong = [flag for flag in change.flags if said is not None and flag in said.wrong_flags]
    if wrong:
        yield from paper.wrapped([Piece(f"Wrong, a person said: {', '.join(wrong)}", "dim")], "", "  ")
    fields = [each for each in change.fields if typographic or not is_twin(each, change.fields)]
    if fields:
        yield ""
        for each in fields:
            yield from _field_lines(each, paper)
    yield from _links_lines(before, after, paper)
    yield from text_lines(change.edits, before, after, paper, typographic=typographic)


def is_twin(edit: FieldEdit, edits: Iterable[FieldEdit]) -> bool:
    """Tell whether the SEO title only says what the headline does."""
    if edit.field != "seo_title":
        return False
    headline = next((each for each in edits if each.field == "headline"), None)
    return headline is not None and (edit.before, edit.after) == (headline.before, headline.after)


def _field_lines(edit: FieldEdit, paper: Paper) -> Iterator[str]:
    before, after = field_text(edit.field, edit.before), field_text(edit.field, edit.after)
    first = f"{NAMES.get(edit.field, edit.field)}: "
    pieces = list(_word_pieces(word_edits(before, after))) if before and after else _whole(before, after)
    yield from paper.wrapped(pieces, paper.styled(first, "bold") if paper.colour else first, "    ")


def _whole(before: str, after: str) -> list[Piece]:
    return [Piece(before, "remove")] if before else [Piece(after, "add")]


def field_text(field: str, value: str | tuple[str, ...] | None) -> str:
    """Give the value of a field as a person reads it; nothing where there is none."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else ", ".join(value)
    return zoned(text) if field in ("published", "modified") and text else text


def links_edited(before: Revision, after: Revision) -> tuple[dict[str, str], dict[str, str]]:
    """Give the links that were taken out and those that were put in: URLs, each with its words."""
    old = {link.url: link.text for link in before.extraction.links}
    new = {link.url: link.text for link in after.extraction.links}
    gone = {url: text for url, text in old.items() if url not in new}
    return gone, {url: text for url, text in new.items() if url not in old}


def _links_lines(before: Revision, after: Revision, paper: Paper) -> Iterator[str]:
    gone, come = links_edited(before, after)
    if gone or come:
        yield ""
    for url, text in gone.items():
        yield from paper.wrapped([Piece("link ", "bold"), Piece(url, "remove"), Piece(_said(text), "dim")])
    for url, text in come.items():
        yield from paper.wrapped([Piece("link ", "bold"), Piece(url, "add"), Piece(_said(text), "dim")])


def _said(text: str) -> str:
    return f' "{text}"' if text else ""


# ----------------------------------------------------------------------------------------------------------- the text


def text_lines(
    edits: Sequence[Edit], before: Revision, after: Revision, paper: Paper, *, typographic: bool = False
) -> Iterator[str]:
    """Write the edits of a text in its order; runs of what was not edited are told by their size."""
    shown = [each for each in edits if typographic or not each.typographic]
    if not shown:
        what = "typography" if edits else "nothing"
        yield ""
        yield paper.styled(f"The text is the same{'' if what == 'nothing' else ' but for typography'}.", "dim")
        return
    last = -1
    for each in shown:
        place = _paragraph(each)
        between = place - last - 1
        yield ""
        if between > 0:
            yield paper.styled(f"       {counted(between, 'paragraph')} unchanged", "dim")
            yield ""
        last = max(last, _last(each, place))
        yield from _edit_lines(each, place, paper)
    rest = len(after.extraction.paragraphs) - 1 - last
    if rest > 0:
        yield ""
        yield paper.styled(f"       {counted(rest, 'paragraph')} unchanged", "dim")


def _paragraph(edit: Edit) -> int:
    at = edit.after_at or edit.before_at
    return min((paragraph for paragraph, _ in at.sentences), default=at.paragraph) if at is not None else 0


def _last(edit: Edit, place: int) -> int:
    if edit.after_at is None:
        return place - 1
    return max((paragraph for paragraph, _ in edit.after_at.sentences), default=edit.after_at.paragraph)


def _edit_lines(edit: Edit, place: int, paper: Paper) -> Iterator[str]:
    style: Style = "remove" if edit.op == "remove" else "add" if edit.op == "add" else "bold"
    first = f"{place + 1:>4} {paper.styled(_SIGNS[edit.op], 'good' if style == 'add' else style)} "
    rest = " " * (_GUTTER + 1)
    if edit.op in _TOLD:
        told = _TOLD[edit.op]
        if edit.op == "move" and edit.before_at is not None:
            told = f"{told} {edit.before_at.sentences[0][0] + 1}"
        yield first + paper.styled(told, "dim")
        first = rest
    yield from paper.wrapped(_pieces(edit), first, rest)


def _pieces(edit: Edit) -> list[Piece]:
    if edit.after is None:
        return [Piece((edit.before or "").strip(), "gone")]
    if edit.before is None:
        return [Piece(edit.after.strip(), "come")]
    if not edit.words:
        text = edit.after.strip()
        # A sentence that only moved is named, not told again.
        return [Piece(text if len(text) <= _SHOWN else f"{text[:_SHOWN].rpartition(' ')[0] or text[:_SHOWN]} ...")]
    if edit.typographic:
        return list(_word_pieces(edit.words, exact=True))
    return list(_word_pieces(edit.words))


def _word_pieces(words: Sequence[WordEdit], *, exact: bool = False) -> Iterator[Piece]:
    """Give words in their styles; what differs in typography only is shown as it is now, unless asked for."""
    at = 0
    while at < len(words):
        each = words[at]
        following = words[at + 1] if at + 1 < len(words) else None
        if each.op == "remove" and following is not None and following.op == "add":
            at += 2
            if not exact and is_typographic(each.text, following.text):
                yield Piece(following.text)
                continue
            yield from _swapped(each.text, following.text)
            continue
        at += 1
        style: Style = "plain" if each.op == "keep" else each.op
        yield Piece(each.text, style)


def _swapped(old: str, new: str) -> Iterator[Piece]:
    """Give words that took the place of others, with a blank between the two."""
    lead = old[: len(old) - len(old.lstrip())]
    yield Piece(lead)
    yield Piece(old.strip() or old, "remove")
    yield Piece(" ")
    yield Piece(new.strip() or new, "add")
    if new[-1:].isspace() or old[-1:].isspace():
        yield Piece(" ")


# ------------------------------------------------------------------------------------------------------------ a list


_LINES = 3  # of the text that a list shows of a change


def change_lines(article: Article, after: Revision, change: Change, said: Said, paper: Paper) -> Iterator[str]:
    """Write a change in a list: when, which article, its flags, and the first of what was edited."""
    paper = Paper(min(paper.width, WIDEST), colour=paper.colour)
    title = after.extraction.headline or after.extraction.seo_title or "(no headline)"
    when = f"{after.seen_from:%Y-%m-%d %H:%M}  "
    blank = " " * len(when)
    yield from paper.wrapped([Piece(title, "bold")], when, blank)
    yield paper.line(Piece(f"{blank}{article.url}@{after.number}", "dim"))
    told = _flag_pieces(right_flags(change.flags, said.wrong_flags))
    if said.wrong_flags:
        told.append(Piece(f"  (wrong, a person said: {', '.join(sorted(said.wrong_flags))})"))
    if said.reviewed:
        told.append(Piece("  reviewed"))
    fits = columns(blank + "".join(piece.text for piece in told)) <= paper.width
    yield from [blank + paper.line(*told)] if fits else paper.wrapped(told, blank, blank)
    inner = _within(paper, blank)
    lines = [line for each in change.fields if each.field in _LISTED for line in _field_lines(each, inner)]
    for edit in (each for each in change.edits if not each.typographic):
        lines += inner.wrapped(_pieces(edit), f"{_SIGNS[edit.op]} ", "  ")
    for line in lines[:_LINES]:
        yield f"{blank}{line}"
    if len(lines) > _LINES:
        more = f"... {counted(len(lines) - _LINES, 'more line')}"
        yield f"{blank}{paper.styled(more, 'dim')}"
    for note in said.notes:
        yield from paper.wrapped([Piece(f"{note.text}", "plain")], f"{blank}note {note.at:%Y-%m-%d}: ", f"{blank}  ")


_LISTED = ("headline", "standfirst", "bylines", "published", "correction")


def _within(paper: Paper, blank: str) -> Paper:
    return Paper(paper.width - len(blank), colour=paper.colour)
