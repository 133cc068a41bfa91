"""An HTTP origin for package folders, with the network of your choice in front of it."""

from simulator.origin.server import Origin, running_origin, serve_folder

__all__ = ["Origin", "running_origin", "serve_folder"]
