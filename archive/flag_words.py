"""The words by which edits are flagged, by language: numbers, dates, hedges, negations, caveats, reporting verbs. Data.

One line a language where a list is long: English, German, French, Spanish, Portuguese, Italian, Dutch, Russian, Arabic.
Words are in lower case as ``wording.compared`` writes them.
"""

from __future__ import annotations

NUMBERS: dict[str, int] = {
    word: value
    for value, words in {
        0: "zero null zéro cero ноль صفر",
        2: "two zwei deux dos dois duas due twee два две اثنان اثنين",
        3: "three drei trois tres três tre drie три трое ثلاثة ثلاث",
        4: "four vier quatre cuatro quatro quattro четыре четверо أربعة أربع",
        5: "five fünf cinq cinco cinque vijf пять пятеро خمسة خمس",
        6: "six sechs seis sei zes шесть ستة ست",
        7: "seven sieben sept siete sete sette zeven семь سبعة سبع",
        8: "eight acht huit ocho oito otto восемь ثمانية ثماني",
        9: "nine neun neuf nueve nove negen девять تسعة تسع",
        10: "ten zehn dix diez dez dieci tien десять عشرة عشر",
        11: "eleven elf onze once undici одиннадцать",
        12: "twelve zwölf douze doce doze dodici twaalf двенадцать",
        13: "thirteen dreizehn treize trece treze tredici dertien тринадцать",
        14: "fourteen vierzehn quatorze catorce quattordici veertien четырнадцать",
        15: "fifteen fünfzehn quinze quince quindici vijftien пятнадцать",
        16: "sixteen sechzehn seize dieciséis dezesseis sedici zestien шестнадцать",
        17: "seventeen siebzehn diecisiete dezessete diciassette zeventien семнадцать",
        18: "eighteen achtzehn dieciocho dezoito diciotto achttien восемнадцать",
        19: "nineteen neunzehn diecinueve dezenove diciannove negentien девятнадцать",
        20: "twenty zwanzig vingt veinte vinte venti twintig двадцать عشرون عشرين",
        30: "thirty dreißig trente treinta trinta trenta dertig тридцать ثلاثون ثلاثين",
        40: "forty vierzig quarante cuarenta quarenta veertig сорок أربعون أربعين",
        50: "fifty fünfzig cinquante cincuenta cinquenta cinquanta vijftig пятьдесят خمسون خمسين",
        60: "sixty sechzig soixante sesenta sessenta sessanta zestig шестьдесят ستون ستين",
        70: "seventy siebzig setenta settanta zeventig семьдесят سبعون سبعين",
        80: "eighty achtzig ochenta oitenta ottanta tachtig восемьдесят ثمانون ثمانين",
        90: "ninety neunzig noventa novanta negentig девяносто تسعون تسعين",
        100: "hundred hundreds hundert hunderte cent cents cien ciento cientos cem cento honderd сто сотни مئة "
        "مائة مئات",
        1000: "thousand thousands tausend tausende mille milliers mil miles mila duizend тысяча тысячи тысяч ألف آلاف",
        1_000_000: "million millions millionen millones milhão milhões milione milioni miljoen миллион миллиона "
        "миллионов مليون ملايين",
        1_000_000_000: "billion billions milliarde milliarden milliard milliards bilhão bilhões miliardo miliardi "
        "miljard миллиард миллиарда миллиардов مليار مليارات",
        -12: "dozen dozens dutzend dutzende douzaine docena docenas dúzia dúzias dozzina dozijn десятки дюжина عشرات",
        -2: "half halb halbe hälfte moitié mitad metade metà helft половина полтора نصف",
        -3: "double doubled twice verdoppelt doppelt doublé doble duplicó dobro raddoppiato вдвое дважды ضعف",
    }.items()
    for word in words.split()
}  # fmt: skip
"""Numbers in words, with one value in all languages; articles such as ``one`` and ``un`` are left out."""

MONTHS = (
    "january february april june july august september october november december "
    "januar februar märz mai juni juli oktober dezember jänner "
    "janvier février avril juin juillet août septembre octobre novembre décembre "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre dicembre "
    "januari februari maart mei augustus "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "январе феврале марте апреле июне июле августе сентябре октябре ноябре декабре "
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر شباط آذار نيسان أيار حزيران تموز "
    "آب أيلول"
).split()
MONTHS_BESIDE_NUMBERS = "may march mars mar may. jan feb apr jun jul aug sep sept oct nov dec".split()
"""Months that are other words too: they count beside a number only, or behind a word such as ``in``."""
DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag gestern heute vorgestern übermorgen "
    "lundi mardi mercredi jeudi vendredi samedi dimanche hier aujourd'hui demain avant-hier "
    "lunes martes miércoles jueves viernes sábado domingo ayer hoy anteayer "
    "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira ontem hoje amanhã "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica ieri oggi domani "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag gisteren vandaag "
    "понедельник вторник среду четверг пятницу субботу воскресенье вчера сегодня завтра "
    "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد أمس اليوم غدا"
).split()

HEDGES = (
    "claim claims claimed claiming allege alleges alleged allegedly alleging purported purportedly reportedly "
    "supposedly apparently seemingly ostensibly may might perhaps possibly probably likely unlikely suggests suggested "
    "appears appeared seems seemed insists insisted insisting asserts asserted maintains maintained contends contended "
    "believed rumoured rumored speculated suspected would-be unconfirmed estimated hints hinted",
    "angeblich mutmaßlich mutmaßliche mutmaßlichen mutmaßlicher vermutlich womöglich möglicherweise wohl offenbar "
    "anscheinend vielleicht wahrscheinlich behauptet behauptete behaupteten behaupten soll sollen sollte scheint "
    "schien könnte könnten dürfte dürften beteuert beteuerte vermeintlich vermeintliche",
    "prétend prétendu prétendue prétendument présumé présumée affirme affirmé assure assuré soi-disant apparemment "
    "peut-être probablement vraisemblablement pourrait pourraient semble semblait aurait auraient serait seraient "
    "éventuellement possiblement",
    "presunto presunta presuntos presuntamente supuesto supuesta supuestamente aparentemente quizá quizás tal vez "
    "probablemente posiblemente podría podrían habría habrían alega alegó afirma afirmó asegura aseguró parece parecía "
    "sostiene sostuvo",
    "suposto suposta supostamente alegadamente talvez provavelmente possivelmente poderia poderiam teria teriam alega "
    "alegou parece",
    "presunto presunta presumibilmente forse probabilmente potrebbe potrebbero avrebbe avrebbero sarebbe sembra pare "
    "sostiene",
    "vermeend vermeende naar verluidt mogelijk misschien waarschijnlijk vermoedelijk beweert beweerde zou zouden lijkt",
    "якобы предположительно возможно вероятно видимо по-видимому кажется может могут утверждает утверждал утверждала "
    "утверждают заявляет подозреваемый вроде",
    "زعم زعمت يزعم ادعى ادعت يدعي يبدو ربما قد يحتمل يرجح المزعوم المزعومة مزاعم يُعتقد",
)

NEGATIONS = (
    "not no never neither nor none nobody nothing nowhere without cannot denied denies deny refuses refused declined "
    "failed",
    "nicht kein keine keinen keinem keiner keines nie niemals niemand nichts weder ohne nirgends dementiert "
    "dementierte",
    "ne n pas jamais aucun aucune rien personne nul nulle sans ni dément démenti",
    "no nunca jamás nadie nada ningún ninguno ninguna ni sin tampoco negó niega desmintió",
    "não nunca jamais ninguém nada nenhum nenhuma nem sem negou nega",
    "non mai nessuno nessuna niente nulla né senza negato nega",
    "niet geen nooit niemand niets noch zonder ontkent ontkende",
    "не ни нет никогда никто ничего нигде без отрицает отрицал",
    "لا لم لن ليس ليست ليسوا غير بدون دون لما ما ينفي نفى نفت",
)

CAVEATS = (
    # not verified
    r"(?:not|n't|unable to|impossible to|cannot|never)\W+(?:\w+\W+){0,5}?(?:verif|confirm|corroborat|authenticat"
    r"|substantiat)\w*",
    r"(?:without|no|lack\w* (?:of )?)\W+(?:\w+\W+){0,2}?independent\w* (?:verification|confirmation)",
    r"\bunverified\b|\bunconfirmed\b|\bunsubstantiated\b|\buncorroborated\b",
    r"(?:it (?:is|was|remains?|remained) (?:not (?:immediately )?(?:clear|known)|unclear|unknown)|not immediately clear"
    r"|no way to (?:verify|check|confirm))",
    r"(?:did not|didn't|declined to|has not|have not|had not|could not|refused to)\W+(?:\w+\W+){0,3}?"
    r"(?:respond|reply|comment|be reached|answer)\w*",
    r"(?:nicht|kaum|keine)\W+(?:\w+\W+){0,5}?(?:überprüf|verifizier|bestätig|nachprüf)\w*",
    r"(?:unbestätigt|ungeprüft|unüberprüfbar|nicht klar|unklar (?:ist|war|blieb|bleibt))\w*",
    r"(?:ne|n'|pas|sans|impossible d[e'])\W*(?:\w+\W+){0,5}?(?:vérifi|confirm|corrobor|authentifi)\w*"
    r"|non (?:vérifié|confirmé)\w*",
    r"(?:no|sin|imposible)\W+(?:\w+\W+){0,5}?(?:verific|confirm|corrobor|comprob|contrast)\w*|sin confirmar",
    r"(?:não|sem)\W+(?:\w+\W+){0,4}?(?:verific|confirm|comprov)\w*",
    r"(?:non|senza)\W+(?:\w+\W+){0,4}?(?:verific|conferm)\w*",
    r"(?:niet|geen)\W+(?:\w+\W+){0,5}?(?:geverifieerd|bevestig|verifi)\w*",
    r"(?:провер|подтверд)\w*\W+(?:\w+\W+){0,7}?не\W+(?:удал|удаёт|удает|представляется|смог|получилось)\w*",
    r"не\W+(?:\w+\W+){0,4}?(?:подтвер|провер|удалось проверить)\w*|неподтвержд\w*",
    r"(?:لم|لا|لن|تعذر|دون|يتعذر|لم يتسن)\W+(?:\w+\W+){0,5}?(?:التحقق|التأكد|تأكيد|تتحقق|يتأكد|يتسن)\w*|غير مؤكد\w*",
)

CAVEAT_STEMS = (
    "verif", "confirm", "corrobor", "authenti", "substantiat", "clear", "known", "comment", "respon", "repl", "reach",
    "answer", "überprüf", "bestätig", "nachprüf", "ungeprüft", "unklar", "klar", "vérifi", "comprob", "contrast",
    "comprov", "bevestig", "подтвер", "провер", "التحقق", "التأكد", "تأكيد", "تتحقق", "يتأكد", "يتسن", "مؤكد",
)  # fmt: skip
"""One of these is in every caveat."""

REPORTING = (
    "said says say saying told tells tell telling stated states stating announced announces reported reports wrote "
    "writes explained added adds claimed claims insisted insists alleged alleges argued argues warned warns noted "
    "confirmed confirms declared declares acknowledged admitted testified tweeted quoted quotes cited cites citing "
    "according",
    "sagte sagt sagten sagen erklärte erklärt erklärten teilte mitteilte berichtete berichtet berichteten schrieb "
    "schreibt meldete meldet meldeten betonte warnte behauptete behauptet fügte laut zufolge nach angaben",
    "dit déclaré déclare déclarait affirmé affirme indiqué indique annoncé annonce rapporté rapporte écrit expliqué "
    "explique précisé ajouté assuré assure selon d'après confié raconté",
    "dijo dicho dice dijeron afirmó afirma declaró declara informó informa anunció anuncia explicó explica señaló "
    "señala aseguró indicó publicó escribió según comentó agregó añadió",
    "disse dizem afirmou declarou informou anunciou explicou segundo escreveu",
    "detto dice dichiarato affermato riferito annunciato scritto spiegato secondo",
    "zei zegt meldde meldt verklaarde schreef volgens aldus",
    "сказал сказала сказали заявил заявила заявили сообщил сообщила сообщили сообщает пишет написал объявил отметил "
    "подчеркнул рассказал рассказала добавил утверждает словам данным информации",
    "قال قالت قالوا أعلن أعلنت ذكر ذكرت أفاد أفادت صرح صرحت أكد أكدت أوضح أضاف كتبت نقلت وفقا وفق بحسب حسب أشار أشارت",
)
CLAIMING = (
    "claim claims claimed claiming allege alleges alleged alleging purported insist insists insisted insisting assert "
    "asserts asserted maintain maintains maintained contend contends contended "
    "behauptet behauptete behaupten behaupteten beteuert beteuerte "
    "prétend prétendu prétendent affirme affirmé affirment assure assuré assurent soutient "
    "alega alegó alegan afirma afirmó afirman asegura aseguró aseguran sostiene sostuvo "
    "alegou sostengono sostiene beweert beweerde "
    "утверждает утверждал утверждала утверждают заявляет заявляют уверяет уверял уверяла "
    "زعم زعمت يزعم تزعم ادعى ادعت يدعي تدعي"
).split()
"""Words that report and doubt at once."""
NOUNS_TOO = frozenset("reports claims states quotes notes cites tells laut nach angaben segundo secondo".split())
"""Words that report and are others too: they count beside a source only."""
SOURCE_CUES = (
    "according to", "told", "as told to", "laut", "zufolge", "nach angaben", "selon", "d'après", "según",
    "de acuerdo con",
    "segundo", "de acordo com", "secondo", "volgens", "по данным", "по словам", "по информации", "по сообщению",
    "как сообщил", "как сообщила", "как сообщили", "وفقا", "وفق", "بحسب", "حسب", "نقلا عن",
)  # fmt: skip
"""Words behind which a source stands."""
TO_SOURCE = frozenset(
    "to told laut zufolge nach von selon d'après à según a segundo secondo volgens по данным словам وفقا بحسب حسب وفق "
    "citing quoting by from via for".split()
)
"""Words that stand before a source; ``to`` behind ``according``."""

GERMAN_OPENERS = frozenset(
    "der die das dem den des ein eine einen einem einer eines kein keine dieser diese dieses diesem diesen jeder jede "
    "jedes alle viele einige mehrere andere sein seine ihr ihre unser unsere mein meine in im an am auf aus bei beim "
    "mit nach vor von vom zu zum zur für über unter gegen ohne durch seit bis um und oder aber doch denn wenn weil als "
    "ob dass auch nur so wie was wer wo er sie es wir ich man nun noch schon zwei drei vier fünf rund etwa knapp laut "
    "zwischen während trotz wegen bisher heute gestern nicht mehr".split()
)
"""Words with which German sentences open and no name does."""
ARABIC_TITLES = (
    "المهندس المهندسة الرئيس الرئيسة الوزير الوزيرة الدكتور الدكتورة السيد السيدة الشيخ الجنرال اللواء العقيد العميد "
    "الأمير الملك القاضي القاضية النائب النائبة الطبيب الطبيبة المحامي المحامية الأستاذ الكاتب الكاتبة الصحفي الصحفية"
).split()
"""Titles behind which an Arabic name stands: its letters have no capitals."""
UNITS = frozenset(
    "euro euros dollar dollars prozent uhr jahre jahren millionen milliarden million meter kilometer kilo tonnen tage "
    "wochen monate minuten stunden menschen personen frankens franken kronen mio mrd".split()
)
TITLES = frozenset("mr mrs ms dr prof sir president minister frau herr monsieur madame señor señora the".split())
