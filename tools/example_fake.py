"""Makes examples/collins_blended.jpg: the portrait's face blended with a slightly changed copy of itself.

usage: python -m tools.example_fake [SEED]
The result is a fake made by this project from a picture in the public domain.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from unmask import Analyzer
from unmask.training.blend import self_blended

EXAMPLES = Path(__file__).parents[1] / "examples"
SEED = 31


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    data = (EXAMPLES / "collins.jpg").read_bytes()
    analyzer = Analyzer(explain=False)
    face = analyzer.analyze(data).faces[0].face
    picture = Image.fromarray(analyzer.pixels(data))
    blended = self_blended(picture, face.box, np.random.default_rng(seed))
    blended.save(EXAMPLES / "collins_blended.jpg", quality=92)


if __name__ == "__main__":
    main()
