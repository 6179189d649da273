"""The page that explains: what a deepfake is, how to read the answer, what it cannot tell."""

from __future__ import annotations

import streamlit as st

from unmask.reports import card, wording
from unmask.types import Label

DEEPFAKES = """
A **deepfake** is a picture or video of a person that a program made or changed. Three kinds are common:

- **Made from nothing.** A generator invents a whole face, or a whole photograph, from a few words.
- **Swapped.** The face of one person is put on the head of another, often frame by frame in a video.
- **Steered.** A real face gets another expression or other lip movements.

Each leaves traces in the pixels that the eye rarely sees. A detector is a neural network that has seen
many real and many made faces and has learnt such traces. It has not seen every generator, and saving a
picture again washes traces away. That is why it can be wrong, and why it may say that it cannot tell.
"""
READING = """
**The probability** is calibrated: of pictures that get 80 %, about eight in ten were fake when it was
measured. It is never 0 % or 100 %.

**The bar** goes from authentic to likely fake. Its striped part is where you get INCONCLUSIVE; the needle
is this picture.

**The false-alarm rate** says how often a real face got the answer LIKELY FAKE at the threshold in use.
Choose a stricter limit in the sidebar when a false accusation would do harm.

**Saved again:** the same face is saved as JPEG and made smaller, and looked at again. When the answer
changes, it was no answer, and you get INCONCLUSIVE.

**The heat map** shows what spoke for the leaning of the score. It is tested too: its hot region is
hidden, and the answer must weaken. When it does not, the page tells you not to rely on the map.
"""


def show() -> None:
    st.title("How to read the answer")
    for column, label in zip(st.columns(len(Label)), Label, strict=True):
        with column.container(border=True, height="stretch"):
            st.html(card.badge(label))
            st.markdown(wording.MEANINGS[label])
    st.markdown(READING)
    st.header("What it cannot tell")
    st.html(card.bullets(wording.LIMITS))
    st.header("What is a deepfake?")
    st.markdown(DEEPFAKES)
