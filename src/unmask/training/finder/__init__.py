"""Pictures with face boxes and pictures without faces -> the face finder that ships in the package."""
