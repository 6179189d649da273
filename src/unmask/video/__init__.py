"""Videos -> frames, the faces in them, and the answer about each person and the clip."""

from unmask.video.analysis import analyze_video
from unmask.video.clip import VideoAnalysis
from unmask.video.look import Look
from unmask.video.sampling import SamplePlan

__all__ = ["Look", "SamplePlan", "VideoAnalysis", "analyze_video"]
