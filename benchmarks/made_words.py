"""Sentences that are put into real pages and edited there, by language and by what the edit is; data of the generator.

A line is ``kind: before -> after``; an empty side is no sentence. Lines with a star are held back. Names in braces are
drawn from the pools below: ``{n}`` and ``{m}`` are two numbers, ``{d}`` and ``{e}`` two days of a month, ``{y}`` and ``{z}``
two years, the others two words of a pool each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from archive.model import Flag

FLAGS: Mapping[str, frozenset[Flag]] = {
    "number": frozenset({"number"}),
    "date": frozenset({"date"}),
    "name": frozenset({"name"}),
    "quote": frozenset({"quote"}),
    "quote gone": frozenset({"quote"}),
    "attribution": frozenset({"attribution"}),
    "outlet": frozenset({"attribution"}),
    "caveat": frozenset({"caveat"}),
    "hedging": frozenset({"hedging"}),
    "negation": frozenset({"negation"}),
    "plain": frozenset(),
    "new": frozenset(),
    "correction": frozenset({"correction"}),
}
"""What each kind of line must raise."""
MAY: Mapping[str, frozenset[Flag]] = {
    # Who said a sentence that is gone is gone with it; an outlet is a name too.
    "quote gone": frozenset({"attribution"}),
    "outlet": frozenset({"name"}),
}
"""What it may raise or not: neither is held to be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence as it was and as it became; empty where there is none."""

    kind: str
    before: str
    after: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is put into pages of one language, and what is edited in their own words."""

    lines: str
    people: str
    places: str
    outlets: str
    weekdays: str
    months: str
    said: str = ""
    negated: str = ""
    plain: str = ""
    no_number_before: str = ""

    def pool(self, name: str) -> list[str]:
        value: str = getattr(self, name)
        return [word.strip() for word in value.split(",") if word.strip()]

    def swaps(self, name: str) -> list[tuple[str, str]]:
        """Give the swaps of a kind that are made in a page's own words."""
        return [(one.strip(), other.strip()) for one, other in (each.split(">") for each in self.pool(name))]


@lru_cache(maxsize=20)
def lines(language: str) -> tuple[Line, ...]:
    """Read the lines of a language."""
    found = []
    for row in LANGUAGES[language].lines.strip().split("\n"):
        kind, _, both = row.partition(": ")
        before, _, after = both.partition("->")
        found.append(
            Line(kind=kind.lstrip("*"), before=before.strip(), after=after.strip(), held=kind.startswith("*"))
        )
    return tuple(found)


LANGUAGES: Mapping[str, Words] = {
    "en": Words(
        people="Karin Holt, Peter Lindqvist, Amal Rahimi, Tomas Berger, Lucy Hargrove, Daniel Osei, Maria Fontana",
        places="Rotterdam, Antwerp, Lviv, Tampere, Valparaiso, Durban, Ghent, Aleppo",
        outlets="Reuters, The Guardian, Bloomberg, Le Monde, TASS, Al Jazeera, The Washington Post",
        weekdays="Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday",
        months="January, February, April, June, July, August, September, October, November, December",
        said="said > claimed, said > alleged, said > insisted",
        negated="is > is not, was > was not, are > are not, were > were not, will > will not, has been > has not been",
        plain="large > big, began > started, quickly > swiftly, help > assist, near > close to, whole > entire,"
        " often > frequently, buy > purchase, also > likewise, however > yet, because > since, difficult > hard",
        no_number_before="am, pm, a.m., p.m., o'clock",
        lines="""
number: The repairs will cost the council {n} million. -> The repairs will cost the council {m} million.
number: About {n} households were left without water. -> About {m} households were left without water.
number: Turnout reached {n} percent in the last round. -> Turnout reached {m} percent in the last round.
number: The tank holds {n},500 litres of fuel. -> The tank holds {m},500 litres of fuel.
*number: Four of the boats sank in the harbour. -> Seven of the boats sank in the harbour.
*number: The bill came to ${n}.50 for each tenant. -> The bill came to ${m}.50 for each tenant.
*number: The crew carried {n} injured passengers ashore. -> The crew carried {m} injured passengers ashore.
date: The hall will open again on {weekday}. -> The hall will open again on {other weekday}.
date: The vote was put off until {month}. -> The vote was put off until {other month}.
date: The contract runs out on {month} {d}. -> The contract runs out on {month} {e}.
date: The tower was finished in {y}. -> The tower was finished in {z}.
*date: The sitting begins on {weekday} morning. -> The sitting begins on {other weekday} morning.
*date: The deadline is {d} {month} {y}. -> The deadline is {e} {other month} {y}.
name: The works are led by {person}, an engineer. -> The works are led by {other person}, an engineer.
name: The convoy set out from {place} in the early hours. -> The convoy set out from {other place} in the early hours.
name: The works are led by an engineer. -> The works are led by the engineer {person}.
name: The house was sold to {person} for a low price. -> The house was sold for a low price.
*name: A plaque at the station honours {person}. -> A plaque at the station honours {other person}.
*name: The train stops in {place} for an hour. -> The train stops in {other place} for an hour.
*name: The letter was addressed to the nurse. -> The letter was addressed to the nurse {person}.
quote: “We will open the whole street before winter,” the mayor said. -> “We will open most of the street after winter,” the mayor said.
quote: The verdict called the plan “hasty and poorly prepared” from the start. -> The verdict called the plan “rushed and badly explained” from the start.
quote: "The water came up to the door of the kitchen," the baker said. -> "The water came up to the roof of the stable," the baker said.
*quote: ‘It felt like a long and heavy train,’ the farmer recalled. -> ‘It sounded like a deep and distant drum,’ the farmer recalled.
*quote: The sign above the gate reads “bring your own chairs” in red letters. -> The sign above the gate reads “bring warm clothes” in red letters.
quote gone: “They told us it would take all summer,” a neighbour said. ->
quote gone: The mayor said “the whole street will shine again” soon. -> The mayor said the street would soon be repaired.
*quote gone: “The lights went out and then the music stopped,” a waiter recalled. ->
attribution: The bridge has been closed to heavy traffic. -> The bridge has been closed to heavy traffic, according to the transport ministry.
attribution: The bridge has been closed to heavy traffic, according to the transport ministry. -> The bridge has been closed to heavy traffic.
attribution: The dam is safe, the operator said. -> The dam is safe.
attribution: The cargo was spoiled, according to the harbour master. -> The cargo was spoiled, according to a person familiar with the matter.
*attribution: The well has run dry. -> The well has run dry, police said.
*attribution: Customs officers told reporters that the crates were empty. -> The crates were empty.
*attribution: The fire started in the attic, according to the landlord. -> The fire started in the attic, according to an anonymous source.
outlet: The talks have stalled, {outlet} reported. -> The talks have stalled, {other outlet} reported.
outlet: According to {outlet}, the ship turned back at dusk. -> According to {other outlet}, the ship turned back at dusk.
outlet: {outlet} said the ship had turned back. -> A person familiar with the matter said the ship had turned back.
*outlet: The crew is safe, a spokesman told {outlet}. -> The crew is safe, a spokesman told {other outlet}.
*outlet: The mine will close, {outlet} reported. -> The mine will close, unnamed sources reported.
caveat: The footage could not be independently verified. ->
caveat: It was not immediately possible to confirm the account. ->
caveat: There was no independent confirmation of the account. ->
caveat: Smoke was seen over the port, but the reports could not be verified. -> Smoke was seen over the port.
*caveat: The authenticity of the recording remains unverified. ->
*caveat: We were unable to verify the statement. ->
hedging: The company said the leak was small. -> The company claimed the leak was small.
hedging: The landlord said the stairs were safe. -> The landlord alleged the stairs were safe.
hedging: The driver claimed the road was wet. -> The driver said the road was wet.
*hedging: The factory shut down its furnace. -> The factory reportedly shut down its furnace.
*hedging: The captain said the signal was late. -> The captain conceded the signal was late.
*hedging: The pilot ignored the signal. -> The pilot allegedly ignored the signal.
negation: The owners were informed of the plan. -> The owners were not informed of the plan.
negation: The gate was not locked at the time. -> The gate was locked at the time.
negation: The divers have found the wreck. -> The divers have not found the wreck.
negation: The tenants will appeal the ruling. -> The tenants won't appeal the ruling.
*negation: The valve had been tested. -> The valve had never been tested.
*negation: There were survivors on board. -> There were no survivors on board.
*negation: The pump doesn't work in the cold. -> The pump works in the cold.
plain: The new hall is large and bright. -> The new hall is big and bright.
plain: People began to gather near the river. -> People started to gather close to the river.
plain: The road there is narrow and steep. -> The road is steep and narrow there.
*plain: The soup is cooked slowly in a heavy pot. -> The soup is simmered slowly in a heavy kettle.
*plain: Children often play behind the old mill. -> Kids often play in back of the old mill.
new: Volunteers handed out blankets and hot tea through the night.
new: The path along the shore is wide enough for carts and bicycles.
new: Most of the shops around the square stay open until late in the evening.
*new: The garden behind the museum has old trees and a small pond.
*new: Buses run along the valley and stop at every farm.
correction: Correction: An earlier version of this article misstated the length of the bridge.
correction: This article was amended to correct how the fee is calculated.
*correction: Clarification: This story has been updated to make clear how the fee is shared.
*correction: Editor's note: A previous version of this story misspelled the name of the street.
""",
    ),
    "de": Words(
        people="Karin Holtmann, Peter Lindner, Amal Rahimi, Thomas Berger, Lena Hartwig, Daniel Vogt, Maria Fontane",
        places="Rotterdam, Antwerpen, Lwiw, Tampere, Valparaíso, Durban, Gent, Aleppo",
        outlets="Reuters, Bloomberg, Le Monde, TASS, Tagesschau, Al-Dschasira, dpa",
        weekdays="Montag, Dienstag, Mittwoch, Donnerstag, Freitag, Samstag, Sonntag",
        months="Januar, Februar, März, April, Juni, Juli, August, September, Oktober, November, Dezember",
        said="sagte > behauptete, erklärte > behauptete",
        negated="ist > ist nicht, war > war nicht, sind > sind nicht, waren > waren nicht, wurde > wurde nicht",
        plain="oft > häufig, schnell > rasch, begann > startete, groß > riesig, jedoch > aber, auch > ebenfalls,"
        " deshalb > daher, gesamte > ganze, allerdings > jedoch, etwa > ungefähr",
        no_number_before="Uhr",
        lines="""
number: Die Reparatur kostet die Stadt {n} Millionen Euro. -> Die Reparatur kostet die Stadt {m} Millionen Euro.
number: Rund {n} Haushalte hatten kein Wasser. -> Rund {m} Haushalte hatten kein Wasser.
number: Die Beteiligung lag bei {n} Prozent. -> Die Beteiligung lag bei {m} Prozent.
*number: Vier der Boote sanken im Hafen. -> Sieben der Boote sanken im Hafen.
*number: Der Tank fasst {n}.500 Liter. -> Der Tank fasst {m}.500 Liter.
date: Die Halle öffnet am {weekday} wieder. -> Die Halle öffnet am {other weekday} wieder.
date: Die Abstimmung wurde auf {month} verschoben. -> Die Abstimmung wurde auf {other month} verschoben.
date: Der Vertrag endet am {d}. {month}. -> Der Vertrag endet am {e}. {month}.
date: Der Turm wurde {y} fertig. -> Der Turm wurde {z} fertig.
*date: Die Sitzung beginnt am {weekday}morgen. -> Die Sitzung beginnt am {other weekday}morgen.
*date: Die Frist endet am {d}. {month} {y}. -> Die Frist endet am {e}. {other month} {y}.
name: Die Arbeiten leitet {person} seit dem Frühjahr. -> Die Arbeiten leitet {other person} seit dem Frühjahr.
name: Der Konvoi fuhr in der Nacht aus {place} ab. -> Der Konvoi fuhr in der Nacht aus {other place} ab.
name: Die Arbeiten leitet eine Fachkraft. -> Die Arbeiten leitet die Fachkraft {person}.
*name: Eine Tafel am Bahnhof erinnert an {person}. -> Eine Tafel am Bahnhof erinnert an {other person}.
*name: Das Haus ging günstig an {person} über. -> Das Haus ging günstig über.
quote: „Wir öffnen die ganze Straße vor dem Winter“, sagte der Bürgermeister. -> „Wir öffnen den größten Teil der Straße nach dem Winter“, sagte der Bürgermeister.
quote: Das Gericht nannte den Plan „übereilt und schlecht vorbereitet“ von Beginn an. -> Das Gericht nannte den Plan „hastig und kaum erklärt“ von Beginn an.
*quote: »Das Wasser stand bis an die Küchentür«, sagte der Bäcker. -> »Das Wasser stand bis unter das Stalldach«, sagte der Bäcker.
quote gone: „Es hieß, es werde den ganzen Sommer dauern“, sagte ein Nachbar. ->
*quote gone: „Erst ging das Licht aus, dann die Musik“, erzählte ein Kellner. ->
attribution: Die Brücke ist für schwere Fahrzeuge gesperrt. -> Die Brücke ist nach Angaben des Verkehrsministeriums für schwere Fahrzeuge gesperrt.
attribution: Die Brücke ist laut Verkehrsministerium für schwere Fahrzeuge gesperrt. -> Die Brücke ist für schwere Fahrzeuge gesperrt.
*attribution: Der Damm ist sicher, teilte der Betreiber mit. -> Der Damm ist sicher.
outlet: Die Gespräche stocken, berichtete {outlet}. -> Die Gespräche stocken, berichtete {other outlet}.
outlet: Laut {outlet} kehrte das Schiff in der Dämmerung um. -> Laut {other outlet} kehrte das Schiff in der Dämmerung um.
*outlet: Die Grube schließt, berichtete {outlet}. -> Die Grube schließt, berichteten Insider.
caveat: Die Aufnahmen ließen sich nicht unabhängig überprüfen. ->
caveat: Die Angaben konnten zunächst nicht bestätigt werden. ->
*caveat: Eine unabhängige Bestätigung gab es zunächst nicht. ->
hedging: Die Firma sagte, das Leck sei klein. -> Die Firma behauptete, das Leck sei klein.
hedging: Der Fahrer behauptete, die Straße sei nass gewesen. -> Der Fahrer sagte, die Straße sei nass gewesen.
*hedging: Das Werk hat den Ofen abgeschaltet. -> Das Werk hat angeblich den Ofen abgeschaltet.
negation: Die Eigentümer wurden über den Plan informiert. -> Die Eigentümer wurden nicht über den Plan informiert.
negation: Das Tor war zu der Zeit nicht verschlossen. -> Das Tor war zu der Zeit verschlossen.
*negation: Das Ventil ist geprüft worden. -> Das Ventil ist nie geprüft worden.
*negation: Es gab Überlebende an Bord. -> Es gab keine Überlebenden an Bord.
plain: Die neue Halle ist groß und hell. -> Die neue Halle ist weit und hell.
plain: Kinder spielen oft hinter der alten Mühle. -> Kinder spielen häufig hinter der alten Mühle.
*plain: Die Suppe kocht langsam in einem schweren Topf. -> Die Suppe gart langsam in einem schweren Kessel.
new: Freiwillige verteilten die ganze Nacht über Decken und heißen Tee.
new: Der Weg am Ufer ist breit genug für Karren und Fahrräder.
*new: Der Garten hinter dem Museum hat alte Bäume und einen kleinen Teich.
correction: Korrektur: In einer früheren Fassung dieses Artikels war die Länge der Brücke falsch angegeben.
*correction: Anmerkung der Redaktion: In einer früheren Version des Textes war der Straßenname falsch geschrieben. Wir haben das korrigiert.
""",
    ),
    "fr": Words(
        people="Karine Hollande, Pierre Lindeau, Amal Rahimi, Thomas Berger, Lucie Hamel, Daniel Ossé, Marie Fontaine",
        places="Rotterdam, Anvers, Lviv, Tampere, Valparaíso, Durban, Gand, Alep",
        outlets="Reuters, Bloomberg, Le Monde, TASS, Le Figaro, Al-Jazira, l’AFP",
        weekdays="lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche",
        months="janvier, février, mars, avril, juin, juillet, août, septembre, octobre, novembre, décembre",
        said="a déclaré > a prétendu, a dit > a prétendu",
        negated="est > n’est pas, était > n’était pas, sont > ne sont pas",
        plain="souvent > fréquemment, rapidement > vite, également > aussi, cependant > toutefois, grand > vaste",
        no_number_before="h, heures",
        lines="""
number: Les travaux coûteront {n} millions à la ville. -> Les travaux coûteront {m} millions à la ville.
number: Environ {n} foyers étaient privés d’eau. -> Environ {m} foyers étaient privés d’eau.
*number: Quatre des bateaux ont coulé dans le port. -> Sept des bateaux ont coulé dans le port.
date: La salle rouvrira {weekday}. -> La salle rouvrira {other weekday}.
date: Le contrat expire le {d} {month}. -> Le contrat expire le {e} {month}.
date: La tour a été achevée en {y}. -> La tour a été achevée en {z}.
*date: Le vote est reporté au mois de {month}. -> Le vote est reporté au mois de {other month}.
name: Les travaux sont dirigés par {person}, ingénieur. -> Les travaux sont dirigés par {other person}, ingénieur.
name: Le convoi a quitté {place} dans la nuit. -> Le convoi a quitté {other place} dans la nuit.
*name: Une plaque rend hommage à {person} dans la gare. -> Une plaque rend hommage à {other person} dans la gare.
quote: « Nous ouvrirons toute la rue avant l’hiver », a dit le maire. -> « Nous ouvrirons une partie de la rue après l’hiver », a dit le maire.
*quote: Le jugement parle d’un plan « hâtif et mal préparé » depuis le début. -> Le jugement parle d’un plan « bâclé et peu expliqué » depuis le début.
quote gone: « On nous a dit que cela prendrait tout l’été », a dit un voisin. ->
attribution: Le pont est fermé aux poids lourds. -> Le pont est fermé aux poids lourds, selon le ministère des transports.
attribution: Le pont est fermé aux poids lourds, selon le ministère des transports. -> Le pont est fermé aux poids lourds.
*attribution: Le barrage est sûr, a indiqué l’exploitant. -> Le barrage est sûr.
outlet: Selon {outlet}, le navire a fait demi-tour au crépuscule. -> Selon {other outlet}, le navire a fait demi-tour au crépuscule.
*outlet: La mine va fermer, a rapporté {outlet}. -> La mine va fermer, ont rapporté des sources anonymes.
caveat: Les images n’ont pas pu être vérifiées de manière indépendante. ->
caveat: Ces informations n’ont pas pu être confirmées dans l’immédiat. ->
*caveat: Aucune source indépendante n’a pu confirmer ce récit. ->
hedging: L’entreprise a dit que la fuite était petite. -> L’entreprise a prétendu que la fuite était petite.
*hedging: L’usine a éteint son four. -> L’usine aurait éteint son four.
negation: Les propriétaires étaient informés du projet. -> Les propriétaires n’étaient pas informés du projet.
*negation: La vanne a été contrôlée. -> La vanne n’a jamais été contrôlée.
plain: La nouvelle salle est grande et claire. -> La nouvelle salle est vaste et claire.
*plain: Les enfants jouent souvent derrière le vieux moulin. -> Les enfants jouent fréquemment derrière le vieux moulin.
new: Des bénévoles ont distribué des couvertures et du thé chaud toute la nuit.
*new: Le jardin derrière le musée possède de vieux arbres et un petit étang.
correction: Correction : une version précédente de cet article indiquait une longueur erronée du pont.
*correction: Rectificatif : une première version de cet article écorchait le nom de la rue.
""",
    ),
    "es": Words(
        people="Karina Olmo, Pedro Lindero, Amal Rahimi, Tomás Bergés, Lucía Hierro, Daniel Osorio, María Fontana",
        places="Róterdam, Amberes, Leópolis, Tampere, Valparaíso, Durban, Gante, Alepo",
        outlets="Reuters, Bloomberg, Le Monde, TASS, El País, Al Jazeera, EFE",
        weekdays="lunes, martes, miércoles, jueves, viernes, sábado, domingo",
        months="enero, febrero, marzo, abril, junio, julio, agosto, septiembre, octubre, noviembre, diciembre",
        said="dijo > alegó",
        negated="es > no es, fue > no fue, está > no está, son > no son",
        plain="rápidamente > velozmente, también > asimismo, comenzó > empezó, grande > enorme, además > también",
        no_number_before="horas, h",
        lines="""
number: Las obras costarán {n} millones a la ciudad. -> Las obras costarán {m} millones a la ciudad.
number: Unos {n} hogares se quedaron sin agua. -> Unos {m} hogares se quedaron sin agua.
*number: Cuatro de los barcos se hundieron en el puerto. -> Siete de los barcos se hundieron en el puerto.
date: La sala volverá a abrir el {weekday}. -> La sala volverá a abrir el {other weekday}.
date: El contrato vence el {d} de {month}. -> El contrato vence el {e} de {month}.
date: La torre se terminó en {y}. -> La torre se terminó en {z}.
*date: La votación se aplazó hasta {month}. -> La votación se aplazó hasta {other month}.
name: Las obras las dirige {person} desde la primavera. -> Las obras las dirige {other person} desde la primavera.
name: El convoy salió de {place} por la noche. -> El convoy salió de {other place} por la noche.
*name: Una placa recuerda a {person} en la estación. -> Una placa recuerda a {other person} en la estación.
quote: “Abriremos toda la calle antes del invierno”, dijo el alcalde. -> “Abriremos parte de la calle después del invierno”, dijo el alcalde.
*quote: El fallo califica el plan de «apresurado y mal preparado» desde el inicio. -> El fallo califica el plan de «precipitado y poco explicado» desde el inicio.
quote gone: “Nos dijeron que llevaría todo el verano”, dijo un vecino. ->
attribution: El puente está cerrado al tráfico pesado. -> El puente está cerrado al tráfico pesado, según el ministerio de transporte.
attribution: El puente está cerrado al tráfico pesado, según el ministerio de transporte. -> El puente está cerrado al tráfico pesado.
*attribution: La presa es segura, informó el operador. -> La presa es segura.
outlet: Según {outlet}, el barco dio la vuelta al anochecer. -> Según {other outlet}, el barco dio la vuelta al anochecer.
*outlet: La mina cerrará, informó {outlet}. -> La mina cerrará, informaron fuentes anónimas.
caveat: Las imágenes no pudieron ser verificadas de forma independiente. ->
caveat: No fue posible confirmar de inmediato esa versión. ->
*caveat: No hubo confirmación independiente de los hechos. ->
hedging: La empresa dijo que la fuga era pequeña. -> La empresa alegó que la fuga era pequeña.
*hedging: La fábrica apagó el horno. -> La fábrica supuestamente apagó el horno.
negation: Los dueños fueron informados del plan. -> Los dueños no fueron informados del plan.
*negation: La válvula fue revisada. -> La válvula nunca fue revisada.
plain: La nueva sala es grande y luminosa. -> La nueva sala es amplia y luminosa.
*plain: Los niños juegan a menudo detrás del viejo molino. -> Los niños juegan con frecuencia detrás del viejo molino.
new: Los voluntarios repartieron mantas y té caliente durante toda la noche.
*new: El jardín detrás del museo tiene árboles viejos y un pequeño estanque.
correction: Corrección: una versión anterior de este artículo indicaba mal la longitud del puente.
*correction: Fe de errores: en una versión anterior de este artículo el nombre de la calle estaba mal escrito.
""",
    ),
    "ru": Words(
        people="Карина Хольт, Пётр Линдов, Амаль Рахими, Томас Бергер, Людмила Громова, Даниил Осин, Мария Фонтова",
        places="Роттердам, Антверпен, Тампере, Вальпараисо, Дурбан, Гент, Алеппо",
        outlets="Reuters, Bloomberg, ТАСС, Коммерсантъ, Интерфакс, РБК",
        weekdays="понедельник, вторник, четверг, воскресенье",
        months="января, февраля, марта, апреля, июня, июля, августа, сентября, октября, ноября, декабря",
        said="сообщил > предположил, сказал > утверждал",
        negated="был > не был, была > не была, были > не были, будет > не будет",
        plain="часто > нередко, быстро > стремительно, однако > но, также > ещё, большой > крупный",
        no_number_before="часов, час",
        lines="""
number: Ремонт обойдётся городу в {n} миллионов рублей. -> Ремонт обойдётся городу в {m} миллионов рублей.
number: Без воды остались около {n} домов. -> Без воды остались около {m} домов.
*number: Четыре лодки затонули в гавани. -> Семь лодок затонули в гавани.
date: Зал снова откроется в {weekday}. -> Зал снова откроется в {other weekday}.
date: Договор истекает {d} {month}. -> Договор истекает {e} {month}.
date: Башню достроили в {y} году. -> Башню достроили в {z} году.
*date: Срок подачи заявок истекает {d} {month}. -> Срок подачи заявок истекает {d} {other month}.
name: Работами руководит инженер {person}. -> Работами руководит инженер {other person}.
name: Колонна вышла из города {place} ночью. -> Колонна вышла из города {other place} ночью.
*name: На вокзале выступит {person} с оркестром. -> На вокзале выступит {other person} с оркестром.
quote: «Мы откроем всю улицу до зимы», — сказал мэр. -> «Мы откроем часть улицы после зимы», — сказал мэр.
*quote: Суд назвал план «поспешным и плохо подготовленным» с самого начала. -> Суд назвал план «торопливым и слабо объяснённым» с самого начала.
quote gone: «Нам сказали, что это займёт всё лето», — сказал сосед. ->
attribution: Мост закрыт для грузовиков. -> Мост закрыт для грузовиков, по данным министерства транспорта.
attribution: Мост закрыт для грузовиков, сообщили в министерстве. -> Мост закрыт для грузовиков.
*attribution: Плотина безопасна, заявил оператор. -> Плотина безопасна.
outlet: По данным {outlet}, судно повернуло назад в сумерках. -> По данным {other outlet}, судно повернуло назад в сумерках.
*outlet: Шахта закроется, сообщает {outlet}. -> Шахта закроется, сообщает анонимный источник.
caveat: Независимо проверить эти кадры не удалось. ->
caveat: Подтвердить эти сведения пока не удалось. ->
*caveat: Независимого подтверждения этих сведений нет. ->
hedging: Компания сообщила, что утечка была небольшой. -> Компания утверждала, что утечка была небольшой.
*hedging: Завод остановил печь. -> Завод якобы остановил печь.
negation: Владельцы были уведомлены о плане. -> Владельцы не были уведомлены о плане.
*negation: Клапан проверяли зимой. -> Клапан никогда не проверяли зимой.
plain: Новый зал большой и светлый. -> Новый зал просторный и светлый.
*plain: Дети часто играют за старой мельницей. -> Дети нередко играют за старой мельницей.
new: Добровольцы всю ночь раздавали одеяла и горячий чай.
*new: В саду за музеем растут старые деревья и есть маленький пруд.
correction: Исправление: в предыдущей версии статьи была неверно указана длина моста.
*correction: Уточнение: в ранней версии этого текста название улицы было написано с ошибкой.
""",
    ),
    "ar": Words(
        people="كارين حداد, سامي النجار, أمل رحيمي, توفيق بركات, ليلى منصور",
        places="روتردام, دمشق, حلب, بيروت, طرابلس",
        outlets="رويترز, بلومبرغ, الجزيرة, العربية, تاس",
        weekdays="الاثنين, الثلاثاء, الأربعاء, الخميس, الجمعة, السبت, الأحد",
        months="يناير, فبراير, مارس, أبريل, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر",
        said="قال > زعم",
        plain="كبير > ضخم, أيضا > كذلك",
        no_number_before="صباحا, مساء",
        lines="""
number: ستكلف الإصلاحات المدينة {n} مليون دولار. -> ستكلف الإصلاحات المدينة {m} مليون دولار.
number: بقي نحو {n} منزلا بلا ماء. -> بقي نحو {m} منزلا بلا ماء.
date: ستفتح القاعة من جديد يوم {weekday}. -> ستفتح القاعة من جديد يوم {other weekday}.
date: ينتهي العقد في {d} {month}. -> ينتهي العقد في {e} {month}.
name: يقود الأعمال المهندس {person} منذ الربيع. -> يقود الأعمال المهندس {other person} منذ الربيع.
quote: قال رئيس البلدية: "سنفتح الشارع كله قبل الشتاء". -> قال رئيس البلدية: "سنفتح جزءا من الشارع بعد الشتاء".
*quote: وصف القرار الخطة بأنها «متسرعة وضعيفة الإعداد» منذ البداية. -> وصف القرار الخطة بأنها «مرتجلة وقليلة الشرح» منذ البداية.
quote gone: قال أحد الجيران: "قيل لنا إن الأمر سيستغرق الصيف كله". ->
attribution: الجسر مغلق أمام الشاحنات. -> الجسر مغلق أمام الشاحنات، بحسب وزارة النقل.
attribution: الجسر مغلق أمام الشاحنات، وفقا لوزارة النقل. -> الجسر مغلق أمام الشاحنات.
outlet: ذكرت {outlet} أن السفينة عادت عند الغروب. -> ذكرت {other outlet} أن السفينة عادت عند الغروب.
caveat: لم يتسن التحقق من صحة المشاهد بشكل مستقل. ->
*caveat: ولم يتسن تأكيد هذه الرواية على الفور. ->
hedging: قالت الشركة إن التسرب كان صغيرا. -> زعمت الشركة أن التسرب كان صغيرا.
negation: أُبلغ الملاك بالخطة. -> لم يُبلغ الملاك بالخطة.
*negation: الصمام آمن في البرد. -> الصمام ليس آمنا في البرد.
plain: القاعة الجديدة كبيرة ومضيئة. -> القاعة الجديدة واسعة ومضيئة.
new: وزع المتطوعون البطانيات والشاي الساخن طوال الليل.
*new: في الحديقة خلف المتحف أشجار قديمة وبركة صغيرة.
correction: تصحيح: ذكرت نسخة سابقة من هذا المقال طول الجسر بشكل خاطئ.
""",
    ),
}
"""By language. Day and month names that are everyday words or names of people too are left out."""
