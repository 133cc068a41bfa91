"""Which content coding a client would rather have (RFC 9110 section 12.5.3)."""

import re

_WEIGHT = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)


def prefers_gzip(accept_encoding: str | None) -> bool:
    """Whether `Accept-Encoding` takes gzip, and likes it no less than the plain form. No field: plain."""
    weights = _read_weights(accept_encoding or "")
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _read_weights(field: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in field.split(","):
        coding, _, parameter = (part.strip() for part in item.partition(";"))
        weight = _WEIGHT.fullmatch(parameter)
        if parameter and not weight:
            continue  # not a weight: as if the coding had not been named
        weights[coding.lower()] = float(weight[1]) if weight else 1.0
    return weights
