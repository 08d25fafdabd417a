"""How loud speech is: every voice is brought to one level, so that a stated ratio to noise is what it says."""

from typing import Final

import numpy as np

from flexsim.voice.ports import RATE
from flexsim.voice.sound.pcm import Samples

NOMINAL: Final = (
    2_320.0  # root mean square of speech while it lasts: 23 dB below full scale, so that no peak is clipped
)

_BLOCK: Final = RATE // 50
_SILENT_SHARE: Final = 0.01  # of the loudest block's energy: 20 dB less is a pause


def active_level(samples: Samples) -> float:
    """Root mean square over the blocks of 20 ms in which there is speech; 0 for none."""
    whole = len(samples) // _BLOCK * _BLOCK
    energies = np.square(samples[:whole]).reshape(-1, _BLOCK).mean(axis=1)
    if not whole or not energies.max():
        return 0.0
    return float(np.sqrt(energies[energies > _SILENT_SHARE * energies.max()].mean()))


def levelled(samples: Samples) -> Samples:
    """The same speech at the nominal level; silence as it is."""
    level = active_level(samples)
    return samples * np.float32(NOMINAL / level) if level else samples
