"""`contextfs web` as a process: who it listens to, what it says, and MCP beside the pages."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

    from tests.walks.conftest import CommandLine

    from conftest import Served

OPENING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    },
}
PROGRAM = [sys.executable, "-m", "contextfs", "web", "--port", "0", "--no-open"]
ACCEPT = {"Accept": "application/json, text/event-stream"}


def bearer(cli: CommandLine) -> dict[str, str]:
    """What a program sends."""
    return {"Authorization": f"Bearer {(cli.data / 'mcp-token').read_text().strip()}"}


def test_mcp_and_rest_stand_beside_the_pages(served: Served, cli: CommandLine) -> None:
    """With the kept token an MCP client opens a connection and REST answers; without it neither does."""
    mcp = served.address + "mcp"
    assert httpx2.post(mcp, json=OPENING, headers=ACCEPT).status_code == 401
    opened = httpx2.post(mcp, json=OPENING, headers={**ACCEPT, **bearer(cli)})
    assert opened.status_code == 200
    assert "contextfs" in opened.text
    found = httpx2.get(served.address + "api/v1/search", params={"q": "webhooks"}, headers=bearer(cli))
    assert "retried" in found.json()["results"][0]["memory"]["content"]
    assert httpx2.get(served.address + "healthz").json() == {"status": "ok"}


def test_what_is_saved_elsewhere_is_told(served: Served, cli: CommandLine) -> None:
    """The stream of events names the memory that another process saved."""
    with httpx2.Client() as client:
        client.get(served.link)
        with client.stream("GET", served.address + "live", timeout=20) as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 2000"
            memory = cli.saved("We deploy on Tuesdays.")
            told = next(line for line in lines if line.startswith("data:"))
    assert json.loads(told[5:])["subject"] == memory


def test_other_machines_are_kept_out(cli: CommandLine) -> None:
    """An address that others can reach is refused until it is asked for, and then warned of."""
    said = cli.refused(1, "web", "--port", "0", "--host", "0.0.0.0", "--no-open")
    assert "--allow-remote" in said
    command = [*PROGRAM, "--host", "0.0.0.0", "--allow-remote"]
    process = subprocess.Popen(command, env=cli.environ, cwd=cli.directory, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        lines = [next(process.stderr) for _ in range(4)]
        assert any("WARNING" in line and "nothing is encrypted" in line for line in lines), lines
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def test_it_can_be_encrypted(cli: CommandLine) -> None:
    """With a certificate the link is https, the cookie never goes out unencrypted, and nothing is warned of."""
    certificate, key = certified(cli.home)
    command = [*PROGRAM, "--host", "127.0.0.1", "--tls-cert", str(certificate), "--tls-key", str(key)]
    process = subprocess.Popen(command, env=cli.environ, cwd=cli.directory, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        link = next(found[0] for line in process.stderr if (found := re.search(r"https://\S+", line)))
        answer = httpx2.get(link, verify=False)
        assert answer.status_code == 200
        assert "Secure" in answer.headers["set-cookie"]
    finally:
        process.terminate()
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return folder / "cert.pem", folder / "key.pem"


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["--tls-cert", "cert.pem"], "--tls-key"),
        (["--tls-cert", "cert.pem", "--tls-key", "key.pem"], "cert.pem"),
        (["--host", "300.1.1.1", "--allow-remote"], "Cannot listen"),
    ],
)
def test_what_cannot_be_served_is_told(cli: CommandLine, args: list[str], word: str) -> None:
    """A missing key, a missing file and an address that there is not are told with what to do."""
    assert word in cli.refused(1, "web", "--port", "0", "--no-open", *args)


def test_a_taken_port_is_told(served: Served, cli: CommandLine) -> None:
    """A second page on the same port says that another must be taken."""
    port = served.address.rstrip("/").rpartition(":")[2]
    assert "Take another --port" in cli.refused(1, "web", "--port", port, "--no-open")


def test_it_is_stopped_by_an_interrupt(served: Served) -> None:
    """Ctrl-C ends it at once and is no failure, even while a page listens."""
    with httpx2.Client() as client:
        client.get(served.link)
        with client.stream("GET", served.address + "live", timeout=20) as stream:
            assert next(stream.iter_lines()) == "retry: 2000"
            served.process.send_signal(signal.SIGINT)
            assert served.process.wait(20) == 0
    assert served.process.stderr
    assert "Traceback" not in served.process.stderr.read()
