"""Videos -> frames and the faces in them."""
