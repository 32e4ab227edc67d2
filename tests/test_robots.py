"""robots.txt is read as RFC 9309 says, and a verdict names the rule it rests on."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.robots import LIMIT, LONGEST_SHOWN, Rules, rules, uncoded

HOST = "http://press.test"


def read(text: str | bytes) -> Rules:
    return rules(200, text if isinstance(text, bytes) else text.encode())


def may(text: str | bytes, path: str) -> bool:
    return read(text).verdict(HOST + path).allowed


# RFC 9309, section 5.1, with names and files of our own.
GROUPS = """\
User-Agent: *
Disallow: *.gif$
Disallow: /example/
Allow: /publications/

User-Agent: variorum
Disallow: /
Allow: /example/page.html
Allow: /example/allowed.gif

User-Agent: otherbot
User-Agent: thirdbot
Disallow: /example/page.html

User-Agent: quietbot
"""


@pytest.mark.parametrize(
    ("token", "path", "allowed"),
    [
        ("variorum", "/example/page.html", True),
        ("variorum", "/example/allowed.gif", True),
        ("variorum", "/publications/", False),
        ("VARIORUM", "/anything", False),
        ("otherbot", "/example/page.html", False),
        ("otherbot", "/example/other.gif", True),
        ("thirdbot", "/example/page.html", False),
        ("thirdbot", "/publications/", True),
        ("quietbot", "/example/page.html", True),
        ("fourthbot", "/example/page.html", False),
        ("fourthbot", "/publications/page.html", True),
        ("fourthbot", "/elsewhere/picture.gif", False),
        ("fourthbot", "/elsewhere/picture.gif?large", True),
        ("fourthbot", "/elsewhere/", True),
    ],
)
def test_a_crawler_obeys_its_own_group_or_that_of_everybody(token: str, path: str, allowed: bool) -> None:
    assert rules(200, GROUPS.encode(), token=token).verdict(HOST + path).allowed is allowed


# RFC 9309, section 5.2, and the ties of 2.2.2.
@pytest.mark.parametrize(
    ("lines", "path", "rule"),
    [
        (("Allow: /example/page/", "Disallow: /example/page/no.gif"), "/example/page/no.gif", 1),
        (("Allow: /example/page/", "Disallow: /example/page/no.gif"), "/example/page/yes.gif", 0),
        (("Disallow: /a", "Allow: /a"), "/a", 1),
        (("Allow: /a", "Disallow: /a"), "/a", 0),
        (("Disallow: /a*", "Allow: /a"), "/ab", 0),
        (("Disallow: /", "Allow: /$"), "/", 1),
        (("Disallow: /", "Allow: /$"), "/page", 0),
        (("Disallow: /*.php", "Allow: /page"), "/page.php", 0),
        (("Disallow: /a", "Disallow: /ab"), "/abc", 1),
    ],
)
def test_the_longest_rule_decides_and_allow_wins_a_tie(lines: tuple[str, ...], path: str, rule: int) -> None:
    verdict = read("User-agent: *\n" + "\n".join(lines)).verdict(HOST + path)
    assert verdict.rule == lines[rule]
    assert verdict.allowed is lines[rule].startswith("Allow")


# RFC 9309, section 2.2.2: the path as written here and as it comes; and what is not equal.
@pytest.mark.parametrize(
    ("written", "asked", "equal"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True),
        ("/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", True),
        ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https://foo.bar", True),
        ("/foo/bar?baz=https%3a%2f%2ffoo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True),
        ("/*baz=https:", "/foo?baz=https://foo.bar", True),
        ("/*baz=https%3A", "/foo?baz=https://foo.bar", True),
        ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/ツ", True),
        ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/foo/bar/baz", "/foo/bar/%62%61%7a", True),
        ("/%7Eme/", "/~me/", True),
        ("/a b", "/a%20b", True),
        ("/a|b", "/a%7Cb", True),
        ("/100%", "/100%25", True),
        ("/a/b", "/a%2Fb", False),
        ("/a%2Fb", "/a/b", False),
        ("/a%2Fb", "/a%2fb", True),
        ("/a?b", "/a%3Fb", False),
        ("/A", "/a", False),
        ("/a", "/b/a", False),
    ],
)
def test_octets_are_compared_in_one_encoding(written: str, asked: str, equal: bool) -> None:
    assert may(f"User-agent: *\nDisallow: {written}\n", asked) is not equal


# RFC 9309, section 2.2.3.
@pytest.mark.parametrize(
    ("written", "asked", "matches"),
    [
        ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", True),
        ("/path/file-with-a-%2A.html", "/path/file-with-a-b.html", False),
        ("/path/foo-%24", "/path/foo-$", True),
        ("/path/foo-%24", "/path/foo-", False),
        ("/path/$foo", "/path/$foo/more", True),
        ("/path/$foo", "/path/", False),
        ("/*.gif$", "/a/b.gif", True),
        ("/*.gif$", "/a/b.gif?x", False),
        ("/*.gif$", "/a.gif/b.gif", True),
        ("/a*b*c", "/a-b-c-d", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a**b", "/ab", True),
        ("/a*", "/a", True),
        ("/a*$", "/anything", True),
        ("/ab*b$", "/ab", False),
        ("*", "/", True),
        ("*private", "/very/private/page", True),
        ("/$", "/", True),
        ("/$", "/a", False),
        ("$", "/", True),
        ("/*?", "/page?x=1", True),
        ("/*?", "/page", False),
        ("/", "/anything", True),
        ("/fish", "/fish.html", True),
        ("/fish/", "/fish", False),
        ("/page;v=1", "/page;v=1&x", True),
        ("private/", "/private/page", True),
    ],
)
def test_a_star_and_a_final_dollar_are_special(written: str, asked: str, matches: bool) -> None:
    assert may(f"User-agent: *\nDisallow: {written}\n", asked) is not matches


@pytest.mark.parametrize(
    ("name", "binds"),
    [
        ("*", True),
        ("variorum", True),
        ("VarioRum", True),
        ("Variorum/1.0", True),
        ("Variorum (an archive)", True),
        ("vario", False),
        ("variorum-news", False),
        ("variorum2", False),
        ("mailto", False),
        ("Mozilla/5.0 (compatible; Variorum)", False),
        ("", False),
    ],
)
def test_the_product_token_is_compared_whole_and_without_case(name: str, binds: bool) -> None:
    assert may(f"User-agent: {name}\nDisallow: /\n", "/page") is not binds


SCATTERED = "User-agent: variorum\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n\nUser-agent: variorum\nDisallow: /b"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        # Groups of one name are one group, and the group of everybody then says nothing to us (2.2.1).
        (SCATTERED, "/b", False),
        (SCATTERED, "/c", True),
        ("User-agent: *\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: *\nDisallow: /b", "/b", False),
        ("User-agent: variorum\n\nUser-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: variorum\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: variorum\n", "/a", True),
        # Other lines are no part of a group and end none (2.2.4).
        ("User-agent: variorum\nSitemap: http://press.test/s.xml\nUser-agent: x\nDisallow: /", "/a", False),
        ("User-agent: variorum\nCrawl-delay: 3\nUser-agent: x\nDisallow: /", "/a", False),
        ("User-agent: variorum\nNoindex: /x\n\n# and\n\nDisallow: /a", "/a", False),
        ("Disallow: /\n", "/a", True),
        ("Disallow: /\nUser-agent: *\nDisallow: /b", "/a", True),
        # How lines end and what they hold.
        ("User-agent: *\rDisallow: /a\rAllow: /b", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("  user-AGENT :\t* # all\n\tdisALLOW\t:  /a \t# not this", "/a", False),
        ("User-agent: *\nDisallow: /a#b\n", "/a", False),
        ("\ufeffUser-agent: *\nDisallow: /a\n", "/a", False),
        ("User-agent: *\nDisallow /a\n", "/a", True),
        ("User-agent: *\nDisallow: /x\u2028Disallow: /a\n", "/a", True),
        ("<html><body>User-agent: * Disallow: /</body></html>", "/a", True),
        ("User-agent: *\nDisallow:\nDisallow: # nothing\n", "/a", True),
        ("", "/a", True),
        # robots.txt itself (2.2.2).
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /", "/robots.txt?x", True),
        ("User-agent: *\nDisallow: /", "/robots.txt.html", False),
        ("User-agent: *\nDisallow: /", "", False),
        ("User-agent: *\nDisallow: /", "?q=1", False),
        ("User-agent: *\nDisallow: /?q", "?q=1", False),
        ("User-agent: *\nDisallow: /a", "/#/a", True),
    ],
)  # fmt: skip
def test_groups_and_lines_are_read_as_the_standard_says(text: str, path: str, allowed: bool) -> None:
    assert may(text, path) is allowed


def test_bytes_that_are_no_utf_8_are_compared_as_they_are() -> None:
    assert not may(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%E9/menu")
    assert may(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%C3%A9/menu")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (200, "forbidden"), (203, "forbidden"), (206, "forbidden"),
        (301, "unavailable: allowed"), (304, "unavailable: allowed"),
        (400, "unavailable: allowed"), (401, "unavailable: allowed"), (403, "unavailable: allowed"),
        (404, "unavailable: allowed"), (410, "unavailable: allowed"), (499, "unavailable: allowed"),
        (429, "unreachable: held"),
        (500, "unreachable: held"), (503, "unreachable: held"), (599, "unreachable: held"),
        (101, "unreachable: held"), (999, "unreachable: held"), (None, "unreachable: held"),
    ],
)  # fmt: skip
def test_the_status_decides_whether_the_body_is_read(status: int | None, word: str) -> None:
    verdict = rules(status, b"User-agent: *\nDisallow: /").verdict(f"{HOST}/page")
    assert verdict.word == word
    assert verdict.allowed is word.endswith("allowed")


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (read("User-agent: *\nDisallow: /private/"), "robots.txt forbids it: Disallow: /private/"),
        (read("User-agent: *\nALLOW: /private/"), "robots.txt allows it: Allow: /private/"),
        (read(""), "robots.txt says nothing against it"),
        (rules(503), "robots.txt could not be fetched (503), so the host is left alone for now"),
        (
            rules(None, reason="the name press.test does not resolve"),
            "robots.txt could not be fetched (the name press.test does not resolve), so the host is left alone for now",
        ),
        (rules(404), "there is no robots.txt to go by (404), so nothing is forbidden"),
        (
            rules(302, reason="more than 5 redirects"),
            "there is no robots.txt to go by (more than 5 redirects), so nothing is forbidden",
        ),
    ],
)
def test_a_verdict_says_why_in_words(found: Rules, why: str) -> None:
    assert found.verdict(f"{HOST}/private/page").why == why


def test_a_rule_is_told_as_one_short_line_that_does_nothing_to_a_terminal() -> None:
    told = read(b"User-agent: *\nDisallow: /\x1b[2J\x07\xc3\xa9\xff" + b"*" * 999).verdict(f"{HOST}/%1B[2J%07é%FF").rule
    assert told is not None
    assert told.startswith("Disallow: /\\x1b[2J\\x07é\\xff**")
    assert len(told) == len("Disallow: ...") + LONGEST_SHOWN


def test_only_the_first_500_kib_are_read_and_no_half_line() -> None:
    line = b"Disallow: /private/\n"
    filling = b"#" * (LIMIT - len(b"User-agent: *\n") - len(line) - 1)
    assert not may(b"User-agent: *\n" + filling + b"\n" + line, "/private/x")
    cut = b"User-agent: *\n" + filling + b"########\n" + line
    assert may(cut, "/private/x")
    assert may(cut, "/x")
    assert may(cut.replace(b"\n", b"\r"), "/x")
    assert may(b"User-agent: *\n" + b"#" * LIMIT + b"\n" + line, "/private/x")


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 10", 10),
        ("User-agent: *\ncrawl-DELAY: 0.5 # s", 0.5),
        ("User-agent: *\nCrawl-delay: 5s", 5),
        ("User-agent: *\nCrawl-delay: 1\nCrawl-delay: 7\nCrawl-delay: 2", 7),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: variorum\nDisallow: /x", None),
        ("User-agent: *\nCrawl-delay: 10\n\nUser-agent: variorum\nCrawl-delay: 2", 2),
        ("User-agent: x\nCrawl-delay: 10", None),
        ("Crawl-delay: 10", None),
        ("User-agent: *\nCrawl-delay: -1", None),
        ("User-agent: *\nCrawl-delay: nan", None),
        ("User-agent: *\nCrawl-delay:", None),
        (f"User-agent: *\nCrawl-delay: {'9' * 999}", float("inf")),
    ],
)
def test_crawl_delay_is_that_of_our_group(text: str, delay: float | None) -> None:
    assert read(text).crawl_delay == delay


def test_sitemaps_are_for_everybody_and_given_out_once() -> None:
    text = "Sitemap: http://a.test/1.xml\nUser-agent: x\nsitemap:http://a.test/2.xml\nSitemap:\nSitemap: http://a.test/1.xml"
    assert read(text).sitemaps == ("http://a.test/1.xml", "http://a.test/2.xml")


TEXT = b"User-agent: *\nDisallow: /private/\n"
RAW = zlib.compressobj(wbits=-15)


def packed(text: bytes) -> bytes:
    return gzip.compress(text, mtime=0)


@pytest.mark.parametrize(
    ("body", "codings", "text"),
    [
        (TEXT, "", TEXT),
        (TEXT, "identity", TEXT),
        (packed(TEXT), "gzip", TEXT),
        (packed(TEXT), " X-GZIP ", TEXT),
        (packed(TEXT) + b"tail", "gzip", TEXT),
        (packed(TEXT[:9]) + packed(TEXT[9:]), "gzip", TEXT),
        (packed(zlib.compress(TEXT)), "deflate, gzip", TEXT),
        (zlib.compress(TEXT), "deflate", TEXT),
        (zlib.compress(b""), "deflate", b""),
        (RAW.compress(TEXT) + RAW.flush(), "deflate", TEXT),
        (TEXT, "gzip", TEXT),
        (b"", "gzip", b""),
        (packed(TEXT)[:-9], "gzip", None),
        (packed(TEXT)[:20] + b"\xff" * 20, "gzip", None),
        (TEXT, "deflate", None),
        (TEXT, "br", None),
        (TEXT, "br, gzip", None),
    ],
)
def test_a_coded_body_is_read_whole_or_not_at_all(body: bytes, codings: str, text: bytes | None) -> None:
    assert uncoded(body, codings) == text


def test_no_more_is_unpacked_than_will_be_read() -> None:
    bomb = packed(bytes(64 * 1024 * 1024))
    assert uncoded(bomb, "gzip") == bytes(LIMIT + 1)
    assert uncoded(bomb[: len(bomb) // 2], "gzip") == bytes(LIMIT + 1)


def test_a_rule_made_of_stars_is_matched_without_going_back() -> None:
    # A matcher that goes back tries every way to place forty stars, and does not end.
    stars = "User-agent: *\nDisallow: /" + "*a" * 40 + "*b$\n"
    assert may(stars, "/" + "a" * 4000)


LINE = st.sampled_from(
    [
        "User-agent: *", "User-agent: variorum", "User-agent: x", "Disallow: /a", "Disallow: /", "Disallow:",
        "Allow: /a/b", "Allow: /*c$", "Disallow: /*?", "Crawl-delay: 3", "Sitemap: http://a.test/", "# a remark", "",
        "Disallow: /%61%2F",
    ]
)  # fmt: skip
PATHS = st.text("ab/c?%2F*$é", max_size=12).map(lambda rest: f"/{rest}")


@given(body=st.binary(max_size=400), url=st.text(max_size=60), status=st.none() | st.integers(-9, 999))
def test_any_bytes_and_any_url_get_a_verdict(body: bytes, url: str, status: int | None) -> None:
    found = rules(status, b"User-agent: *\nDisallow: " + body)
    for asked in (url, HOST + url, f"{HOST}/{url}"):
        verdict = found.verdict(asked)
        assert verdict.allowed is (verdict.word not in ("forbidden", "unreachable: held"))
        assert verdict.why.isprintable()
    assert isinstance(rules(200, body), Rules)


@given(body=st.binary(max_size=400), codings=st.sampled_from(["gzip", "deflate", "x-gzip, deflate", "br", ""]))
def test_any_bytes_are_unpacked_or_not(body: bytes, codings: str) -> None:
    found = uncoded(body, codings)
    assert found is None or len(found) <= max(len(body), LIMIT + 1)


@given(url=st.text())
def test_an_empty_robots_txt_allows_everything(url: str) -> None:
    assert read("").verdict(url).allowed
    assert read("# nothing\n\n").verdict(HOST + url).allowed


@given(path=PATHS)
def test_a_rule_matches_the_path_it_was_made_of(path: str) -> None:
    literal = path.replace("%", "%25").replace("*", "%2A").replace("$", "%24")
    asked = path.replace("%", "%25")
    assert not may(f"User-agent: *\nDisallow: {literal}\n", asked)
    assert not may(f"User-agent: *\nDisallow: {literal}$\n", asked)


@given(lines=st.lists(LINE, max_size=12), path=PATHS)
def test_blank_lines_remarks_and_line_ends_change_nothing(lines: list[str], path: str) -> None:
    plain = read("\n".join(lines)).verdict(HOST + path)
    spread = read("\r\n\r\n# a remark\r\n".join(lines)).verdict(HOST + path)
    assert plain == spread


@given(
    rules_of=st.lists(st.sampled_from(["Disallow: /a", "Allow: /a/b", "Disallow: /a/b/c", "Allow: /", "Disallow: /*c"]))
)
def test_the_order_of_rules_does_not_matter(rules_of: list[str]) -> None:
    for path in ("/a", "/a/b", "/a/b/c", "/c"):
        verdicts = {
            read("\n".join(["User-agent: *", *order])).verdict(HOST + path) for order in (rules_of, rules_of[::-1])
        }
        assert len(verdicts) == 1
