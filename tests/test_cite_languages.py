"""Plain news sentences in eight languages: those that rest on an outlet's word, and those that only name one."""

from __future__ import annotations

from functools import cache

import pytest

from archive.cite import cite
from archive.gazetteer import shipped
from archive.model import Extraction
from archive.naming import Names

OURS = "https://www.mooringpost.test/2026/11/a-story"

TOLD = {
    "en": """
    The ferry sank shortly after midnight, the BBC understands. | BBC
    Three men are on the run, police sources have told Sky News. | Sky News
    The Associated Press was first to report the deal. | Associated Press
    Variety broke the news of her death. | Variety
    Footage aired by Al Jazeera showed the ship. | Al Jazeera
    That's according to Politico, which obtained the letter. | Politico
    A Washington Post analysis of the data shows that prices are up. | The Washington Post
    Data compiled by Bloomberg show that prices are up. | Bloomberg
    Her memoir, excerpted in The New Yorker, says so. | The New Yorker
    The letter, seen by Reuters, is dated May 3. | Reuters
    """,
    "de": """
    Sie sagte der „Rheinischen Post“ (Samstag), es sei vorbei. | Rheinische Post
    Die Agentur AP verbreitete ein Foto des Schiffes. | Associated Press
    Laut taz ist es vorbei und nicht mehr zu retten. | Die Tageszeitung
    Die Brücke bleibt nach Angaben der Deutschen Presse-Agentur bis Freitag gesperrt. | Deutsche Presse-Agentur
    Der Minister wolle im Frühjahr zurücktreten, berichtet die „Süddeutsche Zeitung“. | Süddeutsche Zeitung
    Wie die Nachrichtenagentur Reuters unter Berufung auf Händler meldet, steigt der Preis. | Reuters
    „Wir haben keine Zeit mehr“, sagte die Bürgermeisterin dem „Spiegel“. | Der Spiegel
    Das Unternehmen bestätigte der Frankfurter Allgemeinen Zeitung den Verkauf. | Frankfurter Allgemeine Zeitung
    Recherchen von NDR und WDR zufolge wusste die Behörde seit Mai davon. | NDR
    Einem Bericht der „New York Times“ zufolge laufen die Gespräche seit Wochen. | The New York Times
    Gegenüber dem ZDF wies der Vorstand die Vorwürfe zurück. | ZDF
    Dem Bericht des „Guardian“ nach sind drei Schiffe ausgelaufen. | The Guardian
    In einem Interview mit dem Deutschlandfunk forderte sie mehr Geld. | Deutschlandfunk
    """,
    "fr": """
    « C'est fini », a-t-il lancé sur le plateau de CNews. | CNews (France)
    L'information a été révélée par Le Parisien. | Le Parisien
    Le port restera fermé jusqu'à vendredi, a indiqué l'Agence France-Presse. | Agence France-Presse
    « Nous n'avons plus le temps », a confié la maire au Monde. | Le Monde
    D'après une enquête de Mediapart, le ministre savait. | Mediapart
    Selon les informations du Figaro, la vente aura lieu en mai. | Le Figaro
    Le chef de la police a déclaré à Reuters que trois hommes étaient en fuite. | Reuters
    Comme l'a révélé Libération, le contrat a été signé en mars. | Libération
    Interrogé sur France Inter, il a refusé de répondre. | Radio France
    Dans un entretien accordé au New York Times, elle promet de revenir. | The New York Times
    Le quotidien Ouest-France rapporte que deux marins ont disparu. | Ouest-France
    La chaîne BFMTV affirme que le préfet va partir. | BFM TV
    """,
    "es": """
    Fuentes policiales han confirmado a ABC la detención. | ABC (Spain)
    El Confidencial ha tenido acceso al documento. | El Confidencial
    El puerto seguirá cerrado hasta el viernes, informó la agencia EFE. | EFE
    «No tenemos más tiempo», dijo la alcaldesa a El País. | El País
    Según publica El Mundo, el ministro lo sabía desde mayo. | El Mundo
    Así lo confirmó el portavoz en declaraciones a Reuters. | Reuters
    Una investigación del diario La Nación reveló los pagos. | La Nación
    El acuerdo fue adelantado por The New York Times el martes. | The New York Times
    En una entrevista con la BBC, la ministra negó el acuerdo. | BBC
    De acuerdo con Associated Press, tres barcos zarparon anoche. | Associated Press
    El capitán relató a Clarín cómo se hundió el barco. | Clarín
    Fuentes del puerto consultadas por Europa Press descartan una huelga. | Europa Press
    """,
    "ru": """
    Как стало известно «Известиям», сделка сорвалась. | Izvestia
    Bloomberg узнал о переговорах. | Bloomberg
    Порт будет закрыт до пятницы, сообщает ТАСС. | TASS
    Об этом «Интерфаксу» рассказал представитель порта. | Interfax
    Как пишет «Коммерсантъ», министр уйдёт в отставку весной. | Kommersant
    По информации агентства Reuters, цены вырастут. | Reuters
    В интервью РИА Новости мэр пообещала вернуться. | RIA Novosti
    Источник РБК утверждает, что сделка сорвалась. | RBC
    О договоре первой написала газета «Ведомости». | Vedomosti
    Капитан сказал в эфире «Эха Москвы», что судно ушло. | Ekho Moskvy
    The New York Times со ссылкой на чиновников сообщила о переговорах. | The New York Times
    Журналисты Би-би-си выяснили, что деньги ушли за границу. | BBC
    """,
    "ar": """
    سيبقى الميناء مغلقا حتى الجمعة، حسبما أفادت وكالة رويترز. | Reuters
    وقالت العمدة لصحيفة الشرق الأوسط إن الوقت قد نفد. | Asharq Al-Awsat
    ونقلت وكالة فرانس برس عن مسؤول قوله إن السفن غادرت. | Agence France-Presse
    وفي مقابلة مع قناة الجزيرة نفى الوزير الاتفاق. | Al Jazeera
    وبحسب صحيفة نيويورك تايمز فإن المحادثات بدأت قبل أسابيع. | The New York Times
    وأكد المتحدث لـ"بي بي سي" أن ثلاثة رجال هربوا. | BBC
    ذكرت صحيفة الغارديان أن العقد وقع في مارس. | The Guardian
    وأضاف في تصريحات لقناة العربية أن السفينة غرقت. | Al Arabiya
    وكشفت وكالة بلومبرغ أن الأسعار سترتفع. | Bloomberg
    ونشرت صحيفة الأخبار اللبنانية تفاصيل الصفقة. | Al-Akhbar
    """,
    "pt": """
    Em nota enviada ao G1, a empresa negou. | G1
    O porto ficará fechado até sexta-feira, informou a agência Lusa. | Lusa
    "Não temos mais tempo", disse a prefeita à Folha de S.Paulo. | Folha de S.Paulo
    Segundo o jornal O Globo, o ministro sabia desde maio. | O Globo
    De acordo com a Reuters, três navios partiram à noite. | Reuters
    Em entrevista ao Público, a ministra negou o acordo. | Público (Portugal)
    A notícia foi avançada pelo Expresso na terça-feira. | Expresso
    Como revelou o New York Times, as conversas começaram há semanas. | The New York Times
    O capitão contou à BBC como o navio afundou. | BBC
    Uma investigação do UOL mostrou os pagamentos. | UOL
    A CNN Brasil apurou que o diretor vai sair. | CNN Brasil
    """,
    "it": """
    A scriverlo è il Wall Street Journal. | The Wall Street Journal
    Ne dà notizia l'AGI. | AGI
    Il porto resterà chiuso fino a venerdì, riferisce l'Ansa. | ANSA
    «Non abbiamo più tempo», ha detto la sindaca al Corriere della Sera. | Corriere della Sera
    Secondo quanto riporta la Repubblica, il ministro sapeva da maggio. | la Repubblica
    Lo scrive il Financial Times citando fonti del porto. | Financial Times
    In un'intervista alla Stampa la ministra nega l'accordo. | La Stampa
    Come anticipato dal Sole 24 Ore, la vendita sarà a maggio. | Il Sole 24 Ore
    Il capitano ha raccontato alla Bbc come è affondata la nave. | BBC
    L'agenzia Reuters ha rivelato che i prezzi saliranno. | Reuters
    Stando al New York Times, i colloqui durano da settimane. | The New York Times
    Un'inchiesta del Fatto Quotidiano ha svelato i pagamenti. | Il Fatto Quotidiano
    """,
}

ONLY_NAMED = {
    "en": """
    The Guardian will close its office in Rome and cut twenty jobs.
    Michael Bloomberg told the crowd that he would not run.
    She has worked for Al Jazeera for ten years.
    It took a long time, and people were told to wait.
    Shares in the New York Times Company fell on Monday.
    """,
    "de": """
    Der „Spiegel“ entlässt im Sommer zwanzig Redakteure und schließt sein Büro in Rom.
    In der Welt der Seefahrer ist das ein alter Brauch.
    Das ZDF zeigt den Film am Sonntag um 20.15 Uhr.
    Die Aktie der New York Times verlor am Montag drei Prozent.
    Peter Stern sagte, er habe das Schiff nie gesehen.
    """,
    "fr": """
    Le Monde va supprimer vingt postes et fermer son bureau de Rome.
    Il a fait le tour du monde avec un petit bateau.
    Elle travaille pour Libération depuis dix ans.
    Les actionnaires du Figaro se réunissent lundi à Paris.
    La libération des otages a été annoncée par le maire.
    """,
    "es": """
    El País despedirá a veinte redactores y cerrará su oficina en Roma.
    El país necesita más barcos, dijo la alcaldesa.
    Trabaja como redactora de El Mundo desde hace diez años.
    Las acciones de la BBC no cotizan en bolsa.
    El clarín sonó en el puerto y todos callaron.
    """,
    "ru": """
    «Ведомости» закроют бюро в Риме и уволят двадцать редакторов.
    Ведомости о зарплате лежали на столе капитана.
    Он десять лет работал в ТАСС, а потом стал моряком.
    Журналиста Reuters задержали в порту вечером.
    Спутник связи вышел на орбиту в пятницу утром.
    """,
    "ar": """
    أغلقت صحيفة الأخبار مكتبها في روما وسرحت عشرين محررا.
    كان المستقبل غامضا بالنسبة إلى البحارة في الميناء.
    تعيش الجزيرة الصغيرة على صيد السمك منذ قرون.
    اعتقلت الشرطة مصور رويترز في الميناء مساء الجمعة.
    وصلت السفينة العربية إلى الميناء يوم السبت.
    """,
    "pt": """
    O Globo vai demitir vinte redatores e fechar o escritório em Roma.
    O público esperou pelo navio até a noite.
    Ela trabalha na Folha de S.Paulo há dez anos.
    O expresso da manhã partiu do porto com atraso.
    As ações da BBC não estão na bolsa.
    """,
    "it": """
    Il Corriere della Sera chiude la redazione di Roma e licenzia venti persone.
    La stampa del libro è costata mille euro al porto.
    Lavora per la Repubblica da dieci anni.
    Il sole tramonta presto sul porto a novembre.
    Il presidente della Repubblica ha visitato il porto venerdì.
    """,
}


@cache
def names() -> Names:
    return Names.of(shipped())


def outlets(sentence: str, language: str) -> set[str | None]:
    found = cite(Extraction(paragraphs=(sentence,), language=language), OURS, names())
    return {each.outlet for each in found if each.outlet is not None}


def lines(told: dict[str, str]) -> list[tuple[str, str]]:
    return [(language, line.strip()) for language, text in told.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("language", "line"), lines(TOLD))
def test_an_outlet_that_tells_is_cited(language: str, line: str) -> None:
    sentence, _, outlet = line.rpartition(" | ")
    assert outlet in outlets(sentence, language)


@pytest.mark.parametrize(("language", "sentence"), lines(ONLY_NAMED))
def test_an_outlet_that_is_only_named_is_not_cited(language: str, sentence: str) -> None:
    assert outlets(sentence, language) == set()
