"""Phrases: by which turns of phrase a decision, a fix, a command or a preference is told.

One table of rules, in English; another language is more rows. A rule sees one clause at a time, its white space made
single, in any case of letters.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from contextfs.domain.candidate import COMMAND, DECISION, FIX, PREFERENCE


def _any_of(*patterns: str) -> re.Pattern[str]:
    """Any of these patterns, in any case; `'` stands for both apostrophes."""
    return re.compile("|".join(patterns).replace("'", "['’]"), re.IGNORECASE)


RIGHT = {DECISION: 0.94, FIX: 0.94, PREFERENCE: 0.92}
"""Kind -> the share of its candidates that both labellers found right, one right and one wrong added to the counts.

Measured on 2026-11-20 (benchmarks/quality/candidates.py).
"""
UNMEASURED = 0.5
"""The confidence of a rule for which there was too little to measure."""


class Rule(NamedTuple):
    """One way in which something worth remembering is said."""

    kind: str
    confidence: float
    says: re.Pattern[str]
    why: re.Pattern[str] | None = None
    """What has to follow: the reason, or the means."""
    unless: re.Pattern[str] | None = None
    back: bool = False
    """Whether what stands before belongs to it, since that names the problem."""


# ── clauses ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_SUBJECT = r"(?=(?:i|we)(?:'(?:m|ve|d|re|ll))? )"
_AND = r"(?:and |but |so )?"
CLAUSES = _any_of(
    rf"[,;:]? (?:and|but|so|yet|though|although|while) (?:now |then |also )?{_SUBJECT}",
    rf"[,;] {_SUBJECT}",
    rf"[,;] {_AND}(?=(?:how|what|why|when|where|was|is|are|did|does|do|should) )",
    rf"[,;]? {_AND}(?=(?:can|could|would|will|is|are|do|does|should) (?:you|someone|anyone|somebody|there|i|we)\b)",
    r"; ",
    r" --? ",
    r" ?[–—] ?",
)
"""Where a new clause of its own begins."""

HEDGED = _any_of(
    r"\b(?:try(?:ing)?|tried|attempt(?:ed|ing)?) to\b",
    r"\bnot sure\b",
    r"\b(?:i|we)(?:'d| would) (?:like|love)\b",
    r"\b(?:i|we)(?:'m|'re| am| are) (?:planning|thinking|considering|wondering|hoping|looking|unsure|torn|leaning)\b",
    r"\b(?:maybe|perhaps|probably|might|could|supposed?|assuming|hypothetical(?:ly)?|for example|e\.g\.|wonder)\b",
    r"\b(?:want|need|wish|hope|plan|intend)(?:s|ed)? (?:to|you|the|a|some)\b",
    r"\bhow (?:to|do|can|should|would)\b",
    r"^(?:if|when|should|what|which|why|how|who|where|can|could|would)\b",
    r"^please (?:help|review|provide|explain|suggest)\b",
    r"\bif (?:i|we)\b",
    r"\b(?:curious|worried|frustrated|goals?)\b",
    r"\bhelp (?:me|us)\b",
    r"\bshould (?:i|we)\b",
    r"\bpartial(?:ly)?\b",
    r"\bwhether\b",
)
"""What is only wanted, tried, supposed or asked."""

NOT_MEANT = _any_of(
    r"^(?:and |but |so |or |now )?(?:imagine|pretend|suppose|assume|unless|picture this)\b",
    r"^(?:let's|let us) (?:say|assume|suppose|pretend|imagine)\b",
    r"^say,? (?:i|we|that)\b",
    r"^(?:please )?(?:write|translate|summari[sz]e|rewrite|rephrase|draft|proofread|paraphrase|quote)\b",
    r"\b(?:says?|said|writes?|wrote|stated?|claim(?:s|ed)?|told)\b\W{0,3}(?:that )?(?:i|we)\b",
)
"""A sentence that supposes something, tells what somebody else said, or gives a text to work on."""

POINTS_BACK = _any_of(
    r"\b(?:it|this|them|these|those|that way)\b",
    r"\bthe (?:issue|problem|error|bug|approach|change)\b",
)
"""A clause that cannot be understood without what stands before it."""

# ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────────

_NOW = r"(?: (?:already|finally|just|now|since|also|recently|therefore|thus|instead|eventually|all|had to))*"
_WE = rf"\b(?:i|we|the team|our team)(?:'ve|'d| have| had| has)?{_NOW} "
_BECAUSE = (
    r"\b(?:because|due to|owing to|so that|in order to|instead of|rather than)\b",
    r"\bgiven (?:that|the|our|my)\b",
    r"\bso (?:we|it|they|i)\b",
    r"\bsince (?!(?:then|last|yesterday|\w+day|january|february|march|april|may|june|july|august|\d))\w",
    r"\b(?:as|which) (?:it|they|that|is|are|was|has|makes?|gives?|allows?|provides?|offers?|reduces?|keeps?|lets?)\b",
)
_PURPOSE = (
    r"\bto (?:reduce|avoid|keep|improve|ensure|prevent|minimi[sz]e|speed|save|simplify|meet|stay|balance|maintain)\b",
    r"\bto (?:increase|comply|protect|cut|limit|lower|stop|guarantee|boost|decrease|optimi[sz]e|mitigate|eliminate)\b",
    r"\bto (?:achieve|enhance|make sure)\b",
)
_FOR = (
    r"\bfor (?:its|their|better|easier|faster|more|less|lower|higher)\b",
    r"\bfor (?:simplicity|performance|speed|safety|security|reliability|scalability|consistency|maintainability)\b",
    r"\bfor (?:flexibility|portability|compatibility|\w+ (?:reasons|purposes|constraints))\b",
    r"\bfor (?:this|that) (?:purpose|reason)\b",
    r"\bfrom \S+(?: \S+){0,4}? to \S+(?: \S+){0,4}? for \w",
    r"\bover (?:the )?[\w.`-]+",
)

_DECIDED = Rule(
    DECISION,
    RIGHT[DECISION],
    _any_of(
        rf"{_WE}(?:decided?|chosen?|chose|opted|settled|picked|switched|migrated|moved|adopted|agreed|ruled out|dropped"
        r"|rejected|selected|standardi[sz]ed|committed to|went with|replaced)\b(?: with \w+)?(?: (?:not )?to \w+)?",
        r"\b(?:i'm|we're|i am|we are) (?:going|sticking|staying) with\b",
        r"\b(?:let's|let us) (?:go with|use|stick (?:with|to)|keep|drop|avoid)\b",
        r"\b(?:we|i) (?:no longer|don't|do not) use\b",
        r"\bput \S+(?: \S+)? on hold\b",
        r"\bdecision (?:is|was) to \w+",
        r"\bdecided (?:against|on|(?:not )?to \w+)",
    ),
    _any_of(*_BECAUSE, *_PURPOSE, *_FOR),
)
_PREFERRED = Rule(
    DECISION,
    RIGHT[DECISION],
    _any_of(r"\b(?:i|we)(?:'ve| have)? (?:prefer|set a preference for)\b"),
    _any_of(
        r"\b(?:because|due to|owing to|since|as (?:it|they))\b",
        r"\bto (?:reduce|avoid|keep|minimi[sz]e|prevent|simplify)\b",
        r"\bfor (?:its|their|production|simplicity|now)\b",
    ),
)
_SET = Rule(
    DECISION,
    RIGHT[DECISION],
    _any_of(
        rf"{_WE}(?:implemented|configured|set|limited|capped|disabled|pinned|kept)\b",
        r"\b(?:i'm|we're|i am|we are|i|we) (?:using|use)\b",
    ),
    _any_of(
        r"\b(?:because|instead of|rather than|for its)\b",
        r"\bto (?:avoid|prevent|reduce|keep|stay|minimi[sz]e|comply)\b",
    ),
)

# ── fixes ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_FIGURE = r"\d[\d.,]* ?(?:%|percent|ms|s\b|sec|seconds?|minutes?|[kmg]i?b\b|x\b|times\b)"
_NOT_MINE = _any_of(r"\b(?:you|your|can|will|would)\b")

_FIXED = Rule(
    FIX,
    RIGHT[FIX],
    _any_of(
        rf"(?:{_WE}|\band |\bwhich (?:i|we)(?:'ve| have)?{_NOW} )(?:fixed|resolved|solved|cured|patched|eliminated"
        r"|remedied|got(?:ten)? rid of|worked around|mitigated)\b"
    ),
    _any_of(r"\b(?:by|with|using|via|through|after|adding|setting|switching|upgrading|in favou?r of)\b"),
)
_SOLVED = Rule(
    FIX,
    RIGHT[FIX],
    _any_of(
        r"\b(?:fixed|resolved|solved|cured|eliminated) (?:the|this|that|my|our|it|all|most)\b",
        r"\b(?:issue|problem|error|bug|crash) (?:has been|is|was|got) (?:now )?(?:fixed|resolved|solved|gone)\b",
    ),
    unless=_any_of(rf"{_WE}(?:fixed|resolved|solved|cured|eliminated)\b"),
    back=True,
)
_IMPROVED = Rule(
    FIX,
    RIGHT[FIX],
    _any_of(
        r"\b(?:reduc\w+|cut(?:ting)?|br(?:ought|ing) (?:it )?down|dropp?ed|lower(?:ed|ing)|improv(?:ed|ing|ement)|sped"
        rf"|increas(?:ed|ing)|decreas(?:ed|ing))\b.{{0,80}}?{_FIGURE}",
        rf"{_FIGURE} (?:reduction|improvement|decrease|drop|speed-?up)",
    ),
    _any_of(r"\b(?:by \w+ing|after \w+ing|using|with|through|via|thanks to) (?!an? \d|\d)\w|\bby \w+ing\W*$"),
    _NOT_MINE,
)
_IMPROVING = Rule(
    FIX,
    RIGHT[FIX],
    _any_of(
        rf"{_WE}\w+(?:ed|t)\b.{{5,160}}?, (?:improving|reducing|cutting|lowering|increasing|bringing|dropping)\b"
    ),
    _any_of(_FIGURE),
    _NOT_MINE,
)

# ── preferences and commands ────────────────────────────────────────────────────────────────────────────────────────

_STANDING = Rule(
    PREFERENCE,
    RIGHT[PREFERENCE],
    _any_of(
        r"^(?:please |and |also )?(?:always|never) [a-z]+",
        r"\bfrom now on\b",
        r"\b(?:going|moving) forward,",
        r"^(?:please )?(?:don't|do not) ever\b",
        r"^(?:in (?:the )?future|for the record)\b",
        r"\b(?:we|i) (?:always|never) (?:use|want|write|put|keep|name|commit|run|add|prefer|deploy|merge|push|test)\b",
        r"\b(?:our|my) (?:convention|rule|policy|preference|style|standard) is\b",
        r"^(?:please )?(?:remember|keep in mind) (?:that )?(?:to |we\b|i\b|our\b|the\b)",
    ),
)
_NO = r"^(?:no|nope|wrong|not quite|actually|that's (?:wrong|not right|incorrect))[,.:!] "
CORRECTS = _any_of(_NO)
"""How a correction begins; it is one clause to its end."""
_CORRECTED = Rule(
    PREFERENCE,
    UNMEASURED,
    _any_of(rf"{_NO}.*\b(?:we|our|it'?s?|the|this|that|use|i)\b"),
    _any_of(r"\b(?:not|instead|rather|only|always|never)\b", r"n't\b"),
)
_RAN = Rule(
    COMMAND,
    UNMEASURED,
    _any_of(
        r"`[^`]{4,160}` (?:\w+ )?(?:worked|works|did (?:it|the trick)|fixed it|solved it|passes|succeeded|builds)\b",
        r"\b(?:running|ran|with|using) `[^`]{4,160}`.{0,40}?\b(?:worked|works now|did the trick|fixed|(?:re)?solved)\b",
    ),
    unless=_any_of(r"(?:\bnot|n't|\bnever) (?:\w+ )?work"),
)

RULES = (_RAN, _FIXED, _SOLVED, _IMPROVED, _IMPROVING, _DECIDED, _PREFERRED, _SET, _STANDING, _CORRECTED)
"""How a person says it; the first that fits says what it is."""

_DONE = Rule(
    FIX,
    UNMEASURED,
    _any_of(
        r"^(?:i(?:'ve| have)? )?(?:fixed|resolved|solved) (?:the|a|an|it|this|that|in|`).*"
        r"\b(?:by|because|caused|was|were)\b",
        r"\b(?:root cause|culprit|real (?:problem|cause)) was\b",
        r"\bthe (?:failure|error|crash|bug) (?:was caused|came from|happened because)\b",
    ),
)
REPORTED = (_DONE,)
"""How an assistant reports what it did; what it proposes is nobody's decision."""
