"""Links: the domain a publisher registered, tracking dropped, wrappers taken off."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import Misuse
from archive.links import clean, is_shortener, neighbour_of, registrable, unwrap
from archive.wrappers import LAYERS

PAGE = "https://blog.example/2024/01/02/a-story/?id=7&x=%20y"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("blog.example.com", "example.com"),
        ("example.com", "example.com"),
        ("WWW.Example.COM.", "example.com"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("city.kobe.jp", "city.kobe.jp"),
        ("www.ck", "www.ck"),
        ("one.blogspot.com", "one.blogspot.com"),
        ("deep.one.blogspot.com", "one.blogspot.com"),
        ("blogspot.com", "blogspot.com"),
        ("someone.github.io", "someone.github.io"),
        ("co.uk", "co.uk"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("a.xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("пример.рф", "пример.рф"),
        ("blog.of.inkpot.test", "inkpot.test"),
        ("localhost", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("", ""),
    ],
)
def test_a_host_is_put_down_to_what_its_publisher_registered(host: str, domain: str) -> None:
    assert registrable(host) == domain


def test_the_suffix_list_is_neither_fetched_nor_written_anywhere() -> None:
    """In a process of its own: the list may be loaded here already, and audit hooks stay."""
    code = """
import os, sys
acts = []
def told(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "os.mkdir", "os.rename"):
        acts.append((event, args))
    if event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR):
        acts.append((event, args))
sys.dont_write_bytecode = True
sys.addaudithook(told)
from archive.links import registrable
assert registrable("news.bbc.co.uk") == "bbc.co.uk"
print(acts)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        (PAGE, PAGE),
        (f"{PAGE}#comments", PAGE),
        ("https://blog.example/p?utm_source=a&utm_medium=b", "https://blog.example/p"),
        ("https://blog.example/p?a=1&utm_source=x&b=2", "https://blog.example/p?a=1&b=2"),
        ("https://blog.example/p?UTM_Source=x&b", "https://blog.example/p?b"),
        ("https://blog.example/p?b=2&a=1&fbclid=Iw&gclid=3&mc_cid=4&igshid=5", "https://blog.example/p?b=2&a=1"),
        ("https://www.bbc.co.uk/news/1?at_medium=RSS&at_campaign=x", "https://www.bbc.co.uk/news/1"),
        ("https://blog.example/p?at_home=yes&ref=2", "https://blog.example/p?at_home=yes&ref=2"),
        ("https://blog.example/p?q=utm_source=1", "https://blog.example/p?q=utm_source=1"),
        ("HTTP://Blog.Example/A%2f", "HTTP://Blog.Example/A%2f"),
        ("https://blog.example/p?", "https://blog.example/p"),
    ],
)
def test_tracking_and_fragment_are_dropped_and_nothing_else(url: str, cleaned: str) -> None:
    assert clean(url) == cleaned


@given(st.text())
def test_cleaning_twice_is_cleaning_once(url: str) -> None:
    assert clean(clean(url)) == clean(url)


@pytest.mark.parametrize(
    "wrapper",
    [
        "https://www.google.com/url?q=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&sa=D",
        "https://www.google.co.uk/url?sa=t&url=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&h=AT",
        "https://www.facebook.com/l.php?u=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y",
        "https://l.instagram.com/?u=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&e=A",
        "https://out.reddit.com/t3_1?url=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&token=A",
        "https://slack-redir.net/link?url=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&v=3",
        "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&data=05",
        "https://www.youtube.com/redirect?event=video&q=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y",
        "https://t.umblr.com/redirect?z=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&t=Y",
        "https://vk.com/away.php?to=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y&rut=1",
        "https://translate.google.com/translate?sl=ru&u=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y",
        "https://href.li/?https://blog.example/2024/01/02/a-story/?id=7&x=%2520y",
        "https://disq.us/url?url=https%3A%2F%2Fblog.example%2F2024%2F01%2F02%2Fa-story%2F%3Fid%3D7%26x%3D%2520y%3AbQ1dW1fJ9k0aXx3VpLh2FQ8ZzzE&cuid=1",
        f"https://web.archive.org/web/20240103040506/{PAGE}",
        f"http://web.archive.org/web/2024id_/{PAGE}",
        f"https://web.archive.org/web/20240103040506if_/{PAGE}",
        f"https://web.archive.org/web/*/{PAGE}",
        f"https://web.archive.org/web/{PAGE}",
        f"https://web.archive.org/web/20240103040506/{PAGE.replace('//', '/', 1)}",
        f"https://archive.ph/20240103040506/{PAGE}",
        f"https://archive.today/2024.01.03-040506/{PAGE}",
        f"https://archive.is/newest/{PAGE}",
        f"https://arquivo.pt/wayback/20240103040506/{PAGE}",
        f"https://wayback.archive-it.org/1234/20240103040506/{PAGE}",
        f"https://webarchive.nationalarchives.gov.uk/ukgwa/20240103040506mp_/{PAGE}",
        "https://blog-example.cdn.ampproject.org/c/s/blog.example/2024/01/02/a-story/?id=7&x=%20y",
        "https://cdn.ampproject.org/v/s/blog.example/2024/01/02/a-story/?id=7&x=%20y",
        "https://www.google.com/amp/s/blog.example/2024/01/02/a-story/?id=7&x=%20y",
        "https://blog-example.translate.goog/2024/01/02/a-story/?id=7&x=%20y&_x_tr_sl=de&_x_tr_tl=en",
        "https://urldefense.com/v3/__https://blog.example/2024/01/02/a-story/?id=7&x=%20y__;!!AbC!xyz$",
        f"https://12ft.io/{PAGE}",
    ],
)
def test_a_wrapper_is_taken_off(wrapper: str) -> None:
    assert unwrap(wrapper) == (wrapper, PAGE)


@pytest.mark.parametrize(
    ("wrapper", "target"),
    [
        ("https://web.archive.org/web/2020/blog.example/p", "http://blog.example/p"),
        ("https://web.archive.org/web/2020/http://blog.example/p#top", "http://blog.example/p#top"),
        ("https://archive.ph/o/AbCd1/https://blog.example/p", "https://blog.example/p"),
        ("https://blog-example.cdn.ampproject.org/c/blog.example/p", "http://blog.example/p"),
        ("https://my--blog-example.translate.goog/p?_x_tr_sl=de", "https://my-blog.example/p"),
        ("https://webcache.googleusercontent.com/search?q=cache:AbCdEfGhIjK:https://blog.example/p+words", "https://blog.example/p"),
        ("https://urldefense.proofpoint.com/v2/url?u=https-3A__blog.example_p&d=Dw", "https://blog.example/p"),
        ("https://lenta-ru.turbopages.org/lenta.ru/s/news/2024/01/02/x/", "https://lenta.ru/news/2024/01/02/x/"),
        ("https://www.bing.com/ck/a?p=1&u=a1aHR0cHM6Ly9ibG9nLmV4YW1wbGUvcA&ntb=1", "https://blog.example/p"),
        ("https://r.search.yahoo.com/_ylt=A/RU=https%3a%2f%2fblog.example%2fp/RK=2/RS=1", "https://blog.example/p"),
    ],
)  # fmt: skip
def test_what_wrapping_did_to_the_target_is_mended(wrapper: str, target: str) -> None:
    assert unwrap(wrapper)[-1] == target


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "",
        "no url",
        "mailto:a@blog.example",
        "https://www.google.com/search?q=https://blog.example/",
        "https://www.facebook.com/sharer.php?u=https://blog.example/p",
        "https://twitter.com/intent/tweet?url=https://blog.example/p",
        "https://web.archive.org/",
        "https://web.archive.org/web/20240103040506/",
        "https://web.archive.org/web/static/style.css",
        "https://archive.ph/AbCd1",
        "https://cdn.ampproject.org/v0.js",
        "https://l.facebook.com/l.php?u=javascript:alert(1)",
        "https://l.facebook.com/l.php?u=/relative",
        "https://blog.example/20240102030405/index.html",
        "https://blog.example/2024/https-explained.html",
        "https://blog.example/login?next=https://blog.example/p",
        "https://urldefense.com/v3/__https://blog.example/a*b__;Kw!!A!B$",
        "http://[bad/url?q=https://blog.example/",
    ],
)
def test_what_is_no_wrapper_is_given_alone(url: str) -> None:
    assert unwrap(url) == (url,)


def test_wrappers_around_wrappers_are_all_given_in_order() -> None:
    amp = "https://www.google.com/amp/s/blog.example/p"
    kept = f"https://web.archive.org/web/20240103040506/{amp}"
    mail = f"https://x.safelinks.protection.outlook.com/?url={kept.replace(':', '%3A').replace('/', '%2F')}"

    assert unwrap(mail) == (mail, kept, amp, "https://blog.example/p")


def test_endless_wrapping_ends() -> None:
    url = "https://web.archive.org/web/2020/" * 30 + PAGE

    assert len(unwrap(url)) == LAYERS + 1


@given(st.text() | st.from_regex(r"https?://(web\.archive\.org/web/|www\.google\.com/|l\.facebook\.com/)[ -~]{0,80}"))
def test_unwrapping_never_raises_and_begins_with_the_url(url: str) -> None:
    assert unwrap(url)[0] == url


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("t.co", True), ("BIT.LY", True), ("www.tinyurl.com", True), ("archive.ph", True), ("perma.cc", True),
        ("t.com", False), ("blog.t.co.example", False), ("x.t.co", False), ("web.archive.org", False),
    ],
)  # fmt: skip
def test_shorteners_are_known_by_name(host: str, is_one: bool) -> None:
    assert is_shortener(host) is is_one


@pytest.mark.parametrize(
    ("url", "neighbour"),
    [
        ("https://one.inkpot.test/p", "inkpot.test"),
        ("http://two.deep.inkpot.test:8080/", "inkpot.test"),
        ("https://inkpot.test/", "inkpot.test"),
        ("https://notinkpot.test/", "notinkpot.test"),
        ("https://WWW.Blog.Example/", "www.blog.example"),
        ("http://127.0.0.1:81/", "127.0.0.1"),
    ],
)
def test_all_hosts_of_a_platform_are_one_neighbour(url: str, neighbour: str) -> None:
    assert neighbour_of(url, {"inkpot.test"}) == neighbour


def test_a_url_without_a_host_has_no_neighbour() -> None:
    with pytest.raises(Misuse, match="names no host"):
        neighbour_of("mailto:a@blog.example", ())
