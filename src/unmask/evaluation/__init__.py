"""Detector + pictures -> Evaluation: figures with intervals, plots, robustness and the model card."""

from unmask.evaluation.card import Background, model_card, read_sources
from unmask.evaluation.compare import comparison, comparison_table
from unmask.evaluation.cross import matrix, matrix_table, read_matrix, unseen_table, write_matrix
from unmask.evaluation.damages import GRID, SHORT
from unmask.evaluation.evaluation import Evaluation, Settings
from unmask.evaluation.headline import headline
from unmask.evaluation.intervals import Figure
from unmask.evaluation.measuring import Measurement, Plan, measure, write
from unmask.evaluation.robustness import FEW_PER_CLASS, PER_CLASS
from unmask.evaluation.storage import read_evaluation
from unmask.evaluation.subject import Subject, find_detector, open_subject

__all__ = [
    "FEW_PER_CLASS",
    "GRID",
    "PER_CLASS",
    "SHORT",
    "Background",
    "Evaluation",
    "Figure",
    "Measurement",
    "Plan",
    "Settings",
    "Subject",
    "comparison",
    "comparison_table",
    "find_detector",
    "headline",
    "matrix",
    "matrix_table",
    "measure",
    "model_card",
    "open_subject",
    "read_evaluation",
    "read_matrix",
    "read_sources",
    "unseen_table",
    "write",
    "write_matrix",
]
