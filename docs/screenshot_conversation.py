"""Takes docs/conversation.png, the picture in the guide, from a real conversation: ``python docs/screenshot_conversation.py``. Needs Chromium."""  # noqa: INP001 -- a program

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZE = {"width": 1440, "height": 1000}
CALLER, SCENARIO, SEED = "hurried", "lost-card", "3"


def main(folder: Path) -> None:
    """Converse, make the page, and look at it."""
    flexsim = [sys.executable, "-m", "flexsim", "--quiet", "converse"]
    call = ["run", "--caller", CALLER, "--scenario", SCENARIO, "--seed", SEED, "--virtual", "--json"]
    subprocess.run([*flexsim, *call], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own command
    subprocess.run([*flexsim, "report"], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- as above
    (page_file,) = (folder / "agent_conversations").glob("*/report.html")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(page_file.as_uri())
        page.wait_for_timeout(1000)
        page.screenshot(path=Path(__file__).with_name("conversation.png"))
        browser.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as empty:
        main(Path(empty))
