"""Cues: the turns of phrase by which a decision, a change, an error, its fix or an open end is told.

One table for every language; a language is added by its rows. A pattern gives the weight of what it finds, and what
only sounds like one (a condition, a plan that was dropped) is taken down again by the rows under `DOUBT`. Patterns
are written in small letters and see the sentence in small letters; one that begins with `^` stands for its beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

DECISION, CHANGE, ERROR, FIX, OPEN = "decision", "change", "error", "fix", "open"
PROPOSAL, CHATTER, DOUBT, ASSENT = "proposal", "chatter", "doubt", "assent"
NEWS = (DECISION, CHANGE, ERROR, FIX, OPEN, PROPOSAL)
"""What a sentence can bring; the other three say how much it is worth."""


class Cue(NamedTuple):
    """What a pattern says of the sentence that it is found in."""

    kind: str
    weight: float
    pattern: str


_ENGLISH = (
    Cue(
        DECISION,
        1.0,
        r"\b(?:we|i|team|they)(?:'ve| have|'ll| will)? (?:\w+ )?(?:decided|agreed|settled|opted|chose"
        r"|picked|committed)\b|\b(?:it's|it is|that's|this is) (?:decided|settled|agreed)\b"
        r"|\bdecision(?: is|:| made| was)|\b(?:the|our|my) (?:final )?(?:decision|choice"
        r"|verdict) (?:is|was|to|that|stands)\b"
        r"|\bdecided (?:to|on|against|that|for)\b|\bsettled on\b|\bagreed (?:to|on|that)\b|\bopted (?:for"
        r"|to)\b|\bwent with\b",
    ),
    Cue(
        DECISION,
        0.9,
        r"\b(?:let's|let us) (?:\w+ )?(?:go with|use|keep|stick|drop|switch|do|take|make|adopt|not|avoid"
        r"|stay|move)\b|\b(?:i'm|we're|i am|we are)(?: \w+)? (?:going|sticking|staying) with\b"
        r"|\bgo(?:ing)? with (?:the )?\w+|\b(?:we|i)(?:'ll| will| shall)(?: \w+)? (?:use|go with|keep"
        r"|stick|adopt|store|switch|drop|stay|standardi[sz]e)\b|\bfrom now on\b|\bgoing forward\b"
        r"|\bruled? out\b|\bno longer (?:use|using|need)\b|\b[\w-]+ it is\b(?=[.!,]|$| for | then\b)|\bgoes with\b",
    ),
    Cue(
        DECISION,
        0.8,
        r"^(?:ok|okay|alright|all right|fine|good|yes|right),? .*\bthen\b[.!]?$"
        r"|^(?:please )?(?:don't|do not|never|always) (?:add|use|touch|change|commit|break|introduce|call)\b"
        r"|^and (?:don't|do not|never|always) \w",
    ),
    Cue(
        DECISION,
        0.45,
        r"\binstead of\b|\brather than\b|\bin favou?r of\b|\bi(?:'d| would)? prefer\b|\bwe prefer\b"
        r"|\bmust (?:not|never|always)\b|\bas (?:the|our) (?:standard|default|database|framework)\b"
        r"|\bsource of truth\b",
    ),
    Cue(
        CHANGE,
        0.9,
        r"^(?:done|finished|ok|okay|great)?[.,:!]? ?(?:i|we)(?:'ve| have)? (?:also |now |just "
        r"|already )*(?:added|updated|changed|created|implemented|renamed|removed|refactored|moved"
        r"|replaced|wrote|merged|deployed|pushed|committed|extracted|split|introduced|migrated|upgraded"
        r"|deleted|installed|configured|enabled|disabled|converted|rewrote|bumped|wired|switched|built"
        r"|released|set up|shipped|pinned)\b|^done\b[:,.] ?\S",
    ),
    Cue(
        CHANGE,
        0.6,
        r"^(?:added|updated|changed|created|implemented|renamed|removed|refactored|moved|replaced|merged"
        r"|deployed|pushed|introduced|migrated|upgraded|wired|rewrote|switched)\b"
        r"|^`?[\w./-]+\.[a-z]{1,5}`?: \S",
    ),
    Cue(
        CHANGE,
        0.6,
        r"\bnow (?:uses?|returns?|handles?|supports?|reads?|writes?|runs?|sends?|checks?|accepts?"
        r"|stores?)\b|\b(?:is|are) (?:now )?(?:done|implemented|deployed|merged|in place|shipped|live)\b",
    ),
    Cue(
        ERROR,
        0.8,
        r"(?:error|exception)\b|\b(?:fails?|failing|failed|crash(?:es|ed|ing)?|broken|hangs?"
        r"|leak(?:s|ing)?|deadlocks?|segfaults?|panics?|flaky|regression|timed? ?out|times out|corrupt(?:s"
        r"|ed)?)\b|\b(?:status|http|code|a|an|with|returns?|got|get) [45]\d\d\b|\bout of memory\b|\boom\b"
        r"|\b(?:was|being|gets?|got) killed\b|\bkeeps? (?:\w+ing)\b|\b(?:dies|dying|stuck)\b"
        r"|\brefused\b|\bdenied\b",
    ),
    Cue(
        ERROR,
        0.5,
        r"\b(?:bug|error|exception|traceback|warning)s?\b|\b(?:doesn't|does not|isn't|not|won't|can't"
        r"|cannot) (?:work|working|start|starting|build|compile|connect|load|run|pass)\b|\bthe (?:problem"
        r"|issue) (?:is|was)\b|\bwrong(?:ly)?\b|\bmissing\b",
    ),
    Cue(
        FIX,
        1.0,
        r"\b(?:root )?cause (?:is|was|of)\b|\bturn(?:s|ed) out\b|\bthe (?:fix|solution|culprit"
        r"|workaround) (?:is|was)\b|\b(?:fixed|solved|resolved|mended|cured) (?:it |this |that "
        r"|the \w+ )?(?:by|with|in|via)\b|\bthat (?:fixed|solved|did) it\b|\b(?:fixes|fixed|solves|solved"
        r"|resolves|resolved) (?:the|it|this|that)\b|\bthe (?:problem|issue|bug) was\b|\bthat's why\b"
        r"|\bto fix (?:it|this|that),",
    ),
    Cue(
        FIX,
        0.6,
        r"\b(?:works|passes|green|builds|runs) (?:now|again)\b|\bnow (?:works|passes|green|builds)\b"
        r"|\ball (?:\d+ )?tests (?:pass|are)\b|\bno longer (?:fails?|crash|happens|hangs?|occurs?)\b"
        r"|\b(?:is|was|are|got|now) (?:fixed|solved|resolved)\b|\b(?:happens|failed|fails) because\b"
        r"|\bthe reason (?:is|was)\b",
    ),
    Cue(
        FIX,
        0.6,
        r"^(?:fixed|solved|resolved)\b",
    ),
    Cue(
        OPEN,
        1.0,
        r"\b(?:todo|fixme)\b|\bstill (?:need|needs|have to|has to|open|missing|unclear|todo|pending"
        r"|outstanding|unresolved|to do|must|fails?|failing)\b|\bopen (?:question|point|issue|end"
        r"|item)s?\b|\bnot yet\b|\b(?:left|remains?|remaining) to\b|\bhaven't (?:\w+ )?(?:decided|done"
        r"|tested|written|started|finished|merged|checked)\b|\bfollow[- ]up\b|\bnext steps?\b"
        r"|\b(?:for|until) later\b|\b(?:a )?separate (?:ticket|issue|pr|pull request)\b|\bout of scope\b"
        r"|\bdid(?: not|n't) touch\b|\blet's (?:think|talk|discuss|decide) .*\b(?:later|next|tomorrow)\b"
        r"|\bunresolved\b|\bto be (?:decided|done|confirmed)\b|\btbd\b|\bundecided\b"
        r"|\bnot decided (?:yet|whether|if)\b",
    ),
    Cue(
        OPEN,
        0.6,
        r"\bnot sure (?:yet|whether|if|about)\b"
        r"|\b(?:tomorrow|next week|next session|next time|on monday|later)\b.*\b(?:we|i|need|should|will"
        r"|'ll|must)\b|\b(?:we|i|need|should|will|'ll|must)\b.*\b(?:tomorrow|next week|next session"
        r"|next time|on monday|later(?: on)?)\b|\bbefore (?:we|i) (?:can )?(?:merge|ship|release|deploy)\b"
        r"|\bwaiting (?:for|on)\b|\bblocked (?:by|on)\b|\bwe (?:should|need to|must) (?:also|still|then)\b"
        r"|\bremind me\b|\bas a next\b",
    ),
    Cue(
        PROPOSAL,
        0.5,
        r"\bi(?:'d| would)? (?:strongly )?(?:recommend|suggest|propose|advise|go with|use|keep"
        r"|start with)\b|\bmy (?:recommendation|suggestion|proposal|advice)\b|\bwe (?:could|should) (?:use"
        r"|go|keep|store|switch)\b",
    ),
    Cue(
        CHATTER,
        1.0,
        r"^(?:sure|certainly|absolutely|of course|great|thanks|thank you|perfect|awesome|nice|hello|hi|hey"
        r"|got it|understood|no problem|wow|ok|okay|alright|cool)\b(?:\W+\w+){0,4}\W*$",
    ),
    Cue(
        CHATTER,
        1.0,
        r"^(?:sounds (?:great|good)|you're (?:welcome|right)|good (?:question|point|idea|luck|catch)|i hope"
        r"|i'm (?:glad|happy)|happy to|feel free|let me|i understand|that's (?:great|a great|awesome|good)"
        r"|congrat\w*|here(?:'s| is| are)|below (?:is|are)|i'll (?:now|start|begin|take|have|look|check)|now let"
        r"|looking at|if you (?:have|need|want|'d like)|it depends|(?:certainly|sure|absolutely|of course)[!,])",
    ),
    Cue(
        CHATTER,
        1.0,
        r"\b(?:step-by-step|here's (?:a|an|the|how)|let's (?:break|dive|walk|start|look|see|go through"
        r"|proceed))\b",
    ),
    Cue(
        DOUBT,
        1.0,
        r"^(?:if|should|could|would|shall|do|does|did|can|what if|suppose|when|unless|in case) ",
    ),
    Cue(
        DOUBT,
        1.0,
        r"\b(?:might|maybe|perhaps|whether)\b|\b(?:haven't|hasn't|not|never|nobody"
        r"|didn't) (?:\w+ )?(?:decided|agreed|settled|chosen)\b|\bwould have\b|\bif (?:we|you|i)\b",
    ),
    Cue(
        ASSENT,
        1.0,
        r"^(?:yes|yep|yeah|ok|okay|agreed|sounds good|good|perfect|great|sure|do it|go ahead|fine|right"
        r"|makes sense|exactly|lgtm)\b(?!.*\?\s*$)",
    ),
)
# Headings and lines with a colon, as answers and documents have them: what stands under them is of their kind.
HEADINGS = (
    (DECISION, r"^(?:the )?(?:decisions?|decided|what we decided|entscheidung(?:en)?|決定(?:事項)?)$"),
    (
        CHANGE,
        r"\b(?:summary of changes|what (?:i )?changed|changes made|changes|änderungen)\b|変更(?:点|内容)",
    ),
    (FIX, r"^(?:the )?(?:root cause|fix|solution|cause|ursache|lösung|原因|対策)$"),
    (
        OPEN,
        r"\b(?:open (?:questions?|points?|issues?|ends?)|todos?|next steps?|follow[- ]ups?|offene fragen)\b|残課題",
    ),
)
_UNDER_HEADING = 0.75

_GERMAN = (
    Cue(
        DECISION,
        1.0,
        r"\b(?:wir|ich) (?:haben|habe) (?:uns|mich) .*(?:entschieden|geeinigt)|\bentschieden\b"
        r"|\bentscheidung:|\bbeschlossen\b|\beinigen wir uns\b|\bgeeinigt\b|\b(?:wir|ich) (?:entscheiden"
        r"|entscheide)\b",
    ),
    Cue(
        DECISION,
        0.8,
        r"\b(?:wir|ich) (?:nehmen|nehme|verwenden|verwende|nutzen|nutze|bleiben|bleibe|setzen|setze"
        r"|behalten|benutzen)\b|\b(?:nehmen|verwenden|nutzen|bleiben|machen) wir\b|\bab jetzt\b"
        r"|\bkünftig\b|\bin zukunft\b",
    ),
    Cue(
        DECISION,
        0.4,
        r"\b(?:statt|anstatt|anstelle|lieber)\b",
    ),
    Cue(
        CHANGE,
        0.8,
        r"\b(?:ich|wir) (?:habe|haben) .*\b(?:hinzugefügt|geändert|erstellt|angelegt|umbenannt|entfernt"
        r"|gelöscht|eingebaut|umgestellt|verschoben|ersetzt|geschrieben|aktualisiert|implementiert|ergänzt"
        r"|angepasst|eingerichtet)\b",
    ),
    Cue(
        ERROR,
        0.8,
        r"\bfehler(?:meldung)?\b|\bschlägt fehl\b|\bfehlgeschlagen\b|\babgestürzt\b|\bstürzt\b|\bkaputt\b"
        r"|\bfunktioniert nicht\b|\bgeht nicht\b|\bproblem (?:ist|war)\b",
    ),
    Cue(
        FIX,
        1.0,
        r"\bursache\b|\bdas lag (?:an|daran)\b|\blag daran\b|\bdie lösung\b|\bgelöst\b|\bbehoben\b"
        r"|\bläuft (?:jetzt|wieder)\b|\bfunktioniert (?:jetzt|wieder|nun)\b|\bstellte sich heraus\b",
    ),
    Cue(
        OPEN,
        0.9,
        r"\bnoch (?:offen|zu tun|nicht|klären|fehlt|fehlen|ausstehend)\b|\bfehlt noch\b|\boffene? (?:frage"
        r"|punkt|punkte|fragen)\b|\bmüssen wir noch\b|\bmuss (?:ich )?noch\b|\bnächste[rn]? schritt\b"
        r"|\bmorgen\b.*\b(?:wir|ich)\b|\bspäter\b.*\b(?:wir|ich)\b",
    ),
    Cue(
        CHATTER,
        1.0,
        r"^(?:danke|gerne?|klar|natürlich|hallo|guten|super|prima|alles klar|selbstverständlich)\b",
    ),
    Cue(
        DOUBT,
        1.0,
        r"^(?:wenn|falls|sollen|soll|sollten|könnten|würde) |\bvielleicht\b|\bnicht entschieden\b",
    ),
    Cue(
        ASSENT,
        1.0,
        r"^(?:ja|genau|einverstanden|passt|okay|gut|mach das)\b(?!.*\?\s*$)",
    ),
)
_JAPANESE = (
    Cue(
        DECISION,
        1.0,
        r"(?:こと|よう)?に(?:決め|決定|決まり|します|しましょう)|を採用|決定事項|でいきましょう|を使(?:います|うことに|いましょう)",
    ),
    Cue(
        CHANGE,
        0.8,
        r"(?:追加|変更|修正|実装|削除|更新|作成|移動|導入)(?:しました|した。|済み|が完了)|書き換えました",
    ),
    Cue(
        ERROR,
        0.8,
        r"エラー|失敗(?:し|する)|例外|落ち(?:る|ます|ました)|動(?:かない|きません|作しない)|不具合|バグ",
    ),
    Cue(
        FIX,
        1.0,
        r"原因は|が原因|直(?:りました|しました)|解決(?:し|でき)|修正方法|通るようになりました|動くようになりました",
    ),
    Cue(
        OPEN,
        0.9,
        r"未解決|未定|残って(?:い|る)|まだ.*(?:ない|いません|必要)|次回|次のステップ|今後|課題|あとで",
    ),
    Cue(
        CHATTER,
        1.0,
        r"^(?:ありがとう|こんにちは|はい、|了解|承知|もちろん|お疲れ)",
    ),
    Cue(
        DOUBT,
        1.0,
        r"(?:べき|でしょう|ます|ですか|ません)か[。？]?$|かもしれ|もし",
    ),
    Cue(
        ASSENT,
        1.0,
        r"^(?:はい|了解|賛成|お願いします|それで)",
    ),
)
_LANGUAGES = {"english": _ENGLISH, "german": _GERMAN, "japanese": _JAPANESE}
CUES = tuple(cue for rows in _LANGUAGES.values() for cue in rows)

_GERMAN_WORDS = frozenset(
    ("und", "nicht", "ist", "das", "die", "der", "wir", "ich", "mit", "für", "auf", "eine", "ein")
)
_KANA = re.compile("[\u3040-\u30ff]")
_ENOUGH = 0.06
"""Share of small German words from which a conversation is also read as German."""


class Ear:
    """Hears the cues of the languages that one conversation is held in; the others would only cost time."""

    def __init__(self, texts: Sequence[str]) -> None:
        rows = [row for language in _spoken(texts) for row in _LANGUAGES[language]]
        self._rows: dict[str, list[tuple[float, Callable[[str], object]]]] = {}
        for row in sorted(rows, key=lambda row: -row.weight):
            self._rows.setdefault(row.kind, []).append((row.weight, _matcher(row.pattern)))

    def weight(self, kind: str, text: str) -> float:
        """How strongly a sentence sounds like this kind; 0 where it does not."""
        plain = _plain(text)
        return next((weight for weight, found in self._rows[kind] if found(plain)), 0.0)

    def weights(self, text: str, under: str = "") -> dict[str, float]:
        """How strongly a sentence under its heading sounds like each kind of news; other kinds are left out."""
        plain = _plain(text)
        heard = dict.fromkeys(_kinds_of(under), _UNDER_HEADING) if under else {}
        for kind in NEWS:
            for weight, found in self._rows[kind]:
                if found(plain):
                    heard[kind] = max(weight, heard.get(kind, 0.0))
                    break
        return heard


@lru_cache(maxsize=512)
def _kinds_of(heading: str) -> tuple[str, ...]:
    """The kinds of what stands under a heading."""
    plain = _plain(heading).strip(" :：")
    return tuple(kind for kind, pattern in HEADINGS if len(plain) < 60 and re.search(pattern, plain))


def _plain(text: str) -> str:
    return text.lower().replace("\u2019", "'")


@cache
def _matcher(pattern: str) -> Callable[[str], object]:
    compiled = re.compile(pattern)
    return compiled.match if pattern.startswith("^") else compiled.search


def _spoken(texts: Sequence[str]) -> Iterator[str]:
    """The languages of a conversation that we have cues of; English always, since everybody's tools speak it."""
    yield "english"
    sample = " ".join(texts[:: max(1, len(texts) // 100)]).lower()
    words = sample.split()
    if sum(word in _GERMAN_WORDS for word in words) > _ENOUGH * len(words):
        yield "german"
    if _KANA.search(sample):
        yield "japanese"
