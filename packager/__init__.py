"""Turns sources (a song, a music video) into a package folder of adaptive HLS."""
