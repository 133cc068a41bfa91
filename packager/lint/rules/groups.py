"""Renditions, the groups that variants refer to, and the pathways that they are on."""

from collections import Counter
from collections.abc import Iterator

from packager.lint.finding import Fault, Place
from packager.lint.playlists import MultivariantPlaylist, Rendition
from packager.lint.presentation import Presentation


def find_unknown_groups(presentation: Presentation) -> Iterator[Fault]:
    """Variants that refer to a group nobody is in."""
    for playlist, variant in presentation.variants():
        for kind in ("AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"):
            name = variant.get(kind)
            is_none = kind == "CLOSED-CAPTIONS" and name == "NONE"
            if name is not None and not is_none and not playlist.group(kind, name):
                known = ", ".join(sorted({r.group for r in playlist.renditions if r.kind == kind})) or "none"
                place = Place(playlist.file, variant.line)
                mend = "correct the name or add the EXT-X-MEDIA"
                yield Fault(place, f'{kind}="{name}"', f"a GROUP-ID of TYPE={kind} ({known} there)", mend)


def _groups(presentation: Presentation) -> Iterator[tuple[MultivariantPlaylist, tuple[Rendition, ...]]]:
    for playlist in presentation.multivariants:
        for kind, name in dict.fromkeys((r.kind, r.group) for r in playlist.renditions):
            yield playlist, playlist.group(kind, name)


def find_same_names(presentation: Presentation) -> Iterator[Fault]:
    """Renditions that cannot be told apart in their group."""
    for playlist, group in _groups(presentation):
        counts = Counter(rendition.get("NAME") for rendition in group)
        for name, count in counts.items():
            if count > 1:
                last = [rendition for rendition in group if rendition.get("NAME") == name][-1]
                found = f"NAME={name!r} {count} times in group {last.group!r}"
                yield Fault(Place(playlist.file, last.line), found, "different names in a group", "rename one")


def find_many_defaults(presentation: Presentation) -> Iterator[Fault]:
    """Groups with more than one default."""
    for playlist, group in _groups(presentation):
        defaults = [rendition for rendition in group if rendition.get("DEFAULT") == "YES"]
        if len(defaults) > 1:
            found = f"{len(defaults)} renditions with DEFAULT=YES in group {defaults[-1].group!r}"
            yield Fault(Place(playlist.file, defaults[-1].line), found, "at most one", "leave one the default")


def find_unselectable_defaults(presentation: Presentation) -> Iterator[Fault]:
    """Defaults that may not be selected."""
    for playlist, group in _groups(presentation):
        for rendition in group:
            if rendition.get("DEFAULT") == "YES" and rendition.get("AUTOSELECT") == "NO":
                found = "DEFAULT=YES with AUTOSELECT=NO"
                yield Fault(
                    Place(playlist.file, rendition.line), found, "AUTOSELECT=YES or none", "write AUTOSELECT=YES"
                )


def find_incomplete_renditions(presentation: Presentation) -> Iterator[Fault]:
    """EXT-X-MEDIA without the attributes that it must have."""
    for playlist in presentation.multivariants:
        for rendition in playlist.renditions:
            needed = ["TYPE", "GROUP-ID", "NAME"] + (["URI"] if rendition.kind == "SUBTITLES" else [])
            missing = [name for name in needed if rendition.get(name) is None]
            if missing:
                found = f"EXT-X-MEDIA without {' and '.join(missing)}"
                yield Fault(Place(playlist.file, rendition.line), found, ", ".join(needed), "add it")


def find_missing_languages(presentation: Presentation) -> Iterator[Fault]:
    """Sound and words in no language."""
    for playlist in presentation.multivariants:
        for rendition in playlist.renditions:
            if rendition.kind != "VIDEO" and rendition.get("LANGUAGE") is None:
                mend = 'add LANGUAGE="...", "und" or "zxx" where there is none'
                yield Fault(Place(playlist.file, rendition.line), "no LANGUAGE", "a tag of BCP 47", mend)


def find_missing_channels(presentation: Presentation) -> Iterator[Fault]:
    """Audio renditions that do not count their channels."""
    for playlist in presentation.multivariants:
        for rendition in playlist.renditions:
            if rendition.kind == "AUDIO" and rendition.get("CHANNELS") is None:
                yield Fault(
                    Place(playlist.file, rendition.line), "no CHANNELS", "the channel count", 'add CHANNELS="2"'
                )


# RFC8216bis section 4.4.6.1.1: what may differ between groups of one TYPE, besides the group's own name.
_FREE = frozenset({
    "GROUP-ID", "URI", "CHANNELS", "BIT-DEPTH", "SAMPLE-RATE", "STABLE-RENDITION-ID", "INSTREAM-ID"
})  # fmt: skip


def find_different_groups(presentation: Presentation) -> Iterator[Fault]:
    """Groups of one TYPE whose members, or what is said of them, are not those of the first such group."""
    for playlist in presentation.multivariants:
        models: dict[str, tuple[Rendition, ...]] = {}
        for kind, name in dict.fromkeys((r.kind, r.group) for r in playlist.renditions):
            group = playlist.group(kind, name)
            model = models.setdefault(kind, group)
            strange = set(map(_describe, group)) ^ set(map(_describe, model))
            if strange:
                odd = next((r for r in group if _describe(r) in strange), group[-1])
                found = f"group {name!r} has not the members of {model[0].group!r}"
                expected = "the same NAMEs with the same attributes in all groups of a TYPE"
                mend = f"make {odd.get('NAME')!r} alike in all of them"
                yield Fault(Place(playlist.file, odd.line), found, expected, mend)


def _describe(rendition: Rendition) -> frozenset[tuple[str, str]]:
    return frozenset((a.name, a.text) for a in rendition.tag.attributes() if a.name not in _FREE)


def find_bad_steering(presentation: Presentation) -> Iterator[Fault]:
    """EXT-X-CONTENT-STEERING twice, without a server, or with a pathway that no variant is on."""
    for playlist in presentation.multivariants:
        tags = playlist.lexed.tags("EXT-X-CONTENT-STEERING")
        for tag in tags[1:]:
            found = "a second EXT-X-CONTENT-STEERING"
            yield Fault(Place(playlist.file, tag.line), found, "at most one", "remove it")
        for tag in tags[:1]:
            pathways = {variant.get("PATHWAY-ID") or "." for variant in playlist.playable}
            pathway, place = tag.get("PATHWAY-ID"), Place(playlist.file, tag.line)
            if tag.get("SERVER-URI") is None:
                yield Fault(place, "EXT-X-CONTENT-STEERING without SERVER-URI", "SERVER-URI", "add it")
            if pathway is not None and pathway not in pathways:
                expected = f"one of {', '.join(sorted(pathways))}"
                mend = "name a pathway that a variant is on"
                yield Fault(place, f"PATHWAY-ID={pathway[:40]!r}", expected, mend)
