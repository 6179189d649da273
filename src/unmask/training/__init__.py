"""Manifest -> Keras model -> run folder -> calibrated, exported folder; the lab, not the tool."""
