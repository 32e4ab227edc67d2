"""An archive with all that the pages of the room tell of, put on record directly and read."""

from __future__ import annotations

import struct
import threading
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import config
from archive.asked import Asked
from archive.model import Exchange, Intent, RecordId
from archive.recording import Recording
from archive.timing import SystemClock
from tests.crash.exchanges import exchange, not_modified
from tests.crash.steps import recorded_now
from tests.kept import empty

BEGAN = datetime(2026, 11, 1, 8, 30, 15, 250_000, tzinfo=UTC)
STORY = "http://blog.test/2026/11/sluice-gate?id=7&from=front"
ARABIC = "http://blog.test/2026/11/arabic"
PICTURE = "http://blog.test/lead.png"
REPORT = "http://blog.test/report.pdf"
NOTED = "http://blog.test/%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
BUSY = "http://blog.test/feed"
LONG = "http://blog.test/archive/" + "a-very-long-name-that-does-not-end/" * 40
FAILED = "http://blog.test/2026/11/never-there"
MOVED = "http://blog.test/old-address"

OPENING = (
    "The sluice gate of Marrow Lock stays shut for repairs until spring, the dyke board said on Monday after a long "
    "night of talks with the river police.",
    "Engineers found a crack of 40 centimetres in the lower hinge. It was not seen in the survey of last year. The "
    "board had paid 12,000 crowns for that survey.",
    "Barges from Pell Harbour will have to wait for the morning tide, which adds four hours to the way upstream.",
    "The harbour office wants the toll to be lowered for as long as the gate is shut. Its letter went to the board on "
    "Friday and was not answered by the evening.",
    "Farmers of the Lower Ithrel fear that their meadows will stand under water by February. They asked for pumps.",
    "Maud Tillery, who has kept the gate for thirty years, said she had warned the board twice.",
    "A date for the reopening will be named in January, when the divers have been down again.",
)


def story(*texts: str, headline: str, extra: str = "", lang: str = "en", rtl: bool = False) -> bytes:
    """Write the page of a story as a small blog does."""
    body = "".join(f"<p>{text}</p>" for text in texts)
    way = ' dir="rtl"' if rtl else ""
    return (
        f'<!doctype html><html lang="{lang}"{way}><head><meta charset="utf-8"><title>{headline} | The Blog</title>'
        f'<link rel="stylesheet" href="/missing.css"></head><body><nav><a href="/">Front page</a> <a href="/about">'
        f'About</a></nav><article><h1>{headline}</h1><p class="byline">By Ines Corvane</p>{body}{extra}</article>'
        "<footer><p>The Blog, Pell Harbour.</p></footer></body></html>"
    ).encode()


def edited() -> tuple[str, ...]:
    """Give the story's paragraphs after they were edited in every way."""
    first, _, barges, toll, farmers, keeper, date = OPENING
    return (
        first.replace("until spring", "until summer"),
        "Engineers found a crack of 60 centimetres in the lower hinge, which was not seen in the survey of last year. "
        "The board had paid 12,000 crowns for that survey.",
        keeper,
        barges,
        toll.replace(" Its letter went to the board on Friday and was not answered by the evening.", ""),
        farmers,
        date,
        "The river police did not want to comment.",
    )


def make(home: Path) -> Path:
    """Make the archive in a new folder."""
    empty(home)
    settings = config.load(home)
    recording = Recording(settings, SystemClock()).start()

    def put(given: Exchange) -> RecordId:
        recorded = recorded_now(recording, given)
        return recorded.capture.id if recorded.capture is not None else RecordId("")

    def at(hours: float) -> datetime:
        return BEGAN + timedelta(hours=hours)

    try:
        tagged = ("Content-Type: text/html; charset=utf-8", 'ETag: "v1"')
        first = put(exchange(STORY, story(*OPENING, headline="Sluice gate stays shut"), fields=tagged, at=at(0)))
        put(not_modified(STORY, first, at=at(5)))
        after = story(*edited(), headline="Sluice gate stays shut for longer")
        put(exchange(STORY, after, fields=tagged, at=at(26)))
        put(exchange(STORY, after, fields=tagged, at=at(30)))
        put(exchange(STORY, b"<p>gone", status="404 Not Found", at=at(50)))
        third = story(*edited()[:-1], headline="Sluice gate stays shut for longer")
        put(exchange(STORY, third, fields=tagged, at=at(74)))
        put(exchange(STORY, third[:-20], fields=tagged, at=at(75), truncated="length", cut_by="us"))
        arabic = [
            "قالت هيئة السدود يوم الاثنين إن بوابة السد ستبقى مغلقة حتى الربيع من أجل الإصلاحات بعد ليلة طويلة "
            "من المحادثات مع شرطة النهر والمزارعين وأصحاب المراكب في المدينة.",
            "وجد المهندسون شقا طوله 40 سنتيمترا في المفصل السفلي ولم يظهر ذلك في مسح العام الماضي "
            "الذي دفعت الهيئة ثمنه وقدره اثنا عشر ألف كرونة.",
            "سيتعين على المراكب القادمة من المرفأ انتظار مد الصباح مما يضيف أربع ساعات إلى الطريق في اتجاه المنبع.",
        ]
        told = "بوابة السد تبقى مغلقة حتى الربيع"
        put(exchange(ARABIC, story(*arabic, headline=told, lang="ar", rtl=True), fields=tagged, at=at(1)))
        arabic[1] = arabic[1].replace("40", "60")
        put(exchange(ARABIC, story(*arabic, headline=told, lang="ar", rtl=True), fields=tagged, at=at(27)))
        put(exchange(PICTURE, png(), fields=("Content-Type: image/png",), at=at(0.1)))
        put(exchange(REPORT, b"%PDF-1.4 no more", fields=("Content-Type: application/pdf",), at=at(0.2)))
        put(exchange(MOVED, b"", status="301 Moved Permanently", fields=(f"Location: {STORY}",), at=at(0.3)))
        put(exchange(LONG, story(OPENING[0], headline="Long " * 30), fields=tagged, at=at(2)))
        put(exchange(NOTED, b"<p>nothing", at=at(2.5)))
        put(exchange(FAILED, None, error="timeout", at=at(3), intent=Intent(why="citation")))
        feed = ("Content-Type: application/rss+xml",)
        waiting = threading.Semaphore(0)
        for number in range(230):
            given = exchange(BUSY, b"<rss>%d</rss>" % (number // 3), fields=feed, at=at(number / 3))
            recording.record(given, lambda _: waiting.release())
        for _ in range(230):
            waiting.acquire()
        # Two within one second: the later is reached by its record id.
        put(exchange(BUSY, b"<rss>twice</rss>", fields=feed, at=at(100)))
        put(exchange(BUSY, b"<rss>and again</rss>", fields=feed, at=at(100) + timedelta(milliseconds=200)))
    finally:
        recording.close()
    asked = Asked(settings, SystemClock(), lambda _: None)
    try:
        asked.ids(None)
    finally:
        asked.close()
    return home


def png() -> bytes:
    """Give a picture of one colour, 40 by 30 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x7c\x2d\x22" * 40 for _ in range(30))
    head = struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
