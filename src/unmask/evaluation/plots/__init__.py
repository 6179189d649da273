"""Evaluation + scored pictures -> PNG files, readable in print and by colour-blind eyes; needs matplotlib."""
