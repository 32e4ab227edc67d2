"""The words by which edits are flagged, language by language. Data; all in lower case as ``str.casefold`` writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a language has for numbers, times, doubt, denial and speech.

    ``code`` is of two letters. ``numbers`` give values, ``ordinals`` too; ``months`` their number in the year. ``late``
    are months that are other words as well, and count beside a number only. ``speech`` are words that only speech has;
    ``weak`` count where a quotation, a comma or ``that`` follows or precedes them. ``hedges`` doubt; ``hedging`` are
    regular expressions for those that need what follows. ``sources`` stand before a source. ``that`` begins what is
    said.
    """

    code: str
    numbers: dict[str, int] = field(default_factory=dict)
    ordinals: dict[str, int] = field(default_factory=dict)
    months: dict[str, int] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    days: frozenset[str] = frozenset()
    spans: str = ""
    hedges: frozenset[str] = frozenset()
    hedging: tuple[str, ...] = ()
    negations: frozenset[str] = frozenset()
    speech: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    sources: tuple[str, ...] = ()
    that: frozenset[str] = frozenset()


def _numbered(text: str, start: int = 0) -> dict[str, int]:
    """Read rows of words in the order of their values, those of one value parted by slashes."""
    return {word: value for value, words in enumerate(text.split(), start) for word in words.casefold().split("/")}


def _tens(text: str) -> dict[str, int]:
    return {word: 10 * value for word, value in _numbered(text, 2).items()}


def _set(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.casefold().split())


_EN = Words(
    code="en",
    numbers={
        **_numbered("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
                    "seventeen eighteen nineteen", 2),
        **_tens("twenty thirty forty fifty sixty seventy eighty ninety"),
        "zero": 0, "dozen": 12, "dozens": 12, "hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000,
        "million": 10**6, "millions": 10**6, "billion": 10**9, "billions": 10**9, "trillion": 10**12, "half": -2,
        "double": -3, "doubled": -3, "twice": -3,
    },
    ordinals=_numbered("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", 1),
    months=_numbered(
        "january/jan february/feb - april/apr - june/jun july/jul august/aug september/sept/sep october/oct "
        "november/nov december/dec", 1),
    late={"may": 5, "march": 3, "mar": 3},
    days=_set("monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight"),
    spans=r"(?:next|last|this|past|coming) (?:week|weekend|month|year|spring|summer|autumn|fall|winter|night|morning)",
    hedges=_set(
        "allege alleges alleged allegedly alleging purported purportedly reportedly supposedly apparently seemingly "
        "ostensibly presumably conceivably arguably potentially unproven implied implies speculates could might "
        "perhaps possibly probably likely unlikely suggests suggested asserts asserted contends "
        "contended believed rumoured rumored speculated suspected would-be unconfirmed estimated hints hinted claimed "
        "claiming insisted insists insisting"
    ),
    hedging=(
        r"\bclaims?(?= (?:that|to|he|she|they|it|the|its|his|her|there)\b)", r"\bmaintain(?:s|ed)?(?= that\b)",
        r"\b(?:appear|seem)(?:s|ed)?(?= (?:to|that|as)\b)",
    ),
    negations=_set("not no never neither nor none nobody nothing nowhere without cannot unable denied denies deny "
                   "refused refuses declined failed"),
    speech=_set("said says say saying told stated stating wrote writes tweeted quoted according reported reportedly "
                "claimed claiming alleged alleging asserted insisted insists testified citing quoting spokesman "
                "spokeswoman spokesperson"),
    weak=_set("tell tells announced announces explained added adds argued argues warned warns noted confirmed confirms "
              "declared declares acknowledged admitted maintained contended claims reports states denied denies cited "
              "cites revealed conceded recalled"),
    sources=("according to", "told", "citing", "quoting", "as reported by", "reported by"),
    that=_set("that"),
)  # fmt: skip

_DE = Words(
    code="de",
    numbers={
        **_numbered("zwei/zwo drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn "
                    "siebzehn achtzehn neunzehn", 2),
        **_tens("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"),
        "null": 0, "dutzend": 12, "dutzende": 12, "hundert": 100, "hunderte": 100, "tausend": 1000, "tausende": 1000,
        "million": 10**6, "millionen": 10**6, "mio": 10**6, "milliarde": 10**9, "milliarden": 10**9, "mrd": 10**9,
        "hälfte": -2, "halb": -2, "doppelt": -3, "verdoppelt": -3,
    },
    ordinals=_numbered("erste/ersten/erster/erstes zweite/zweiten/zweiter dritte/dritten/dritter vierte/vierten "
                       "fünfte/fünften sechste/sechsten siebte/siebten achte/achten neunte/neunten zehnte/zehnten", 1),
    months=_numbered("januar/jänner februar/feber märz april mai juni juli august september oktober november dezember",
                     1),
    days=_set("montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag gestern heute vorgestern "
              "übermorgen montagabend dienstagabend mittwochabend donnerstagabend freitagabend samstagabend"),
    spans=r"(?:nächste|letzte|vergangene|kommende|diese|vorige)[nrsm]? (?:woche|monat|jahr|wochenende|nacht)",
    hedges=_set("angeblich angebliche angeblichen mutmaßlich mutmaßliche mutmaßlichen mutmaßlicher vermutlich "
    "womöglich "
                "möglicherweise wohl offenbar anscheinend vielleicht wahrscheinlich behauptet behauptete behaupteten "
                "behaupten soll könnte könnten dürfte dürften beteuert beteuerte vermeintlich vermeintliche "
                "vermeintlichen unbestätigt unbestätigten"),
    hedging=(r"\bsollen(?= .{0,80}\b(?:haben|sein|worden)\b)", r"\bschein(?:t|en)\b"),
    negations=_set("nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne nirgends "
                   "dementiert dementierte bestritt bestreitet unschuldig"),
    speech=_set("sagte sagt sagten sagen erklärte erklärten teilte berichtete berichtet berichteten schrieb schreibt "
                "meldete meldet meldeten behauptete behauptet behaupteten beteuerte beteuert zufolge betonte hieß "
                "zitiert zitierte sprecher sprecherin"),
    weak=_set("erklärt betont warnte warnt fügte bestätigte bestätigt kündigte räumte bestritt dementierte laut"),
    sources=("laut", "nach angaben von", "nach angaben des", "nach angaben der", "zufolge", "gegenüber"),
    that=_set("dass"),
)  # fmt: skip

_FR = Words(
    code="fr",
    numbers={
        **_numbered("deux trois quatre cinq six sept huit - dix onze douze treize quatorze quinze seize", 2),
        **_tens("vingt trente quarante cinquante soixante soixante-dix quatre-vingts/quatre-vingt quatre-vingt-dix"),
        "zéro": 0, "douzaine": 12, "cent": 100, "cents": 100, "centaines": 100, "mille": 1000, "milliers": 1000,
        "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9, "moitié": -2, "double": -3,
        "doublé": -3,
    },
    ordinals=_numbered("premier/première deuxième/second/seconde troisième quatrième cinquième sixième septième "
                       "huitième neuvième dixième", 1),
    months=_numbered("janvier février - avril - juin juillet août septembre octobre novembre décembre", 1),
    late={"mars": 3, "mai": 5},
    days=_set("lundi mardi mercredi jeudi vendredi samedi dimanche hier aujourd'hui demain avant-hier après-demain"),
    spans=r"(?:la )?(?:semaine|année|an|mois) (?:prochaine?|dernière?|passée?)",
    hedges=_set("prétend prétendu prétendue prétendument prétendent présumé présumée présumés soi-disant apparemment "
                "peut-être probablement vraisemblablement pourrait pourraient semble semblait aurait auraient serait "
                "seraient éventuellement affirme affirment"),
    negations=_set("pas jamais aucun aucune rien personne nul nulle sans ni dément démenti nie"),
    speech=_set("dit déclaré déclare déclarait affirmé affirme affirment indiqué indique rapporté rapporte rapportent "
                "écrit expliqué explique précisé précise selon raconté confié assuré assure prétend prétendent "
                "soutient "
                "d'après"),
    weak=_set("annoncé annonce ajouté ajoute estimé estime confirmé confirme reconnu démenti"),
    sources=("selon", "d'après", "de source", "auprès de", "auprès du"),
    that=_set("que qu'il qu'elle qu'ils"),
)  # fmt: skip

_ES = Words(
    code="es",
    numbers={
        **_numbered("dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
                    "diecisiete dieciocho diecinueve", 2),
        **_tens("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa"),
        "cero": 0, "docena": 12, "docenas": 12, "cien": 100, "ciento": 100, "cientos": 100, "mil": 1000, "miles": 1000,
        "millón": 10**6, "millones": 10**6, "mitad": -2, "doble": -3, "duplicó": -3,
    },
    ordinals=_numbered("primero/primera/primer segundo/segunda tercero/tercera/tercer cuarto/cuarta quinto/quinta "
                       "sexto/sexta séptimo/séptima octavo/octava", 1),
    months=_numbered("enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre "
                     "diciembre", 1),
    days=_set("lunes martes miércoles jueves viernes sábado domingo ayer hoy mañana anteayer anoche"),
    spans=r"(?:la (?:próxima|pasada) semana|la semana (?:próxima|pasada|que viene)|el (?:próximo|pasado) (?:mes|año)"
          r"|el (?:mes|año) (?:próximo|pasado|que viene))",
    hedges=_set("presunto presunta presuntos presuntas presuntamente supuesto supuesta supuestos supuestamente "
                "aparentemente quizá quizás probablemente posiblemente podría podrían habría habrían alega alegó "
                "alegan sostiene sostuvo parece parecía afirma afirman"),
    negations=_set("no nunca jamás nadie nada ningún ninguno ninguna ni tampoco negó niega desmintió"),
    speech=_set("dijo dicho dice dicen dijeron afirmó afirma afirman declaró declara informó informa escribió según "
                "comentó señaló señala aseguró asegura aseguran alegó alega sostuvo sostiene manifestó portavoz"),
    weak=_set("anunció anuncia explicó explica indicó agregó añadió confirmó advirtió negó publicó reconoció"),
    sources=("según", "de acuerdo con", "de acuerdo a", "citando a"),
    that=_set("que"),
)  # fmt: skip

_PT = Words(
    code="pt",
    numbers={
        **_numbered("dois/duas três quatro cinco seis sete oito nove dez onze doze treze catorze quinze", 2),
        **_tens("vinte trinta quarenta cinquenta sessenta setenta oitenta noventa"),
        "zero": 0, "cem": 100, "cento": 100, "centenas": 100, "mil": 1000, "milhares": 1000, "milhão": 10**6,
        "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9, "metade": -2, "dobro": -3,
    },
    months=_numbered("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", 1),
    days=_set("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo ontem hoje amanhã"),
    spans=r"(?:na )?(?:próxima|última) semana|(?:no )?(?:próximo|último) (?:mês|ano)",
    hedges=_set("suposto suposta supostos supostamente alegadamente talvez provavelmente possivelmente poderia "
    "poderiam "
                "teria teriam alega alegou parece"),
    negations=_set("não nunca jamais ninguém nada nenhum nenhuma nem sem negou nega"),
    speech=_set("disse dizem diz afirmou afirma declarou informou escreveu segundo alegou alega"),
    weak=_set("anunciou explicou acrescentou confirmou"),
    sources=("segundo", "de acordo com", "conforme"),
    that=_set("que"),
)  # fmt: skip

_IT = Words(
    code="it",
    numbers={
        **_numbered("due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici", 2),
        **_tens("venti trenta quaranta cinquanta sessanta settanta ottanta novanta"),
        "zero": 0, "dozzina": 12, "cento": 100, "centinaia": 100, "mille": 1000, "mila": 1000, "migliaia": 1000,
        "milione": 10**6, "milioni": 10**6, "miliardo": 10**9, "miliardi": 10**9, "metà": -2, "doppio": -3,
    },
    months=_numbered("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre", 1),
    days=_set("lunedì martedì mercoledì giovedì venerdì sabato domenica ieri oggi domani"),
    spans=r"(?:la )?(?:prossima|scorsa) settimana|(?:il )?(?:prossimo|scorso) (?:mese|anno)",
    hedges=_set("presunto presunta presunti presumibilmente forse probabilmente potrebbe potrebbero avrebbe avrebbero "
                "sembra sostiene"),
    negations=_set("non mai nessuno nessuna niente nulla né senza negato nega"),
    speech=_set("detto dice dichiarato affermato riferito scritto spiegato sostiene sostengono secondo"),
    weak=_set("annunciato aggiunto confermato"),
    sources=("secondo", "stando a", "citando"),
    that=_set("che"),
)  # fmt: skip

_NL = Words(
    code="nl",
    numbers={
        **_numbered("twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien", 2),
        **_tens("twintig dertig veertig vijftig zestig zeventig tachtig negentig"),
        "nul": 0, "dozijn": 12, "honderd": 100, "honderden": 100, "duizend": 1000, "duizenden": 1000, "miljoen": 10**6,
        "miljard": 10**9, "helft": -2, "dubbel": -3,
    },
    months=_numbered("januari februari maart april mei juni juli augustus september oktober november december", 1),
    days=_set("maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gisteren vandaag morgen"),
    spans=r"(?:volgende|vorige|komende|afgelopen) (?:week|maand|jaar)",
    hedges=_set("vermeend vermeende mogelijk misschien waarschijnlijk vermoedelijk beweert beweerde zou zouden lijkt"),
    negations=_set("niet geen nooit niemand niets noch zonder ontkent ontkende"),
    speech=_set("zei zegt zeiden zeggen meldde meldt verklaarde schreef schrijft volgens aldus beweert beweerde"),
    weak=_set("waarschuwde bevestigde"),
    sources=("volgens", "aldus", "tegen"),
    that=_set("dat"),
)  # fmt: skip

_RU = Words(
    code="ru",
    numbers={
        **_numbered("два/две/двух три/трое/трех/трёх четыре/четверо/четырех пять/пяти/пятеро шесть/шести семь/семи "
                    "восемь/восьми девять/девяти десять/десяти одиннадцать двенадцать тринадцать четырнадцать "
                    "пятнадцать", 2),
        **_tens("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто"),
        "ноль": 0, "дюжина": 12, "сто": 100, "сотни": 100, "тысяча": 1000, "тысячи": 1000, "тысяч": 1000, "тыс": 1000,
        "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "млн": 10**6, "миллиард": 10**9, "миллиарда": 10**9,
        "миллиардов": 10**9, "млрд": 10**9, "половина": -2, "вдвое": -3, "дважды": -3,
    },
    ordinals=_numbered("первый/первая/первое/первого второй/вторая/второго третий/третья/третьего четвертый/четвёртый "
                       "пятый шестой седьмой восьмой", 1),
    months=_numbered("январь/января/январе февраль/февраля/феврале март/марта/марте апрель/апреля/апреле май/мая/мае "
                     "июнь/июня/июне июль/июля/июле август/августа/августе сентябрь/сентября/сентябре "
                     "октябрь/октября/октябре ноябрь/ноября/ноябре декабрь/декабря/декабре", 1),
    days=_set("понедельник понедельника вторник вторника четверг четверга пятница пятницу пятницы суббота субботу "
              "субботы воскресенье воскресенья вчера сегодня завтра позавчера послезавтра"),
    spans=r"(?:в )?(?:следующ|прошл|эт)\w+ (?:недел\w+|месяц\w*|год\w*|сред[уы])|(?:во?|на) среду",
    hedges=_set("якобы предположительно вероятно видимо по-видимому кажется утверждает утверждал утверждала утверждают "
                "подозреваемый подозреваемая предполагаемый предполагаемая"),
    hedging=(r"(?<=\A)возможно,", r"(?<=, )возможно(?=,)", r"\bмо(?:жет|гут) быть\b"),
    negations=_set("не ни нет никогда никто ничего нигде без отрицает отрицал отрицала опроверг опровергла"),
    speech=_set("сказал сказала сказали говорит заявил заявила заявили заявляет сообщил сообщила сообщили сообщает "
                "сообщают пишет написал написала рассказал рассказала утверждает утверждал утверждала "
                "утверждают словам "
                "данным"),
    weak=_set("объявил объявила отметил отметила подчеркнул подчеркнула добавил добавила подтвердил подтвердила"),
    sources=("по данным", "по словам", "по информации", "по сообщению", "как сообщил", "как сообщила", "как сообщили",
             "как сообщает", "со ссылкой на", "ссылаясь на"),
    that=_set("что"),
)  # fmt: skip

_AR = Words(
    code="ar",
    numbers={
        **_numbered("اثنان/اثنين/اثنتين ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني تسعة/تسع "
        "عشرة/عشر", 2),
        **_tens("عشرون/عشرين ثلاثون/ثلاثين أربعون/أربعين خمسون/خمسين ستون/ستين سبعون/سبعين ثمانون/ثمانين تسعون/تسعين"),
        "صفر": 0, "عشرات": 12, "مئة": 100, "مائة": 100, "مئات": 100, "ألف": 1000, "آلاف": 1000, "مليون": 10**6,
        "ملايين": 10**6, "مليار": 10**9, "مليارات": 10**9, "نصف": -2, "ضعف": -3,
    },
    months=_numbered("يناير فبراير/شباط مارس/آذار أبريل/نيسان مايو/أيار يونيو/حزيران يوليو/تموز أغسطس/آب سبتمبر/أيلول "
                     "أكتوبر نوفمبر ديسمبر", 1),
    days=_set("الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد أمس اليوم غدا"),
    spans=r"(?:الأسبوع|الشهر|العام) (?:المقبل|الماضي|القادم)",
    hedges=_set("زعم زعمت يزعم تزعم ادعى ادعت يدعي تدعي يبدو ربما يحتمل يرجح المزعوم المزعومة مزاعم"),
    negations=_set("لا لم لن ليس ليست ليسوا بدون دون ينفي نفى نفت"),
    speech=_set("قال قالت قالوا يقول تقول ذكر ذكرت أفاد أفادت صرح صرحت كتبت نقلت وفقا وفق بحسب حسب زعم زعمت يزعم ادعى "
                "ادعت"),
    weak=_set("أعلن أعلنت أكد أكدت أوضح أوضحت أضاف أضافت أشار أشارت نفى نفت"),
    sources=("وفقا", "وفق", "بحسب", "حسب", "نقلا عن"),
    that=_set("إن أن أنه أنها"),
)  # fmt: skip

BY_LANGUAGE: dict[str, Words] = {
    "en": _EN, "de": _DE, "fr": _FR, "es": _ES, "pt": _PT, "it": _IT, "nl": _NL, "ru": _RU, "ar": _AR,
}  # fmt: skip


@cache
def words_of(language: str) -> Words:
    """Give the words of a language by its code, English ones where it is not one we have."""
    return BY_LANGUAGE.get(language, _EN)


CAVEATS = (
    r"(?:not|n't|unable to|impossible to|cannot|never)\W+(?:\w+\W+){0,5}?(?:verif|confirm|corroborat|authenticat"
    r"|substantiat)\w*",
    r"(?:without|no|lack\w* (?:of )?)\W+(?:\w+\W+){0,2}?independent\w* (?:verification|confirmation)",
    r"\bunverified\b|\bunconfirmed\b|\bunsubstantiated\b|\buncorroborated\b",
    r"(?:(?:is|was|remains?|remained) (?:not (?:immediately )?(?:clear|known)|unclear|unknown)|not immediately clear"
    r"|no way to (?:verify|check|confirm))",
    r"(?:did not|didn't|declined to|has not|have not|had not|could not|couldn't|refused to)\W+(?:\w+\W+){0,3}?"
    r"(?:respond|reply|comment|be reached|answer)\w*",
    r"(?:has|have|had) yet to\W+(?:be\W+)?(?:confirm|verif|establish)\w*|remain\w* to be (?:confirmed|verified|seen)",
    r"(?:difficult|hard|impossible|no way|no means) (?:to|of) (?:verify|confirm|check|know|tell|establish)\w*",
    r"(?:not|n't)\W+(?:\w+\W+){0,4}?(?:check|establish|ascertain|determin)\w*",
    r"(?:nicht|kaum|keine)\W+(?:\w+\W+){0,5}?(?:überprüf|verifizier|bestätig|nachprüf)\w*",
    r"(?:nicht|kaum)\W+(?:\w+\W+){0,5}?(?:belegt|belegen|geklärt|nachweis|zu prüfen)\w*",
    r"(?:blieb|bleibt|ist|war) (?:zunächst |vorerst |noch |weiterhin )*(?:offen|unklar|ungeklärt)",
    r"(?:unbestätigt|ungeprüft|unüberprüfbar|nicht klar|unklar (?:ist|war|blieb|bleibt))\w*",
    r"(?:ne|n'|pas|sans|impossible d[e'])\W*(?:\w+\W+){0,5}?(?:vérifi|confirm|corrobor|authentifi)\w*"
    r"|non (?:vérifié|confirmé)\w*",
    r"rest(?:e|ent|ait) à (?:confirmer|vérifier|établir)|invérifiable\w*"
    r"|(?:n'|ne)\W*(?:\w+\W+){0,5}?(?:établi|recoup)\w*",
    r"(?:no|sin)\W+(?:\w+\W+){0,5}?(?:acredit|constat)\w*|por confirmar",
    r"(?:no|sin|imposible)\W+(?:\w+\W+){0,5}?(?:verific|confirm|corrobor|comprob|contrast)\w*|sin confirmar",
    r"(?:não|sem)\W+(?:\w+\W+){0,4}?(?:verific|confirm|comprov)\w*",
    r"(?:non|senza)\W+(?:\w+\W+){0,4}?(?:verific|conferm)\w*",
    r"(?:niet|geen)\W+(?:\w+\W+){0,5}?(?:geverifieerd|bevestig|verifi)\w*",
    r"(?:провер|подтверд)\w*\W+(?:\w+\W+){0,7}?не\W+(?:удал|удаёт|удает|представляется|смог|получилось)\w*",
    r"не\W+(?:\w+\W+){0,2}?(?:установ|ясно|известно)\w*|нет подтвержд\w*",
    r"не\W+(?:\w+\W+){0,4}?(?:подтвер|провер|удалось проверить)\w*|неподтвержд\w*",
    r"(?:لم|لا|لن|تعذر|دون|يتعذر|لم يتسن)\W+(?:\w+\W+){0,5}?(?:التحقق|التأكد|تأكيد|تتحقق|يتأكد|يتسن)\w*|غير مؤكد\w*",
)
"""What says that something could not be checked, in all languages: no text has another one's by chance."""
CAVEAT_STEMS = (
    "verif", "confirm", "corrobor", "authenti", "substantiat", "clear", "known", "comment", "respon", "repl", "reach",
    "answer", "überprüf", "bestätig", "nachprüf", "ungeprüft", "klar", "vérifi", "comprob", "contrast", "comprov",
    "conferm", "bevestig", "check", "establish", "ascertain", "determin", "know", "seen", "belegt", "belegen",
    "geklärt", "nachweis", "prüfen", "offen", "établi", "recoup", "acredit", "constat", "установ", "ясно", "известно",
    "подтвер", "провер", "التحقق", "التأكد", "تأكيد", "تتحقق", "يتأكد", "يتسن", "مؤكد",
)  # fmt: skip
"""One of these is in every caveat."""

SPEAKERS = _set(
    "i you he she it we they who one some many others people police officials witnesses authorities residents sources "
    "doctors reports media investigators prosecutors critics experts scientists researchers relatives neighbours "
    "neighbors rescuers lawyers protesters organisers organizers campaigners activists analysts economists teachers "
    "parents workers friends locals medics firefighters nobody everyone someone "
    "er sie es wir ich ihr man polizei beamte behörden zeugen experten kritiker anwohner ärzte forscher quellen medien "
    "il elle ils elles on nous je vous tu lui autorités témoins experts médecins policiers habitants "
    "él ella ellos ellas nos me le les se lo nosotros usted autoridades testigos fuentes vecinos expertos médicos "
    "ele ela eles elas autoridades moradores lui lei loro hij zij wij ze men politie "
    "он она они мы я вы нам ему ей им мне вам власти очевидцы свидетели источники эксперты медики жители полиция как "
    "об этом так"
)
"""Who speaks at the beginning of a sentence and is no name."""
UNITS = _set(
    "euro euros dollar dollars prozent uhr jahre jahren millionen milliarden million meter kilometer kilo tonnen tage "
    "wochen monate minuten stunden menschen personen frankens franken kronen mio mrd"
)
TITLES = _set("mr mrs ms dr prof sir president minister frau herr monsieur madame señor señora the")
GERMAN_OPENERS = _set(
    "der die das dem den des ein eine einen einem einer eines kein keine dieser diese dieses diesem diesen jeder jede "
    "jedes alle viele einige mehrere andere sein seine ihr ihre unser unsere mein meine in im an am auf aus bei beim "
    "mit nach vor von vom zu zum zur für über unter gegen ohne durch seit bis um und oder aber doch denn wenn weil als "
    "ob dass auch nur so wie was wer wo er sie es wir ich man nun noch schon zwei drei vier fünf rund etwa knapp laut "
    "zwischen während trotz wegen bisher heute gestern nicht mehr"
)
"""Words with which German sentences open and no name does."""
ARABIC_TITLES = (
    "المهندس المهندسة الرئيس الرئيسة الوزير الوزيرة الدكتور الدكتورة السيد السيدة الشيخ الجنرال اللواء العقيد العميد "
    "الأمير الملك القاضي القاضية النائب النائبة الطبيب الطبيبة المحامي المحامية الأستاذ الكاتب الكاتبة الصحفي الصحفية"
).split()
"""Titles behind which an Arabic name stands: its letters have no capitals."""
ARABIC_OTHERS = _set("يوم في إلى على من عن أن إن مع بعد قبل أمس اليوم الذي التي السابق الحالي")
PLACES = _set(
    # Who and where the news are of: such a name opens many a sentence, and in German stands alone within it.
    "afghanistan albania algeria argentina armenia australia austria azerbaijan bahrain bangladesh belarus belgium "
    "bolivia bosnia brazil britain bulgaria cambodia cameroon canada chad chile china colombia congo croatia cuba "
    "cyprus denmark ecuador egypt england eritrea estonia ethiopia finland france gaza georgia germany ghana greece "
    "guatemala haiti honduras hungary iceland india indonesia iran iraq ireland israel italy japan jordan kazakhstan "
    "kenya kosovo kuwait kyrgyzstan latvia lebanon libya lithuania luxembourg malaysia mali malta mexico moldova "
    "mongolia montenegro morocco mozambique myanmar nepal netherlands nicaragua niger nigeria norway oman pakistan "
    "palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia "
    "singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania thailand "
    "tunisia turkey uganda ukraine uruguay uzbekistan venezuela vietnam wales yemen zambia zimbabwe washington moscow "
    "beijing brussels london paris berlin kyiv tehran baghdad damascus beirut jerusalem cairo ankara istanbul tokyo "
    "delhi rome madrid vienna warsaw budapest athens geneva hamas hezbollah nato taliban houthis boeing google amazon "
    "microsoft facebook apple tesla "
    "deutschland österreich schweiz frankreich italien spanien polen russland türkei griechenland schweden norwegen "
    "dänemark finnland ungarn tschechien rumänien bulgarien serbien kroatien niederlande belgien israel syrien irak "
    "libanon ägypten indien japan köln bonn hamburg münchen frankfurt stuttgart düsseldorf leipzig dresden hannover "
    "bremen nürnberg essen dortmund wien zürich bern basel genf salzburg graz brüssel moskau kiew peking warschau rom "
    "allemagne russie espagne italie suisse belgique turquie grèce pologne suède norvège syrie liban égypte inde chine "
    "lyon marseille toulouse bordeaux lille nantes strasbourg alemania rusia francia italia suiza turquía "
    "grecia polonia "
    "suecia siria líbano egipto ucrania barcelona sevilla bogotá caracas lima quito santiago "
    "россия россии украина украины беларусь белоруссия германия франция китай сша иран ирак израиль сирия "
    "турция польша "
    "москва киев минск вашингтон брюссель лондон париж берлин пекин тегеран хамас нато"
)
