"""Detector + pictures -> Evaluation: figures with intervals, plots, robustness and the model card."""
