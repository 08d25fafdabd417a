"""Everything that docs/tutorial.md tells a newcomer to type works, in that order, in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

TUTORIAL = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
# A newcomer looks at the live view for a while; the test only wants to see it begin and end.
SHORTER = ("--duration 20", "--duration 2")


def test_the_tutorial_works_from_its_first_line_to_its_last(tmp_path):
    blocks = re.findall(r"^```\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 8
    script = "\n".join(["set -euo pipefail", *blocks]).replace(*SHORTER)
    environ = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "Traceback" not in done.stderr
    runs = sorted((tmp_path / "harbour" / "runs").iterdir())
    assert len(runs) >= 3
    assert any((run / "report.html").is_file() for run in runs)
    assert (tmp_path / "harbour" / "simulation.xml").is_file()
