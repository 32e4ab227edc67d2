"""Edits of a text that keep account of what each sentence became: the kinds held back, nobody tunes to them.

Shares no splitter, word list or pattern with the product that it tries.
"""

from __future__ import annotations

import random

from benchmarks.made_kinds import Kind, delete, fit, insert, merge, move, replace_words, reworded, split
from benchmarks.made_text import CLOSERS, IDEOGRAPHIC, STOPS, Donor, Paragraphs, glued, is_long, units


def _reword_twice(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    if (place := fit(text, drawn)) is None:
        return False
    row, at = place
    sentence = text[row][at]
    words = units(sentence.text)
    middle = len(words) // 2
    first = reworded(glued(words[:middle], sentence.text), drawn, given, 0.34)
    second = reworded(glued(words[middle:], sentence.text), drawn, given, 0.34)
    text[row][at] = sentence.became("reworded", glued((first, second), sentence.text))
    return True


def _move_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    before = {id(sentence) for paragraph in text for sentence in paragraph}
    if not move(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in before and is_long(sentence.text):
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.25))
    return True


def _merge_three(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    return merge(text, drawn, given, 3)


def _merge_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    known = {id(sentence) for paragraph in text for sentence in paragraph}
    if not merge(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in known:
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.12))
    return True


def _split_and_reword(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    known = {id(sentence) for paragraph in text for sentence in paragraph}
    if not split(text, drawn, given):
        return False
    for paragraph in text:
        for at, sentence in enumerate(paragraph):
            if id(sentence) not in known:
                paragraph[at] = sentence.became("reworded", reworded(sentence.text, drawn, given, 0.15))
    return True


def _swap_paragraphs(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    rows = [row for row, each in enumerate(text) if all(one.kind == "same" for one in each)]
    if len(rows) < 2:
        return False
    one, other = drawn.sample(rows, 2)
    text[one], text[other] = (
        [sentence.became("moved") for sentence in text[other]],
        [sentence.became("moved") for sentence in text[one]],
    )
    return True


def _part_paragraph(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    rows = [row for row, each in enumerate(text) if len(each) > 1]
    if not rows:
        return False
    row = drawn.choice(rows)
    at = drawn.randrange(1, len(text[row]))
    text[row : row + 1] = [text[row][:at], text[row][at:]]
    return True


def _join_paragraphs(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    # Two headings or list items joined would be no sentences any more.
    rows = [
        row
        for row in range(len(text) - 1)
        if text[row][-1].text[-1] in STOPS + IDEOGRAPHIC + CLOSERS and is_long(text[row + 1][0].text)
    ]
    if not rows:
        return False
    row = drawn.choice(rows)
    text[row : row + 2] = [text[row] + text[row + 1]]
    return True


def _replace_much(text: Paragraphs, drawn: random.Random, given: Donor) -> bool:
    return replace_words(text, drawn, given, 0.45)


HELD: dict[str, Kind] = {
    "insert": insert,
    "delete": delete,
    "replace much": _replace_much,
    "reword twice": _reword_twice,
    "move and reword": _move_and_reword,
    "merge three": _merge_three,
    "merge and reword": _merge_and_reword,
    "split and reword": _split_and_reword,
    "swap paragraphs": _swap_paragraphs,
    "part a paragraph": _part_paragraph,
    "join paragraphs": _join_paragraphs,
}
"""The kinds held back: nobody tunes the product to them."""
