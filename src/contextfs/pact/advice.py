"""Advice about a record: what would make it worth more to somebody who reads it in a year; a good one gets none.

Four plain rules, each of which says what it looked for: too small to keep, too vague to help, a decision without its
reason, nothing to connect it by. They would rather miss a poor record than nag about a good one.

Measured on 2026-11-20 on 74 records that were labelled before there were rules (tests/unit/pact): all of the 37 that
the rules were written with and 35 of the 37 that they had not seen get exactly the advice that their label says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from contextfs.domain.compounds import is_compound
from contextfs.domain.placeholders import is_placeholder
from contextfs.domain.record import Decision, Record
from contextfs.domain.text import STOP_WORDS
from contextfs.pact.plain_words import PLAIN

if TYPE_CHECKING:
    from contextfs.domain.memory import Memory

GRANULAR = (
    "Too small to keep: save finished phases, decisions, blockers and lessons that are not obvious; a fix like this is"
    " in the commit."
)
VAGUE = (
    "Too vague to help later: say what was done to what, what came out of it, and the names and numbers that somebody"
    " will search for."
)
UNLINKED = "Nothing to connect it by: name the components as entities, or the files, or say what was decided or learnt."

_TRIVIAL = (
    r"(?i)\b(?:typos?|misspell\w*|spelling|indent\w*|whitespace|semicolons?|commas?|brackets?|(?:re)?format\w*|prettier"
    r"|(?:blank|empty|trailing) (?:lines?|spaces?)|lint(?:er)?(?: (?:errors?|warnings?))|unused|dead|commented"
    r"|(?:re)?nam(?:ed|ing) (?:(?:a|an|the|one) )?(?:(?:local|private|single) )?(?:variables?|parameters?|constants?"
    r"|fields?)|bump\w*|copyright|licen[cs]e year|button colou?rs?|colou?rs? (?:of|from)|comments?|docstrings?|readme"
    r"|import (?:order|sorting)|sorted (?:the )?imports?)\b"
)
_EXPLAINED = 15
"""Words from which a decision of more than one sentence is taken to give its reason itself."""
_SMALL = 12
"""Words of context and goal up to which a trivial change is called one."""
# Words and phrases that a reason is given with where there is no rationale of its own.
_REASON = (
    r"(?i)\b(?:because|since|so that|reason|due to|in order to|otherwise|therefore|which (?:means|lets|keeps|avoids)"
    r"|rejected|too (?:slow|big|costly|expensive|complex)|instead of .{12,} (?:as|for)"
    r"|to (?:avoid|keep|prevent|reduce))\b"
)
# Plain words that are a reason all the same where a reason is asked for; "better" and "good" give none.
_QUALITY = (
    r"(?i)\b(?:cheap|cost|dear|easy|easi|fast|few|fit|light|mature|popular|proven|quick|reliab|robust|safe|secur|short"
    r"|simpl|small|smooth|stab|familiar|team knows|we know|already (?:have|use|run|know|there)|less|quiet)\w*"
)
_SPECIFIC = r"\d|\w[/\\]\w|\w\.\w|\w\(|\w_\w|[a-z][A-Z]|`[^`]+`"
_NAMED = (
    r"\w[/\\]\w+.*\.\w|\b\w+\.(?:py|[jt]sx?|go|rs|java|kt|rb|php|cs?|cpp|h|sql|tf|ya?ml|toml|json|sh|md)\b"
    r"|\w\(\)|`[^`]+`"
)


def advice_for(record: Record) -> tuple[str, ...]:
    """What would make this record better, one line each; none for a good one."""
    if _is_granular(record):
        return (GRANULAR,)
    vague = (VAGUE,) if _is_vague(record) else ()
    reasons = (_without_reason(record.decisions),) if any(map(_lacks_reason, record.decisions)) else ()
    found = (*vague, *reasons)
    return found or ((UNLINKED,) if _is_unlinked(record) else ())


def near_duplicate(memory: Memory, shared: float) -> str:
    """What to say when an earlier memory says nearly the same."""
    return (
        f"Nearly the same as {memory.short_id} ({shared:.0%} of the words): {memory.title}. If it is the same matter,"
        f" change that one instead: contextfs pact update {memory.short_id} -"
    )


def _is_granular(record: Record) -> bool:
    """A trivial change, told in a line, from which nothing was learnt that says much."""
    said = f"{record.context}\n{record.goal}"
    if record.decisions or not re.search(_TRIVIAL, said) or len(said.split()) > _SMALL:
        return False
    return len(_telling(record.lessons_learned)) <= 3


def _is_vague(record: Record) -> bool:
    """Too few words, apart from those that fit any work at all, to know what it was about."""
    tasks = [task.task for task in record.active_tasks]
    about = [record.context, record.goal, *record.reasoning_chains, *record.agreements_reached]
    about += [*record.disagreements_resolved, *tasks]
    if not any((*about, *record.lessons_learned)):
        return False
    telling = _telling((*about, *record.lessons_learned))
    if record.decisions:
        return not telling
    return len(telling) < (3 if record.lessons_learned else 2)


def _telling(texts: Iterable[str]) -> set[str]:
    """The words that tell one piece of work from another; a number, a path or an identifier counts three times."""
    found: set[str] = set()
    for text in texts:
        if not text.isascii() and sum(not letter.isascii() for letter in text) * 2 > len(text):
            found |= {text[place : place + 2] for place in range(0, len(text), 2)}
        for word in re.findall(r"[^\W\d_]+", text.lower()):
            if len(word) > 1 and word not in STOP_WORDS and not _is_plain(word):
                found.add(word)
        for sight in re.findall(_SPECIFIC, text):
            found |= {sight, sight + "2", sight + "3"}
    return found


_ENDINGS = (("s", ""), ("es", ""), ("d", ""), ("ed", ""), ("ing", ""), ("ing", "e"), ("ly", ""), ("er", ""))


def _is_plain(word: str) -> bool:
    """Whether the word, or what it is a form of, is one that fits any work."""
    bases = [word.removesuffix(ending) + base for ending, base in _ENDINGS if word.endswith(ending)]
    doubled = [base[:-1] for base in bases if base[-1:] == base[-2:-1]]  # planning, stopped
    return any(base in PLAIN for base in (word, *bases, *doubled))


def _lacks_reason(decision: Decision) -> bool:
    told = decision.decision
    explained = len(told.split()) >= _EXPLAINED and re.search(r"[.;:!?]\s+\w", told)
    why = decision.rationale
    if explained or (not is_placeholder(why) and (_telling([why]) or re.search(_QUALITY, why))):
        return False
    return not any(re.search(_REASON, text) for text in (decision.decision, *decision.alternatives))


def _without_reason(decisions: Iterable[Decision]) -> str:
    bare = [one.decision for one in decisions if _lacks_reason(one)]
    shown = bare[0] if len(bare[0]) <= 60 else bare[0][:59].rstrip() + "…"
    more = f" and {len(bare) - 1} more" if len(bare) > 1 else ""
    return (
        f"Decision without its reason: {shown!r}{more}. Add a rationale (why, and when it applies) and the alternatives"
        " that were rejected."
    )


def _is_unlinked(record: Record) -> bool:
    learnt = (record.lessons_learned, record.decisions, record.reasoning_chains, record.agreements_reached)
    if any(learnt) or record.disagreements_resolved or record.entities or record.files:
        return False
    said = " ".join((record.context, record.goal, *(task.task for task in record.active_tasks)))
    return not re.search(_NAMED, said) and not any(
        is_compound(word.strip(".,;:!?()\"'")) for word in said.split()
    )
