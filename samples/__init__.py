"""Makes the sample song and its music videos, the same ones from the same seed."""
