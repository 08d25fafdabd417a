"""Takes docs/dashboard.png, the picture in the guide, from a real run: ``python docs/screenshot.py``. Needs Chromium."""  # noqa: INP001 -- a program

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright

from flexsim.configuration.generate import generate
from flexsim.demo.centre import DemoPlan, run_demo
from flexsim.demo.view import Frame
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness

SEED = 11
AGENTS = 30
DURATION = 75.0  # real seconds
BURSTS = (25.0, 61.0)
SIZE = {"width": 1440, "height": 1010}


async def take(address: str, stop: asyncio.Event) -> None:
    """A picture of the page some time after two bursts of customers."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = await browser.new_page(viewport=SIZE, color_scheme="light")
        await page.goto(address)
        await page.get_by_role("button", name="Operate").click()
        before = 0.0
        for moment, count in zip(BURSTS, ("40", "26"), strict=True):
            await asyncio.sleep(moment - before)
            before = moment
            await page.fill("#burst-count", count)
            await page.get_by_role("button", name="Create burst").click()
        await asyncio.sleep(2.5)
        await page.get_by_role("button", name="Operate").click()
        await page.mouse.move(0, 0)
        await asyncio.sleep(0.6)
        await page.screenshot(path=Path(__file__).with_name("dashboard.png"))
        await browser.close()
    stop.set()


async def main(out: Path) -> None:
    configuration = generate(load_domain(None), Randomness(SEED), AGENTS)
    stop = asyncio.Event()
    watching: list[asyncio.Task[None]] = []

    def announce(address: str) -> None:
        watching.append(asyncio.create_task(take(address, stop)))

    def ignore(_: Frame) -> None:
        pass

    plan = DemoPlan(
        configuration=configuration, seed=SEED, speed=20.0, duration=DURATION, out=out, announce=announce,
        allow_control=True,
    )  # fmt: skip
    await run_demo(plan, ignore, stop)
    await watching[0]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(Path(folder)))
