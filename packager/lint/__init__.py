"""The HLS checker: rules as rows of a table, over a presentation that was read beforehand.

    finding        what a rule says, and where
    lexer          playlist bytes -> lines that know their number
    playlists      lines -> multivariant and media playlists
    media          MP4 boxes -> what the rules ask of an init segment and a segment
    rates          peak and average bit rates as the RFC defines them
    presentation   all of it together: what a rule gets to see
    faults, ...    the rules, by the part of the standard they come from
    rules          the table
    check          runs it
    text           findings as lines to read

All of it is pure. `packager.inspection` reads the files.
"""
