"""The verbs that tell on whose word a story rests: ``cites``, ``cited-by`` and ``outlets``."""

from __future__ import annotations

import click

from archive import terminal
from archive.article_commands import PARTLY, asking, told_of, wished
from archive.cli import Place, archive_options
from archive.colour import colour_option, put
from archive.colour import paper as paper_of
from archive.commands import JSON
from archive.errors import Misuse, NothingDone


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("--resolve", metavar="NAME=DOMAIN", multiple=True, help="Say by hand whose a name is; it is on record.")
@colour_option
@JSON
@archive_options
def cites(place: Place, urls: tuple[str, ...], resolve: tuple[str, ...], colour: bool | None, as_json: bool) -> int:
    """Tell on whose word articles rest: who is credited, linked or only named, and what became of the cited pages.

    URL@N asks for revision N. With --resolve "the Post=post.example" a name is somebody's from now on, in all articles.
    What an archive always knows by name stands in its own outlets.toml.
    """
    from archive import asked_citations, change_json, showing_citations
    from archive.showing_citations import Line

    if not urls:
        raise Misuse("name the URLs whose sources you want, such as URL or URL@2")
    missed: list[NothingDone] = []
    shown = 0
    named = [_named(given) for given in resolve]
    with asking(place) as asked:
        for name, whose in named:
            count = asked_citations.resolve(asked, name, whose)
            terminal.step(f"{name} is {whose}: on record; the sources of {count} articles were looked at again")
        asked.derive()
        for text in urls:
            try:
                article, revision, _, _ = wished(asked, asked.wish(text))
            except NothingDone as error:
                missed.append(error)
                continue
            told = asked_citations.of_revision(asked, article, revision)
            if as_json:
                for cited, fate, domain in told:
                    terminal.emit_json(change_json.cited_json(article, revision, cited, fate, domain))
            else:
                if shown:
                    click.echo()
                lines = [Line(cited=cited, fate=fate, domain=domain) for cited, fate, domain in told]
                paper = paper_of(colour)
                for line in showing_citations.cites_lines(article, revision, lines, paper):
                    put(line, paper)
            shown += 1
    return PARTLY if told_of(missed, shown) else 0


def _named(given: str) -> tuple[str, str]:
    """Read a name and the domain it is of, as a publisher registers it: in punycode, nothing before it."""
    from archive import naming, values
    from archive.links import registrable
    from archive.urls import is_address

    takes = f'--resolve takes a name and a domain, such as "the Post=post.example", not {given!r}'
    name, found, said = (each.strip() for each in given.partition("="))
    if not found or "=" in said:
        raise Misuse(takes if not found else f"{takes}: there is more than one =")
    if not any(letter.isalnum() for letter in naming.key(name)):
        raise Misuse(f"{takes}: the name is empty")
    if not said or ".." in said:
        raise Misuse(f"{takes}: {said!r} is no domain")
    try:
        hosts = values.hosts.read(said)
    except ValueError as cause:
        raise Misuse(f"{takes}: {cause}") from cause
    if not isinstance(hosts, tuple) or len(hosts) != 1:
        raise Misuse(f"{takes}: give one domain")
    host = str(hosts[0])
    if is_address(host):
        raise Misuse(f"{takes}: {host} is an address, which is no outlet's name; give a domain")
    host = host.removeprefix("www.")
    # A label below a public suffix is a domain of its own.
    if registrable(f"a.{host}") == f"a.{host}":
        raise Misuse(f"{takes}: {host} is no publisher's own, names are registered below it; write all of it")
    return name, registrable(host)


@click.command(name="cited-by")
@click.argument("who", metavar="URL|OUTLET")
@colour_option
@JSON
@archive_options
def cited_by(place: Place, who: str, colour: bool | None, as_json: bool) -> int:
    """List who cites a page, by its URL, or an outlet, by its domain or one of its names: tass.com, TASS.

    Exit code 1 when nobody does.
    """
    from archive import asked_citations, change_json, showing_citations

    with asking(place) as asked:
        asked.ids(None)
        paper = paper_of(colour)
        shown = 0
        for article, cited in asked_citations.by(asked, who):
            if as_json:
                for revision, each in cited:
                    terminal.emit_json(change_json.citing_json(article, revision, each))
            else:
                if shown:
                    click.echo()
                for line in showing_citations.citing_lines(article, cited, paper):
                    put(line, paper)
            shown += 1
    if not shown:
        raise NothingDone(f"no article here cites {who}; `variorum outlets` lists who is cited")
    return 0


@click.command()
@click.option("--site", metavar="NAME", help="Cited in articles of a watched site.")
@click.option("--category", metavar="NAME", help="Only media, official, ngo, social or other.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="So many, the most cited first.")
@JSON
@archive_options
def outlets(place: Place, site: str | None, category: str | None, limit: int | None, as_json: bool) -> int:
    """List who is cited, the most cited first: in how many articles here, and of how many outlets these are.

    Addresses of machines, such as 192.0.2.7, are left out.
    """
    from typing import get_args

    from archive import asked_citations, model, showing_citations

    if category is not None and category not in get_args(model.Category):
        raise Misuse(f"{category!r} is no category; they are {', '.join(get_args(model.Category))}")
    with asking(place) as asked:
        asked.ids(None)
        found = [
            (count, names)
            for count, names in asked_citations.counted(asked, site)
            if category in (None, count.category)
        ]
    found = found[:limit]
    if as_json:
        for count, names in found:
            terminal.emit_json(
                {
                    "url": f"https://{count.domain}/" if count.domain else None,
                    "domain": count.domain,
                    "name": count.name,
                    "aliases": list(names),
                    "category": count.category,
                    "cited": count.cited,
                    "citing": count.citing,
                }
            )
    elif found:
        rows = showing_citations.outlet_rows([count for count, _ in found])
        terminal.table(rows, ("domain", "name", "category", "articles", "outlets"))
    if not found:
        raise NothingDone("nobody is cited here so far" if site is None else f"no article of {site} cites anybody")
    return 0
