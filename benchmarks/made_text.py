"""Texts of the corpus as paragraphs of sentences, parted only where nobody doubts that a sentence ends.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.extraction import manifest

LEAST_SENTENCES = 10

CLOSERS = "\"'”’»›)]」』"

IDEOGRAPHIC = "。！？"

STOPS = ".!?؟"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence on its way: the numbers of those it was made of, and what was done to it."""

    text: str
    of: tuple[int, ...]
    kind: str = "same"

    def became(self, kind: str, text: str | None = None) -> Sentence:
        kinds = kind if self.kind == "same" else f"{self.kind}+{kind}"
        return replace(self, kind=kinds, text=self.text if text is None else text)


Paragraphs = list[list[Sentence]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text of the corpus: paragraphs of sentences."""

    id: str
    language: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def sentences(self) -> list[str]:
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """What is put in: sentences and words of other articles in the language."""

    sentences: tuple[str, ...]
    words: tuple[str, ...]


def parted(paragraph: str) -> list[str]:
    """Part a paragraph into sentences, where a full word, a stop, a blank and a capital follow one another."""
    found, start, at = [], 0, 0
    while at < len(paragraph):
        sign = paragraph[at]
        end = at + 1
        while end < len(paragraph) and paragraph[end] in CLOSERS:
            end += 1
        if sign in IDEOGRAPHIC or (sign in STOPS and _ends(paragraph, at, end)):
            found.append(paragraph[start:end].strip())
            start = at = end
        else:
            at += 1
    found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends(paragraph: str, at: int, end: int) -> bool:
    following = paragraph[end : end + 2]
    if len(following) < 2 or following[0] != " ":
        return False
    starter = following[1]
    if not (starter.isupper() or (starter.isalpha() and not starter.islower())):
        return False
    begin = at
    while begin and paragraph[begin - 1].isalpha():
        begin -= 1
    word = paragraph[begin:at]
    # Initials and abbreviations are short or have capitals; a number before a stop may be an ordinal.
    return len(word) >= 4 and word == word.lower()


def join(sentences: Sequence[str]) -> str:
    """Put sentences together to a paragraph, with blanks where the script has them."""
    text = ""
    for sentence in sentences:
        text += (" " if text and text[-1] not in IDEOGRAPHIC + "」』" else "") + sentence
    return text


def articles(least: int = LEAST_SENTENCES) -> list[Article]:
    """Give the articles of the corpus whose text is known and has at least so many sentences."""
    found = []
    for entry in manifest():
        lines = [" ".join(line.split()) for line in entry["gold"].get("text", "").split("\n")]
        paragraphs = tuple(tuple(parted(line)) for line in lines if line)
        article = Article(id=entry["id"], language=entry["gold"].get("lang", "?"), paragraphs=paragraphs)
        if len(article.sentences) >= least:
            found.append(article)
    return found


def rendered(text: Paragraphs) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Give the text, paragraphs joined by one newline, and where each sentence of it stands."""
    lines, places, start = [], [], 0
    for paragraph in text:
        line = ""
        for sentence in paragraph:
            line = join((line, sentence.text)) if line else sentence.text
            places.append((start + len(line) - len(sentence.text), start + len(line)))
        lines.append(line)
        start += len(line) + 1
    return "\n".join(lines), tuple(places)


def units(sentence: str) -> list[str]:
    """Give the words of a sentence, or its characters where the script has no blanks."""
    return sentence.split(" ") if has_blanks(sentence) else list(sentence)


def has_blanks(sentence: str) -> bool:
    return sentence.count(" ") * 12 >= len(sentence)


def glued(units: Sequence[str], like: str) -> str:
    return (" " if has_blanks(like) else "").join(units)


def is_long(sentence: str) -> bool:
    return len(units(sentence)) >= (6 if has_blanks(sentence) else 14)
