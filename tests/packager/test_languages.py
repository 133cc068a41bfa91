import pytest

from packager.languages import language_tag, name_language


@pytest.mark.parametrize(
    ("said", "tag"),
    [("eng", "en"), ("ger", "de"), ("deu", "de"), ("en", "en"), ("pt-BR", "pt-BR"), ("yue", "yue"), ("und", "und"),
     ("English", "und"), ("", "und"), ('e"n', "und")],
)  # fmt: skip
def test_what_files_say_becomes_a_tag(said: str, tag: str) -> None:
    assert language_tag(said) == tag


@pytest.mark.parametrize(
    ("tag", "name"),
    [("de", "Deutsch"), ("pt-BR", "Português (pt-BR)"), ("mi", "Lyrics (mi)"), ("und", "Lyrics")],
)
def test_languages_are_named_as_their_speakers_do(tag: str, name: str) -> None:
    assert name_language(tag) == name
