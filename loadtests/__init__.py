"""Listeners for Locust, driven by the simulator's player core."""
