"""The stand's own list of what its articles cite, and what becomes of each link; the crawler never reads it."""

from __future__ import annotations

from crawler.newsstand.quotes import GAZETTE, HERALD, SHORT
from crawler.newsstand.truth import Cited

AMP_CACHE = "https://www-harbourherald-test.cdn.ampproject.org/c/www.harbourherald.test/amp/2025/02/moorings"
OLD_WEIR = f"http://{HERALD}/2025/01/old-weir"
REED_PRICES = f"http://{HERALD}/2025/02/reed-prices"
SHARE = "https://www.facebook.com/sharer.php?u=http%3A%2F%2Fpacketboat.test%2F"

CITED: tuple[Cited, ...] = (
    # The Lantern's.
    Cited(url="http://www.quaycourier.test/news/joint-room", outcome="captured"),
    Cited(
        url="http://blog.lantern.test/out/courier",
        outcome="redirected",
        ends="http://www.quaycourier.test/news/pump-prices",
        then="captured",
    ),
    Cited(url="http://www.ternwire.test/interview/solt", outcome="captured"),
    Cited(url="http://www.ternwire.test/wire/assembly-session", outcome="captured"),
    Cited(url="http://waterways.orvane.test/announcements/17", outcome="captured"),
    Cited(url="http://www.saltmarsh-post.test/wells", outcome="failed"),
    Cited(url="http://www.eveningbell.test/2025/delta-salt", outcome="failed"),
    # Plain, wrapped, with credentials.
    Cited(url=f"http://{HERALD}/2025/02/ferry-fares", outcome="captured"),
    Cited(url=f"http://{HERALD}/amp/2025/02/dredging", outcome="captured"),
    Cited(
        url=REED_PRICES,
        outcome="captured",
        linked="http://www.google.com/url?sa=t&url=http%3A%2F%2Fwww.harbourherald.test%2F2025%2F02%2Freed-prices",
    ),
    Cited(
        url=f"http://{HERALD}/2025/02/night-ferry",
        outcome="captured",
        linked="http://reader:secret@www.harbourherald.test/2025/02/night-ferry",
    ),
    Cited(url=f"http://{HERALD}/amp/2025/02/moorings", outcome="captured", linked=AMP_CACHE),
    Cited(url=OLD_WEIR, outcome="captured", linked=f"http://web.archive.org/web/20250110120000/{OLD_WEIR}"),
    # Redirects of every kind.
    Cited(
        url="http://relay-one.test/letter",
        outcome="redirected",
        ends=f"http://{HERALD}/2025/02/letter",
        then="captured",
    ),
    Cited(
        url=f"http://{SHORT}/x1", outcome="redirected", ends=f"http://{HERALD}/2025/02/mooring-list", then="captured"
    ),
    Cited(url="http://t.co/Kd83hsPq", outcome="redirected", ends=f"http://{HERALD}/2025/02/letter", then="captured"),
    Cited(
        url=f"http://{SHORT}/x2", outcome="redirected", ends="http://www.eveningbell.test/2025/closing", then="failed"
    ),
    Cited(
        url="http://www.roundabout.test/north",
        outcome="redirected",
        ends="http://www.roundabout.test/south",
        then="redirected",
    ),
    Cited(url="http://www.trapdoor.test/archive", outcome="redirected", ends="http://10.0.0.1/", then="unsafe"),
    Cited(url="http://192.168.1.1/gauge", outcome="unsafe"),
    Cited(
        url=f"http://{HERALD}/article/311",
        outcome="redirected",
        ends=f"http://{HERALD}/2025/02/lock-strike",
        then="captured",
    ),
    Cited(
        url=f"http://{HERALD}/go/442", outcome="redirected", ends=f"http://{HERALD}/2025/02/salt-tax", then="captured"
    ),
    Cited(
        url=f"http://{HERALD}/latest-tide",
        outcome="redirected",
        ends=f"http://{HERALD}/2025/03/tide-table",
        then="captured",
    ),
    Cited(
        url=f"http://{HERALD}/2024/12/pilot-school",
        outcome="redirected",
        ends=f"http://{GAZETTE}/archive/pilot-school",
        then="captured",
    ),
    Cited(
        url="http://www.clubhouse.test/debate",
        outcome="redirected",
        ends="http://www.clubhouse.test/login?next=%2Fdebate",
        then="captured",
    ),
    Cited(url="http://oldquay.test/entry/1", outcome="redirected", ends="http://newquay.test/entry/1", then="captured"),
    # Papers in other languages, a PDF.
    Cited(url="http://registry.orvane.test/reports/levees.pdf", outcome="captured"),
    Cited(url="http://www.rechnoy-vestnik.test/2025/02/parom", outcome="captured"),
    Cited(url="http://www.rechnoy-vestnik.test/2025/02/shlyuz", outcome="captured"),
    Cited(url="http://www.rechnoy-vestnik.test/2025/02/mayak", outcome="captured"),
    Cited(url="http://www.sahil.test/news/2025/ferry", outcome="captured"),
    # Gone, walled, broken.
    Cited(url=f"http://{HERALD}/2024/never-was", outcome="gone"),
    Cited(url=f"http://{HERALD}/2024/withdrawn", outcome="gone"),
    Cited(url="http://www.gatekeep.test/story/iron", outcome="refused"),
    Cited(url="http://www.dailyledger.test/premium/iron-quay", outcome="captured"),
    Cited(url="http://www.consentia.test/2025/iron", outcome="captured"),
    Cited(url="http://www.softfloor.test/series/1", outcome="captured"),
    Cited(url="http://www.softfloor.test/series/2", outcome="captured"),
    Cited(url="http://www.softfloor.test/series/3", outcome="captured"),
    Cited(url="http://www.wobbly.test/editorial", outcome="captured"),
    Cited(url="http://www.wobbly.test/weir", outcome="captured"),
    Cited(url="http://www.wobbly.test/closures", outcome="captured"),
    Cited(url="http://www.wobbly.test/reopenings", outcome="captured"),
    Cited(url="http://www.lateedition.test/live", outcome="limited"),
    Cited(url="http://www.leakypipe.test/drip", outcome="captured"),
    Cited(url="http://www.leakypipe.test/cut", outcome="truncated"),
    # Not asked.
    Cited(url="http://waterways.orvane.test/private/draft-18.html", outcome="robots"),
    Cited(url="http://www.lockkeeper.test/tides", outcome="robots"),
    Cited(url=SHARE, outcome="out of scope"),
    Cited(url=f"http://{HERALD}/photos/flood.jpg", outcome="out of scope"),
    Cited(url=f"http://{HERALD}/clips/flood.mp4", outcome="out of scope"),
    # Other watched blogs.
    Cited(url="http://tideline.test/note/2", outcome="captured"),
    Cited(url="http://capstan.inkpot.test/notes/3.html", outcome="captured"),
)
"""Every page that the body of a due article links to, outside its own blog, and what the last visit there says.

The outcome is that of the last attempt: three of the wobbly paper's pages are well the second time.
"""
