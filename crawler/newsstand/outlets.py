"""Whom the made-up blogs cite: papers, walls, broken machines, short addresses, a registry. Data only."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from crawler.newsstand import hazards
from crawler.newsstand.paper import pdf
from crawler.newsstand.prose import piece
from crawler.newsstand.quotes import GAZETTE, HERALD, SHORT
from crawler.newsstand.rows import LAUNCH, at, html, say, style
from crawler.newsstand.world import (
    Delivery,
    Edition,
    Host,
    Picture,
    Raw,
    Redirect,
    Refusal,
    Row,
    Story,
    Trail,
)


def apart(name: str, title: str, *rows: Row, language: str = "en") -> Host:
    """Give a host that has these rows and no front page."""
    return Host(name=name, title=title, language=language, front=False, rows=(*rows, style()))


def redirects(status: int, *places: str) -> tuple[Host, ...]:
    """Give hosts ``relay-one.test`` ... that hand a letter on to each other, and the last to the Herald."""
    hosts = (*places, HERALD)
    return tuple(
        apart(
            name,
            "Relay",
            Redirect(path="/letter", status=status, host=then, to="/letter" if then in places else "/2025/02/letter"),
        )
        for name, then in pairwise(hosts)
    )


RUSSIAN = (
    piece("/2025/02/parom", "Паром не пойдёт до четверга", at(2, 14, 8), language="ru"),
    Story(
        path="/2025/02/shlyuz",
        editions=piece("/2025/02/shlyuz", "Шлюз закрыт на ремонт", at(2, 10, 8), language="ru").editions,
        delivery=Delivery(charset="windows-1251", says="meta"),
    ),
    Story(
        path="/2025/02/mayak",
        editions=piece("/2025/02/mayak", "Маяк погас на одну ночь", at(2, 3, 8), language="ru").editions,
        delivery=Delivery(charset="windows-1251", says="nothing"),
    ),
)

ARABIC = Story(
    path="/news/2025/ferry",
    editions=(
        Edition(
            at=at(2, 15, 6),
            headline="العبّارة لن تعود قبل يوم الخميس",
            standfirst="ماذا قال أهل الميناء، وماذا تقول الأوراق.",
            byline="مكتب الساحل",
            paragraphs=(
                say("وقف عشرات السكان تحت المطر أمام مكتب الميناء، وطلبوا الاطلاع على حسابات العبّارة القديمة."),
                say("وقال أحد الملاحين، وقد عمل هنا أكثر من عشرين عاما، إن العبّارة لم تصمم لحمل كل هذه الأثقال."),
                say("وأغلقت المحلات أبوابها باكرا، لأن الماء بلغ أعلى درجات الرصيف عند الظهر، ولم يصب أحد بأذى."),
                say("وقرأ المتحدث باسم الشركة بيانا قصيرا، ثم غادر القاعة دون أن يجيب عن أسئلة الصحفيين."),
            ),
        ),
    ),
)

LEVEES = (
    "Inspection of 14 February 2025, lower Ithrel, left bank, sections 1 to 9.",
    "Sections 3 and 7 lie 40 cm under the height of the drawings.",
    "The bank at Haddow Fen was found wet at its foot on all three days.",
    "Repairs are proposed before the spring flood.",
)

OUTLETS: tuple[Host, ...] = (
    Host(
        name=HERALD,
        title="Harbour Herald",
        tagline="Daily since the old pier.",
        validators=("etag",),
        json_ld=True,
        sitemap="/sitemap.xml",
        feed="/rss",
        rows=(
            piece("/2025/02/ferry-fares", "Ferry fares go up in April", at(2, 24, 5)),
            piece("/2025/02/dredging", "The dredger that does not dredge", at(2, 22, 5)),
            replace(
                piece("/amp/2025/02/dredging", "The dredger that does not dredge", at(2, 22, 5)),
                canonical="/2025/02/dredging",
            ),
            piece("/2025/02/reed-prices", "Reed prices: the table", at(2, 20, 5)),
            piece("/2025/02/night-ferry", "The night ferry, a reckoning", at(2, 18, 5)),
            piece("/2025/02/letter", "A letter to the river police", at(2, 16, 5)),
            piece("/2025/02/mooring-list", "The list of winter moorings", at(2, 15, 5)),
            piece("/amp/2025/02/moorings", "Winter moorings of the upper basin", at(2, 14, 5)),
            piece("/2025/01/old-weir", "The old weir, a farewell", at(1, 9, 5)),
            piece("/2025/02/lock-strike", "Strike at the lock ends on the third day", at(2, 12, 5)),
            piece("/2025/02/salt-tax", "Who pays the salt tax", at(2, 11, 5)),
            piece("/2025/03/tide-table", "Tide table for March", at(3, 1, 5)),
            piece("/2025/02/nobody-cites-this", "A report that no blog has cited", at(2, 26, 5)),
            piece("/2025/03/nor-this", "Another report that no blog has cited", at(3, 2, 5)),
            Redirect(path="/article/311", status=301, location="../2025/02/lock-strike"),
            Redirect(path="/go/442", status=308, to="/2025/02/salt-tax"),
            Redirect(path="/latest-tide", status=307, location="/2025/03/tide-table"),
            Redirect(path="/2024/12/pilot-school", status=301, host=GAZETTE, to="/archive/pilot-school"),
            Refusal(path="/2024/withdrawn", status=410, text="This report has been withdrawn."),
            Picture(path="/photos/flood.jpg", hue=140, since=LAUNCH),
            Raw(path="/clips/flood.mp4", mime="video/mp4", body=b"\0\0\0\x18ftypmp42" + bytes(4096), since=LAUNCH),
            style(),
        ),
    ),
    apart(GAZETTE, "Pilot Gazette", piece("/archive/pilot-school", "The pilot school opens", at(1, 5, 6))),
    apart("www.dailyledger.test", "Daily Ledger", hazards.paywall_stub("/premium/iron-quay", "The iron quay")),
    apart(
        "www.consentia.test",
        "Consentia",
        hazards.consent_wall("/2025/iron", piece("/2025/iron", "Iron on the quay", at(2, 19, 6))),
    ),
    apart("www.gatekeep.test", "Gatekeep", hazards.bot_wall("/story/iron")),
    apart(
        "www.softfloor.test",
        "Soft Floor",
        hazards.soft_404("/series/1"),
        hazards.empty("/series/2"),
        hazards.script_only("/series/3"),
    ),
    apart(
        "www.wobbly.test",
        "Wobbly Herald",
        Refusal(path="/editorial", status=500, text="Something broke."),
        Story(
            path="/weir",
            editions=piece("/weir", "Report from the weir", at(2, 17, 6)).editions,
            stumbles=(Refusal(path="", status=502, text="Bad gateway."),),
        ),
        Story(
            path="/closures",
            editions=piece("/closures", "List of closures", at(2, 13, 6)).editions,
            stumbles=(Refusal(path="", status=503, text="Busy.", retry_after=1),),
        ),
        Story(
            path="/reopenings",
            editions=piece("/reopenings", "List of reopenings", at(2, 13, 7)).editions,
            stumbles=(Refusal(path="", status=503, text="Busy.", retry_after=2, as_date=True),),
        ),
    ),
    # A host of its own: who is asked to stay away for an hour stays away from all its pages.
    apart(
        "www.lateedition.test",
        "Late Edition",
        Refusal(path="/live", status=503, text="Come back in an hour.", retry_after=3600),
    ),
    apart(
        "www.leakypipe.test",
        "Leaky Pipe",
        Story(
            path="/drip",
            editions=piece("/drip", "Water report", at(2, 21, 6)).editions,
            delivery=Delivery(drip=2.0),
        ),
        Story(
            path="/cut",
            editions=piece("/cut", "Annual report", at(2, 21, 7)).editions,
            delivery=Delivery(cut=True),
        ),
        Raw(
            path="/endless",
            mime="text/html",
            body=b"<h1>Endless</h1>\n",
            since=LAUNCH,
            delivery=Delivery(endless=200_000_000),
        ),
        Raw(path="/flood", mime="text/html", body=b"<h1>Flood</h1>\n", since=LAUNCH, delivery=Delivery(flood=4000)),
    ),
    apart(
        "registry.orvane.test",
        "Registry of Orvane",
        Raw(path="/reports/levees.pdf", mime="application/pdf", body=pdf("State of the levees", LEVEES), since=LAUNCH),
    ),
    apart("www.rechnoy-vestnik.test", "Речной вестник", *RUSSIAN, language="ru"),
    apart("www.sahil.test", "الساحل", ARABIC, language="ar"),
    *redirects(302, "relay-one.test", "relay-two.test", "relay-three.test", "relay-four.test"),
    apart(
        SHORT,
        "Sho.rt",
        Redirect(path="/x1", status=301, host=HERALD, to="/2025/02/mooring-list"),
        Redirect(path="/x2", status=301, host="www.eveningbell.test", to="/2025/closing"),
    ),
    apart(
        "www.roundabout.test",
        "Roundabout",
        Redirect(path="/north", status=302, to="/south"),
        Redirect(path="/south", status=302, to="/north"),
    ),
    apart("www.trapdoor.test", "Trapdoor", Redirect(path="/archive", status=302, location="http://10.0.0.1/")),
    apart(
        "www.clubhouse.test",
        "Clubhouse",
        Redirect(path="/debate", status=302, to="/login?next=%2Fdebate"),
        hazards.login("/login"),
    ),
    apart("www.sidebartimes.test", "Sidebar Times", Trail(path="/", kind="warren")),
    apart("ring.webweavers.test", "Ring of Webweavers", html("/members", "Members", "<p>Nobody yet.</p>")),
    apart("www.footnoted.test", "Footnoted", html("/hosting", "Hosting", "<p>We host small pages.</p>")),
)

DECOYS: tuple[Host, ...] = (
    apart(
        "t.co", "Stands in for a shortener", Redirect(path="/Kd83hsPq", status=301, host=HERALD, to="/2025/02/letter")
    ),
    apart("www.google.com", "Stands in for a wrapper"),
    apart("web.archive.org", "Stands in for a wrapper"),
    apart("www-harbourherald-test.cdn.ampproject.org", "Stands in for a wrapper"),
    apart("www.facebook.com", "Stands in for a share button"),
)
"""Real names, because crawlers know these by name. They are here so that a mistake ends on loopback and in the log."""
