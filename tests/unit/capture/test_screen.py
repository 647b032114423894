"""The gate refuses plain secrets wherever they stand, and lets everything else pass."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contextfs.capture.screen import redact, refuse, secrets_in, secrets_of
from contextfs.errors import SecretRefused

# Random letters, put behind the beginnings below, so that no text of this file is a token that somebody could use.
LETTERS = "q7Zt2LxW9bRk4VnPmJc8HsDf3YgKaE6uTo5BiNrXwQ1vMz0pGyChSdUeFjAl"
HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
DIGITS_UP = "Q7ZT2LXW9BRK4VNPMJC8HSDF3YGKAE6UTO5BINRXWQ1VMZ0PGYCHSDUEFJAL"
PEM_BODY = "\n".join([LETTERS, LETTERS[::-1], LETTERS])

SECRETS = [
    ("private key", f"-----BEGIN RSA PRIVATE KEY-----\n{PEM_BODY}\n-----END RSA PRIVATE KEY-----"),
    ("private key", f"-----BEGIN OPENSSH PRIVATE KEY-----\n{PEM_BODY}\n-----END OPENSSH PRIVATE KEY-----"),
    ("private key", f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n{PEM_BODY}"),
    (
        "private key",
        f'{{"private_key": "-----BEGIN PRIVATE KEY-----\\n{LETTERS}\\n-----END PRIVATE KEY-----\\n"}}',
    ),
    ("private key", f"-----BEGIN PRIVATE KEY----- {LETTERS} -----END PRIVATE KEY-----"),
    ("age private key", f"AGE-SECRET-KEY-1{DIGITS_UP[:58]}"),
    ("AWS access key id", "the key AKIA" + DIGITS_UP[:16] + " is used by CI"),
    ("AWS access key id", "ASIA" + DIGITS_UP[:16]),
    ("secret value", f"aws_secret_access_key = {LETTERS[:40]}"),
    ("secret value", f"AWS_SECRET_ACCESS_KEY={LETTERS[:20]}/{LETTERS[20:39]}"),
    ("secret value", f"AccountName=x;AccountKey={LETTERS}{LETTERS[:26]}==;EndpointSuffix=core.windows.net"),
    ("Google API key", "AIza" + LETTERS[:35]),
    ("Google access token", "ya29." + LETTERS),
    ("GitHub token", "ghp_" + LETTERS[:36]),
    ("GitHub token", "gho_" + "a1" * 18),
    ("GitHub token", f"github_pat_{LETTERS[:22]}_{LETTERS[:59]}"),
    ("GitLab token", "glpat-" + LETTERS[:20]),
    ("Slack token", "xoxb-123456789012-123456789012-" + LETTERS[:24]),
    ("Slack webhook", f"https://hooks.slack.com/services/T0123ABCD/B0123ABCD/{LETTERS[:24]}"),
    ("Stripe key", "sk_live_" + LETTERS[:24]),
    ("npm token", "//registry/:_authToken=npm_" + LETTERS[:36]),
    ("PyPI token", "pypi-AgEI" + LETTERS + LETTERS),
    ("Hugging Face token", "HF is hf_" + LETTERS[:34]),
    ("Anthropic key", f"sk-ant-api03-{LETTERS}-{LETTERS[:33]}AA"),
    ("OpenAI key", "sk-proj-" + LETTERS),
    ("AI provider key", "sk-" + LETTERS[:48]),
    ("AI provider key", "DeepSeek: sk-" + HEX[:32]),
    ("OpenRouter key", "sk-or-v1-" + HEX),
    ("Groq key", "gsk_" + LETTERS[:52]),
    ("xAI key", "xai-" + LETTERS + LETTERS[:20]),
    ("Perplexity key", "pplx-" + LETTERS[:48]),
    ("Replicate token", "r8_" + LETTERS[:37]),
    ("SendGrid key", f"SG.{LETTERS[:22]}.{LETTERS[:43]}"),
    ("Vault token", "hvs." + LETTERS),
    ("JSON web token", f"eyJhbGciOiJIUzI1NiJ9.eyJ{LETTERS[:30]}.{LETTERS[:43]}"),
    ("password in a URL", "postgres://app:hunter2@db.internal:5432/app"),
    ("password in a URL", "use redis://:Zq8wLx@cache:6379/0 for it"),
    ("password in a URL", "https://ada:correcthorse@example.org/repo.git"),
    ("password in a URL", "mongodb+srv://svc:p%40ss-9Lk@cluster0.mongodb.net/x?retryWrites=true"),
    ("password in a URL", "postgresql://admin:SuperSecret123@db.example.com:5432/app"),
    ("password in a URL", "mysql://user:pass123@host/db"),
    ("authorization header", f'curl -H "Authorization: Bearer {LETTERS}" https://api.example.org'),
    ("authorization header", "authorization: basic YWRhOmh1bnRlcjJodW50ZXIyaHVudGVyMg=="),
    ("password", 'password = "Tr0ub4dor&3"'),
    ("password", "DB_PASSWORD=hunter2"),
    ("password", "database:\n  password: hunter2\n"),
    ("password", "'passwd': 'Zq8w!x',"),
    ("password", "mysqldump --user=root --password Zq8wLxkk prod"),
    ("secret value", f'client_secret: "{LETTERS[:32]}"'),
    ("secret value", f'API_KEY: str = "{HEX[:32]}"'),
    ("secret value", f"the token={HEX[:40]} works"),
    ("secret value", f"Secret: {LETTERS[:8]}-{LETTERS[8:16]}-{LETTERS[16:30]}"),
    ("password", "The root password is Xk9$mQ2!vL7"),
    ("password", "password for staging: Tr0ub4dor&3zz"),
    ("password", "Password (staging box): Tr0ub4dor&3zz"),
    ("password", "the admin password was changed to Winter2025!"),
    ("password", "passwd is Zq8wLx9k"),
    ("password", "the wifi password is swordfish99."),
    ("password", "pw: Zq8w!x9k"),
    ("password", "log in as admin with password Xk9$mQ2!vL7 on the box"),
    ("password", "Das WLAN-Passwort ist Sommer#2024"),
    ("password", "PGPASSWORD=S3cr3tX psql -U app"),
    ("password", "redis-cli -h cache -a S3cr3tX9 ping"),
    ("secret value", f"call it with api key {HEX[:32]} from now on"),
    ("password", "Das Passwort für den Server lautet Sommer2024!"),
    ("secret value", f"my api key is {HEX[:32]}"),
    ("secret value", f"the token is {HEX[:32]}"),
    ("secret value", f"API key for prod: {HEX[:32]}"),
    ("secret value", "HEROKU_API_KEY=7c1d9e02-51ab-4def-8123-456789abcdef"),
    ("password", "curl -s -u admin:S3cr3tPass https://api.example.org"),
    ("password", "mysql -h db -u root -pS3cr3tX prod"),
    ("password", "sshpass -p 'S3cr3tX' ssh root@host"),
    ("password", "machine git.example.org\n  login bob\n  password Zq8wLx9"),
    ("registry login", '{"auths": {"r.example.org": {"auth": "YWRhOmh1bnRlcjJodW50ZXIy"}}}'),
    ("private key", f"    client-key-data: {LETTERS}=="),
    ("GitHub token", f"ghp_{LETTERS[:12]}\u200b{LETTERS[12:20]}\u2060{LETTERS[20:36]}"),
]


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_plain_secrets_are_seen(kind: str, text: str) -> None:
    """Each kind of secret is seen for what it is, also in the middle of a text, and its masked form is safe."""
    found = secrets_in(f"Remember this for later.\n{text}\nIt matters (see the docs).")
    assert [finding.kind for finding in found] == [kind]
    assert len(found[0].shown.partition("…")[0]) <= 10
    assert text[-12:] not in found[0].shown


@pytest.mark.parametrize(
    "text",
    [
        'export CONTEXTFS_POSTGRES_URL="postgresql://..."',
        "postgres://user:password@localhost:5432/db",
        "postgres://postgres:postgres@localhost/test",
        "amqp://guest:guest@localhost",
        "postgresql://app:${DB_PASSWORD}@db/app and mysql://app:$PW@db",
        "https://{user}:{password}@host and https://<user>:<password>@host, redis://:***@cache",
        "postgresql://user:DB_PASSWORD@host, mysql://username:new_password@hostname:port/database",
        "password = 'secure_password123', PASSWORD=password1, passwd: mypassword",
        "http://localhost:8000/docs, ssh://git@github.com:22/x/y, http://[::1]:8080/a@b",
        "git clone git@github.com:company/backend.git",
        "Set OPENAI_API_KEY=sk-... and ANTHROPIC_API_KEY=sk-ant-...",
        "sk-your-openai-api-key-goes-here, ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, AKIAXXXXXXXXXXXXXXXX",
        "sk-learn-pipelines-are-used-for-text-classification",
        "password = os.environ['DB_PASSWORD']; password: ${{ secrets.DB_PASSWORD }}",
        "password=getpass.getpass2() and token = create_access_token2(user_id=42)",
        "api_key = settings.openai_api_key2, token: config['a1b2c3d4e5f6']",
        "password: str, token: Optional[str] = None, secret_key: bytes32",
        "Password hashing: bcrypt12, cost factor 12. Password: argon2id with m=64MB",
        "password: argon2id\ntoken: oauth2\n",
        "passwords: 8-64 characters. The password is stored as a hash",
        "access_token: user-auth-2024, tokens: 2500, max_tokens = 4096, token_count=1234567890123",
        "api_key: 123e4567-e89b-12d3-a456-426614174000",
        "commit 4bf5122f344554c53bde2ebb8cd2b7e3d1600ad6 fixed it, see 9f86d081",
        f"sha256 {HEX}, sha256:{HEX}, md5=9f86d081884c7d659a2feaa0c55ad015",
        "id 3f9c12ab77e04d5e9c8b7a6f5e4d3c2b and 123e4567-e89b-12d3-a456-426614174000",
        "the file must begin with -----BEGIN RSA PRIVATE KEY----- and be chmod 600",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        f"-----BEGIN PUBLIC KEY-----\n{PEM_BODY}\n-----END PUBLIC KEY-----",
        f"-----BEGIN CERTIFICATE-----\n{PEM_BODY}\n-----END CERTIFICATE-----",
        "Bearer tokens are sent in the Authorization header: Bearer <token>, Basic authentication-for-everyone",
        "Authorization: Bearer ${ACCESS_TOKEN_OF_SERVICE_1}",
        "secrets live in Vault at secret/data/backend-api/prod, the token is in 1Password: op://dev/npm/token",
        "PyJWT's decode() silently accepts expired tokens unless options={'verify_exp': True}",
        "JWT secret: keep it in AWS Secrets Manager (arn:aws:secretsmanager:us-east-1:123456789012:secret:x-AbC12d)",
        "token bucket: 100 req/min; pass: 47 tests, 12 failed; pass=true",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "def check(password: str) -> bool: return verify(password, user.password_hash)",
        "the password is required; password is stored in vault, the token is refreshed every hour",
        "api key is read from STRIPE_API_KEY, the api key is in AWS_SECRETS_MANAGER_V2",
        "The password is base64-encoded, the token is JWT/RS256 signed, token is user_id:timestamp:hmac_sha256",
        "the token is valid until 2026-01-15T10:00:00Z, the token is src/auth/token_v2.py:42",
        "password for PostgreSQL 15 is in 1Password, password: see 1Password/Team-Vault2",
        f"token is sha256:{HEX}, the secret is base64url(HMAC-SHA256), the password is PBKDF2-SHA256",
        "the password is at least 12 chars, password with 12 characters, token: tok_visa2024, API key is X-Api-Key2",
        "password is validated by PasswordValidator2, the secret is settings.JWT_SECRET_KEY2",
        "docker run -u 1000:1000 mysql:8 -p3306:3306, mysql -h db -P 3306 -p, login form password field1",
        "curl -u user:password https://x and curl -u $USER:$PASS https://x",
        "HEROKU_API_KEY=00000000-0000-0000-0000-000000000000",
        '{"auth": "basic"}, {"auth": "c29tZXRoaW5nIGVsc2U="}, client-key-data: REDACTED',
    ],
)
def test_what_only_looks_like_one_passes(text: str) -> None:
    """Stand-ins, references, programs, hashes and plain talk about secrets are let through."""
    assert secrets_in(text) == []


SPEC = sorted(Path(__file__).parents[3].glob("docs/**/*.md"))


@pytest.mark.parametrize("page", SPEC, ids=lambda page: page.name)
def test_our_own_pages_pass(page: Path) -> None:
    """What our documentation shows can be saved as it stands."""
    assert secrets_in(page.read_text()) == []


@pytest.mark.parametrize(("kind", "text"), SECRETS)
def test_redacted_text_passes(kind: str, text: str) -> None:
    """A redacted text holds no secret any more, says what stood there, and keeps the rest."""
    clean = redact(f"before {text} after")
    assert secrets_in(clean) == []
    assert f"[redacted: {kind}]" in clean
    assert clean.startswith("before ")
    assert clean.endswith(" after")


def test_several_secrets_in_one_text() -> None:
    """Each secret is found once, in order, and only itself is replaced."""
    text = f"a postgres://app:hunter2@db/x b ghp_{LETTERS[:36]} c password='Zq8w!x9' d"
    assert [finding.kind for finding in secrets_in(text)] == ["password in a URL", "GitHub token", "password"]
    assert redact(text) == (
        "a postgres://app:[redacted: password in a URL]@db/x b [redacted: GitHub token] "
        "c password='[redacted: password]' d"
    )


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"content": "x postgres://app:hunter2@db"}, "the content"),
        ({"content": "x", "summary": f"ghp_{LETTERS[:36]}"}, "the summary"),
        ({"content": "x", f"tag:{('ghp-' + LETTERS[:36]).lower()}": 0}, "tags"),
        ({"tags": ["fine", f"akia{LETTERS[:16].lower()}"]}, "tags"),
        ({"meta:db": [{"url": ["postgres://app:hunter2@db"]}]}, "metadata.db.url"),
        ({"meta:password": ["hunter2"]}, "metadata.password"),
        ({f"meta:ghp_{LETTERS[:36]}": ["x"]}, "a key of metadata"),
        ({"meta:deep": [{f"ghp_{LETTERS[:36]}": 1}]}, "a key of metadata"),
        ({"metadata": {f"ghp_{LETTERS[:36]}": 1}}, "a key of metadata"),
        ({f"file:backup/ghp_{LETTERS[:36]}.txt": 0}, "files"),
        ({"metadata": {"db": {"password": "hunter2"}}}, "metadata.db.password"),
        (
            {"structured": {"decision": "x", "options": [{"api_key": LETTERS[:32]}]}},
            "structured.options.api_key",
        ),
    ],
)
def test_every_field_is_looked_at(fields: dict[str, object], where: str) -> None:
    """Content, summary, tags, metadata and structured fields are screened, and the refusal says where it is."""
    with pytest.raises(SecretRefused) as caught:
        refuse(fields)
    assert f" in {where}" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert LETTERS[:32] not in caught.value.message
    assert "--allow-secret" in caught.value.hint
    assert "secrets.refuse false" in caught.value.hint


def test_a_clean_write_passes() -> None:
    """Fields without a secret raise nothing: numbers, hashes and empty values are fine."""
    fields = {
        "content": "Rotate the signing key every 90 days",
        "commit": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad6",
        "tag:4bf5122f344554c53bde2ebb8cd2b7e3d1600ad6": 0,
        "tag:feature/oauth2-token-refresh": 1,
        "meta:sprint": [42],
        "structured": {"a": None, "b": [True, 1.5, {}]},
        "summary": None,
    }
    refuse(fields)
    assert secrets_of(fields) == []


def test_what_is_taken_away_is_not_screened() -> None:
    """A tag, a file or a key that holds a secret can be removed."""
    token = f"ghp_{LETTERS[:36]}"
    assert secrets_of({f"tag:{token.lower()}": None, f"file:{token}": None, f"meta:{token}": None}) == []


def test_many_secrets_are_counted() -> None:
    """The message names the first three and counts the rest."""
    content = "\n".join(f"postgres://app:hunter{number}@db{number}" for number in range(5))
    with pytest.raises(SecretRefused, match="and 2 more"):
        refuse({"content": content})


@given(st.text(max_size=300))
def test_no_text_breaks_the_gate(text: str) -> None:
    """Any text is screened without an error, and what is found lies inside it."""
    for finding in secrets_in(text):
        assert 0 <= finding.start < finding.end <= len(text)


@given(
    st.sampled_from([text for _, text in SECRETS]),
    st.text(string.ascii_lowercase + " \n,", max_size=80),
    st.text(string.ascii_lowercase + " \n,", max_size=80),
)
def test_a_secret_is_found_wherever_it_stands(secret: str, before: str, after: str) -> None:
    """Plain words around a secret do not hide it."""
    assert secrets_in(f"{before}\n{secret}\n{after}")


@pytest.mark.parametrize(
    "text",
    ["password" * 40_000, "a" * 400_000, "://" * 100_000, "-----BEGIN PRIVATE KEY-----\n" * 10_000, "eyJ" * 100_000,
     "--" * 100_000, "sk-" * 100_000, "secret=" * 50_000, "bearer " * 50_000, "key: " * 60_000,
     "password for a" * 30_000, "token is " * 50_000, "curl -u a:" * 30_000, "mysql -p" * 40_000,
     "login a password " * 20_000, "a\u200b" * 100_000],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_hostile_text_is_screened_in_linear_time(text: str) -> None:
    """Twice as much of a text that is made to be slow takes nowhere near four times as long."""
    from time import process_time

    def cost(part: str) -> float:
        start = process_time()
        secrets_in(part)
        return process_time() - start

    secrets_in(text[:100])
    small = max(min(cost(text[: len(text) // 8]) for _ in range(3)), 0.002)
    assert cost(text) < 32 * small
