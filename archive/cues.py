"""The words that say on whose word something is told, language by language. Data only; all are regular expressions.

``archive.cite_patterns`` makes patterns of them. Each language has what it has: an empty field matches nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Script = Literal["latin", "cyrillic", "arabic", "wide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What a language says around the name of a source.

    ``to`` stands before a name and leads to nobody but a source (told, according to); ``at`` stands before a name and
    may lead elsewhere too (said on, a report in). ``verbs`` have the source as subject, ``inverted`` are those that
    stand before it as well; ``between`` may come between the two. ``works`` and ``people`` are what and whom outlets
    have, ``kinds`` what they are. ``fill`` may stand between a cue and a name. ``against`` before a name says that it
    is no source, ``aside`` anywhere in a sentence that its names seldom are. ``anonymous`` are sources without a name,
    ``press`` the media of somewhere, ``went_on`` says that somebody goes on speaking. ``negated`` comes between name
    and verb, ``unverified`` says that a statement could not be checked, ``credit`` opens a line of credits.
    ``citing`` says that the one before rests on the one after; ``republished`` that all of it comes from elsewhere;
    ``own`` is how a publisher speaks of itself. ``office`` is a ministry or the like, ``announced`` what these do.
    """

    languages: tuple[str, ...]
    script: Script = "latin"
    to: str = ""
    at: str = ""
    verbs: str = ""
    inverted: str = ""
    between: str = ""
    works: str = ""
    people: str = ""
    kinds: str = ""
    fill: str = ""
    against: str = ""
    aside: str = ""
    anonymous: str = ""
    press: str = ""
    went_on: str = ""
    negated: str = ""
    unverified: str = ""
    credit: str = ""
    citing: str = ""
    republished: str = ""
    own: str = ""
    office: str = ""
    announced: str = ""


_DAY = r"(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s+(?:morning|afternoon|evening|night))?"
_MONTH = (
    r"in\s+(?:(?:early|mid|late)[\s-])?(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|\d{4})(?:\s+\d{4})?"
)
_EN_WORKS = (
    r"reports?|reporting|stor(?:y|ies)|articles?|investigations?|probe|anal[yi]s[ei]s|interviews?|polls?|polling|surveys?"
    r"|editorials?|op-?eds?|opinion\s+pieces?|essays?|columns?|pieces?|reviews?|profiles?|exposés?|scoops?|documentar(?:y|ies)"
    r"|footage|headlines?|accounts?|tweets?|broadcasts?|podcasts?|dispatch(?:es)?|obituary|tally|count|database"
    r"|bulletins?|newscasts?|transcripts?|projections?|estimates?|blog\s+posts?|coverage"
)
_EN_PEOPLE = (
    r"reporters?|journalists?|correspondents?|columnists?|photographers?|cameram[ae]n|crews?|interviewers?"
    r"|news\s+(?:team|crew|desk)|anchors?|bureau|fact-?checkers?"
)
_EN_KINDS = (
    r"(?:(?:daily|weekly|evening|morning|student|local|online|business|financial|state)\s+)?(?:newspapers?|paper|tabloid"
    r"|broadsheet|magazine|news\s*wire|newsletter)|(?:state\s+)?(?:news|press|wire|information)\s+(?:agency|service|wire)"
    r"|dail(?:y|ies)|weekl(?:y|ies)|agency|broadcaster|(?:(?:satellite|news|tv|television|state|radio|cable)\s+)+"
    r"(?:channel|network|station|broadcaster|programme|show)|tv|television|radio"
    r"|(?:news|entertainment|tech|technology|gossip|political|sports|business|trade)\s+(?:web\s*)?(?:sites?|outlets?|blogs?"
    r"|portals?|publications?|platforms?|programme|program|organi[sz]ation)|outlet|journal|periodical|news\s+site"
)

ENGLISH = Cues(
    languages=("en",),
    to=(
        r"according\s+to|as\s+per|(?:told|tells|telling)(?:\s+(?:reporters|journalists)\s+(?:from|at|for|with))?"
        r"|tell(?=\s+(?:the\s+)?[A-Z])"
        r"|(?:(?:first|originally|also|previously|exclusively|initially|being|been|was|were|is|are|as)\s+)*(?:reported"
        r"|published|revealed|uncovered|detailed|broken|aired|broadcast|quoted|cited|confirmed|obtained|seen|reviewed"
        r"|viewed|verified|analy[sz]ed|interviewed|contacted|conducted|compiled|documented|exposed|disclosed|described"
        r"|tallied|investigated|relayed|carried|picked\s+up|noted|spotted|released|posted|shared|polled|asked|pressed"
        r"|approached|recorded|filmed|photographed|translated|collected|gathered|commissioned|distributed|written)"
        r"(?:\s+(?:first|earlier|exclusively|previously|jointly|recently|today|yesterday|last\s+\w+|this\s+\w+|"
        rf"{_DAY}|{_MONTH}))?\s+by"
        r"|citing(?:\s+(?:a\s+)?reports?\s+(?:from|by|in))?|cit(?:es|ed)|quoting|quot(?:es|ed)|via|courtesy\s+of"
        r"|(?:interviews?|interviewed|conversation|sit-?down|exchange|q\s*&\s*a|chat|call)(?:\s+[\w'’-]+){0,2}?\s+with"
        r"|(?:spoke|speaking|speaks|speak|talked|talking|sat\s+down)(?:\s+(?:exclusively|earlier|recently|briefly|later"
        rf"|{_DAY}))*\s+(?:to|with)"
        r"|(?:said|confirmed|revealed|admitted|explained|announced|disclosed|confided|leaked|commented|conceded"
        r"|acknowledged|insisted|clarified|denied|complained|maintained|stressed|lamented|hinted|vented|issued|provided"
        r"|given|gave|sent|made|supplied|released|handed|e-?mailed|submitted|statements?|comments?|remarks|e-?mails?"
        r"|letter|declined\s+to\s+comment|described)(?:\s+(?:this|it|exclusively|directly|in\s+an?\s+(?:e-?mail|interview"
        r"|statement)|an?\s+\w+|earlier|later|that))?\s+to"
        rf"|(?:{_EN_WORKS})(?:\s+(?:published|produced|released|posted|written|conducted|commissioned|compiled|aired))?"
        rf"(?:\s+(?:{_DAY}|earlier|last\s+\w+|this\s+\w+))?\s+(?:by|from)"
        r"|(?:published|first\s+appeared|originally\s+appeared|appeared|ran|printed|carried|serialised|serialized"
        rf"|reported|writes?|wrote|writing)(?:\s+(?:{_DAY}|{_MONTH}|first|originally|earlier|last\s+\w+|this\s+\w+|today|yesterday))?\s+(?:in|for)"
        r"|(?:reporters?|journalists?|correspondents?|columnists?|reporting|information|material|files)\s+(?:from|for|by|with|at)"
        r"|report(?:s|ed|ing)?\s+(?:from|on|in)"
    ),
    at=(
        r"(?:said|says|saying|told|appear(?:ed|ing|ance|s)?|claim(?:ed|s)|asked|asserted|argued|predicted|commented"
        r"|interviews?|interviewed|spoke|speaking|stated|published|reported|reports|aired|broadcast|quoted|featured"
        r"|revealed|announced|statements?|comments|remarks|wrote|writes|writing|posted|described|declared|explained|noted"
        r"|shown|airing|leaked|confirmed|warned|admitted|defended|denied|letter|"
        rf"{_EN_WORKS})(?:\s+[\w'’-]+){{0,5}}?\s+(?:in|on|for|to|with|at|by|from|of|through)"
        r"|according\s+to(?:\s+[\w'’-]+){1,6}?\s+(?:by|from|in|on|of|at|for|with)|by|from|per|and|with|as"
    ),
    verbs=(
        r"report(?:s|ed)?|says?|said|writes?|wrote|written|not(?:e|es|ed)|reveal(?:s|ed)?|claim(?:s|ed)?|stat(?:e|es|ed)"
        r"|add(?:s|ed)|publish(?:es|ed)?|quot(?:e|es|ed|ing)|cit(?:e|es|ed|ing)|describ(?:e|es|ed)|f(?:inds|ound)"
        r"|estimat(?:e|es|ed)|confirm(?:s|ed)?|learn(?:s|ed|t)|observ(?:e|es|ed)|point(?:s|ed)?\s+out|explain(?:s|ed)?"
        r"|argu(?:e|es|ed)|suggest(?:s|ed)?|alleg(?:e|es|ed)|detail(?:s|ed)?|uncover(?:s|ed)?|obtain(?:s|ed)"
        r"|identif(?:y|ies|ied)|broke|ran|runs|call(?:s|ed)|tweet(?:s|ed)|post(?:s|ed)|air(?:s|ed)|broadcast"
        r"|document(?:s|ed)|ask(?:s|ed)|interview(?:s|ed)|sp(?:eaks|oke)|project(?:s|ed)|recount(?:s|ed)|mention(?:s|ed)"
        r"|highlight(?:s|ed)|predict(?:s|ed)|rank(?:s|ed)|declar(?:es|ed)|warn(?:s|ed)|print(?:s|ed)|carri(?:es|ed)"
        r"|show(?:s|ed|n)|review(?:s|ed)|view(?:s|ed)|saw|verif(?:y|ies|ied)|counted|tall(?:y|ies|ied)|reached|contacted"
        r"|relay(?:s|ed)|analy[sz](?:e|es|ed)|likened|dubbed|outlin(?:es|ed)|reads|insist(?:s|ed)|calculat(?:es|ed)"
        r"|compiled|surveyed|polled|headlined|speculat(?:es|ed)|hint(?:s|ed)|tells|told|went\s+on\s+to\s+say"
        r"|contributed\s+to\s+this|has\s+more|sugges\w+|released|leaked|disclos(?:es|ed)|put\s+(?:it|the)|recorded"
    ),
    inverted=r"report(?:s|ed)|says|said|writes|wrote|note[sd]|adds|added|claim(?:s|ed)|tells|told|finds|found",
    between=(
        r"has|have|had|also|first|later|earlier|previously|recently|already|initially|reportedly|exclusively|originally"
        r"|separately|subsequently|then|just|now|once|even|still|today|yesterday|tonight|meanwhile|itself|did|was\s+the"
        rf"|first\s+to|to|however|further|(?:this|last|that)\s+(?:week|month|year|day|morning|evening)|{_DAY}|{_MONTH}"
        r"|is|was|been|being|able\s+to|quickly|accurately|correctly|falsely"
    ),
    works=_EN_WORKS,
    people=_EN_PEOPLE,
    kinds=_EN_KINDS,
    fill=(
        r"the|an?|new|recent|another|sister|rival|fellow|local|national|regional|official|semi-?official|independent"
        r"|private|public|leading|influential|conservative|liberal|left-wing|right-wing|state|government|opposition"
        r"|respected|popular|prominent|major|today['’]s|yesterday['’]s|outlets?|including|media|publications?|giant"
        r"|[\w-]+-(?:run|owned|based|language|backed|controlled|funded|affiliated|linked|aligned|wing)|pro-[\w-]+"
        r"|entertainment|business|financial|medical|science|industry|trade|online|satellite|show|program(?:me)?"
    ),
    against=(
        r"such\s+as|like|unlike|than|works?\s+(?:for|at)|worked\s+(?:for|at)|written\s+for|writes\s+for|(?:who|has|have|also"
        r"|regularly|and)\s+(?:writes|written)\s+for|contribut(?:es|ed|or|ing)\s+(?:to|at|for)|appeared\s+in|founder\s+of"
        r"|(?:owner|owners|owned|parent|chairman|chief|president|publisher|executives?|employees?|staff|staffers|alum"
        r"|spokes(?:man|woman|person|people)|lawyers?|attorneys?|shares|stock|subsidiary|founder|co-founder|ceo|boss|head"
        r"|host|hosts|anchor|star|viewers|readers|fans|audience|editor(?:-in-chief|-at-large)?|editors|writer|critic"
        r"|contributor|advertisers|lawsuit|suit|case|complaint|subscribers|subscription|merger|deal)\s+(?:of|for|at|to|with"
        r"|by|in|from|on|against)|sued|suing|against|acquir(?:e|ed|ing)|bought|buy|sold|fired\s+(?:by|from)|hired\s+by"
        r"|employed\s+by|joined|joining|left|leaving|formerly\s+(?:of|at|with)|subscribe\s+to|nominated\s+by|named\s+by"
        r"|banned|blamed?|criticised|criticized|slammed|attacked|boycott(?:ed)?"
    ),
    aside=(
        r"\b(?:premieres?|tune\s+in|prime-?time|\d\s*(?:p|a)\.?m\.?\s+(?:on|et)|box\s+set|sitcom|is\s+an?\s+(?:\w+\s+){0,4}"
        r"(?:contributor|columnist|correspondent|freelance|staff\s+writer|reporter|journalist|fellow|author)|"
        r"(?:his|her|their)\s+(?:work|writing)\s+has\s+appeared|follow\s+(?:him|her|us|them)\s+on|subscribe|sign\s+up"
        r"|newsletter|download\s+(?:the|our))\b"
    ),
    anonymous=(
        r"(?:an?|one|two|three|four|five|several|multiple|some|many|various|the|these|those|other|another|its|their|our"
        r"|certain|numerous)?\s*(?:(?:unnamed|anonymous|unidentified|undisclosed|informed|well-placed|well-informed|senior"
        r"|diplomatic|military|security|intelligence|government|official|police|medical|hospital|industry|local|political"
        r"|opposition|rebel|reliable|trusted|credible|high-level|top|western|other|separate|knowledgeable|judicial|legal"
        r"|law\s+enforcement|defen[cs]e|congressional|party|club|company|palace|court|aviation|market|trade|banking"
        r"|[\w-]*(?-i:[A-Z])[\w.'’-]+),?\s+){0,4}[\"“”«»']*(?:(?:(?-i:[A-Z])[\w.-]+\s+)?sources?)\b"
        r"(?:\s+(?:close\s+to|familiar\s+with|with\s+(?:direct\s+)?knowledge\s+of|briefed\s+on|in|at|within|inside|near"
        r"|from)\s+(?:the\s+|his\s+|her\s+|their\s+)?[\w'’-]+(?:\s+(?-i:[A-Z])[\w'’-]+)*)?"
        r"|(?:an?|one|two|three|several|multiple|some|the)?\s*(?:[\w-]+\s+){0,3}(?:person|people|officials?|insiders?"
        r"|individuals?|aides?|diplomats?|employees?|executives?|officers?)\s+(?:close\s+to|familiar\s+with"
        r"|with\s+(?:direct\s+)?knowledge\s+of|briefed\s+on)\s+(?:the\s+|his\s+|her\s+)?[\w'’-]+"
        r"|(?:an?|one|two|three|several|some|the|many)?\s*(?:unnamed|anonymous|unidentified)\s+(?:[\w.'’-]+\s+){0,3}"
        r"(?:officials?|people|person|diplomats?|aides?|insiders?|employees?|executives?|officers?|witness(?:es)?|activists?)"
        r"|(?:an?|one|two|three|several|some|the|[\w.'’-]+)?\s*(?:[\w.'’-]+\s+){0,3}(?:officials?|people|person|diplomats?"
        r"|aides?|insiders?|officers?|sources?)\s*,?\s*(?:who\s+)?(?:(?:spoke|speaking|talked)\s+(?:to\s+[\w\s]{2,30}\s+)?"
        r"(?:on\s+(?:the\s+)?condition\s+of\s+anonymity|anonymously)"
        r"|who\s+(?:asked|declined|refused|requested|wished|did\s+not\s+want)\s+(?:not\s+)?to\s+(?:be\s+(?:named|identified)"
        r"|remain\s+anonymous))"
    ),
    press=(
        r"(?:(?:the|some|many|other|several|various|multiple)\s+)?(?:(?-i:[A-Z])[\w.-]+['’]s\s+)?"
        r"(?:(?:(?-i:[A-Z])[\w.-]+|local|state|official|state-run|state-owned|national|foreign|pro-\w+|government"
        r"|semi-official|social|western|international|regional|domestic|independent|opposition|multiple|news)\s+){1,3}"
        r"(?:media(?:\s+(?:outlets|reports))?|press(?:\s+reports)?|newspapers|news\s+(?:outlets|agencies|reports)"
        r"|television|tv)\b|(?:media|press|news)\s+reports"
    ),
    went_on=r"\b(?:went\s+on|also|added|further|continued|goes\s+on)\b",
    negated=(
        r"(?:has|have|had|did|does|do|was|is|were|are|could|would)(?:n['’]t\b|(?:\s+(?:--|[–—-])[^–—]{1,40}?(?:--|[–—-]))?"
        r"(?:\s+[\w-]+){0,2}?\s+(?:not|never|yet\s+to|declined\s+to|refused\s+to|unable\s+to))"
        r"|(?:never|declined\s+to|refused\s+to|failed\s+to|stopped\s+short\s+of|no\s+longer|makes\s+no\s+mention|made\s+no"
        r"\s+mention)"
    ),
    unverified=(
        r"(?:\b(?:not|cannot|unable|impossible|never|yet\s+to|neither|no\s+way)\b|n['’]t\b)[^.]{0,60}?"
        r"(?:verif|corroborat|authenticat|substantiat|independent(?:ly)?\s+confirm|confirm(?:ed)?\s+independent)"
        r"|\b(?:unverified|unconfirmed|uncorroborated)\b"
    ),
    credit=(
        r"(?:with\s+)?(?:additional\s+|further\s+|more\s+)?(?:reporting|information|material|files|inputs?|agency\s+inputs)"
        r"\s+(?:from|by)|with(?:\s+\w+){0,2}\s+(?:reports?\s+)?from|with|source[sd]?(?:\s+from)?|via|by|from|credits?"
        r"|(?:cover\s+|file\s+|top\s+|main\s+|lead\s+|featured\s+)?(?:photo(?:graph)?s?|images?|pictures?|video|graphic)"
        r"(?:\s+(?:credit|courtesy|via|source))?(?:\s+(?:by|of|from|via|courtesy))?|read\s+(?:more|the\s+full\s+\w+)\s+(?:at|on|in|via)"
        r"|courtesy(?:\s+of)?|copyright|©|h/t|hat\s+tip(?:\s+to)?|agencies|story\s+by|text"
    ),
    citing=r"citing|quoting|via|according\s+to|who\s+cited|which\s+cit(?:es|ed)|cited|quoted|cites|quotes|attributed\s+to",
    republished=(
        r"(?:originally|first|previously)\s+(?:published|appeared|posted|ran|aired)|republished|reprinted|reposted"
        r"|reproduced|syndicated|cross-?posted"
    ),
    own=r"this\s+(?:news)?(?:paper|site|website|reporter|correspondent|magazine|outlet|blog|publication|newsroom)",
    office=(
        r"(?:Ministry|Department|Office|Bureau)\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w-]+(?:\s+(?:and|&)\s+[A-Z][\w-]+)?"
        r"|(?:Defen[cs]e|Foreign|Interior|Health|Finance|Justice|Economy|Education|Energy|Information|Oil|Transport"
        r"|Agriculture|Culture|Labou?r|Trade|Emergencies|Emergency|Foreign\s+Affairs)\s+(?:Ministry|Office|Department)"
        r"|State\s+Department|Justice\s+Department|Home\s+Office|Central\s+Bank|Interior\s+Ministry|General\s+Staff"
        r"|Prosecutor\s+General['’]s\s+Office|Security\s+Council|Investigative\s+Committee"
    ),
    announced=(
        r"announc(?:es|ed|ing)|declin(?:es|ed)\s+to\s+comment|den(?:ies|ied)|condemn(?:s|ed)|issued|statements?"
        r"|acknowledg(?:es|ed)|admitt(?:s|ed)|vow(?:s|ed)|promis(?:es|ed)|accus(?:es|ed)|respond(?:s|ed)|urg(?:es|ed)"
    ),
)
"""English."""

_DE_KINDS = (
    r"(?:Tages|Wochen|Sonntags|Boulevard|Regional|Lokal)?(?:zeitung|blatt)|Nachrichten(?:agentur|portal|magazin|sender|seite"
    r"|dienst)|(?:Presse)?agentur|Magazin|(?:Fernseh|Radio|TV-|Nachrichten)?[Ss]ender|Wochenmagazin|Portal|Zeitschrift"
    r"|Onlineportal|Branchendienst|Fachblatt|Blog|Podcast|Rundfunk"
)
GERMAN = Cues(
    languages=("de",),
    to=(
        r"laut(?:\s+(?:einem|dem|einer)\s+(?:[\w-]*[Bb]ericht|Umfrage|Meldung|Recherche)\w*\s+(?:der|des|von|im|in))?"
        r"|gegenüber|nach\s+(?:Angaben|Informationen|Bericht(?:en)?|Recherchen|Darstellung)\s+(?:der|des|von|vom)?"
        r"|(?:wie|so)(?=\s+(?:die|der|das|es|auch|zuerst|zunächst|unter|[A-Z\"„“»‚']))"
        r"|(?:Interview|Gespräch|Bericht|Beitrag|Artikel|Kommentar|Gastbeitrag|Recherche\w*|Meldung|Podcast|Umfrage)"
        r"(?:\s+\w+)?\s+(?:mit|der|des|von|vom|in|im|für)"
        r"|(?:berichte(?:t|te|ten)|meldet(?:e|en)?|schreib(?:t|en)|schrieb(?:en)?|zitiert(?:e)?)"
        r"|(?:veröffentlicht|zitiert|befragt|ausgestrahlt|publiziert|erschienen)(?:\s+\w+)?\s+(?:von|vom|in|im|bei|durch)"
        r"|unter\s+Berufung\s+auf|Berufung\s+auf|beruft\s+sich\s+auf|berufen\s+sich\s+auf|mit\s+Verweis\s+auf|via"
        r"|(?:sagt|erklärt|bestätigt|verriet|verrät|erzählt|betont|teilt|äußert|kritisiert|warnt|so\s+\w+)(?:e|en)?\b"
        r"[^.;:]{0,80}?\b(?:der|dem|den|gegenüber|zur|zum|im|in)"
    ),
    at=r"(?:in|im|bei|auf|von|vom|mit|der|dem|den|und|sowie|wie|durch)",
    verbs=(
        r"berichte(?:t|te|n|ten)|melde(?:t|te|n|ten)|schreib(?:t|en)|schrieb(?:en)?|zitier(?:t|te|en|ten)|sag(?:t|te)|erfuhr"
        r"|erfahren|recherchiert(?:e)?|veröffentlicht(?:e)?|enthüllt(?:e)?|nenn(?:t|en)|nannte|spricht|sprach|kommentiert(?:e)?"
        r"|vorliegt|vorlieg(?:en)?|zufolge|titelt(?:e)?|behauptet(?:e)?|analysiert(?:e)?|warnt(?:e)?|bestätigt(?:e)?|notiert"
        r"|beruft|aufgedeckt|beschreibt|beschrieb|interviewt(?:e)?|urteilt|erklärt(?:e)?|hatte\s+zuerst"
    ),
    inverted=(
        r"berichte(?:t|te|n|ten)|melde(?:t|te|n|ten)|schreib(?:t|en)|schrieb(?:en)?|zitier(?:t|te)|titelt|sagt|teilt"
        r"|kommentiert|erklärt|heißt\s+es\s+(?:in|bei)"
    ),
    between=(
        r"hat|haben|hatte|hatten|habe|wird|wurde|am|vom|um|auch|zuerst|zuvor|zunächst|bereits|exklusiv|jetzt|nun|gestern"
        r"|heute|weiter|unter\s+anderem|(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|Online|online|darüber|davon|ferner"
    ),
    works=r"-?(?:[Bb]ericht\w*|[Ii]nformationen|[Rr]echerche\w*|[Ii]nterview\w*|[Uu]mfrage\w*|[Aa]nfrage|[Aa]rtikel)",
    people=r"-?(?:[Rr]eporter\w*|[Jj]ournalist\w*|[Kk]orrespondent\w*|[Rr]edakteur\w*|[Ff]otograf\w*|[Kk]olumnist\w*)",
    kinds=_DE_KINDS,
    fill=(
        r"der|die|das|dem|den|des|eine[rmsn]?|ein|von|vom|in|im|bei|auch|es|zuerst|zunächst|unter\s+anderem|deutsche[nrsm]?"
        r"|britische[nrsm]?|staatliche[nrsm]?|staatsnahe[nrsm]?|private[nrsm]?|russische[nrsm]?|öffentlich-rechtliche[nrsm]?"
        r"|renommierte[nrsm]?|amerikanische[nrsm]?|US-|französische[nrsm]?|[\w-]+(?:ische|ne)[nrsm]?"
    ),
    against=(
        r"(?:arbeitet|schreibt|arbeitete|schrieb)\s+(?:\w+\s+)?für|Chefredakteur(?:in)?\s+(?:der|des|von)|Sprecher(?:in)?"
        r"\s+(?:der|des|von)|Eigentümer\s+(?:der|des|von)|gegen|(?:bei|auf)|Mitarbeiter(?:in)?\s+(?:der|des|von)|etwa"
    ),
    aside=r"\b(?:Uhr\s+(?:bei|auf|im)|läuft\s+(?:auf|bei|im)|Staffel|Folge\s+\d|Streamen|streamen|folgen\s+Sie|abonnieren)\b",
    anonymous=(
        r"(?:(?:mehrere[nr]?|zwei|drei|eine[rn]?|anonyme[nr]?|ungenannte[nr]?|namentlich\s+nicht\s+genannte[nr]?"
        r"|informierte[nr]?|diplomatische[nr]?|gut\s+unterrichtete[nr]?|\w+(?:ische|nahe)[nr]?)\s+){0,3}"
        r"(?:Quellen?|Insidern?|Informanten?|[\w-]*(?:[Kk]reisen))\b(?:\s+(?:im|in\s+der|aus\s+der|aus\s+dem)\s+[A-ZÄÖÜ]\w+)?"
        r"|(?:ein|eine)\s+(?:\w+\s+){0,3}(?:Sprecher|Person|Beamter|Vertreter)\w*\s*,\s*(?:der|die)\s+(?:anonym|nicht\s+genannt)"
        r"[^,.]{0,30}"
    ),
    press=(
        r"(?:(?:die|den|mehrere[n]?|laut|deutsche[nr]?|\w+ische[nr]?|staatliche[nr]?|lokale[nr]?|örtliche[nr]?|offizielle[nr]?)"
        r"\s+){0,3}(?:(?:Staats|Lokal)?[Mm]edien(?:berichte[n]?)?|Presseberichte[n]?)\b"
    ),
    went_on=r"\b(?:weiter|außerdem|zudem|auch|ferner|hinzu)\b",
    negated=r"(?:hat|haben|hatte|hatten|wurde|konnte|wollte)?(?:\s+[\w-]+){0,4}?\s*\b(?:nicht|nie|kein\w*|nichts|bislang\s+nicht)",
    unverified=(
        r"(?:nicht|kaum|nie|schwer)[^.]{0,40}?(?:unabhängig|überprüf|verifizier|bestätig|prüfen)"
        r"|unabhängig[^.]{0,40}nicht|\b(?:unbestätigt\w*|unüberprüfbar\w*)\b"
    ),
    credit=(
        r"Quellen?|Mit\s+(?:Material|Informationen|Inhalten)\s+(?:von|der|des)|Material\s+von|Foto|Bild|Fotos|mit|Mit|Von|via"
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

_FR_KINDS = (
    r"quotidien|journal|hebdomadaire|magazine|(?:l['’])?agence(?:\s+de\s+presse)?|chaîne(?:\s+(?:de\s+télévision|d['’]information"
    r"|publique|privée))?|radio|site(?:\s+(?:d['’]information|internet))?|média|revue|mensuel|télévision"
)
FRENCH = Cues(
    languages=("fr",),
    to=(
        r"selon|d['’]après|(?:a|ont|avait|avaient|ai)\s+(?:\w+\s+)?(?:déclaré|indiqué|confié|affirmé|précisé|dit|expliqué"
        r"|raconté|assuré|révélé|annoncé|confirmé|lancé|répondu)[^.;:«]{0,50}?\s+(?:à|au|dans|sur|auprès\s+de|auprès\s+du)"
        r"|(?:déclare|indique|confie|explique|raconte|assure|précise|affirme)(?:-t-(?:il|elle))?(?:\s+[\w'’-]+){0,4}?\s+(?:à|au|auprès\s+d[eu])"
        r"|(?:interrogée?s?|citée?s?|révélée?s?|publiée?s?|contactée?s?|rapportée?s?|relayée?s?|consultée?s?|repérée?s?"
        r"|diffusée?s?|recueillie?s?|obtenue?s?|dévoilée?s?)(?:\s+\w+)?\s+(?:par|dans|sur|auprès\s+d[eu])"
        r"|(?:interview|entretien|tribune|enquête|article|sondage|déclarations?|information|communiqué|reportage)s?"
        r"(?:\s+[\w'’-]+){0,3}?\s+(?:à|au|avec|dans|de|du|par|pour|sur|accordée?\s+(?:à|au))"
        r"|auprès\s+d[eu]|au\s+micro\s+d[eu]|citant|cite|dans\s+les\s+colonnes\s+d[eu]|repris\w*\s+par|via"
        r"|(?:rapport(?:e|ent|ait)|écri(?:t|vait|vent)|relat(?:e|ent|ait)|relai(?:e|ent)|révèl(?:e|ent)|rapporté)"
    ),
    at=r"(?:dans|sur|par|à|au|de|du|avec|pour|et|que)",
    verbs=(
        r"rapport(?:e|ent|ait|é)|écri(?:t|vait|vent)|révèl(?:e|ent)|révélé|affirm(?:e|ent|ait|é)|indiqu(?:e|ent|ait|é)"
        r"|précis(?:e|ent|ait|é)|annonc(?:e|ent|é)|annonçait|relat(?:e|ent|ait|é)|relai(?:e|ent)|relayé|not(?:e|ent|ait)"
        r"|expliqu(?:e|ent|ait|é)|publi(?:e|ent|ait|é)|cit(?:e|ent|ait|é|ant)|évoqu(?:e|ent|ait|é)|soulign(?:e|ent|ait|é)"
        r"|assur(?:e|ent|ait|é)|dévoil(?:e|ent|ait|é)|rappel(?:le|lent|ait|é)|dit|disait|appris|raconte|raconté|consulté"
        r"|décri(?:t|vait)|titr(?:e|ait|é)|estim(?:e|ait|é)|croit\s+savoir|confirm(?:e|ait|é)|fait\s+état|constaté|interrogé"
    ),
    inverted=(
        r"rapport(?:e|ent|ait)|écri(?:t|vait|vent)|relat(?:e|ait)|indiqu(?:e|ait)|affirm(?:e|ait)|révèl(?:e|ait)|précis(?:e|ait)"
        r"|not(?:e|ait)|soulign(?:e|ait)|expliqu(?:e|ait)|annonc(?:e|ait)|a\s+(?:rapporté|indiqué|annoncé|révélé|affirmé)"
    ),
    between=r"a|ont|avait|avaient|vient\s+de|a\s+également|également|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|déjà|aussi|en|hier|qui|ce|cette|encore|notamment",
    works=r"",
    people=r"",
    kinds=_FR_KINDS,
    fill=(
        r"l[ea]|les|l['’]|d['’]|une?|du|des?|au|aux|nos\s+confrères\s+(?:de|du|d['’])|britannique|américaine?|russe|publique"
        r"|officielle?|allemande?|israélienne?|libanaise?|français|française|local|locale|régional|quotidien|privée?|arabe"
    ),
    against=(
        r"(?:travaille|écrit|journaliste|rédacteur|rédactrice|directeur|directrice|propriétaire|actionnaire|porte-parole"
        r"|chroniqueu(?:r|se)|PDG|patron|fondateur)\s+(?:\w+\s+)?(?:pour|à|au|chez|de|du)|comme|contre|tels?\s+que|telles?\s+que"
    ),
    aside=r"\b(?:abonnez-vous|suivez-nous|diffusée?\s+(?:à|ce\s+soir)|saison\s+\d)\b",
    anonymous=(
        r"(?:(?:des|une|plusieurs|deux|trois|les|ces|de|certaines)\s+)?sources?\b(?:\s+(?:anonymes?|diplomatiques?|policières?"
        r"|sécuritaires?|judiciaires?|concordantes?|officielles?|militaires?|gouvernementales?|médicales?|syndicales?|locales?"
        r"|irakiennes?|russes?|américaines?|israéliennes?|libanaises?|proches?|bien\s+informées?|internes?|proche\s+d[eu]"
        r"\s+(?:la\s+|l['’])?[\w'’-]+|proches\s+d[eu]\s+(?:la\s+|l['’])?[\w'’-]+|au\s+sein\s+d[eu]\s+[\w'’-]+)){1,3}"
        r"|(?:un|une|des)\s+(?:\w+\s+){1,3}(?:sous\s+couvert\s+d['’]anonymat|ayant\s+requis\s+l['’]anonymat)"
        r"|(?:des|plusieurs|une|les|de)\s+sources?\b"
    ),
    press=(
        r"(?:(?:les|des|plusieurs|certains|de|la)\s+)(?:médias|presse|journaux)(?:\s+(?:russes?|iraniens?|iranienne|locaux|locale"
        r"|officiels?|officielle|d['’]État|américains?|américaine|israéliens?|israélienne|français|française|étrangers?|étrangère"
        r"|internationaux|internationale|chinois|chinoise|arabes?|allemands?|allemande|britanniques?|turcs|turque|nationaux))"
    ),
    went_on=r"\b(?:également|aussi|ajout\w+|poursui\w+|par\s+ailleurs)\b",
    negated=r"(?:n['’]|ne\s+l['’]?)[^.;]{0,20}?(?:pas|jamais|rien|point|aucun\w*)(?:\s+(?:encore|été))?",
    unverified=(
        r"(?:pas|ne|n['’]|impossible|jamais|sans)[^.]{0,50}?(?:vérifi|confirm\w+\s+de\s+(?:source|manière)\s+indépendante|corrobor"
        r"|authentifi)|\bnon\s+(?:vérifi|confirm)\w+"
    ),
    credit=r"Sources?|Avec|avec|Crédits?(?:\s+photo)?|Photo|Image|Via|via|Par|Copyright|©",
    citing=r"citant|qui\s+cite|cite|selon|via|d['’]après",
    republished=r"(?:initialement|d['’]abord|originellement)\s+(?:publié|paru)|republié",
    own=r"notre\s+(?:journal|rédaction|site|quotidien)|nos\s+(?:confrères\s+de\s+la\s+rédaction|colonnes)",
    office=(
        r"[Mm]inistère\s+(?:\w+\s+)?(?:de\s+la|de\s+l['’]|du|des)\s*(?:[A-ZÉ][\w-]+|Affaires\s+étrangères)|Quai\s+d['’]Orsay"
        r"|état-major"
    ),
    announced=r"annonc(?:é|e|ait)|déclar(?:é|e|ait)|démenti|dément|condamn(?:é|e)|communiqué",
)
"""French."""

_ES_KINDS = (
    r"diarios?|periódicos?|agencia(?:\s+(?:de\s+noticias|estatal|oficial))?|revista|cadena(?:\s+de\s+televisión)?|canal"
    r"|emisora|semanario|portal(?:\s+de\s+noticias)?|medios?|rotativo|televisora|radio|sitio(?:\s+web)?|noticiero"
)
SPANISH = Cues(
    languages=("es",),
    to=(
        r"según|de\s+acuerdo\s+(?:con|a)|(?:dij|declar|asegur|afirm|explic|cont|coment|revel|confirm|señal|indic|relat|manifest"
        r"|sostuv|advirti|confes|detall|precis|apunt|anunci)(?:o|ó|aron|ieron|eron)[^.;:«“\"]{0,60}?\s+(?:a|al|en|con)(?:\s+la|\s+el)?"
        r"|(?:ha|había|han)\s+\w+[ai]d[oa][^.;:«“\"]{0,40}?\s+(?:a|al|en|por)(?:\s+la|\s+el)?"
        r"|(?:entrevistas?|entrevistad[oa]s?|conversación|diálogo|declaraciones|consultad[oa]s?|citad[oa]s?|publicad[oa]s?"
        r"|recogid[oa]s?|difundid[oa]s?|revelad[oa]s?|realizad[oa]s?|obtenid[oa]s?|informe|reportaje|artículo|investigación"
        r"|encuesta|nota|columna|información)(?:\s+[\w'’-]+){0,3}?\s+(?:con|a|al|de|del|por|en|para|concedida\s+a)(?:\s+la|\s+el)?"
        r"|(?:inform|report|public|señal|indic|cit|comunic|recog|divulg|adelant|revel|relat|precis)(?:ó|a|aron|ió|e)"
        r"|citando\s+a|cita\s+a|vía|a\s+la\s+agencia|al\s+diario"
    ),
    at=r"(?:en|por|a|al|con|de|del|y|e|para|como)(?:\s+la|\s+el)?",
    verbs=(
        r"inform(?:ó|a|aba|ado|aron)|public(?:ó|a|ado|aba)|report(?:ó|a|ado|aron)|señal(?:ó|a|ado)|indic(?:ó|a|ado)|recog(?:ió|e)"
        r"|recogido|asegur(?:ó|a|ado)|revel(?:ó|a|ado)|cit(?:ó|a|ado|ando)|dijo|dice|apunt(?:ó|a|ado)|afirm(?:ó|a|ado)|not(?:ó|a)"
        r"|escrib(?:ió|e)|escrito|destac(?:ó|a|ado)|adelant(?:ó|a|ado)|confirm(?:ó|a|ado)|detall(?:ó|a|ado)|relat(?:ó|a|ado)"
        r"|divulg(?:ó|a|ado)|difund(?:ió|e|ido)|precis(?:ó|a|ado)|agreg(?:ó|a)|sostien[e]|sostuvo|recuerda|titul(?:ó|a)|explic(?:ó|a)"
        r"|pudo\s+(?:saber|comprobar|constatar|confirmar)|constat(?:ó|a)|tuvo\s+acceso|accedió|consult(?:ó|a)|describ(?:ió|e)"
    ),
    inverted=r"(?:inform|report|public|señal|indic|asegur|revel|apunt|afirm|escrib|destac|adelant|detall|comunic|recog|precis|sostien|relat|explic)(?:ó|a|ió|e)|dijo|según\s+\w+",
    between=r"ha|han|había|habían|también|ya|además|este|el|lunes|martes|miércoles|jueves|viernes|sábado|domingo|ayer|hoy|que|en|su|edición|recientemente|previamente|luego|por\s+su\s+parte",
    works=r"",
    people=r"",
    kinds=_ES_KINDS,
    fill=(
        r"el|la|los|las|un|una|del?|al|británic[oa]|estadounidense|rus[oa]|alem[aá]na?|frances[a]?|español[a]?|local|estatal"
        r"|oficial|argentin[oa]|mexican[oa]|chilen[oa]|venezolan[oa]|colombian[oa]|italian[oa]|israelí|ucranian[oa]|noticias"
        r"|prestigios[oa]|propi[oa]|deportiv[oa]|digital|norteamerican[oa]|públic[oa]|privad[oa]"
    ),
    against=(
        r"(?:trabaj[aó]|escribe|periodista|editora?|directora?|dueñ[oa]|propietari[oa]|accionista|fundadora?|portavoz|corresponsal"
        r"|colaboradora?|presentadora?|columnista|redactora?)\s+(?:\w+\s+)?(?:para|en|del?|por)(?:\s+la|\s+el)?|como|contra|demandó\s+a"
    ),
    aside=r"\b(?:suscríb\w+|síguenos|temporada\s+\d|se\s+emite|estrena)\b",
    anonymous=(
        r"(?:(?:varias|unas|dos|tres|las|estas|algunas|distintas|diversas|otras|múltiples)\s+)?(?:fuentes?)\b(?:\s+(?:anónimas?|cercanas?"
        r"\s+(?:a|al)\s+(?:la\s+|el\s+)?[\w-]+|policiales?|oficiales?|diplomáticas?|militares?|judiciales?|consultadas?|gubernamentales?"
        r"|de\s+(?:la\s+|los\s+|las\s+)?[\w-]+|del\s+[\w-]+|extraoficiales|no\s+identificadas?|iraquíes?|rusas?|locales?|conocedoras?"
        r"|próximas?|internas?|de\s+inteligencia)){0,3}"
        r"|(?:un|una|unos|varios)\s+(?:\w+\s+){1,4}(?:bajo|en)\s+(?:condición\s+de\s+|el\s+)?anonimato"
    ),
    press=(
        r"(?:(?:los|varios|algunos|distintos|diversos|la)\s+)?(?:medios|prensa)(?:\s+(?:de\s+comunicación|rusos?|rusa|locales|local"
        r"|estatales|estatal|oficiales|oficial|internacionales|internacional|estadounidenses|británicos|británica|iraníes|iraní"
        r"|chinos|china|israelíes|israelí|alemanes|italianos|argentinos|ucranianos|nacionales|extranjeros|extranjera)){1,2}"
    ),
    went_on=r"\b(?:también|además|añad\w+|agreg\w+|asimismo)\b",
    negated=r"(?:no|nunca|jamás|tampoco|aún\s+no|todavía\s+no)(?:\s+(?:ha|han|había|se|lo|la))*",
    unverified=r"(?:no|imposible|sin)\b[^.]{0,50}?(?:verific|confirm\w+\s+(?:de\s+(?:forma|manera)\s+)?independiente|corrobor|contrast|comprob)",
    credit=r"Fuentes?|Con\s+información\s+de|Con\s+datos\s+de|Vía|vía|Foto(?:grafía)?|Imagen|Crédito|Cortesía(?:\s+de)?|Por|\(?Con",
    citing=r"citando\s+a|que\s+cita\s+a|cita\s+a|según|vía|de\s+acuerdo\s+con",
    republished=r"(?:originalmente|inicialmente)\s+(?:publicado|publicada)|publicado\s+originalmente|reproducid[oa]",
    own=r"este\s+(?:diario|periódico|medio|portal|sitio|rotativo)|nuestra\s+redacción|esta\s+redacción",
    office=(
        r"Ministerio\s+(?:\w+\s+)?de(?:l|\s+la|\s+los)?\s+[A-ZÁ][\w-]+(?:\s+[A-Z][\w-]+)?|Cancillería(?:\s+\w+)?|Casa\s+Blanca|Pentágono"
        r"|Departamento\s+de\s+(?:Estado|Defensa|Justicia)|Fiscalía(?:\s+General)?"
    ),
    announced=r"anunci(?:ó|a|ado)|declar(?:ó|a|ado)|neg(?:ó|ado)|comunic(?:ó|ado)|conden(?:ó|a)|desmint(?:ió|e)|respondió",
)
"""Spanish."""
