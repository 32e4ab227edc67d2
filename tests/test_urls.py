"""URLs: the keys agree with other tools' but for listed differences; only what can be fetched is fetched."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from w3lib.url import safe_url_string

from archive.errors import Misuse
from archive.urls import LONGEST, fetchable, neighbour, urlkey

SESSION = "0123456789ABCDEF0123456789abcdef"
ASPX = "4hqa0555fwsecu455xqckv45"

# Pairs on which the SURT that pywb and cdxj-indexer compute agrees with ours (surt 0.3.1, run apart as an oracle).
AGREED = [
    # host
    ("http://example.com", "com,example)/"),
    ("HTTP://EXAMPLE.COM/", "com,example)/"),
    ("https://a.b.example.co.uk/x", "uk,co,example,b,a)/x"),
    ("http://www.example.com/", "com,example)/"),
    ("http://WwW2.example.com/", "com,example)/"),
    ("http://www.www.example.com/", "com,example,www)/"),
    ("http://www1a.example.com/", "com,example,www1a)/"),
    ("http://wwww.example.com/", "com,example,wwww)/"),
    ("http://www.com/", "com)/"),
    ("http://www/", "www)/"),
    ("http://localhost:8000/x", "localhost:8000)/x"),
    ("http://example.com./", "com,example)/"),
    ("http://exam..ple.com/", "com,ple,exam)/"),
    ("http://%65xample.com/", "com,example)/"),
    ("http://a_b.c/", "c,a_b)/"),
    ("http://münchen.de/ä", "de,xn--mnchen-3ya)/%c3%a4"),
    ("http://%C3%A4.com/", "com,xn--4ca)/"),
    ("http://XN--4CA.com/", "com,xn--4ca)/"),
    ("http://例え。テスト/", "xn--zckzah,xn--r8jz45g)/"),
    ("http://☃.net/", "net,xn--n3h)/"),
    ("http://user:pw@example.com/a", "com,example)/a"),
    ("http://u@v@example.com/", "com,example)/"),
    # port
    ("http://www.Example.com:80/a/../b?z=1&a=2#f", "com,example)/b?a=2&z=1"),
    ("https://example.com:443", "com,example)/"),
    ("http://example.com:443/", "com,example:443)/"),
    ("http://www.example.com:8080/", "com,example:8080)/"),
    ("http://example.com:/x", "com,example)/x"),
    ("http://example.com:080?x", "com,example)/?x"),
    # addresses
    ("http://127.0.0.1", "1,0,0,127)/"),
    ("http://1.2.3.4:8080/x", "4,3,2,1:8080)/x"),
    ("http://3232235777/", "1,1,168,192)/"),
    ("http://0300.0250.0.1/", "1,0,168,192)/"),
    ("http://1.2.3/", "3,0,2,1)/"),
    ("http://08.1.1.1/", "1,1,1,08)/"),
    ("http://256.1.1.1/", "1,1,1,256)/"),
    ("http://[2001:DB8::1]/x", "2001:db8::1)/x"),
    # path
    ("http://example.com/A/B/", "com,example)/a/b"),
    ("http://example.com//a///b//", "com,example)/a/b"),
    ("http://example.com/a//../b", "com,example)/a/b"),
    ("http://example.com/a/./b/../../c/", "com,example)/c"),
    ("http://example.com/a%2f..%2fb", "com,example)/b"),
    ("http://example.com/.a/..b/c..", "com,example)/.a/..b/c.."),
    ("http://example.com/a b%20c+d", "com,example)/a%20b%20c+d"),
    ("http://example.com/A%2Fb%7Ec", "com,example)/a/b~c"),
    ("http://example.com/%E4", "com,example)/%e4"),
    ("http://example.com/%2541", "com,example)/a"),
    ("http://example.com/%zz%", "com,example)/%25zz%25"),
    ("http://example.com/a%23b%00%0A", "com,example)/a%23b%00%0a"),
    ("http://example.com/a\tb\n", "com,example)/ab"),
    ("http://example.com/'\"<>[]{}|^`", "com,example)/'\"<>[]{}|^`"),
    ("http://example.com/#!/a", "com,example)/"),
    # query
    ("http://example.com?", "com,example)/"),
    ("http://example.com/a/?", "com,example)/a"),
    ("http://example.com/a/?b", "com,example)/a?b"),
    ("http://example.com/a??", "com,example)/a??"),
    ("http://example.com/?B=2&a=1&a=0&c", "com,example)/?a=0&a=1&b=2&c"),
    ("http://example.com/?A=B&a=b", "com,example)/?a=b&a=b"),
    ("http://example.com/?a=1&&b=2&", "com,example)/?&&a=1&b=2"),
    ("http://example.com/?a-b=2&aa=1&a%20=3&a=1&a", "com,example)/?a&a=1&a%20=3&a-b=2&aa=1"),
    ("http://example.com/?x=a%26b=c", "com,example)/?b=c&x=a"),
    ("http://example.com/?u=http://X.com/../y/", "com,example)/?u=http://x.com/../y/"),
    # sessions
    (f"http://example.com/a?jsessionid={SESSION}&x=1", "com,example)/a?x=1"),
    (f"http://example.com/a?b=1&sid={SESSION}&c=2", "com,example)/a?b=1&c=2"),
    (f"http://example.com/a?x=1&PHPSESSID={SESSION}", "com,example)/a?&x=1"),
    (f"http://example.com/a?x=1;jsessionid={SESSION}", "com,example)/a?x=1;"),
    (f"http://example.com/a?sid={SESSION}&phpsessid={SESSION}", "com,example)/a"),
    ("http://example.com/a?sid=short", "com,example)/a?sid=short"),
    ("http://example.com/a?ASPSESSIONIDABCDEFGH=ABCDEFGHIJKLMNOPQRSTUVWX&y=2", "com,example)/a?y=2"),
    ("http://example.com/a?CFID=1169580&CFTOKEN=48630702&x=3", "com,example)/a?x=3"),
    ("http://example.com/a?cfid=1&x=3&cftoken=2", "com,example)/a?cfid=1&cftoken=2&x=3"),
    (f"http://example.com/(S({ASPX}))/m.aspx?x", "com,example)/m.aspx?x"),
    (f"http://example.com/x/({ASPX})/a/m.ASPX", "com,example)/x/a/m.aspx"),
    (f"http://example.com/({ASPX})/m.html", f"com,example)/({ASPX})/m.html"),
    # without a scheme, and other schemes
    ("example.com/foo", "com,example)/foo"),
    ("//www.example.com", "com,example)/"),
    ("http:example.com/a", "com,example)/a"),
    ("http:///example.com/a", "com,example)/a"),
    (" http://example.com/a ", "com,example)/a"),
    ("urn:variorum:Site:NAME", "urn:variorum:site:name"),
    ("urn:a?b=1&a=2", "urn:a?a=2&b=1"),
    ("dns:example.com", "dns:example.com"),
    ("metadata:x", "metadata:x"),
    ("metadata://gnu.org/warc/MANIFEST.txt", "org,gnu)/warc/manifest.txt"),
    ("ftp://www.example.com/Foo", "com,example)/foo"),
    ("screenshot:http://www.example.com/", "screenshot:http://www.example.com"),
    ("mailto:A@example.com", "mailto:a@example.com"),
    ("", "-"),
]

# Where we differ on purpose: (url, our key, what the oracle says or None where it fails, why).
DIFFERENT = [
    ("http://e.com:99999/", "http://e.com:99999/", None, "a key for everything that a page may name"),
    ("http://e.com: 80/", "http://e.com:%2080/", None, "the same"),
    ("http://e.com/\udcff", "com,e)/%ed%b3%bf", None, "the same"),
    ("http://", "http://", "http:", "what names no host is keyed by its text"),
    ("file:///tmp/A", "file:///tmp/a", "file:/tmp/a", "the same; JavaScript tools write it so too"),
    ("URN:uuid:AA", "urn:uuid:aa", "URN:uuid:aa", "a scheme's case means nothing (RFC 3986 3.1)"),
    ("http://[::1]:8080/x", "[::1]:8080)/x", "::1:8080)/x", "a port must not look like a part of the address"),
    ("http://[2001:db8:0:0::1]/", "2001:db8::1)/", "2001:db8:0:0::1)/", "one address, one key (RFC 5952)"),
    ("http://straße.de/", "de,xn--strae-oqa)/", "de,strasse)/", "they are two hosts; browsers ask the first"),
    ("http://4294967296/", "4294967296)/", "0,0,0,0)/", "too large a number is no address"),
    ("http://e.com/../b", "com,e)/b", "com,e)/../b", "nothing lies above the root (RFC 3986 5.2.4)"),
    ("http://e.com/a\\b", "com,e)/a/b", "com,e)/a\\b", "browsers, and we, ask for /a/b"),
    ("http://e.com\\@f.com/", "com,e)/@f.com", "com,f)/", "browsers, and we, ask e.com"),
    (f"http://e.com/a;jsessionid={SESSION}?x", "com,e)/a?x", f"com,e)/a;jsessionid={SESSION.lower()}?x", "a session"),
    (
        f"http://e.com/a;jsessionid={SESSION}.node1",
        "com,e)/a",
        f"com,e)/a;jsessionid={SESSION.lower()}.node1",
        "a session with its server's name",
    ),
    (
        f"http://e.com/a?sid={SESSION}&sid={SESSION}",
        "com,e)/a",
        f"com,e)/a?&sid={SESSION.lower()}",
        "both are sessions",
    ),
    (
        f"http://e.com/a?docsid={SESSION}",
        f"com,e)/a?docsid={SESSION.lower()}",
        "com,e)/a?doc",
        "a parameter that only ends in sid may be what tells two pages apart",
    ),
]

PIECES = [
    "http:", "https:", "ftp:", "urn:", "/", "//", "\\", "?", "#", "&", "=", "@", ":", ":80", ":8080", "[", "]", "::1",
    "www.", "e.com", "é", "1.2", "%41", "%2f", "%25", "%", "..", ".", " ", "'", "sid=", SESSION,
]  # fmt: skip
TEXTS = st.one_of(
    st.text(),
    st.text(st.characters(codec=None)),  # lone surrogates too
    st.lists(st.sampled_from([*PIECES, "\n", "\x00"])).map("".join),
)
HOSTS = st.from_regex(r"\A(www[0-9]?\.)?([a-z][a-z0-9]{0,5}\.){1,3}[a-z]{2,3}\Z")
FETCHABLE = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "HTTPS://", "http:\\\\"]),
        st.sampled_from(["", "me@", "me:secret@", "@"]),
        HOSTS
        | st.sampled_from(["[2001:DB8:0::1]", "[::ffff:1.2.3.4]", "1.2.3.4", "017.1", "münchen。DE", "☃.ﬁ.", "a_b"]),
        st.sampled_from(["", ":", ":80", ":0443", ":65535"]),
        st.sampled_from(["/", "?", "#", "\\"]),
        st.text(st.characters(exclude_categories=["C"])) | st.lists(st.sampled_from(PIECES)).map("".join),
    ),
)
TAILS = st.from_regex(r"\A(/[A-Za-z0-9._~-]{0,5}){0,4}(\?[a-zA-Z=&+-]{0,12})?\Z")


@pytest.mark.parametrize(("url", "key"), AGREED)
def test_a_key_is_the_one_other_tools_compute(url: str, key: str) -> None:
    assert urlkey(url) == key


@pytest.mark.parametrize(("url", "ours", "theirs", "why"), DIFFERENT)
def test_a_key_differs_from_other_tools_where_we_have_a_reason(
    url: str, ours: str, theirs: str | None, why: str
) -> None:
    assert urlkey(url) == ours != theirs, why


@given(TEXTS)
@example("http://[fe80::1%25 e]/")
@example("http://xn--é.com:é/")
@example("http://" + "é" * 2000)
@example("%" + "25" * 100)
@example("\u2028http://e.com/\x85")
def test_a_key_never_fails_and_holds_no_whitespace(text: str) -> None:
    key = urlkey(text)
    assert re.fullmatch("[!-~]+", key)


@given(HOSTS, TAILS)
def test_case_of_the_host_default_port_credentials_and_fragment_make_no_other_key(host: str, tail: str) -> None:
    key = urlkey(f"http://{host}{tail}")
    for same in (
        f"HTTP://{host.upper()}{tail}",
        f"https://{host}{tail}",
        f"http://{host}:80{tail}",
        f"https://{host}:443{tail}",
        f"http://{host}.{tail}",
        f"http://me:secret@{host}{tail}",
        f"http://{host}{tail}#part",
        f" http://{host}{tail}\n",
    ):
        assert urlkey(same) == key


@given(FETCHABLE)
def test_what_is_fetched_has_the_key_of_what_was_given(text: str) -> None:
    url = fetchable(text)
    assert urlkey(url) == urlkey(text)
    assert fetchable(url) == url
    assert neighbour(url) == neighbour(text)
    assert re.fullmatch("[!-~]+", url)


@given(FETCHABLE)
@example("http://e.com/!\"$&'()*+,-./:;<=>@[\\]^_`{|}~?!\"$&'()*+,-./:;<=>@[\\]^_`{|}~")
@example("http://e.com:080?")
def test_scrapy_asks_for_a_fetchable_url_as_it_is(text: str) -> None:
    url = fetchable(text)
    assert safe_url_string(url) == url


@pytest.mark.parametrize(
    ("method", "body", "content_type", "query"),
    [
        # as pywb 2.10 does
        ("POST", b"", None, "?__wb_method=post"),
        ("HEAD", b"", None, "?__wb_method=head"),
        ("POST", b"foo=bar&test=abc", "application/x-www-form-urlencoded", "?__wb_method=post&foo=bar&test=abc"),
        ("POST", b"b=x%20y+z", "application/x-www-form-urlencoded; charset=utf-8", "?__wb_method=post&b=x%20y%20z"),
        ("POST", b"a=\xff", "application/x-www-form-urlencoded", "?__wb_method=post&__wb_post_data=yt3/"),
        (
            "POST",
            b'{"a":1,"b":[true,null,{"c":"x y","a":2.5}],"d":{}}',
            "application/json",
            "?__wb_method=post&a=1&a.2_=2.5&b=true&b.2_=null&c=x+y",
        ),
        ("PUT", b'{"a":"b"}', "text/plain", "?__wb_method=put&a=b"),
        ("POST", b"hello", "text/plain", "?__wb_method=post&__wb_post_data=agvsbg8="),
        ("POST", b"\x00\x01", "application/octet-stream", "?__wb_method=post&__wb_post_data=aae="),
        # ours: without a content type the looks decide; JSON that is none is kept as bytes, not dropped
        ("POST", b"foo=bar&test=abc", None, "?__wb_method=post&foo=bar&test=abc"),
        ("POST", b'{"a":1}', None, "?__wb_method=post&a=1"),
        ("POST", b"nope", "application/json", "?__wb_method=post&__wb_post_data=bm9wzq=="),
    ],
)
def test_another_method_than_get_joins_the_query_with_its_body(
    method: str, body: bytes, content_type: str | None, query: str
) -> None:
    assert urlkey("http://e.com/a#f", method=method, body=body, content_type=content_type) == "com,e)/a" + query


def test_a_post_with_a_query_has_both_in_its_key() -> None:
    key = urlkey("http://httpbin.org/post?foo=bar", method="POST", body=b"data=^")
    assert key == "org,httpbin)/post?__wb_method=post&data=^&foo=bar"


@given(TEXTS)
def test_a_text_is_fetchable_or_refused(text: str) -> None:
    try:
        url = fetchable(text)
    except Misuse:
        return
    assert fetchable(url) == url
    assert neighbour(url)


@given(TEXTS, st.binary() | st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b'{"a":' + b"1" * 9_000 + b"}"]))
def test_no_body_makes_a_key_fail_or_endless(url: str, body: bytes) -> None:
    key = urlkey(url, method="POST", body=body)
    assert re.fullmatch("[!-~]+", key)
    assert len(key) < len(urlkey(url)) + 3 * 4096 + 30 + 9 * len(url)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("https://Blog.Example/Post?b=1&a=2", "https://blog.example/Post?b=1&a=2"),
        ("HTTP://me:secret@WWW.MÜNCHEN.de", "http://www.xn--mnchen-3ya.de/"),
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://e.com:8080?x#part", "http://e.com:8080/?x"),
        ("http://e.com:80/a/../b", "http://e.com:80/a/../b"),
        ("  http://e.com/a b/ü?q=ü ü\n", "http://e.com/a%20b/%C3%BC?q=%C3%BC%20%C3%BC"),
        ("http://e.com/100%/%zz/%2f", "http://e.com/100%/%zz/%2f"),
        ("http:\\\\e.com\\a\\b?c\\d", "http://e.com/a/b?c%5Cd"),
        ("http://e.com\\@f.com/", "http://e.com/@f.com/"),
        ("http://e.com/a?", "http://e.com/a"),
        ("http://e.com./", "http://e.com./"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://[::FFFF:1.2.3.4]/", "http://[::ffff:1.2.3.4]/"),
    ],
)
def test_a_url_is_asked_for_as_browsers_write_it(given: str, asked: str) -> None:
    assert fetchable(given) == asked


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("", "give one such as https://"),
        ("example.org/a", "write https://example.org/a"),
        ("localhost:8080/x", "write https://localhost:8080/x"),
        ("//e.com/x", "write https://e.com/x"),
        ("/a", "write https://HOST/a"),
        ("ftp://e.com/", "only http and https"),
        ("mailto:a@b", "only http and https"),
        ("javascript:void(0)", "only http and https"),
        ("http:e.com", "names no host"),
        ("http:///a", "names no host"),
        ("https://?a", "names no host"),
        ("https:\\\\/a", "names no host"),
        ("http://:80/", "names no host"),
        ("http://e.com:0/", "no port"),
        ("http://e.com:65536/", "no port"),
        ("http://e.com:²/", "no port"),
        ("http://e.com:" + "0" * 5000 + "x/", "no port"),
        ("http://[::1/", "no IPv6 address"),
        ("http://[zz]/", "no IPv6 address"),
        ("http://[::1]x/", "no IPv6 address"),
        ("http://[fe80::1%25eth0]/", "no IPv6 address"),
        ("http://::1/", "no host name"),
        ("http://a b/", "no host name"),
        ("http://a%2fb/", "no host name"),
        ("http://a..b/", "no host name"),
        ("http://" + "a" * 64 + ".com/", "no host name"),
        ("http://\udcff.com/", "no host name"),
        ("http://e.com/a\r\nHost: f.com", "control characters"),
        ("http://e.com/\x00", "control characters"),
        ("http://e.com/\udcff", "surrogate"),
        ("http://e.com/" + "a" * LONGEST, "longer than 8192"),
        ("http://e.com/" + "é" * (LONGEST // 4), "encoded, it is longer than 8192"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_the_url_and_a_remedy(url: str, remedy: str) -> None:
    with pytest.raises(Misuse) as refusal:
        fetchable(url)
    assert remedy in str(refusal.value)
    assert ascii(url[:30])[1:-1] in ascii(str(refusal.value)).replace("\\\\", "\\")
    assert len(str(refusal.value)) < 600


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(Misuse) as refusal:
        fetchable("http://me:secret@e.com:0/")
    assert "secret" not in str(refusal.value)
    assert "e.com:0" in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Blog.Example:8443/a", "blog.example"),
        ("http://me@www.MÜNCHEN.de./", "www.xn--mnchen-3ya.de"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("http://0177.1/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
    ],
)
def test_a_neighbour_is_a_bare_host_name(url: str, host: str) -> None:
    assert neighbour(url) == host


@pytest.mark.parametrize("url", ["", "urn:a:b", "e.com", "http:///a", "http://a..b/"])
def test_a_url_without_host_has_no_neighbour(url: str) -> None:
    with pytest.raises(Misuse):
        neighbour(url)
