"""A developer's desk: a home, a repository, one assistant, our programs, and the model behind it all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.e2e.hosts import Host, Ran
from tests.e2e.model import Model
from tests.e2e.wires import Call, Say

SCRIPTS = Path(sys.executable).parent
_KEPT = ("SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
PATIENCE = 120


class Desk:
    """One assistant at work."""

    def __init__(self, host: Host, model: Model, top: Path, programs: Path, node: str) -> None:
        self.host = host
        self.model = model
        self.home = top / "home"
        self.work = top / "webshop"
        self.home.mkdir(parents=True)
        self.program = programs / host.program
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        path = os.pathsep.join([node, str(SCRIPTS), os.environ["PATH"]])
        self.environ = {**kept, "PATH": path, "HOME": str(self.home), "USERPROFILE": str(self.home)}
        self.environ |= {"LANG": "C.UTF-8", "TERM": "dumb", "NO_COLOR": "1", "GIT_CONFIG_NOSYSTEM": "1"}
        self.environ |= {
            "HTTPS_PROXY": model.url,
            "https_proxy": model.url,
            "NO_PROXY": "127.0.0.1,localhost",
        }
        self.environ |= {name: value.replace("{url}", model.url) for name, value in host.variables.items()}
        host.settle(self.home, model.url)
        self._repository()

    def _repository(self) -> None:
        self.work.mkdir()
        (self.work / "README.md").write_text("# Webshop\n", encoding="utf-8")
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "remote", "add", "origin", "https://github.com/company/webshop.git")
        self.run("git", "add", ".")
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        self.run("git", *who, "commit", "-q", "-m", "Start")

    def connect(self) -> None:
        """Write our server into the assistant's configuration by hand, and start it once.

        The first start of a fresh installation compiles it, which takes longer than some assistants wait.
        """
        self.run(str(SCRIPTS / "contextfs-mcp"), stdin="")
        self.host.connect(self.home, str(SCRIPTS / "contextfs-mcp"))

    def plug(self, checkout: Path) -> None:
        """Install our plugin by the assistant's own commands."""
        self.run(str(SCRIPTS / "contextfs-mcp"), stdin="")
        for command in self.host.plugging(checkout):
            self.run(
                str(self.program), *command, stdin="y\n"
            )  # one of them asks whether the folder is trusted

    def run(self, *command: str, stdin: str = "", **environ: str) -> Ran:
        """Run a program at this desk; it has to succeed."""
        ran = self.tries(*command, stdin=stdin, **environ)
        assert ran.code == 0, f"{command}: exit {ran.code}\n{ran.out[-3000:]}\n{ran.err[-3000:]}"
        return ran

    def tries(self, *command: str, stdin: str = "", **environ: str) -> Ran:
        """Run a program at this desk, however it ends."""
        done = subprocess.run(
            command,
            check=False,
            cwd=self.work,
            env={**self.environ, **environ},
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def contextfs(self, *arguments: str) -> Ran:
        """Run our command line; it has to succeed."""
        return self.run(str(SCRIPTS / "contextfs"), *arguments)

    def told(self, *arguments: str) -> Any:
        """What our command line prints as JSON."""
        return json.loads(self.contextfs(*arguments, "--json").out)

    def ask(self, prompt: str, *steps: Call | Say, again: bool = False) -> Ran:
        """Ask the assistant something, its model following these steps; all of them have to be asked for."""
        self.model.plays(*steps)
        try:
            ran = self.run(str(self.program), *self.host.command(self.home, prompt, again=again))
        finally:
            self._keep(prompt)
        assert self.model.unplayed == [], (
            f"never asked for; the program said\n{ran.out[-2000:]}{ran.err[-2000:]}"
        )
        return ran

    def _keep(self, prompt: str) -> None:
        """Leave the requests beside the home, for whoever looks at what happened."""
        bodies = [ask.body for ask in self.model.asks]
        number = len(list(self.home.parent.glob("requests-*.json"))) + 1
        kept = self.home.parent / f"requests-{number}.json"
        kept.write_text(json.dumps({"prompt": prompt, "requests": bodies}, indent=1), encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Every file below the home and the working tree, but for what git and our own store keep."""
        apart = (self.home / ".contextfs", self.work / ".git")
        found = [path for top in (self.home, self.work) for path in sorted(top.rglob("*")) if path.is_file()]
        return {str(path): path.read_bytes() for path in found if not any(a in path.parents for a in apart)}

    def within(self, seconds: float, found: Any) -> Any:
        """What a call finds, asked again until it finds something or the time is over."""
        end = time.monotonic() + seconds
        while not (result := found()) and time.monotonic() < end:
            time.sleep(0.1)
        return result
