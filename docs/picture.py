"""Draws docs/demo.svg, the picture in the README, from a real run: ``python docs/picture.py``."""  # noqa: INP001 -- a program

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from flexsim.configuration.generate import generate
from flexsim.demo.centre import DemoPlan, run_demo
from flexsim.demo.view import Frame, draw
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness

SEED = 11
WIDTH = 100
SHOWN_AT = 24.0  # seconds of the 30


async def picture(out: Path) -> str:
    """One frame of a run at twenty times the speed, some time after the start."""
    configuration = generate(load_domain(None), Randomness(SEED))
    plan = DemoPlan(configuration=configuration, seed=SEED, speed=20.0, duration=30.0, out=out, port=8900)
    frames: list[Frame] = []
    await run_demo(plan, frames.append, asyncio.Event())
    frame = next(each for each in frames if each.elapsed >= SHOWN_AT)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(draw(frame, WIDTH))
    svg = console.export_svg(title="flexsim demo", unique_id="flexsim-demo")
    # A picture that is looked at should not fetch fonts from anywhere; every letter's place is given, any monospace does.
    return re.sub(r"@font-face \{.*?\}\n?", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        svg = asyncio.run(picture(Path(folder)))
    Path(__file__).with_name("demo.svg").write_text(svg)
