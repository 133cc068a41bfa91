"""Who owns the clock: virtual time, real time over HTTP, or blocking sockets."""
