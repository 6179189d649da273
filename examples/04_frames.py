"""A frame that is already decoded: uint8 RGB of shape (height, width, 3)."""

import numpy as np
from PIL import Image

from unmask import Analyzer

frame = np.asarray(Image.open("examples/collins.jpg").convert("RGB"))
print(Analyzer(explain=False, stability=False).analyze_pixels(frame).verdict.label)
