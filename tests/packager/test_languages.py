import pytest

from packager.languages import language_tag


@pytest.mark.parametrize(
    ("said", "tag"),
    [("eng", "en"), ("ger", "de"), ("deu", "de"), ("en", "en"), ("pt-BR", "pt-BR"), ("yue", "yue"), ("und", "und"),
     ("English", "und"), ("", "und"), ('e"n', "und")],
)  # fmt: skip
def test_what_files_say_becomes_a_tag(said: str, tag: str) -> None:
    assert language_tag(said) == tag
