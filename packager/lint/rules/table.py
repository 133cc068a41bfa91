"""All rules of `midnote lint`. A new one is a row here and a function in one of the modules beside.

B is draft-pantos-hls-rfc8216bis, A Apple's HLS Authoring Specification (general rules). MUST is an error, SHOULD is
a warning.
"""

from packager.lint.finding import Profile, Severity
from packager.lint.rule import ALL, APPLE, RFC_ONLY, Rule
from packager.lint.rules import (
    alignment,
    bitrates,
    codecs,
    groups,
    iframes,
    loudness,
    segments,
    syntax,
    variants,
)

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# fmt: off
RULES: tuple[Rule, ...] = (
    # Any playlist
    Rule("playlist-syntax", _ERROR, "RFC 8216 4.1, 4.2, B 4.4", ALL,
         "Playlists are UTF-8 that starts with #EXTM3U, and every line follows the grammar.", syntax.find_slips),
    Rule("mixed-tags", _ERROR, "B 4.4.4, 4.4.6", ALL,
         "A playlist is either multivariant or media and never has tags of both.", syntax.find_mixed_tags),
    Rule("version-low", _ERROR, "B 4.4.4.5, 4.4.4.2, 8", ALL,
         "EXT-X-VERSION is high enough for the tags that are used.", syntax.find_low_versions),
    Rule("version-high", _WARNING, "B 6.2.1", ALL,
         "EXT-X-VERSION is no higher than the tags need.", syntax.find_high_versions),
    Rule("file-missing", _ERROR, "RFC 8216 4.1", ALL,
         "Every URI leads to a file that can be read.", syntax.find_missing_files),
    Rule("not-read", _NOTE, "midnote", ALL,
         "The linter says what it did not look into.", syntax.find_unread),
    Rule("boxes-broken", _ERROR, "RFC 8216 3.3", ALL,
         "The boxes of init and media segments can be read.", syntax.find_broken_boxes),
    # Variants
    Rule("variant-incomplete", _ERROR, "B 4.4.6.2", ALL,
         "Every EXT-X-STREAM-INF has BANDWIDTH and is followed by a URI.", variants.find_incomplete_variants),
    Rule("variant-nested", _ERROR, "B 4.4.6.2", ALL,
         "The URI of a variant names a media playlist.", variants.find_nested_variants),
    Rule("bandwidth-low", _ERROR, "B 4.4.6.2, RFC 8216 4.1, A 9.13", ALL,
         "BANDWIDTH is at least the largest sum of peak segment bit rates (runs of 0.5 to 1.5 target durations) of any "
         "playable combination.", bitrates.find_low_bandwidths),
    Rule("bandwidth-high", _ERROR, "B 4.4.6.2, A 1.27", ALL,
         "BANDWIDTH is at most 10 % above the measured peak.", bitrates.find_high_bandwidths),
    Rule("average-missing", _ERROR, "A 9.14", APPLE,
         "Every variant has AVERAGE-BANDWIDTH.", bitrates.find_missing_averages),
    Rule("average-wrong", _ERROR, "B 4.4.6.2, A 1.26", ALL,
         "AVERAGE-BANDWIDTH is within 10 % of the measured average.", bitrates.find_wrong_averages),
    Rule("average-above-peak", _ERROR, "B 4.4.6.2", ALL,
         "AVERAGE-BANDWIDTH is at most BANDWIDTH.", bitrates.find_averages_above_peaks),
    Rule("peak-steep", _WARNING, "A 1.30", APPLE,
         "The measured peak is at most twice the average.", bitrates.find_steep_peaks),
    Rule("codecs-missing", _ERROR, "A 9.1, 9.3", APPLE,
         "Every variant has CODECS.", codecs.find_missing_codecs),
    Rule("codecs-unsaid", _WARNING, "B 4.4.6.2", RFC_ONLY,
         "Every variant should have CODECS.", codecs.find_missing_codecs),
    Rule("codecs-incomplete", _ERROR, "B 6.2.4, 4.4.6.1.1", ALL,
         "CODECS lists the format of everything that the variant may play.", codecs.find_unlisted_codecs),
    Rule("codecs-wrong", _ERROR, "B 4.4.6.2, A 2.24", ALL,
         "CODECS names the profile and level of the decoder configuration.", codecs.find_wrong_codecs),
    Rule("codecs-surplus", _WARNING, "B 4.4.6.2", ALL,
         "CODECS lists no format that is not there.", codecs.find_surplus_codecs),
    Rule("resolution-missing", _ERROR, "A 9.2, 9.4", APPLE,
         "Every variant with video has RESOLUTION.", variants.find_missing_resolutions),
    Rule("frame-rate-missing", _ERROR, "A 9.15", APPLE,
         "Every variant with video has FRAME-RATE.", variants.find_missing_frame_rates),
    Rule("frame-rate-rough", _WARNING, "B 4.4.6.2", ALL,
         "FRAME-RATE has three decimals.", variants.find_rough_frame_rates),
    Rule("frame-rate-on-iframes", _ERROR, "B 4.4.6.3", ALL,
         "EXT-X-I-FRAME-STREAM-INF has no FRAME-RATE.", variants.find_iframe_frame_rates),
    Rule("audio-with-picture", _ERROR, "B 4.4.6.2, A 9.2, 9.15", ALL,
         "An audio-only variant has no attributes of video.", variants.find_pictures_on_audio),
    Rule("audio-only-on-tv", _ERROR, "A tvOS 9.20", APPLE,
         "A multivariant playlist for television (under `tv`, and tv.m3u8 of a midnote package) has no audio-only "
         "variant.", variants.find_audio_only_on_tv),
    # Groups
    Rule("rendition-incomplete", _ERROR, "B 4.4.6.1", ALL,
         "Every EXT-X-MEDIA has TYPE, GROUP-ID and NAME, and URI for subtitles.", groups.find_incomplete_renditions),
    Rule("group-unknown", _ERROR, "B 4.4.6.2", ALL,
         "AUDIO, VIDEO, SUBTITLES and CLOSED-CAPTIONS name a group of that TYPE.", groups.find_unknown_groups),
    Rule("group-same-name", _ERROR, "B 4.4.6.1.1", ALL,
         "The NAMEs in a group differ.", groups.find_same_names),
    Rule("group-many-defaults", _ERROR, "B 4.4.6.1.1", ALL,
         "A group has at most one DEFAULT=YES.", groups.find_many_defaults),
    Rule("default-unselectable", _ERROR, "B 4.4.6.1", ALL,
         "DEFAULT=YES does not stand beside AUTOSELECT=NO.", groups.find_unselectable_defaults),
    Rule("language-missing", _ERROR, "A 8.10", APPLE,
         "Every EXT-X-MEDIA but video has LANGUAGE.", groups.find_missing_languages),
    Rule("channels-missing", _WARNING, "B 4.4.6.1", ALL,
         "Every audio EXT-X-MEDIA has CHANNELS.", groups.find_missing_channels),
    # Media playlists
    Rule("target-missing", _ERROR, "B 4.4.3.1", ALL,
         "Every media playlist has EXT-X-TARGETDURATION, at least 1.", segments.find_missing_targets),
    Rule("segment-over-target", _ERROR, "B 4.4.3.1", ALL,
         "EXTINF, rounded to whole seconds, is at most the target duration.", segments.find_segments_over_target),
    Rule("segment-long", _ERROR, "A 7.7", APPLE,
         "The media of a segment lasts at most half a second more than the target duration.",
         segments.find_long_segments),
    Rule("extinf-drift", _ERROR, "A 8.1", APPLE,
         "The EXTINF of any run add up to the media's duration within one video frame.", segments.find_drift),
    Rule("target-differs", _ERROR, "B 6.2.4, A 8.2", ALL,
         "Audio and video playlists have the same target duration.", alignment.find_different_targets),
    Rule("playlist-type-missing", _ERROR, "A 8.6", APPLE,
         "Media playlists say EXT-X-PLAYLIST-TYPE:VOD.", segments.find_missing_types),
    Rule("playlist-type-differs", _ERROR, "B 6.2.4", ALL,
         "If one playlist has EXT-X-PLAYLIST-TYPE, all have the same.", alignment.find_different_types),
    Rule("endlist-missing", _ERROR, "B 6.2.1", ALL,
         "The playlist of finished content ends with EXT-X-ENDLIST.", segments.find_missing_ends),
    Rule("duration-differs", _ERROR, "A 8.3, 8.7", APPLE,
         "Audio and video playlists last equally long, to within frames.", alignment.find_different_lengths),
    Rule("start-differs", _ERROR, "B 6.2.4", ALL,
         "The first segments of all playlists start at the same media time, edit lists counted.",
         alignment.find_different_starts),
    Rule("boundaries-differ", _WARNING, "A 8.22", APPLE,
         "Segments of all renditions start at the same times, audio to the nearest frame.",
         alignment.find_unaligned_boundaries),
    Rule("map-missing", _ERROR, "RFC 8216 3.3, A 8.20", ALL,
         "An EXT-X-MAP applies to every fMP4 segment.", segments.find_missing_maps),
    Rule("independent-missing", _ERROR, "A 9.12", APPLE,
         "EXT-X-INDEPENDENT-SEGMENTS is in the multivariant playlist or in every video playlist.",
         variants.find_dependent_segments),
    Rule("independent-below", _WARNING, "A 9.11", APPLE,
         "EXT-X-INDEPENDENT-SEGMENTS is in the multivariant playlist.", variants.find_unsaid_independence),
    Rule("range-wrong", _ERROR, "B 4.4.4.2", ALL,
         "Byte ranges say where they start and lie inside the file.", segments.find_wrong_ranges),
    # Media
    Rule("segment-dependent", _ERROR, "B 4.4.2.1, A 7.4", ALL,
         "Every video segment starts with an IDR.", segments.find_dependent_starts),
    Rule("decode-hole", _ERROR, "RFC 8216 3.3, A 7.1, 7.3", ALL,
         "Each fragment has a tfdt, and it is where the one before ended.", segments.find_decode_holes),
    Rule("edit-empty", _ERROR, "CMAF (ISO/IEC 23000-19), edit lists", ALL,
         "Edit lists skip priming and put no hole in front.", segments.find_empty_edits),
    # I-frames
    Rule("iframes-missing", _ERROR, "A 6.1", APPLE,
         "A multivariant playlist with video names I-frame playlists.", iframes.find_missing_iframes),
    Rule("iframes-unmarked", _ERROR, "B 4.4.6.3, A 6.8", ALL,
         "An I-frame playlist says EXT-X-I-FRAMES-ONLY.", iframes.find_unmarked_iframes),
    Rule("iframe-range", _ERROR, "B 4.4.3.6, A 6.10", ALL,
         "The range of an I-frame has the moof and all of a sync sample.", iframes.find_useless_ranges),
    Rule("iframe-with-init", _ERROR, "B 4.4.3.6", ALL,
         "The range of an I-frame leaves the init segment out.", iframes.find_inits_in_ranges),
    Rule("iframe-duration", _ERROR, "B 4.4.3.6, A 6.9", ALL,
         "EXTINF of an I-frame is the time to the next I-frame of the playlist.", iframes.find_wrong_waits),
    Rule("iframes-unlisted", _WARNING, "midnote, A 6.6", ALL,
         "An I-frame playlist lists every key frame of its video.", iframes.find_unlisted_iframes),
    # Loudness
    Rule("loudness-missing", _WARNING, "A 2.19", APPLE,
         "The init segment of every audio rendition says how loud it is (udta/ludt).", loudness.find_missing_loudness),
    Rule("loudness-wrong", _ERROR, "A 2.23", ALL,
         "The loudness in a ludt box is that of package.json and of the playlists' session data.",
         loudness.find_wrong_loudness),
)
# fmt: on


def rules_for(profile: Profile) -> tuple[Rule, ...]:
    """The rules that apply under a profile, in the table's order."""
    return tuple(rule for rule in RULES if profile in rule.profiles)


def find_rule(rule_id: str) -> Rule | None:
    """The rule of this id."""
    return next((rule for rule in RULES if rule.id == rule_id), None)
