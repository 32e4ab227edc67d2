"""Citations as lines for a person to read: on whose word, by which words, and what became of the cited page. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.drift import Fate
from archive.model import Article, Citation, CitationState, Revision
from archive.showing import WIDEST
from archive.store.citations import Cited, Count
from archive.styled import Paper, Piece, Style

_STATES: dict[CitationState, Style] = {
    "same": "good", "edited": "warn", "moved": "warn", "gone": "warn", "blocked": "warn", "paywalled": "warn",
    "unknown": "dim",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A citation with what is known of its target by now, and the domain of who is credited."""

    cited: Cited
    fate: Fate
    domain: str | None


def cites_lines(article: Article, revision: Revision, lines: Sequence[Line], paper: Paper) -> Iterator[str]:
    """Write the citations of a revision in the order of its text."""
    paper = Paper(min(paper.width, WIDEST), colour=paper.colour)
    title = revision.extraction.headline or revision.extraction.seo_title or "(no headline)"
    yield from paper.wrapped([Piece(title, "bold")])
    yield paper.line(Piece(revision.url, "dim"))
    count = f"{len(lines)} citation{'' if len(lines) == 1 else 's'}"
    yield f"Revision {revision.number} of {len(article.revisions)}: {count if lines else 'it cites nobody'}"
    width = len(str(len(lines)))
    for number, line in enumerate(lines, 1):
        yield ""
        yield from _citation(number, width, line, lines, paper)


def _citation(number: int, width: int, line: Line, lines: Sequence[Line], paper: Paper) -> Iterator[str]:
    told = line.cited.citation
    blank = " " * (width + 2)
    who = [Piece(told.outlet or told.source or "a source without a name", "bold" if told.outlet else "plain")]
    if line.domain and line.domain != told.outlet:
        who.append(Piece(f" ({line.domain})", "dim"))
    yield from paper.wrapped(
        [*who, Piece("  " + ", ".join(_facts(told, lines)), "plain")], f"{number:>{width}}  ", blank
    )
    if told.sentence:
        yield from paper.wrapped([Piece(_quoted(told.sentence), "dim")], blank + "  ", blank + "  ")
    if told.target:
        anchor = [Piece(f' "{told.anchor}"', "dim")] if told.anchor else []
        yield from paper.wrapped([Piece(told.target), *anchor], blank, blank + "  ")
        state = [Piece(line.fate.state, _STATES[line.fate.state])]
        reason = [Piece(f": {line.fate.reason}", "dim")] if line.fate.reason else []
        yield from paper.wrapped([*state, *reason], blank, blank + "  ")
        if line.fate.capture:
            yield f"{blank}{paper.styled(f'capture {line.fate.capture}', 'dim')}"


def _facts(told: Citation, lines: Sequence[Line]) -> Iterator[str]:
    if told.outlet is None:
        yield "no name given"
    elif told.role == "attribution":
        yield "by a link" if told.how == "link" else "by name"
    else:
        yield told.role
    if told.category != "media" and told.outlet is not None:
        yield told.category
    if told.host and told.domain and told.host != told.domain and not told.host.endswith(f".{told.domain}"):
        yield f"read at {told.host}"
    if told.via is not None and told.via < len(lines):
        through = lines[told.via].cited.citation
        yield f"through {through.outlet or through.source}"
    if told.negated:
        yield "said not to have told so"
    if told.unverified:
        yield "not verified, the article says"


def _quoted(sentence: str) -> str:
    return " ".join(sentence.split())


def citing_lines(article: Article, revisions: Sequence[tuple[Revision, Cited]], paper: Paper) -> Iterator[str]:
    """Write where an article cites somebody: the revisions that do, and its words in the newest of them."""
    paper = Paper(min(paper.width, WIDEST), colour=paper.colour)
    newest, _ = revisions[-1]
    title = newest.extraction.headline or newest.extraction.seo_title or "(no headline)"
    when = f"{revisions[0][0].seen_from:%Y-%m-%d}  "
    blank = " " * len(when)
    yield from paper.wrapped([Piece(title, "bold")], when, blank)
    numbers = sorted({revision.number for revision, _ in revisions})
    yield paper.line(Piece(f"{blank}{article.url}  {_numbers(numbers, len(article.revisions))}", "dim"))
    for told in dict.fromkeys(cited.citation for revision, cited in revisions if revision.id == newest.id):
        words = [Piece(f"{told.outlet}: " if told.outlet else ""), Piece(_quoted(told.sentence), "dim")]
        yield from paper.wrapped(words, blank, blank + "  ")
        if told.negated:
            yield f"{blank}  {paper.styled('said not to have told so', 'warn')}"
        if told.target:
            yield from paper.wrapped([Piece(told.target)], blank + "  ", blank + "    ")


def _numbers(numbers: Sequence[int], last: int) -> str:
    told = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"
    if len(numbers) > 1 and numbers[-1] - numbers[0] + 1 != len(numbers):
        told = ", ".join(map(str, numbers))
    word = "revision" if len(numbers) == 1 else "revisions"
    return f"{word} {told}{'' if numbers[-1] == last else f' of {last}: not in the newest'}"


def outlet_rows(counts: Sequence[Count]) -> list[tuple[object, ...]]:
    """Give a table of who is cited: domain, name, category, how many articles cite it, and of how many outlets."""
    return [(each.domain, each.name, each.category, each.cited, each.citing) for each in counts]
