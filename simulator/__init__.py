"""Plays a package as a listener's device would, flips mid-song, and proves what was heard."""
