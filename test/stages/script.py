"""The script `espalier` itself: its help, and what it says where packages are missing and it may not install them."""
import os
import pathlib
import tempfile

from .case import Case, run

COMMANDS = ("demo", "test", "bench", "format")
# A machine of an ordinary user without sudo, on which all packages but two are installed.
FAKES = {
    "id": "echo 1000",
    "sudo": "exit 1",
    "dpkg-query": 'for word; do case $word in ninja-build | ccache) ;; *) echo "installed $word" ;; esac; done',
}
EXPECTED = "apt-get install --no-install-recommends ninja-build ccache"


def check_help(script, arguments):
    output = run([script, *arguments])
    return Case(f"script: {' '.join(arguments)}", output.code == 0 and output.text.startswith("usage: ./espalier"), output.text)


def check_missing(script):
    with tempfile.TemporaryDirectory() as folder:
        for name, body in FAKES.items():
            fake = pathlib.Path(folder, name)
            fake.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
            fake.chmod(0o755)
        output = run([script, "demo"], env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
    return Case("script: names the missing packages", output.code != 0 and EXPECTED in output.text.splitlines(), output.text)


def stage(context):
    script = context.source / "espalier"
    if context.wants("script"):
        for arguments in (["--help"], *([command, "--help"] for command in COMMANDS)):
            yield check_help(script, arguments)
        unknown = run([script, "nothing"])
        yield Case("script: refuses an unknown command", unknown.code != 0, unknown.text)
        yield check_missing(script)
