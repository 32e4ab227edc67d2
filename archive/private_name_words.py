"""The words by which a person's name is told from other names, in nine languages. Data; all in lower case.

Used by ``archive.private_names`` only. Where a word may be either, it is left out: a name held in vain costs a look.
"""

from __future__ import annotations


def _set(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.casefold().split())


HONORIFICS = _set(
    "mr mrs ms miss mx dr prof professor herr herrn frau monsieur m mme mlle madame mademoiselle señor señora señorita "
    "don doña sr sra srta senhor senhora dona signor signora sig dottor dottoressa meneer mevrouw mevr dhr pan pani "
    "г-н г-жа господин господина господину госпожа госпожи госпожу гражданин гражданина гражданка гражданки"
)
"""Stand before the name of anybody; one capital word behind them is a name."""

PERSONS = _set(
    "witness resident neighbour neighbor activist student pupil teacher father mother son daughter wife husband "
    "brother sister uncle aunt grandmother grandfather cousin nephew niece friend girlfriend boyfriend victim suspect "
    "farmer driver nurse survivor refugee lawyer doctor named called aged worker volunteer patient defendant "
    "whistleblower informant "
    "zeuge zeugin anwohner anwohnerin nachbar nachbarin schüler schülerin studentin vater mutter sohn "
    "tochter bruder schwester onkel tante großmutter großvater freund freundin opfer verdächtige verdächtiger bauer "
    "lehrer lehrerin pfleger pflegerin ärztin namens "
    "témoin voisin voisine habitant habitante étudiant étudiante élève père mère fils fille frère sœur oncle tante "
    "épouse époux mari femme ami amie victime nommé nommée appelé appelée "
    "testigo vecino vecina estudiante alumno alumna padre madre hijo hija hermano hermana tío tía esposa esposo marido "
    "amigo amiga víctima llamado llamada "
    "testemunha vizinho vizinha estudante pai mãe filho filha irmão irmã esposa marido amigo amiga vítima chamado "
    "testimone vicino vicina studente studentessa figlio figlia fratello sorella moglie marito amico amica vittima "
    "getuige buurman buurvrouw leerling vader moeder zoon dochter broer zus vriend vriendin slachtoffer genaamd "
    "свидетель свидетельница сосед соседка студент студентка отец мать сын дочь брат сестра жена муж друг подруга "
    "жертва житель жительница ученик ученица "
)
"""Say what a person is who holds no office; one capital word behind them is a name."""

ROLES = _set(
    "president presidents vice-president premier prime-minister minister chancellor mayor governor senator congressman "
    "congresswoman congressperson lawmaker mp mep pm rep sen gov king queen prince princess pope archbishop cardinal "
    "patriarch ambassador spokesman spokeswoman spokesperson editor editor-in-chief ceo chairman chairwoman "
    "commissioner general admiral sultan emir ayatollah "
    "präsident präsidentin kanzler kanzlerin bürgermeister bürgermeisterin ministerin senatorin gouverneur "
    "gouverneurin könig königin papst botschafter botschafterin sprecher sprecherin chefredakteur chefredakteurin "
    "herausgeber herausgeberin "
    "président présidente ministre maire sénateur sénatrice député députée porte-parole rédacteur rédactrice roi reine "
    "pape ambassadeur ambassadrice gouverneure chancelier chancelière préfet préfète "
    "presidente presidenta ministro ministra alcalde alcaldesa senador senadora diputado diputada portavoz gobernador "
    "gobernadora rey reina embajador embajadora canciller "
    "prefeito prefeita deputado deputada porta-voz governador governadora editora embaixador embaixadora "
    "sindaco sindaca senatore senatrice deputato deputata portavoce governatore ambasciatore ambasciatrice "
    "burgemeester woordvoerder woordvoerster hoofdredacteur koning koningin ambassadeur paus "
    "мэр мэра мэру мэром посол посла король короля королева "
)
"""Public roles: whoever the text says holds one is no private person."""

SHORT_ROLES = _set("rep sen gov gen adm amb")
"""Roles that are written with a full stop."""

ROLE_ENDINGS = ("minister", "ministerin", "präsident", "präsidentin", "kanzler", "kanzlerin", "bürgermeister",
                "bürgermeisterin", "sprecher", "sprecherin")  # fmt: skip
"""German and Dutch write an office and its holder as one word."""

ROLE_BEGINNINGS = ("президент", "министр", "премьер", "губернатор", "сенатор", "депутат", "пресс-секретар", "канцлер",
                   "редактор", "председател", "вице-президент", "замминистр")  # fmt: skip
"""Russian inflects them."""

NOT_PERSONS = _set(
    "university college school academy institute hospital clinic court ministry department office agency bureau "
    "authority council committee commission parliament senate congress assembly government party union association "
    "federation foundation society club league team united fc army navy force forces guard police brigade battalion "
    "division regiment front movement bank fund group company corporation corp inc ltd llc plc co holdings industries "
    "airlines airways motors systems services partners network channel radio tv television news times post daily "
    "weekly tribune herald journal gazette press media magazine review street road avenue lane boulevard square "
    "plaza park bridge tower building house palace castle church cathedral mosque temple station airport port harbour "
    "harbor river lake sea ocean gulf bay strait island islands mount mountain mountains valley desert coast province "
    "county district region state states city town village kingdom republic emirates nations world cup games "
    "olympics championship war act treaty agreement accord accords programme program project operation prize "
    "award festival museum library theatre theater centre center stadium arena hotel mill dam canal strip heights "
    "border peninsula summit forum conference protocol "
    "universität hochschule schule klinik krankenhaus gericht ministerium amt behörde rat partei verband verein bund "
    "bundesamt bundestag bundesrat landtag regierung gmbh ag kg straße strasse platz brücke allee fluss see berg insel "
    "kirche bahnhof flughafen zeitung rundschau anzeiger nachrichten museum stiftung "
    "université école hôpital tribunal ministère parti syndicat fédération association banque rue avenue place pont "
    "gare aéroport assemblée république conseil commission agence journal mairie cour "
    "universidad escuela tribunal ministerio partido sindicato federación asociación banco calle avenida plaza puente "
    "estación aeropuerto asamblea república consejo comisión agencia corte ayuntamiento "
    "universidade escola ministério federação associação rua avenida praça ponte câmara "
    "università scuola ospedale tribunale ministero partito sindacato federazione associazione banca via piazza ponte "
    "stazione aeroporto camera repubblica consiglio agenzia "
    "universiteit ziekenhuis rechtbank partij vereniging straat plein brug raad gemeente "
    "университет институт академия больница суд министерство комитет комиссия партия союз федерация банк улица "
    "площадь мост вокзал аэропорт совет дума область край район республика агентство россии украины рф сша"
)
"""One of these among the words of a name makes it a place, an organisation or an event."""

PLACE_OPENERS = _set(
    "new north south east west northern southern eastern western central united saudi great greater upper lower middle "
    "san santa los las hong el fort port mount lake cape puerto rio sri costa sierra abu tel addis bad sankt st saint "
    "nouveau nouvelle"
)
"""Open the name of a place of two words or more."""

NATIONS = _set(
    "american british english scottish welsh irish french german austrian swiss italian spanish portuguese dutch "
    "belgian danish swedish norwegian finnish polish czech hungarian romanian bulgarian greek turkish russian "
    "ukrainian belarusian georgian armenian azerbaijani israeli palestinian lebanese syrian iraqi iranian saudi "
    "egyptian libyan tunisian algerian moroccan sudanese ethiopian kenyan nigerian somali afghan pakistani indian "
    "chinese japanese korean vietnamese thai indonesian australian canadian mexican brazilian argentine colombian "
    "venezuelan cuban european african asian arab kurdish muslim christian jewish catholic orthodox sunni shiite "
    "republican democrat democratic conservative labour liberal western eastern deutsche deutscher deutschen"
)
"""Stand before a name and are no part of it."""

OPENERS = _set(
    "a an the and but or nor so yet for after before when while as at by in into on of off from with without about "
    "above across against along among around behind below beside between beyond during inside near outside over since "
    "through to toward under until upon via if because although though however meanwhile also then now here there "
    "this that these those his her its their our my your he she it they we you i who what where why how both all no "
    "not only once later earlier according despite unlike like former late even just still is was are were "
    "et mais ou donc selon pour dans avec sans sur sous par après avant quand le la les un une des ce cette il elle "
    "y pero o según para en con sin sobre por tras antes cuando el los las un una este esta él ella "
    "e mas segundo com sem após quando o os as um uma ele ela ma secondo per il gli uno lui lei nel "
    "maar en of volgens voor met zonder na toen de het een hij zij "
    "и но а или по в во на с со для без после до когда если как что это он она его её их из от к у о об при"
)
"""Ordinary words that open a sentence with a capital."""

LINKS = _set(
    "of to for by with from against about at in whose whom de du des d'un von vom zu zum zur der del della di da do "
    "dos van met voor aan"
)
"""Behind one of these stands who somebody has to do with, and not who he is."""

PARTICLES = _set("de del della di da das do dos du van von der den ten ter zu bin ibn bint al el la le abu y e")
"""Small words within a name."""

BEING = _set("is was became remains serves ist war wurde bleibt est était devient es fue era è fu foi é werd является")

GIVEN = _set(
    "aaron abdul abdullah abigail adam adrian adriana agnes ahmad ahmed aisha alan albert alberto alejandro aleksandr "
    "alex alexander alexandra alexei alfred ali alice alicia amanda amina amir amy ana anastasia andrea andreas andrei "
    "andrew angela anita ann anna anne annette anthony antoine anton antonio arthur barbara beatrice ben benjamin "
    "bernard bernd beth bianca boris brandon brenda brian bridget bruce camille carla carlos carmen carol caroline "
    "catherine cecilia charles charlotte chloe chris christian christina christine christopher claire clara claude "
    "claudia colin connor craig cynthia daniel daniela david deborah denis dennis diana diego dieter dimitri dmitri "
    "dmitry donald donna dorothy douglas edith eduardo edward elena eleanor elisabeth elizabeth ella ellen emil emily "
    "emma eric erica erik ernst esther eugene eva evelyn fatima felix fernando florian fran frances francesca "
    "francesco francis francisco françois frank franz fred frederick friedrich gabriel gareth gary george georg gerald "
    "gerhard gina giorgio giovanni giulia giuseppe gordon grace graham greg gregory guillaume gustav hamza hanna "
    "hannah hans harold harry hassan heather heidi heinrich helen helena helga henri henry hugo hussein ian ibrahim "
    "igor inga ingrid irene irina isaac isabel isabella ivan jack jacob jacques jaime jakob james jamie jan jane janet "
    "jason javier jean jeff jeffrey jennifer jens jeremy jerry jessica jim joan joanna joe joel johan johann johannes "
    "john jonas jonathan jorge josé josef joseph josh joshua juan juana judith julia julian julie julien jürgen karen "
    "karin karl kate katharina katherine kathleen katrin kayla keith kelly ken kenneth kevin khaled kim klaus kurt "
    "lara larry lars laura lauren laurent layla lea leila lena leo leon leonard leonardo leyla liam lily linda lisa "
    "louis louise luca lucas lucia lucy luigi luis luisa lukas lydia maya magdalena mahmoud manuel marc marcel marco "
    "marcus margaret maria marie marina mario marion mark markus marta martha martin mary mathieu matteo matthew "
    "matthias maurice max maximilian megan mehmet melanie michael michaela michel michelle miguel mike mikhail mohamed "
    "mohammad mohammed monica monika muhammad mustafa nadia nancy natalia natalie nathan neil nicholas nicole nikolai "
    "nina noah nora olaf oleg olga oliver olivia omar oscar osman otto pablo pamela pascal patricia patrick paul paula "
    "paulo pavel pedro peter petra philip philippe pierre rachel ralf ralph ramón raquel rebecca reinhard rené ricardo "
    "richard rita robert roberto roger roland roman ronald rosa rose ruth ryan saleh salma sam samantha samir samuel "
    "sandra sara sarah scott sean sebastian sergei sergey sharon silvia simon sofia sonia sophia sophie stefan "
    "stefanie stephanie stephen steve steven stuart susan susanne suzanne svetlana sylvia tamara tamsin tanya tatiana "
    "teresa thea theresa thomas tim timothy tobias tom tony tracy ulrich ulrike ursula valentina valerie vanessa vera "
    "veronica victor victoria viktor virginia vladimir walid walter wendy werner wilhelm william wolfgang xavier "
    "yara yasmin yolanda youssef yuri yusuf yvonne zainab zeynep zoe "
    "александр алексей анастасия андрей анна антон борис вера виктор владимир галина дарья дмитрий евгений екатерина "
    "елена иван игорь ирина ксения людмила максим мария михаил наталья никита николай олег ольга павел пётр петр роман "
    "светлана сергей татьяна юлия юрий яна"
)
"""Given names that are common and are seldom anything else; no list is whole, and none has to be."""

ARABIC_PUBLIC = frozenset("الرئيس الرئيسة الوزير الوزيرة الجنرال اللواء الأمير الملك النائب".split())
"""Titles of ``flag_words.ARABIC_TITLES`` that only a public person has."""
