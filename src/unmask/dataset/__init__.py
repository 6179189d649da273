"""Folders of images -> Manifest -> splits; audit and damage."""
