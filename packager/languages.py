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

# What speakers call their language: RFC8216bis 4.4.6.1 wants the NAME of a rendition in the language of the rendition.
_OWN_NAMES = {
    "ar": "العربية", "bg": "Български", "bn": "বাংলা", "ca": "Català", "cs": "Čeština", "cy": "Cymraeg", "da": "Dansk",
    "de": "Deutsch", "el": "Ελληνικά", "en": "English", "es": "Español", "et": "Eesti", "eu": "Euskara", "fa": "فارسی",
    "fi": "Suomi", "fr": "Français", "ga": "Gaeilge", "gd": "Gàidhlig", "he": "עברית", "hi": "हिन्दी", "hr": "Hrvatski",
    "hu": "Magyar", "id": "Indonesia", "is": "Íslenska", "it": "Italiano", "ja": "日本語", "ko": "한국어",
    "la": "Latina", "lt": "Lietuvių", "lv": "Latviešu", "ms": "Melayu", "nb": "Norsk bokmål", "nl": "Nederlands",
    "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский", "sk": "Slovenčina",
    "sl": "Slovenščina", "sr": "Српски", "sv": "Svenska", "sw": "Kiswahili", "ta": "தமிழ்", "te": "తెలుగు", "th": "ไทย",
    "tr": "Türkçe", "uk": "Українська", "ur": "اردو", "vi": "Tiếng Việt", "zh": "中文",
}  # fmt: skip


def language_tag(said: str) -> str:
    """The RFC 5646 tag for what a file says its language is; "und" where that is no tag at all ("English")."""
    if not _WELL_FORMED.fullmatch(said):
        return UNDETERMINED
    return _SHORTER.get(said.lower(), said)


def is_language_tag(said: str) -> bool:
    """Whether it has the shape of an RFC 5646 tag."""
    return _WELL_FORMED.fullmatch(said) is not None


def name_language(tag: str) -> str:
    """What its speakers call it, with the tag where that says more: "Deutsch", "Português (pt-BR)", "Lyrics (mi)"."""
    primary, *rest = tag.split("-")
    own = _OWN_NAMES.get(primary.lower())
    if own is None:
        return "Lyrics" if tag == UNDETERMINED else f"Lyrics ({tag})"
    return f"{own} ({tag})" if rest else own
