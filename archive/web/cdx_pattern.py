"""Patterns that strangers send: regular expressions matched in time linear in the text. Pure.

Python's own engine tries one way after the other and can be made to try for years, holding up the whole server. Here
all ways are followed at once, and each set of them that was met is remembered (a finite automaton made as it is
needed). What that cannot do is refused: references back to a group and looking around.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from archive.errors import Misuse

LONGEST = 500
"""Characters a pattern may have."""
DEEPEST = 40
"""Groups within groups."""
MOST_STATES = 1500
"""States of a pattern, its counted repetitions written out."""
REMEMBERED = 200_000
"""How much is remembered, in moves and in states of the sets they lead to; then all is forgotten and found anew."""

Test = Callable[[str], bool]
Gate = Literal["", "begin", "end"]
Part = tuple[int, int]
"""The states in which a part of a pattern begins and ends."""

_KINDS: dict[str, Test] = {"d": str.isdecimal, "s": str.isspace, "w": lambda c: c.isalnum() or c == "_"}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_CODES = {"x": 2, "u": 4}


@dataclass(slots=True)
class _Ways:
    """All the states a match may be in, closed over what needs no character, and where characters lead from there."""

    members: frozenset[int]
    accepts: bool
    accepts_at_end: bool
    moves: dict[str, _Ways] = field(default_factory=dict)


class Pattern:
    """A compiled pattern; raises Misuse for one that is not understood, or too large. Not for two threads at once."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise Misuse(f"the pattern has {len(text)} characters; give one of {LONGEST} at most")
        self._tests: list[Test | None] = []
        self._nexts: list[list[int]] = []
        self._gates: list[Gate] = []
        self._start, self._final = _Reader(text, self).whole()
        self._known: dict[frozenset[int], _Ways] = {}
        self._remembered = 0
        self._begin = self._ways([self._start], at_start=True)

    def begins(self, text: str) -> bool:
        """Tell whether the text, or a first part of it, is what the pattern says."""
        ways = self._begin
        for char in text:
            if ways.accepts:
                return True
            ways = ways.moves.get(char) or self._move(ways, char)
            if not ways.members:
                return False
        return ways.accepts_at_end

    def is_all_of(self, text: str) -> bool:
        """Tell whether the text as a whole is what the pattern says."""
        ways = self._begin
        for char in text:
            ways = ways.moves.get(char) or self._move(ways, char)
            if not ways.members:
                return False
        return ways.accepts_at_end

    def add(self, test: Test | None = None, gate: Gate = "") -> int:
        """Add a state; for the reader of a pattern only."""
        if len(self._tests) >= MOST_STATES:
            raise Misuse("the pattern repeats too much; write smaller numbers in its braces")
        self._tests.append(test)
        self._gates.append(gate)
        self._nexts.append([])
        return len(self._tests) - 1

    def lead(self, state: int, *to: int) -> None:
        """Let one state lead to others; for the reader of a pattern only."""
        self._nexts[state].extend(to)

    def _move(self, ways: _Ways, char: str) -> _Ways:
        reached = [
            to
            for state in ways.members
            if (test := self._tests[state]) is not None and test(char)
            for to in self._nexts[state]
        ]
        members = self._closed(reached, at_start=False, at_end=False)
        found = self._known.get(members)
        if found is None:
            found = self._known[members] = self._ways(reached)
            self._remembered += len(members)
        self._remembered += 1
        if self._remembered > REMEMBERED:
            for known in (*self._known.values(), self._begin):
                known.moves.clear()
            self._known.clear()
            self._remembered = 0
        ways.moves[char] = found
        return found

    def _ways(self, states: Iterable[int], *, at_start: bool = False) -> _Ways:
        members = self._closed(states, at_start=at_start, at_end=False)
        at_end = self._closed(members, at_start=at_start, at_end=True)
        return _Ways(members, self._final in members, self._final in at_end)

    def _closed(self, states: Iterable[int], *, at_start: bool, at_end: bool) -> frozenset[int]:
        met: set[int] = set()
        left = list(states)
        while left:
            state = left.pop()
            if state in met:
                continue
            met.add(state)
            gate = self._gates[state]
            shut = (gate == "begin" and not at_start) or (gate == "end" and not at_end)
            if self._tests[state] is None and not shut:
                left.extend(self._nexts[state])
        return frozenset(met)


class _Reader:
    """Reads a pattern from left to right into states."""

    def __init__(self, text: str, pattern: Pattern) -> None:
        self._any_case = text.startswith("(?i)")
        self._text = text.removeprefix("(?i)")
        self._at = 0
        self._depth = 0
        self._pattern = pattern

    def whole(self) -> Part:
        made = self._choice()
        if self._at < len(self._text):
            self._refuse("a ) closes no group")
        return made

    def _choice(self) -> Part:
        add, lead = self._pattern.add, self._pattern.lead
        start, end = add(), add()
        while True:
            first, last = self._sequence()
            lead(start, first)
            lead(last, end)
            if not self._takes("|"):
                return start, end

    def _sequence(self) -> Part:
        start = last = self._pattern.add()
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            begins = self._at
            part = self._atom()
            least, most = self._times()
            if (least, most) != (1, 1):
                part = self._repeated(part, begins, least, most)
            self._pattern.lead(last, part[0])
            last = part[1]
        return start, last

    def _repeated(self, part: Part, begins: int, least: int, most: int | None) -> Part:
        """Write a repetition out; the parts beyond the first are made by reading the same text again."""
        add, lead = self._pattern.add, self._pattern.lead
        ends, start, end = self._at, add(), add()
        last, copies = start, max(least, 1) if most is None else most
        for number in range(copies):
            if number:
                self._at = begins
                part = self._atom()
            if number >= least:
                lead(last, end)
            lead(last, part[0])
            last = part[1]
        if most is None and copies:
            lead(last, part[0])
        lead(last, end)
        self._at = ends
        return start, end

    def _times(self) -> tuple[int, int | None]:
        char = self._text[self._at : self._at + 1]
        if char in ("*", "+", "?"):
            self._at += 1
            times: tuple[int, int | None] = {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        elif char == "{":
            times = self._braces()
        else:
            return 1, 1
        self._takes("?")  # a lazy repetition matches the same texts
        if self._text[self._at : self._at + 1] in ("*", "+", "?", "{"):
            self._refuse("a repetition is repeated")
        return times

    def _braces(self) -> tuple[int, int | None]:
        inside, closed, _ = self._text[self._at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        if not closed or not all(part.isascii() and (part.isdigit() or not part) for part in (least, most)):
            self._refuse("a { begins no {count}; write \\{ for the character")
        if not comma and not least:
            self._refuse("a { begins no {count}; write \\{ for the character")
        if max(len(least), len(most)) > 4:
            self._refuse("a count in braces is too large")
        self._at += len(inside) + 2
        low = int(least or 0)
        high = low if not comma else int(most) if most else None
        if high is not None and high < low:
            self._refuse("a count in braces ends before it begins")
        return low, high

    def _atom(self) -> Part:
        char = self._text[self._at]
        self._at += 1
        match char:
            case "(":
                return self._group()
            case "[":
                return self._one(self._class())
            case ".":
                return self._one(lambda c: c != "\n")
            case "^":
                return self._gate("begin")
            case "$":
                return self._gate("end")
            case "\\":
                return self._escaped()
            case "*" | "+" | "?" | "{":
                self._refuse(f"a {char} repeats nothing; write \\{char} for the character")
        return self._one(self._folded(lambda c: c == char))

    def _group(self) -> Part:
        if self._takes("?") and not self._takes(":"):
            self._refuse("only (...) and (?:...) are understood, no looking around; filters may begin with ! instead")
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(f"there are more than {DEEPEST} groups within groups")
        made = self._choice()
        self._depth -= 1
        if not self._takes(")"):
            self._refuse("a ( is not closed")
        return made

    def _escaped(self) -> Part:
        char = self._text[self._at : self._at + 1]
        if char in ("A", "Z", "z") and char:
            self._at += 1
            return self._gate("begin" if char == "A" else "end")
        return self._one(self._folded(self._escape()))

    def _escape(self) -> Test:
        """Read what follows a backslash, within a class or not."""
        char = self._text[self._at : self._at + 1]
        self._at += 1
        if char.lower() in _KINDS:
            kind = _KINDS[char.lower()]
            return kind if char.islower() else lambda c: not kind(c)
        literal = self._literal(char)
        return lambda c: c == literal

    def _literal(self, char: str) -> str:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char in _CODES:
            digits = self._text[self._at : self._at + _CODES[char]]
            if len(digits) < _CODES[char] or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
                self._refuse(f"\\{char} is followed by no number")
            self._at += len(digits)
            return chr(int(digits, 16))
        if not char or char.isalnum():
            self._refuse(f"\\{char} is not understood")
        return char

    def _class(self) -> Test:
        negated = self._takes("^")
        tests: list[Test] = []
        first = True
        while first or not self._takes("]"):
            first = False
            if self._at >= len(self._text):
                self._refuse("a [ is not closed")
            tests.append(self._folded(self._item()))
        return (lambda c: not any(test(c) for test in tests)) if negated else (lambda c: any(test(c) for test in tests))

    def _item(self) -> Test:
        low = self._text[self._at]
        self._at += 1
        if low == "\\":
            kind = self._text[self._at : self._at + 1]
            if kind.lower() in _KINDS:
                return self._escape()
            self._at += 1
            low = self._literal(kind)
        if self._text[self._at : self._at + 1] != "-" or self._text[self._at + 1 : self._at + 2] in ("]", ""):
            return lambda c: c == low
        high = self._text[self._at + 1]
        self._at += 2
        if high == "\\":
            high = self._text[self._at : self._at + 1]
            self._at += 1
            high = self._literal(high)
        if high < low:
            self._refuse(f"the range {low}-{high} ends before it begins")
        return lambda c: low <= c <= high

    def _folded(self, test: Test) -> Test:
        if not self._any_case:
            return test
        return lambda c: test(c) or test(c.lower()) or test(c.upper())

    def _one(self, test: Test) -> Part:
        state, end = self._pattern.add(test), self._pattern.add()
        self._pattern.lead(state, end)
        return state, end

    def _gate(self, gate: Gate) -> Part:
        state, end = self._pattern.add(None, gate), self._pattern.add()
        self._pattern.lead(state, end)
        return state, end

    def _takes(self, char: str) -> bool:
        taken = self._text[self._at : self._at + 1] == char
        self._at += taken
        return taken

    def _refuse(self, why: str) -> NoReturn:
        raise Misuse(f"the pattern {self._text[:80]!r} cannot be used: {why}")
