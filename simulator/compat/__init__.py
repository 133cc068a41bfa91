"""Our rules in other simulators' set-ups: their bookkeeping, corners included, so that their figures check ours.

One stream, no switch, no player core: floats in milliseconds or seconds, as they have them.
"""
