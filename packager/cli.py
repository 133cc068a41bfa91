"""The packager's commands. Signatures only; the work is imported when a command runs."""

from pathlib import Path
from typing import Annotated

import typer

from packager.ladder import AudioCodec, VideoCodec
from packager.lint.finding import Profile
from packager.lint.formats import Format

# The panels of `midnote package --help`, in this order.
_WHAT, _RUNGS, _WORDS, _DELIVERY, _OUTPUT = "What", "Rungs and sound", "Words and rights", "Delivery", "Output"

# Options of `package` and `copy` alike.
_Song = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What is said of the song (TOML): title, artist, ISRC, languages, lyrics, rights, use of AI. "
        "Options given here win over it.",
        rich_help_panel=_WORDS,
    ),
]
_Lyrics = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[LANG=]FILE",
        help="Its words as LRC or WebVTT, and their language (de=lied.lrc); once for each language.",
        rich_help_panel=_WORDS,
    ),
]
_SingleFile = Annotated[
    bool,
    typer.Option(
        "--single-file",
        help="Each rung in one MP4 file, its segments as byte ranges of it.",
        rich_help_panel=_DELIVERY,
    ),
]
_Key = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Encrypt segments with AES-128 and this key (16 bytes, or 32 hex digits).",
        rich_help_panel=_DELIVERY,
    ),
]
_KeyUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URI", help="Where players get the key; else it is put into the package.", rich_help_panel=_DELIVERY
    ),
]


def add_commands(app: typer.Typer) -> None:
    """Give `app` the packager's commands."""
    app.command(epilog="Example:  midnote package song.flac --video video.mp4 --out song/ --normalize -14")(package)
    app.command(epilog="Example:  midnote copy 1080p.mp4 720p.mp4 360p.mp4 aac-96.m4a aac-256.m4a --out song/")(copy)
    app.command(epilog="Example:  midnote copy-all songs.toml --out packages/")(copy_all)
    app.command(epilog="Example:  midnote ladders default > mine.toml")(ladders)
    app.command(epilog="Example:  midnote lint song/ --profile tv --format sarif -o lint.sarif")(lint)


def package(
    audio: Annotated[Path, typer.Argument(metavar="AUDIO", help="The song; or one file with song and video.")],
    video: Annotated[
        Path | None,
        typer.Option(
            metavar="VIDEO", help="Its music video: the same edit, both starting together.", rich_help_panel=_WHAT
        ),
    ] = None,
    audio_stream: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=0, help="Which audio stream, counted from 0; else the default one.", rich_help_panel=_WHAT
        ),
    ] = None,
    video_stream: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Which video stream, covers not counted; else the default one.",
            rich_help_panel=_WHAT,
        ),
    ] = None,
    ladder: Annotated[
        str,
        typer.Option(
            metavar="NAME|FILE",
            help="The rungs to encode: one that `midnote ladders` lists, or a TOML file like it.",
            rich_help_panel=_RUNGS,
        ),
    ] = "default",
    video_codec: Annotated[
        list[VideoCodec] | None,
        typer.Option(
            help="A whole set of video rungs beside the ladder's own: hevc or av1; can be repeated.",
            rich_help_panel=_RUNGS,
        ),
    ] = None,
    audio_codec: Annotated[
        list[AudioCodec] | None,
        typer.Option(
            help="A group beside stereo AAC: flac (lossless, the song's own rate) or opus; can be repeated.",
            rich_help_panel=_RUNGS,
        ),
    ] = None,
    surround: Annotated[
        bool,
        typer.Option(
            "--surround",
            help="Keep 5.1 as an audio group of its own, beside its mix-down to stereo.",
            rich_help_panel=_RUNGS,
        ),
    ] = False,
    normalize: Annotated[
        float | None,
        typer.Option(
            metavar="LUFS",
            help="Bring the song to this loudness (-14, say) by one gain; less where a rung would peak over -1 dBTP.",
            rich_help_panel=_RUNGS,
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The name of the song; else that of its file.", rich_help_panel=_WORDS)
    ] = None,
    song: _Song = None,
    lyrics: _Lyrics = None,
    single_file: _SingleFile = False,
    key: _Key = None,
    key_url: _KeyUrl = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The package folder. A midnote package there is replaced.",
            show_default=False,
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    plan: Annotated[
        bool,
        typer.Option(
            "--plan",
            help="Explain what would be made, and why so. Encodes and writes nothing.",
            rich_help_panel=_OUTPUT,
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="The package's index, or the plan, as JSON on standard output.", rich_help_panel=_OUTPUT
        ),
    ] = False,
    cache: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Where finished rungs are kept for the next run, up to 10 GiB; encrypted ones never are.",
            show_default="$XDG_CACHE_HOME/midnote, ~/.cache/midnote",
            rich_help_panel=_OUTPUT,
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Make every rung anew, and keep none.", rich_help_panel=_OUTPUT)
    ] = False,
) -> None:
    """Package a song, and its music video where there is one, as adaptive HLS.

    The package appears whole, or not at all. Exits with 0 when it is there, 2 when the sources cannot be used.
    """
    from packager.audiogroups import AudioWishes
    from packager.build import build_package, plan_sources
    from packager.cache import open_cache
    from packager.heap import keep_heap_small
    from packager.keys import plan_delivery
    from packager.ladder_files import load_ladder
    from packager.manifest import index_to_json
    from packager.preview import describe_plan, preview_to_json
    from packager.song_file import gather_said
    from packager.sources import StreamChoice
    from packager.terminal import draw_progress, print_json, print_preview, print_summary
    from packager.wishes import PackageWishes

    said = gather_said(song, title, lyrics or ())
    wishes = PackageWishes(
        title=said.title,
        ladder=load_ladder(ladder).with_codecs(video_codec or ()),
        audio=AudioWishes(tuple(audio_codec or ()), surround),
        normalize_lufs=normalize,
        lyrics=said.lyrics,
        song=said.song,
        streams=StreamChoice(audio_stream, video_stream),
        delivery=plan_delivery(is_single_file=single_file, key=key, key_url=key_url),
    )
    if plan:
        with draw_progress() as bar:
            preview = describe_plan(*plan_sources(audio, video, wishes, bar))
        if as_json:
            print_json(preview_to_json(preview))
        else:
            print_preview(preview)
        return
    if out is None:
        raise typer.BadParameter(
            "say where the package shall be, or --plan to see what it would be", param_hint="--out"
        )
    keep_heap_small()
    # What is to be encrypted is not kept in the clear.
    kept = None if no_cache or wishes.delivery.encryption is not None else open_cache(cache)
    with draw_progress() as bar:
        index = build_package(audio, video, out, wishes, cache=kept, watcher=bar)
    if as_json:
        print_json(index_to_json(index))
    else:
        print_summary(index, out, kept.reused if kept else ())


def copy(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Each gives its video (H.264, HEVC, AV1) and its audio (AAC; also FLAC, Opus) as a rung.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The package folder. A midnote package there is replaced.")],
    title: Annotated[str | None, typer.Option(help="The name of the song; else that of the first file.")] = None,
    song: _Song = None,
    lyrics: _Lyrics = None,
    single_file: _SingleFile = False,
    key: _Key = None,
    key_url: _KeyUrl = None,
    as_json: Annotated[bool, typer.Option("--json", help="The package's index as JSON on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors, and start sooner.")] = False,
) -> None:
    """Package a ladder that is encoded already, as adaptive HLS, without encoding it again.

    Segments start at the IDRs that all video rungs share; files that do not fit together are refused, with the frame
    and the remedy. Nothing is decoded, so there are no thumbnails and no loudness. Exits with 0 when the package is
    there, 2 when the files cannot be used.
    """
    import json

    from packager.copy import copy_package
    from packager.delivery import IN_FOLDERS

    said, delivery = None, IN_FOLDERS
    if title or song or lyrics:  # what these need takes 20 ms to import
        from packager.song_file import gather_said

        said = gather_said(song, title, lyrics or ())
    if single_file or key or key_url:
        from packager.keys import plan_delivery

        delivery = plan_delivery(is_single_file=single_file, key=key, key_url=key_url)
    if quiet:
        copy_package(files, out, said=said, delivery=delivery)
        return
    from packager.manifest import index_to_json
    from packager.terminal import draw_progress, print_summary

    with draw_progress() as bar:
        index = copy_package(files, out, said=said, delivery=delivery, watcher=bar)
    if as_json:
        typer.echo(json.dumps(index_to_json(index), indent=1, ensure_ascii=False))
    else:
        print_summary(index, out)


def copy_all(
    songs: Annotated[
        Path, typer.Argument(metavar="LIST", help="Songs and their files (TOML); paths start from the list's folder.")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where each song gets a folder of its own.")],
    single_file: _SingleFile = False,
    key: _Key = None,
    key_url: _KeyUrl = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each song: name, out, and what went wrong or null.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
) -> None:
    """Do what `midnote copy` does for each song of a list, in one process: starting takes longer than a song.

    The list has a table `song` for each, with name (its folder in DIR), files, and where wanted title and about (the
    song's own TOML): samples/songs.toml is an example. A song that cannot be used is told on standard error, and the
    others go on. Exits with 0 when all packages are there, 2 when one is not.
    """
    import json

    from packager import copyall
    from packager.errors import PackagerError
    from packager.keys import plan_delivery

    delivery = plan_delivery(is_single_file=single_file, key=key, key_url=key_url)
    failures = 0
    for song in copyall.copy_all(songs, out, delivery):
        error = song.result if isinstance(song.result, PackagerError) else None
        failures += error is not None
        if as_json:
            line = {"name": song.name, "out": str(song.out), "error": None if error is None else str(error)}
            typer.echo(json.dumps(line, ensure_ascii=False))
        elif error is not None:
            typer.echo(f"midnote: {song.name}: {error}", err=True)
        elif not quiet:
            typer.echo(f"{song.name}: {song.out}")
    if failures:
        raise typer.Exit(2)


def ladders(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Print this one as the TOML it is.", show_default=False)
    ] = None,
) -> None:
    """List the ladders that come with midnote, or print one to start your own from."""
    from packager.ladder_files import load_ladder, preset_names, read_preset
    from packager.terminal import print_ladders

    if name is None:
        print_ladders(map(load_ladder, preset_names()))
    else:
        typer.echo(read_preset(name), nl=False)


def lint(
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="DIR|URL", help="A package folder, a playlist (.m3u8), or the URL of one.", show_default=False
        ),
    ] = None,
    profile: Annotated[
        Profile, typer.Option(help="Whose rules: the RFC's alone, or also Apple's for phones or for television.")
    ] = Profile.MOBILE,
    format_: Annotated[
        Format, typer.Option("--format", help="How to tell the findings; sarif for code hosts, junit for CI.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="Short for --format json.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write there instead of standard output.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Severities and exceptions (TOML); else midnote-lint.toml in the current folder, if it is there.",
            show_default=False,
        ),
    ] = None,
    decode: Annotated[
        bool,
        typer.Option(
            "--decode",
            help="Decode every segment too: frames, key frames, loudness, and whether all rungs are the same song. "
            "Takes as long as decoding each rung once.",
        ),
    ] = False,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Print one rule with its source, and stop.")
    ] = None,
) -> None:
    """Check an HLS package (VOD, fMP4) against RFC 8216bis and Apple's authoring rules.

    Of live playlists, MPEG-TS and packed audio the playlist rules are checked, and a note says what was not.
    Exits with 0 when clean (warnings allowed), 1 on any error, 2 when there is nothing to read.
    """
    from packager.lint.check import run_rules
    from packager.lint.text import explain_rule, has_errors
    from packager.verdicts import load_config, print_findings, read_anywhere, write_findings

    if explain is not None:
        typer.echo(explain_rule(explain))
        return
    if path is None:
        raise typer.BadParameter("give a package folder or an .m3u8 file", param_hint="DIR|URL")
    chosen = Format.JSON if as_json else format_
    wishes = load_config(config)
    presentation = read_anywhere(path, profile, is_decoded=decode)
    findings = wishes.apply(run_rules(presentation))
    if output is not None:
        write_findings(output, presentation, findings, chosen)
    else:
        print_findings(presentation, findings, chosen)
    if has_errors(findings):
        raise typer.Exit(1)
