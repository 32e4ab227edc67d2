"""Reporting cues of German, Dutch and the Scandinavian languages: data for ``archive.cite_patterns``; see ``archive.cues.Cues``."""

from __future__ import annotations

from archive.cues import Cues

_DE_KINDS = (
    r"[\w-]*(?:[Zz]eitung|[Bb]latt|[Aa]gentur|[Pp]ortals?|[Mm]agazins?|[Ss]enders?|[Dd]ienst(?:es)?|[Zz]eitschrift|[Pp]odcasts?|[Mm]edium)"
    r"|Nachrichtenseite|Newsseite|Blog|Rundfunk|Plattform"
)
GERMAN = Cues(
    languages=("de",),
    to=(
        r"laut|gem(?:ä|ae)(?:ß|ss)(?:\s+(?:Angaben|Informationen|Berichten?|Recherchen)(?:\s+(?:von|der|des))?)?|[Mm]edien\w*,?\s+(?:darunter|wie|etwa)"
        r"|laut(?:\s+(?:einem|dem|einer)\s+(?:[\w-]*[Bb]ericht|Umfrage|Meldung|Recherche)\w*\s+(?:der|des|von|im|in))?"
        r"|gegenüber|nach\s+(?:Angaben|Informationen|Bericht(?:en)?|Recherchen|Darstellung|Schätzungen|Einschätzung|Zählung|Auskunft)\s+(?:der|des|von|vom)?"
        r"|(?:wie|so)(?=\s+(?:die|der|das|es|auch|zuerst|zunächst|unter|[A-Z\"„“»‚']))"
        r"|(?:Interview|Gespräch|Bericht|Beitrag|Artikel|Kommentar|Gastbeitrag|Recherche\w*|Meldung|Podcast|Umfrage)"
        r"(?:\s+\w+)?\s+(?:mit|der|des|von|vom|in|im|für)"
        r"|(?:berichte(?:t|te|ten)|meldet(?:e|en)?|schreib(?:t|en)|schrieb(?:en)?|zitiert(?:e)?)"
        r"|(?:veröffentlicht|zitiert|befragt|ausgestrahlt|publiziert|erschienen)(?:\s+\w+)?\s+(?:von|vom|in|im|bei|durch)"
        r"|unter\s+Berufung\s+auf|Berufung\s+auf|beruft\s+sich\s+auf|berufen\s+sich\s+auf|mit\s+Verweis\s+auf|via|lieg(?:t|en)\s+(?:der|dem)|[Bb]ildquelle\s*:"
        r"|(?:sagt|erklärt|bestätigt|verriet|verrät|erzählt|betont|teilt|äußert|kritisiert|warnt|so\s+\w+)(?:e|en)?\b"
        r"[^.;:]{0,80}?\b(?:der|dem|den|gegenüber|zur|zum|zu|im|in|bei)|Anfrage\s+(?:von|der|des)"
    ),
    verbs=(
        r"berichte(?:t|te|n|ten)|melde(?:t|te|n|ten)|schreib(?:t|en)|schrieb(?:en)?|zitier(?:t|te|en|ten)|sag(?:t|te)|erfuhr|(?:will\s+)?herausgefunden"
        r"|erfahren|recherchiert(?:e)?|veröffentlicht(?:e)?|enthüllt(?:e)?|nenn(?:t|en)|nannte|spricht|sprach|kommentiert(?:e)?"
        r"|vorliegt|vorlieg(?:en)?|einsehen|eingesehen|ausgewertet|gegenüber|zufolge|titelt(?:e)?|behauptet(?:e)?|analysiert(?:e)?|warnt(?:e)?|bestätigt(?:e)?|notiert"
        r"|beruft|aufgedeckt|beschreibt|beschrieb|interviewt(?:e)?|urteilt|erklärt(?:e)?|hatte\s+zuerst"
    ),
    inverted=(
        r"berichte(?:t|te|n|ten)|melde(?:t|te|n|ten)|schreib(?:t|en)|schrieb(?:en)?|zitier(?:t|te)|titelt|sagt|teilt|erfuhr|konstatiert(?:e)?|urteilt(?:e)?"
        r"|kommentiert|erklärt|heißt\s+es\s+(?:in|im|bei|beim)"
    ),
    between=(
        r"hat|haben|hatte|hatten|habe|wird|wurde|am|vom|um|auch|zuerst|zuvor|zunächst|bereits|exklusiv|jetzt|nun|gestern"
        r"|heute|weiter|unter\s+anderem|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Online|online|darüber|davon|ferner"
    ),
    works=r"(?:[Bb]ericht\w*|[Ii]nformationen|[Rr]echerche\w*|[Ii]nterview\w*|[Uu]mfrage\w*|[Aa]nfrage|[Aa]rtikel|[Ss]endung|[Tt]alk\w*|[Pp]odcast|[Mm]agazin)",
    people=r"(?:[Rr]eporter\w*|[Jj]ournalist\w*|[Kk]orrespondent\w*|[Rr]edakteur\w*|[Ff]otograf\w*|[Kk]olumnist\w*)",
    kinds=_DE_KINDS,
    fill=(
        r"der|die|das|dem|den|des|eine[rmsn]?|ein|von|vom|in|im|bei|auch|es|zuerst|zunächst|unter\s+anderem|deutsche[nrsm]?"
        r"|britische[nrsm]?|staatliche[nrsm]?|staatsnahe[nrsm]?|private[nrsm]?|russische[nrsm]?|öffentlich-rechtliche[nrsm]?"
        r"|renommierte[nrsm]?|amerikanische[nrsm]?|US-|französische[nrsm]?|[\w-]+(?:ische|ne)[nrsm]?"
    ),
    against=(
        r"(?:arbeitet|schreibt|arbeitete|schrieb)\s+(?:\w+\s+)?für|Chefredakteur(?:in)?\s+(?:der|des|von)|Sprecher(?:in)?"
        r"\s+(?:der|des|von)|Eigentümer\s+(?:der|des|von)|gegen|Mitarbeiter(?:in)?\s+(?:der|des|von)|etwa"
    ),
    aside=r"\b(?:Uhr\s+(?:bei|auf|im)|läuft\s+(?:auf|bei|im)|Staffel|Folge\s+\d|Streamen|streamen|folgen\s+Sie|abonnieren)\b",
    anonymous=(
        r"(?:(?:mehrere[nr]?|zwei|drei|eine[rn]?|anonyme[nr]?|ungenannte[nr]?|namentlich\s+nicht\s+genannte[nr]?"
        r"|informierte[nr]?|diplomatische[nr]?|gut\s+unterrichtete[nr]?|\w+(?:ische|nahe)[nr]?)\s+){0,3}"
        r"(?:Quellen?|Insidern?|Informanten?|[\w-]+kreisen|Kreisen(?=\s+(?:der|des|von)\b))\b(?:\s+(?:im|in\s+der|aus\s+der|aus\s+dem)\s+[A-ZÄÖÜ]\w+)?"
        r"|(?:ein|eine)\s+(?:\w+\s+){0,3}(?:Sprecher|Person|Beamter|Vertreter)\w*\s*,\s*(?:der|die)\s+(?:anonym|nicht\s+genannt)"
        r"[^,.]{0,30}"
    ),
    press=(
        r"(?:(?:die|den|mehrere[n]?|laut)\s+)?(?:(?:(?:deutsche[nr]?|[\w-]+(?:ische|nahe)[nr]?|staatliche[nr]?|lokale[nr]?|örtliche[nr]?|offizielle[nr]?)"
        r"\s+){1,3}Medien|(?:Staats|Lokal)medien|(?:[\w-]+(?:ische|e)[nr]?\s+)?(?:Medienberichte[n]?|Presseberichte[n]?))\b"
    ),
    veiled="quelle|insider|informant|kreisen|medien|presseberichte|anonym|nicht genannt",
    went_on=r"\b(?:weiter|außerdem|zudem|auch|ferner|hinzu)\b",
    negated=r"(?:hat|haben|hatte|hatten|wurde|konnte|wollte)?(?:\s+[\w-]+){0,4}?\s*\b(?:nicht|nie|kein\w*|nichts|bislang\s+nicht)",
    unverified=(
        r"(?:nicht|kaum|nie|schwer)[^.]{0,40}?(?:unabhängig|überprüf|verifizier|bestätig|prüfen)"
        r"|unabhängig[^.]{0,40}nicht|\b(?:unbestätigt\w*|unüberprüfbar\w*)\b"
    ),
    credit=(
        r"Quellen?|Mit\s+(?:Material|Informationen|Inhalten)\s+(?:von|der|des)|Material\s+von|Foto|Bild|Bildquelle|Rubriklistenbild|Fotos|mit|Mit|Von|via"
        r"|Symbolbild|Text|Copyright|©|Agenturen|mit\s+Agenturmaterial"
    ),
    citing=r"unter\s+Berufung\s+auf|mit\s+Verweis\s+auf|Berufung\s+auf|beruft\s+sich\s+auf|zitiert|via|nach\s+Angaben\s+(?:der|des|von)",
    republished=r"(?:zuerst|ursprünglich|erstmals)\s+(?:erschienen|veröffentlicht|publiziert)|erschien(?:en)?\s+zuerst",
    own=r"diese[rm]?\s+(?:Redaktion|Zeitung|Blatt|Portal|Magazin)|unsere[rm]?\s+(?:Redaktion|Zeitung)",
    office=(
        r"(?:Verteidigungs|Außen|Innen|Gesundheits|Finanz|Justiz|Wirtschafts|Verkehrs|Bundes\w*|Umwelt|Bildungs)ministerium\w*"
        r"|Auswärtige\w*\s+Amt\w*|Generalstab\w*|Staatsanwaltschaft"
    ),
    announced=r"teilte|teilt|kündigte|erklärte|dementierte|bestreitet|bestritt|wies|bekannt|mitgeteilt",
)
"""German."""

DUTCH = Cues(
    languages=("nl",),
    to=(
        r"volgens|(?:zegt|zei|vertelt|vertelde|verklaart|verklaarde|laat)\b[^.;:]{0,50}?\b(?:tegen|aan|in|bij)"
        r"|(?:meldt|meldde|melden|schrijft|schreef|bericht|berichtte)|tegenover|(?:interview|gesprek)\s+(?:met|in)"
        r"|(?:gepubliceerd|geciteerd)\s+(?:door|in)|blijkt\s+uit\s+onderzoek\s+van|via|aldus"
    ),
    verbs=r"meldt|meldde|gemeld|schrijft|schreef|geschreven|bericht(?:te)?|onthul(?:t|de)|zegt|zei|citeert|stelt|noemt|weet",
    inverted=r"meldt|meldde|melden|schrijft|schreef|zegt|aldus|bericht",
    between=r"heeft|had|hebben|ook|eerder|vandaag|gisteren|al|eerst|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    kinds=r"krant|dagblad|persbureau|nieuwssite|tijdschrift|omroep|zender|weekblad|website|nieuwsagentschap",
    fill=r"de|het|een|Britse|Amerikaanse|Duitse|Russische|Belgische|lokale|regionale|Franse|staats\w*",
    against=r"(?:werkt|schrijft)\s+voor|hoofdredacteur\s+van|zoals",
    anonymous=r"(?:(?:anonieme|meerdere|twee|goed\s+ingevoerde|\w+se)\s+){0,2}bronnen\b(?:\s+(?:bij|binnen|rond)\s+(?:de\s+|het\s+)?[\w-]+)?",
    press=r"(?:(?:de|meerdere)\s+)?(?:\w+se|lokale)\s+(?:staats)?media",
    veiled="bron|media",
    went_on=r"\b(?:ook|verder|bovendien)\b",
    negated=r"(?:heeft|hebben|had|wilde|kon)?(?:\s+\w+){0,3}?\s*\b(?:niet|nooit|geen)",
    unverified=r"(?:niet|geen)\b[^.]{0,40}?(?:onafhankelijk|geverifieerd|verifiëren|bevestigd\s+worden)",
    credit=r"Bron(?:nen)?|Foto|Beeld|Met\s+medewerking\s+van|Door",
    citing=r"onder\s+verwijzing\s+naar|citeert|op\s+basis\s+van",
    own=r"deze\s+(?:krant|site|redactie)",
    office=r"[Mm]inisterie\s+van\s+[A-Z]\w+(?:\s+Zaken)?",
    announced=r"maakte\s+bekend|bevestig(?:t|de)|ontken(?:t|de)",
)
"""Dutch."""

NORDIC = Cues(
    languages=("sv", "da", "no", "nb", "nn"),
    to=(
        r"enligt|ifølge|i\s+följe|medier?,?\s+(?:herunder|deriblant|däribland)|(?:säger|sade|sa|sier|sagde|siger|berättar|forteller|fortæller|bekräftar|bekrefter|uppger"
        r"|opplyser|oplyser|skriver|udtaler|uttalar)\b[^.;:]{0,50}?\b(?:till|til|i|for|för|overfor|över)"
        r"|(?:skriver|rapporterar|rapporterer|melder|meldar|uppger|opplyser|oplyser)|intervju(?:n)?\s+(?:med|i)|interview\s+(?:med|i)|via"
    ),
    verbs=r"skriver|skrev|rapporter(?:ar|er|ade|te)|säger|sier|siger|meld(?:er|ar|te|ade)|avslöjar|avslører|afslører|uppger|omtaler|citerar|siterer|erfarer",
    inverted=r"skriver|rapporter(?:ar|er)|melder|uppger|säger|sier|siger|opplyser|oplyser",
    between=r"har|hade|havde|hadde|även|også|også\s+har|tidigare|tidligere|först|først",
    kinds=r"\w*(?:tidning(?:en)?|avis(?:a|en)?|medie(?:t)?|mediet|kanal(?:en)?|bureau(?:et)?)|nyhetsbyrå(?:n|et)?|nyhedsbureau(?:et)?|magasin(?:et)?|nettavis(?:a|en)?|sajten|kanal(?:en)?|TV-kanalen|kvällstidningen|dagblad(?:et)?|morgontidningen",
    fill=r"den|det|de|en|ett|et|svenska|norske|danske|brittiska|britiske|amerikanska|amerikanske|tyska|tyske|lokal\w*|til|till|\w+(?:ske|ska|sk|t)",
    against=r"(?:arbetar|jobbar|skriver)\s+för|redaktør\s+i|som",
    anonymous=r"(?:(?:anonyma|anonyme|flera|flere|\w+(?:ska|ske))\s+){0,2}(?:källor|kilder)\b",
    press=r"(?:(?:flera|flere)\s+)?(?:\w+(?:ska|ske)|lokala|lokale)\s+(?:stats)?(?:medier|aviser|tidningar)",
    veiled="källor|kilder|medier|aviser|tidningar",
    negated=r"(?:har|hade|ville|vill)?(?:\s+\w+){0,3}?\s*\b(?:inte|ikke|aldrig|aldri)",
    unverified=r"(?:inte|ikke)\b[^.]{0,40}?(?:verifier|bekräft|bekreft|bekræft)",
    credit=r"Källor?|Kilder?|Foto|Med\s+uppgifter\s+från",
    office=r"(?:försvars|forsvars|utrikes|utenriks|udenrigs)departement\w*",
    announced=r"meddelar|meddeler|bekräftar|bekrefter|bekræfter|avvisar|avviser",
)
"""Swedish, Danish, Norwegian."""
