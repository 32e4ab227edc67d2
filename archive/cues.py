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

    ``to`` stands before a name and leads to nobody but a source (told, according to); ``at`` stands before a name
    and may lead elsewhere too (said on, a report in). ``verbs`` have the source as subject, ``inverted`` are those
    that stand before it as well; ``between`` may come between the two. ``works`` and ``people`` are what and whom
    outlets have, ``kinds`` what they are. ``fill`` may stand between a cue and a name. ``against`` before a name
    says that it is no source, ``aside`` anywhere in a sentence that its names seldom are. ``anonymous`` are sources
    without a name, ``press`` the media of somewhere; one of the ``veiled`` words (small letters) is in each of
    both. ``went_on`` says that somebody goes on speaking. ``negated`` comes between name and verb, ``unverified``
    says that a statement could not be checked, ``credit`` opens a line of credits. ``citing`` says that the one
    before rests on the one after; ``republished`` that all of it comes from elsewhere; ``own`` is how a publisher
    speaks of itself. ``office`` is a ministry or the like, ``announced`` what these do. One of the ``offices``
    words is in each office, one of ``kind_words`` in each kind, where there are such words.
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
    kind_words: str = ""
    fill: str = ""
    against: str = ""
    aside: str = ""
    anonymous: str = ""
    press: str = ""
    veiled: str = ""
    heads: str = ""
    went_on: str = ""
    negated: str = ""
    unverified: str = ""
    credit: str = ""
    citing: str = ""
    republished: str = ""
    own: str = ""
    office: str = ""
    offices: str = ""
    announced: str = ""


_DAY = r"(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?:\s+(?:morning|afternoon|evening|night))?"
_MONTH = (
    r"in\s+(?:(?:early|mid|late)[\s-])?(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|\d{4})(?:\s+\d{4})?"
)
_EN_WORKS = (
    r"reports?|reporting|stor(?:y|ies)|articles?|investigations?|probe|anal[yi]s[ei]s|interviews?|polls?|polling"
    r"|surveys?"
    r"|editorials?|op-?eds?|opinion\s+pieces?|essays?|columns?|pieces?|reviews?|profiles?|exposés?|scoops?"
    r"|documentar(?:y|ies)"
    r"|headlines?|accounts?|tweets?|broadcasts?|podcasts?|dispatch(?:es)?|obituary|tally|count|database"
    r"|bulletins?|newscasts?|transcripts?|projections?|estimates?|blog\s+posts?|coverage"
)
_EN_PEOPLE = (
    r"reporters?|journalists?|correspondents?|columnists?|photographers?|cameram[ae]n|crews?|interviewers?"
    r"|news\s+(?:team|crew|desk)|anchors?|bureau|fact-?checkers?"
)
_EN_KINDS = (
    r"(?:(?:daily|weekly|evening|morning|student|local|online|business|financial|state)\s+)?(?:newspapers?|paper"
    r"|tabloid"
    r"|broadsheet|magazine|news\s*wire|newsletter)|(?:state\s+)?(?:news|press|wire|information)\s+(?:agency|service"
    r"|wire)"
    r"|dail(?:y|ies)|weekl(?:y|ies)|agency|broadcaster|(?:(?:satellite|news|tv|television|state|radio|cable)\s+)+"
    r"(?:channel|network|station|broadcaster|programme|show)|tv|television|radio"
    r"|(?:news|entertainment|tech|technology|gossip|political|sports|business|trade)\s+(?:web\s*)?(?:sites?|outlets?"
    r"|blogs?"
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
        r"|(?:interviews?|interviewed|conversation|sit-?down|exchange|q\s*&\s*a|chat"
        r"|call)(?:\s+[\w'’-]+){0,2}?\s+(?:with|on|to|for)"
        r"|(?:spoke|speaking|speaks|speak|talked|talking|sat\s+down)(?:\s+(?:exclusively|earlier|recently|briefly|later"
        rf"|{_DAY}))*\s+(?:to|with)"
        r"|(?:said|claimed|confirmed|revealed|admitted|explained|announced|disclosed|confided|leaked|commented|conceded"
        r"|acknowledged|insisted|clarified|denied|complained|maintained|stressed|lamented|hinted|vented|issued|provided"
        r"|given|gave|sent|made|supplied|released|handed|e-?mailed|submitted|statements?|comments?|remarks|e-?mails?"
        r"|letter|declined\s+to\s+comment|described)(?:\s+(?:this|it|exclusively|directly|in\s+an?\s+(?:e-?mail"
        r"|interview"
        r"|statement)|an?\s+\w+|earlier|later|that))?\s+to"
        rf"|(?:{_EN_WORKS})(?:\s+(?:published|produced|released|posted|written|conducted|commissioned|compiled|aired))?"
        rf"(?:\s+(?:{_DAY}|earlier|last\s+\w+|this\s+\w+))?\s+(?:by|from)"
        r"|(?:published|excerpted|profiled|first\s+appeared|originally\s+appeared|ran|printed|carried|serialised|serialized"
        rf"|reported|writes|wrote|writing)(?:\s+(?:{_DAY}|{_MONTH}|first|originally|earlier|last\s+\w+|this\s+\w+"
        rf"|today|yesterday))?\s+in"
        r"|(?:reporting|information|material|files)\s+(?:from|by)|per"
        r"|report(?:s|ed|ing)?\s+(?:from|on|in)"
    ),
    at=(
        r"(?:said|says|saying|told|appear(?:ed|ing|ance|s)?|claim(?:ed|s)|asked|asserted|argued|predicted|commented"
        r"|interviews?|interviewed|spoke|speaking|stated|published|reported|reports|aired|broadcast|quoted|featured"
        r"|revealed|announced|statements?|comments|remarks|wrote|writes|writing|posted|described|declared|explained"
        r"|noted"
        r"|shown|airing|leaked|confirmed|warned|admitted|defended|denied|letter|"
        rf"{_EN_WORKS})(?:\s+[\w'’-]+){{0,5}}?\s+(?:in|on|for|to|with|at|by|from|of|through)"
        r"|according\s+to(?:\s+[\w'’-]+){1,6}?\s+(?:by|from|in|on|of|at|for|with)"
    ),
    verbs=(
        r"report(?:s|ed|ing)?|says?|said|writes?|wrote|written|not(?:e|es|ed)|reveal(?:s|ed)?|claim(?:s|ed)?"
        r"|stat(?:es|ed)"
        r"|add(?:s|ed)|publish(?:es|ed)?|quot(?:e|es|ed|ing)|cit(?:e|es|ed|ing)|describ(?:e|es|ed)|f(?:inds|ound)"
        r"|estimat(?:e|es|ed)|confirm(?:s|ed)?|learn(?:s|ed|t)|observ(?:e|es|ed)|point(?:s|ed)?\s+out|explain(?:s|ed)?"
        r"|argu(?:e|es|ed)|suggest(?:s|ed)?|alleg(?:e|es|ed)|detail(?:s|ed)|uncover(?:s|ed)?|obtain(?:s|ed)"
        r"|understands?|been\s+told|can\s+(?:reveal|report|disclose)|has\s+seen"
        r"|identif(?:y|ies|ied)|broke(?:\s+(?:the\s+)?(?:news|story))?|ran|runs|call(?:s|ed)|tweet(?:s|ed)|post(?:s|ed)|air(?:s|ed)|broadcast"
        r"|document(?:s|ed)|ask(?:s|ed)|interview(?:s|ed)|sp(?:eaks|oke)|projected|recount(?:s|ed)|mention(?:s|ed)"
        r"|highlight(?:s|ed)|predict(?:s|ed)|rank(?:s|ed)|declar(?:es|ed)|warn(?:s|ed)|print(?:s|ed)|carri(?:es|ed)"
        r"|show(?:s|ed|n)|review(?:s|ed)|view(?:s|ed)|saw|verif(?:y|ies|ied)|counted|tall(?:y|ies|ied)|reached"
        r"|contacted"
        r"|relay(?:s|ed)|analy[sz](?:e|es|ed)|likened|dubbed|outlin(?:es|ed)|reads|insist(?:s|ed)|calculat(?:es|ed)"
        r"|compiled|surveyed|polled|headlined|speculat(?:es|ed)|hint(?:s|ed)|tells|told|went\s+on\s+to\s+say"
        r"|contributed\s+to\s+this|has\s+more|sugges\w+|released|leaked|disclos(?:es|ed)|put\s+(?:it|the)|recorded"
    ),
    inverted=r"report(?:s|ed)|says|said|writes|wrote|note[sd]|adds|added|claim(?:s|ed)|tells|told|finds|found",
    between=(
        r"has|have|had|also|first|later|earlier|previously|recently|already|initially|reportedly|exclusively|originally"
        r"|separately|subsequently|then|just|now|once|even|still|today|yesterday|tonight|meanwhile|itself|did"
        r"|was(?=\s+(?:among\s+)?(?:the\s+)?first)|is(?=\s+(?:also\s+|now\s+)?reporting)"
        rf"|(?:among\s+)?(?:the\s+)?first\s+to|however|further|(?:this|last|that)\s+(?:week|month|year|day|morning"
        rf"|evening)|{_DAY}|{_MONTH}"
        r"|quickly|accurately|correctly|falsely"
    ),
    works=_EN_WORKS,
    people=_EN_PEOPLE,
    kinds=_EN_KINDS,
    kind_words=(
        "paper|tabloid|broadsheet|magazine|wire|newsletter|agency|service|dail|weekl|broadcaster|channel|network|station"
        "|programme|show|tv|TV|television|radio|site|outlet|blog|portal|publication|platform|program|organi|journal"
        "|periodical"
    ),
    fill=(
        r"the|an?|new|recent|another|sister|rival|fellow|local|national|regional|official|semi-?official|independent"
        r"|private|public|leading|influential|conservative|liberal|left-wing|right-wing|state|government|opposition"
        r"|respected|popular|prominent|major|today['’]s|yesterday['’]s|outlets?|including|media|publications?|giant"
        r"|[\w-]+-(?:run|owned|based|language|backed|controlled|funded|affiliated|linked|aligned|wing)|pro-[\w-]+"
        r"|entertainment|business|financial|medical|science|industry|trade|online|satellite|show|program(?:me)?"
    ),
    against=(
        r"such\s+as|like|unlike|than|works?\s+(?:for|at)|worked\s+(?:for|at)|written\s+for|writes\s+for|(?:who|has"
        r"|have|also"
        r"|regularly|and)\s+(?:writes|written)\s+for|contribut(?:es|ed|or|ing)\s+(?:to|at|for)|appeared\s+in"
        r"|founder\s+of"
        r"|(?:owner|owners|owned|parent|chairman|chief|president|publisher|executives?|employees?|staff|staffers|alum"
        r"|spokes(?:man|woman|person|people)|lawyers?|attorneys?|shares|stock|subsidiary|founder|co-founder|ceo|boss"
        r"|head"
        r"|host|hosts|anchor|star|viewers|readers|fans|audience|editor(?:-in-chief|-at-large)?|editors|writer|critic"
        r"|contributor|advertisers|lawsuit|suit|case|complaint|subscribers|subscription|merger|deal)\s+(?:of|for|at"
        r"|to|with"
        r"|by|in|from|on|against)|sued|suing|against|acquir(?:e|ed|ing)|bought|buy|sold|fired\s+(?:by|from)|hired\s+by"
        r"|employed\s+by|joined|joining|left|leaving|formerly\s+(?:of|at|with)|subscribe\s+to|nominated\s+by|named\s+by"
        r"|banned|blamed?|criticised|criticized|slammed|attacked|boycott(?:ed)?"
    ),
    aside=(
        r"\b(?:premieres?|tune\s+in|prime-?time|\d\s*(?:p|a)\.?m\.?\s+(?:on|et)|box\s+set|sitcom"
        r"|is\s+an?\s+(?:\w+\s+){0,4}"
        r"(?:contributor|columnist|correspondent|freelance|staff\s+writer|reporter|journalist|fellow|author)|"
        r"(?:his|her|their)\s+(?:work|writing)\s+has\s+appeared|follow\s+(?:him|her|us|them|[A-Z]\w+)\s*(?:on|:)"
        r"|appearances\s+on|subscribe|sign\s+up"
        r"|newsletter|download\s+(?:the|our))\b"
    ),
    anonymous=(
        r"(?:unnamed|anonymous|unidentified|undisclosed)\s+[\"“”«»']*(?:[\w.'’-]+\s+){0,3}sources?\b"
        r"|(?:an?|one|two|three|four|five|several|multiple|some|many|various|the|these|those|other|another|its|their|our"
        r"|certain|numerous)?\s*(?:(?:unnamed|anonymous|unidentified|undisclosed|informed|well-placed|well-informed"
        r"|senior"
        r"|diplomatic|military|security|intelligence|government|official|police|medical|hospital|industry|local"
        r"|political"
        r"|opposition|rebel|reliable|trusted|credible|high-level|top|western|other|separate|knowledgeable|judicial"
        r"|legal"
        r"|law\s+enforcement|defen[cs]e|congressional|party|club|company|palace|court|aviation|market|trade|banking"
        r"|[\w-]*(?-i:[A-Z])[\w.'’-]+),?\s+){0,4}[\"“”«»']*(?:(?:(?-i:[A-Z])[\w.-]+\s+)?sources?)\b"
        r"(?:\s+(?:close\s+to|familiar\s+with|with\s+(?:direct\s+)?knowledge\s+of|briefed\s+on|in|at|within|inside|near"
        r"|from)\s+(?:the\s+|his\s+|her\s+|their\s+)?[\w'’-]+(?:\s+(?-i:[A-Z])[\w'’-]+)*)?"
        r"|(?:an?|one|two|three|several|multiple|some|the)?\s*(?:[\w-]+\s+){0,3}(?:person|people|officials?|insiders?"
        r"|individuals?|aides?|diplomats?|employees?|executives?|officers?)\s+(?:close\s+to|familiar\s+with"
        r"|with\s+(?:direct\s+)?knowledge\s+of|briefed\s+on)\s+(?:(?:the|his|her|their|its|this|those|these|internal"
        r"|ongoing)\s+)*[\w'’-]+"
        r"|(?:an?|one|two|three|several|some|the|many)?\s*(?:unnamed|anonymous|unidentified)\s+(?:[\w.'’-]+\s+){0,3}"
        r"(?:officials?|people|person|diplomats?|aides?|insiders?|employees?|executives?|officers?|witness(?:es)?"
        r"|activists?)"
        r"|(?:an?|one|two|three|several|some|the|[\w.'’-]+)?\s*(?:[\w.'’-]+\s+){0,3}(?:officials?|people|person"
        r"|diplomats?"
        r"|aides?|insiders?|officers?|sources?)\s*,?\s*(?:who\s+)?(?:(?:spoke|speaking"
        r"|talked)\s+(?:to\s+[\w\s]{2,30}\s+)?"
        r"(?:on\s+(?:the\s+)?condition\s+of\s+anonymity|anonymously)"
        r"|who\s+(?:asked|declined|refused|requested|wished|did\s+not\s+want)\s+(?:not\s+)?to\s+(?:be\s+(?:named"
        r"|identified)"
        r"|remain\s+anonymous))"
    ),
    press=(
        r"(?:(?:the|some|many|other|several|various|multiple)\s+)?(?:(?-i:[A-Z])[\w.-]+['’]s\s+)?"
        r"(?:(?:(?-i:[A-Z])[\w.-]+|local|state|official|state-run|state-owned|national|foreign|pro-\w+|government"
        r"|semi-official|social|western|international|regional|domestic|independent|opposition|multiple|news)\s+){1,3}"
        r"(?:media(?:\s+(?:outlets|reports))?|press(?:\s+reports)?|newspapers|news\s+(?:outlets|agencies|reports)"
        r"|television|tv)\b|(?:media|press|news)\s+reports"
    ),
    veiled="source|anonym|unnamed|unidentified|familiar|close to|knowledge|briefed|to be named|to be identified",
    heads="media|press|newspapers|news outlets|news agencies|news reports|television| tv",
    went_on=r"\b(?:went\s+on|also|added|further|continued|goes\s+on)\b",
    negated=(
        r"(?:has|have|had|did|does|do|was|is|were|are|could|would)(?:n['’]t\b|(?:\s+(?:--|[–—-])[^–—]{1,40}?(?:--"
        r"|[–—-]))?"
        r"(?:\s+[\w-]+){0,2}?\s+(?:not|never|yet\s+to|declined\s+to|refused\s+to|unable\s+to))"
        r"|(?:never|declined\s+to|refused\s+to|failed\s+to|stopped\s+short\s+of|no\s+longer|makes\s+no\s+mention"
        r"|made\s+no"
        r"\s+mention)"
    ),
    unverified=(
        r"(?:\b(?:not|cannot|unable|impossible|never|yet\s+to|neither|no\s+way)\b|n['’]t\b)[^.]{0,60}?"
        r"(?:verif|corroborat|authenticat|substantiat|independent(?:ly)?\s+confirm|confirm(?:ed)?\s+independent)"
        r"|\b(?:unverified|unconfirmed|uncorroborated)\b"
    ),
    credit=(
        r"(?:with\s+)?(?:additional\s+|further\s+|more\s+)?(?:reporting|information|material|files|inputs?"
        r"|agency\s+inputs)"
        r"\s+(?:from|by)|with(?:\s+\w+){0,2}\s+(?:reports?\s+)?from|with|source[sd]?(?:\s+from)?|via|by|from|credits?"
        r"|(?:cover\s+|file\s+|top\s+|main\s+|lead\s+|featured\s+)?(?:photo(?:graph)?s?|images?|pictures?|video"
        r"|graphic)"
        r"(?:\s+(?:credit|courtesy|via|source))?(?:\s+(?:by|of|from|via|courtesy))?|read\s+(?:more"
        r"|the\s+full\s+\w+)\s+(?:at|on|in|via)"
        r"|courtesy(?:\s+of)?|copyright|©|h/t|hat\s+tip(?:\s+to)?|agencies|story\s+by|text"
    ),
    citing=r"citing|quoting|via|according\s+to|who\s+cited|which\s+cit(?:es|ed)|cited|quoted|cites|quotes|attributed\s+to",
    republished=(
        r"(?:originally|first|previously)\s+(?:published|appeared|posted|ran|aired)|republished|reprinted|reposted"
        r"|reproduced|syndicated|cross-?posted"
    ),
    own=r"this\s+(?:news)?(?:paper|site|website|reporter|correspondent|magazine|outlet|blog|publication|newsroom)",
    office=(
        r"(?:Ministry|Department|Office|Bureau)\s+(?:of|for)\s+(?:the\s+)?[A-Z][\w-]+(?:(?:,?\s+(?:and"
        r"|&))?\s+[A-Z][\w-]+){0,3}"
        r"|(?:Defen[cs]e|Foreign|Interior|Health|Finance|Justice|Economy|Education|Energy|Information|Oil|Transport"
        r"|Agriculture|Culture|Labou?r|Trade|Emergencies|Emergency|Foreign\s+Affairs)\s+(?:Ministry|Office|Department)"
        r"|State\s+Department|Justice\s+Department|Home\s+Office|Central\s+Bank|Interior\s+Ministry|General\s+Staff"
        r"|Prosecutor\s+General['’]s\s+Office|Security\s+Council|Investigative\s+Committee"
    ),
    offices="Ministry|Department|Office|Bureau|Bank|Staff|Council|Committee",
    announced=(
        r"announc(?:es|ed|ing)|declin(?:es|ed)\s+to\s+comment|den(?:ies|ied)|condemn(?:s|ed)|issued|statements?"
        r"|acknowledg(?:es|ed)|admitt(?:s|ed)|vow(?:s|ed)|promis(?:es|ed)|accus(?:es|ed)|respond(?:s|ed)|urg(?:es|ed)"
    ),
)
"""English."""
