"""The HLS checker: rules as rows of a table, over a presentation that was read beforehand.

    finding        what a rule says, and where
    lexer          playlist bytes -> lines that know their number
    grammar        what tags may say
    playlists      lines -> multivariant and media playlists
    initshape      how an init segment is built
    codecnames     decoder configurations -> the names of RFC 6381
    webvtt         words -> their header and cues
    media          MP4 boxes -> what the rules ask of an init segment and a segment
    rates          peak and average bit rates as the RFC defines them
    presentation   all of it together: what a rule gets to see
    rules/         the rules, by what they are about, and the table of them
    check          runs it
    config         the user's own severities and exceptions
    text, page, sarif, junit   findings to read, to send on, for code hosts, for CI
    formats        the choice between them

    rules_page     the rules as a page of the documentation

All of it is pure. `packager.inspection` reads folders, `packager.remote` URLs.
"""
