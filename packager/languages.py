"""Language tags for playlists, from what source files say."""

import re

# ISO 639-2 (as files write it, both the bibliographic and the terminological form) to the shorter 639-1 that
# RFC 5646 section 2.2.1 wants where there is one. Languages that music is sung in most; others keep three letters.
_SHORTER = {
    "ara": "ar", "ben": "bn", "bul": "bg", "cat": "ca", "ces": "cs", "cze": "cs", "chi": "zh", "zho": "zh",
    "cym": "cy", "wel": "cy", "dan": "da", "deu": "de", "ger": "de", "dut": "nl", "nld": "nl", "ell": "el",
    "gre": "el", "eng": "en", "est": "et", "eus": "eu", "baq": "eu", "fas": "fa", "per": "fa", "fin": "fi",
    "fra": "fr", "fre": "fr", "gla": "gd", "gle": "ga", "heb": "he", "hin": "hi", "hrv": "hr", "hun": "hu",
    "ice": "is", "isl": "is", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "lat": "la", "lav": "lv",
    "lit": "lt", "may": "ms", "msa": "ms", "nor": "no", "nob": "nb", "pol": "pl", "por": "pt", "ron": "ro",
    "rum": "ro", "rus": "ru", "slk": "sk", "slo": "sk", "slv": "sl", "spa": "es", "srp": "sr", "swa": "sw",
    "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk", "urd": "ur", "vie": "vi",
}  # fmt: skip

_WELL_FORMED = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

UNDETERMINED = "und"


def language_tag(said: str) -> str:
    """The RFC 5646 tag for what a file says its language is; "und" where that is no tag at all ("English")."""
    if not _WELL_FORMED.fullmatch(said):
        return UNDETERMINED
    return _SHORTER.get(said.lower(), said)
