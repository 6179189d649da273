"""The classic loop: a camera or a clip, a prediction for each frame, a label drawn on it; q quits."""

import sys

import cv2

from unmask.reports.wording import percent
from unmask.video.live import LiveAnalyzer

live, source = LiveAnalyzer(), cv2.VideoCapture(sys.argv[1] if len(sys.argv) > 1 else 0)
while cv2.waitKey(1) != ord("q") and (read := source.read())[0]:
    for seen in live.push(read[1][..., ::-1].copy()):  # OpenCV's pictures are BGR
        left, top, right, bottom = (round(side) for side in vars(seen.face.box).values())
        label = f"{seen.verdict.label if seen.verdict else '...'}, fake: {percent(seen.smoothed_probability)}"
        cv2.rectangle(read[1], (left, top), (right, bottom), (0, 200, 255), 2)
        cv2.putText(read[1], label, (left, top - 6), 0, 0.7, (0, 200, 255), 2)
    cv2.imshow("unmask", read[1])
