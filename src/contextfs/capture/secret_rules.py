"""The table of secrets the gate knows: for each kind, the marks that give it away and the pattern that is sure.

The marks are searched first, as plain text; a pattern is compiled only when one of its marks was seen. A pattern
may name a group `secret`; else all of it is the secret. Patterns are linear: every repetition is bounded or
stands in front of something that it cannot match itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from contextfs.capture.literals import (
    is_bare_credential,
    is_bare_password,
    is_basic_login,
    is_elided,
    is_literal_credential,
    is_literal_password,
    is_real_url_password,
    is_real_uuid,
    is_spoken_credential,
    is_spoken_password,
    is_token_like,
    is_unlike_words,
)


class Sighting(NamedTuple):
    """What a pattern matched, for the check that decides."""

    text: str
    start: int
    end: int
    groups: dict[str, str]

    @property
    def secret(self) -> str:
        """The part that would be the secret."""
        return self.text[self.start : self.end]

    @property
    def ends_the_line(self) -> bool:
        """Whether nothing but a closing mark follows on its line."""
        return not self.text[self.end : self.end + 200].partition("\n")[0].strip("\"'`,;)}] \t\r")

    @property
    def ends_the_sentence(self) -> bool:
        """Whether the sentence is over behind it."""
        return self.ends_the_line or self.text[self.end : self.end + 1] in frozenset(".,;!?)\"'`")


def _is_whole(seen: Sighting) -> bool:
    return not is_elided(seen.secret)


def _is_key_id(seen: Sighting) -> bool:
    return "XXX" not in seen.secret


def _is_provider_key(seen: Sighting) -> bool:
    return is_token_like(seen.groups["body"])


def _is_url_password(seen: Sighting) -> bool:
    return is_real_url_password(seen.secret, seen.groups["user"])


def _is_token(seen: Sighting) -> bool:
    return is_token_like(seen.secret)


def _is_password(seen: Sighting) -> bool:
    quoted = bool(seen.groups["quote"])
    return is_literal_password(seen.secret, quoted=quoted, sign=seen.groups["sign"], last=seen.ends_the_line)


def _is_argument(seen: Sighting) -> bool:
    return is_literal_password(seen.secret, quoted=True, sign="=", last=True)


def _is_credential(seen: Sighting) -> bool:
    return is_literal_credential(seen.secret, seen.text[seen.end : seen.end + 1])


def _is_spoken_password(seen: Sighting) -> bool:
    if not seen.groups["link"].strip():
        return is_bare_password(seen.secret)
    return is_spoken_password(seen.secret, ends_sentence=seen.ends_the_sentence)


def _is_spoken_credential(seen: Sighting) -> bool:
    if not seen.groups["link"].strip():
        return is_bare_credential(seen.secret)
    return is_spoken_credential(seen.secret)


def _is_login_line(seen: Sighting) -> bool:
    return _is_argument(seen) and (bool(seen.groups["machine"]) or is_unlike_words(seen.secret))


def _is_key_uuid(seen: Sighting) -> bool:
    return is_real_uuid(seen.secret)


def _is_login(seen: Sighting) -> bool:
    return is_basic_login(seen.secret)


class Rule(NamedTuple):
    """One kind of secret."""

    kind: str
    marks: tuple[str, ...]
    """One of these stands in every text that the pattern matches; compared in lower case when `caseless`."""
    pattern: str
    sure: Callable[[Sighting], bool] = _is_whole
    caseless: bool = False
    begins: bool = False
    """Whether nothing but a mark that stands at the beginning of a word counts."""


def _token(kind: str, body: str, *marks: str) -> Rule:
    """A kind of token that is known by what it begins with."""
    alternatives = "|".join(marks).replace(".", r"\.")
    return Rule(kind, marks, rf"(?<![A-Za-z0-9])(?:{alternatives}){body}", begins=True)


_LINE_END = r"(?:\s|\\[nr]){1,4}"
_PEM = (
    r"-----BEGIN[A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]|[A-Za-z-]{1,30}:[^\n]{0,200}\n)*"
    rf"[A-Za-z0-9+/=]{{16,}}(?:{_LINE_END}[A-Za-z0-9+/=]{{16,}})*"
    rf"(?:(?:{_LINE_END}[A-Za-z0-9+/=]{{1,15}}){{0,2}}{_LINE_END}-----END[A-Z0-9 ]{{0,30}}PRIVATE KEY(?: BLOCK)?-----)?"
)
_NAMES = (
    r"(?:secret|token|credential|(?:api|access|account|private|secret|auth|signing|encryption)[_-]?key)s?"
)
_PASSWORDS = r"(?:(?:pg)?password|passwd|passphrase|pwd|pass|pw|passwort|kennwort)"
# What stands between a name and its value: `"name": `, `name = `, `name: str = `, `name => `, `:=`.
_GIVES = r"[\"'`\]]{0,2}\s{0,4}(?P<sign>=>|:=|==?|:[ \t]{0,4}[A-Za-z][\w.\[\]| ]{0,30}=|:)\s{0,4}"
_VALUE = r"(?P<quote>[\"'`]?)(?P<secret>[^\s\"'`,;<>(){}\[\]\\]{6,400})"
# How a sentence gives a value: `password for the staging box is `, `Passwort des Servers lautet `, `API key (prod): `.
_SAYS = (
    r"(?:[ \t]{1,2}\([^()\n]{1,40}\))?"
    r"(?:[ \t]{1,2}(?:for|of|on|to|at|in|from|für|fürs|von|vom|zum|zur|auf|im|des|der)"
    r"(?:[ \t]{1,2}[\w./@-]{1,40}){1,4}?)?"
    r"(?P<link>[ \t]{0,2}(?::|=|->|=>|→)"
    r"|[ \t]{1,2}(?:is|was|ist|war|lautet|(?:is |was )?(?:now|set to|changed to|reset to))|(?=[ \t]))"
    r"(?:[ \t]{1,2}(?:now|still|just|currently|jetzt|nun))?:?[ \t]{0,2}"
)
_SPOKEN = r"[\"'`]{0,2}(?P<secret>[^\s\"'`<>]{7,400}[^\s\"'`<>.,;:)])"
_SPOKEN_PASSWORDS = r"(?:password|passwd|passphrase|passcode|pwd|pw|passwort|kennwort)"
_SPOKEN_NAMES = (
    r"(?:secret|token|credential|api schlüssel|api-schlüssel"
    r"|(?:api|access|account|private|secret|auth|signing|encryption|license)[ _-]?key)"
)
_ARGUMENT = r"[\"']?(?P<secret>[^\s\"'`]{6,200})"
_NAME_MARKS = ("secret", "token", "credential", "_key", "-key", "apikey", "accesskey", "accountkey")
_PASSWORD_MARKS = ("passw", "pwd", "passphrase", "pass=", "pass:", "pass =", "pw:", "pw=", "pw =", "kennwort")

RULES = (
    Rule("private key", ("PRIVATE KEY",), _PEM),
    Rule("private key", ("Private-Lines:",), r"Private-Lines: \d{1,4}\s+[A-Za-z0-9+/=\s]{40,}"),
    _token("age private key", r"[A-Z0-9]{50,}", "AGE-SECRET-KEY-1"),
    Rule(
        "AWS access key id",
        ("AKIA", "ASIA"),
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
        sure=_is_key_id,
    ),
    _token("Google API key", r"[\w-]{35}(?![\w-])", "AIza"),
    _token("Google access token", r"[\w-]{20,}", "ya29."),
    _token("Google client secret", r"[\w-]{20,}", "GOCSPX-"),
    Rule("Azure client secret", ("8Q~",), r"(?<![\w~.-])[\w~.]{3}8Q~[\w~.-]{30,40}"),
    Rule("Azure access signature", ("sig=",), r"[?&]sig=(?P<secret>[A-Za-z0-9%+/]{40,}=*)"),
    _token("GitHub token", r"[A-Za-z0-9]{30,}", "ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    _token("GitHub token", r"\w{40,}", "github_pat_"),
    _token("GitLab token", r"[\w-]{20,}", "glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-"),
    _token(
        "Slack token", r"[A-Za-z0-9-]{16,}", "xoxb-", "xoxp-", "xoxa-", "xoxe-", "xoxr-", "xoxs-", "xapp-"
    ),
    _token("Slack webhook", r"T\w{6,}/B\w{6,}/\w{16,}", "hooks.slack.com/services/"),
    _token(
        "Discord webhook", r"\d{15,}/[\w-]{40,}", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/"
    ),
    Rule("Telegram bot token", (":AA",), r"(?<!\w)\d{8,10}:AA[\w-]{33}(?![\w-])"),
    _token("Stripe key", r"[A-Za-z0-9]{16,}", "sk_live_", "sk_test_", "rk_live_", "rk_test_"),
    _token("webhook signing secret", r"[A-Za-z0-9+/]{24,}", "whsec_"),
    _token("npm token", r"[A-Za-z0-9]{30,}", "npm_"),
    _token("PyPI token", r"[\w-]{40,}", "pypi-AgEI"),
    _token("RubyGems key", r"[0-9a-f]{40,}", "rubygems_"),
    _token("Docker token", r"[\w-]{20,}", "dckr_pat_", "dckr_oat_"),
    _token("Hugging Face token", r"[A-Za-z0-9]{30,}", "hf_", "api_org_"),
    _token("Anthropic key", r"[\w-]{16,}", "sk-ant-"),
    _token("OpenAI key", r"[\w-]{16,}", "sk-proj-", "sk-svcacct-", "sk-admin-"),
    _token("OpenRouter key", r"[\w-]{16,}", "sk-or-"),
    Rule(
        "AI provider key",
        ("sk-",),
        r"(?<![A-Za-z0-9_-])sk-(?P<body>[\w-]{20,})",
        sure=_is_provider_key,
    ),
    _token("xAI key", r"[A-Za-z0-9]{40,}", "xai-"),
    _token("Groq key", r"[A-Za-z0-9]{32,}", "gsk_"),
    _token("Perplexity key", r"[A-Za-z0-9]{32,}", "pplx-"),
    _token("Replicate token", r"[A-Za-z0-9]{32,}", "r8_"),
    _token("NVIDIA key", r"[\w-]{40,}", "nvapi-"),
    _token("Cerebras key", r"[a-z0-9]{32,}", "csk-"),
    _token("LangSmith key", r"[0-9a-f]{32}_[0-9a-f]{8,}", "lsv2_pt_", "lsv2_sk_"),
    _token("Tavily key", r"[A-Za-z0-9-]{24,}", "tvly-"),
    _token("SendGrid key", r"[\w-]{16,}\.[\w-]{16,}", "SG."),
    _token("Shopify token", r"[a-fA-F0-9]{32}", "shpat_", "shpca_", "shppa_", "shpss_"),
    _token("Databricks token", r"[a-f0-9]{32}", "dapi"),
    _token("DigitalOcean token", r"[a-f0-9]{64}", "dop_v1_", "doo_v1_", "dor_v1_"),
    _token("Vault token", r"[\w-]{24,}", "hvs.", "hvb.", "hvr."),
    Rule("Terraform token", (".atlasv1.",), r"(?<!\w)\w{14}\.atlasv1\.[\w-]{40,}"),
    _token("Linear key", r"[A-Za-z0-9]{32,}", "lin_api_"),
    _token("Notion token", r"[A-Za-z0-9]{40,}", "ntn_"),
    _token("Figma token", r"[\w-]{32,}", "figd_"),
    _token("Postman key", r"[0-9a-f]{24}-[0-9a-f]{34}", "PMAK-"),
    _token("Supabase key", r"[A-Za-z0-9_-]{30,}", "sbp_", "sb_secret_"),
    _token("Grafana token", r"[\w+/=]{32,}", "glsa_", "glc_"),
    _token("New Relic key", r"[A-Z0-9]{27}", "NRAK-"),
    _token("Sentry token", r"[\w+/=-]{40,}", "sntrys_", "sntryu_"),
    _token("Atlassian token", r"[\w=-]{40,}", "ATATT3", "ATCTT3"),
    _token("Doppler token", r"[A-Za-z0-9]{40,}", "dp.pt.", "dp.st."),
    _token("Pulumi token", r"[a-f0-9]{40}", "pul-"),
    _token("JSON web token", r"[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}", "eyJ"),
    Rule(
        "password in a URL",
        ("://",),
        r"://(?P<user>[^\s/:@\"'`<>]{0,100}):(?P<secret>[^\s/@\"'`<>]{1,300})@[^\s/@]",
        sure=_is_url_password,
    ),
    Rule(
        "authorization header",
        ("bearer ", "basic "),
        r"(?:bearer|basic)\s{1,4}(?P<secret>[A-Za-z0-9._~+/-]{20,2000}={0,2})",
        sure=_is_token,
        caseless=True,
    ),
    Rule(
        "password",
        _PASSWORD_MARKS,
        rf"(?<![a-z]){_PASSWORDS}{_GIVES}{_VALUE}",
        sure=_is_password,
        caseless=True,
    ),
    Rule(
        "secret value",
        _NAME_MARKS,
        rf"{_NAMES}{_GIVES}{_VALUE}",
        sure=_is_credential,
        caseless=True,
    ),
    Rule(
        "password",
        ("--",),
        rf"(?<![\w-])--[\w-]{{0,30}}(?:{_PASSWORDS}|{_NAMES})(?:\s{{1,2}}|=){_VALUE}",
        sure=_is_argument,
        caseless=True,
    ),
    Rule(
        "password",
        ("passw", "pwd", "passphrase", "passcode", "pw ", "pw:", "kennwort"),
        rf"(?<![a-z]){_SPOKEN_PASSWORDS}{_SAYS}{_SPOKEN}",
        sure=_is_spoken_password,
        caseless=True,
    ),
    Rule(
        "secret value",
        ("secret", "token", "credential", " key", "_key", "-key", "apikey", "api schl", "api-schl"),
        rf"(?<![a-z]){_SPOKEN_NAMES}{_SAYS}{_SPOKEN}",
        sure=_is_spoken_credential,
        caseless=True,
    ),
    Rule(
        "secret value",
        ("_API_KEY", "_TOKEN", "_SECRET"),
        r"_(?:API_KEY|TOKEN|SECRET)[\"']?\s{0,2}[=:]\s{0,2}[\"']?(?P<secret>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?![\w-])",
        sure=_is_key_uuid,
    ),
    Rule(
        "password",
        ("curl ",),
        rf"curl [^\n]{{0,200}}?(?<!\S)(?:-u|--user|--proxy-user)[ =]{{0,2}}[\"']?[^\s:\"']{{1,100}}:{_ARGUMENT}",
        sure=_is_argument,
    ),
    Rule(
        "password",
        ("mysql", "mariadb"),
        rf"(?:mysql|mariadb)[\w-]{{0,20}}[^\n]{{0,200}}? -p{_ARGUMENT}",
        sure=_is_argument,
    ),
    Rule("password", ("sshpass ",), rf"sshpass +-p ?{_ARGUMENT}", sure=_is_argument),
    Rule(
        "password",
        ("redis-cli ",),
        rf"redis-cli [^\n]{{0,200}}?(?<!\S)-a {_ARGUMENT}",
        sure=_is_argument,
    ),
    Rule(
        "password",
        ("password ",),
        rf"(?P<machine>machine\s{{1,4}}\S{{1,100}}\s{{1,4}})?(?<![a-z])login\s{{1,4}}\S{{1,100}}\s{{1,4}}password\s{{1,4}}{_ARGUMENT}",
        sure=_is_login_line,
        caseless=True,
    ),
    Rule(
        "registry login",
        ('"auth"',),
        r"\"auth\"\s{0,4}:\s{0,4}\"(?P<secret>[A-Za-z0-9+/]{8,4000}={0,2})\"",
        sure=_is_login,
    ),
    Rule(
        "private key",
        ("client-key-data",),
        r"client-key-data[\"']?:\s{0,4}[\"']?(?P<secret>[A-Za-z0-9+/]{24,}={0,2})",
    ),
)

MARKS = tuple((mark, rule.caseless, place) for place, rule in enumerate(RULES) for mark in rule.marks)
"""Every mark with its rule's place in the table."""
