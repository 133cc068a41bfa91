"""Loads adaptation rules from users' files: the one place where midnote runs code that is not its own.

A file is loaded when a command line names it, or allows those that its scenario names; a journal alone loads none.
`docs/rules/cautious.py` is a worked example.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from simulator.abr.own import guard
from simulator.errors import InputError
from simulator.ownrule import PREFIX, OwnRule
from simulator.profile import PlayerConfig
from simulator.session import Session

_METHODS = ("start", "choose")


def load_rule(path: Path) -> OwnRule:
    """The rule in a file, which runs the file. Raises InputError when it cannot be read, is faulty or holds no rule."""
    return _load(path, _read(path))


def reload_rules(config: PlayerConfig) -> PlayerConfig:
    """The player with the code of its rules, read again where they were found, as a process of its own must.

    Raises InputError when a file is not what it was.
    """
    return replace(config, own_rules=tuple(_reload(own) for own in config.own_rules))


def choose_rule(config: PlayerConfig, rule: str) -> PlayerConfig:
    """The player with this rule for sound and picture: a name, or the file in `file:mine.py` or `mine.py`."""
    if not is_rule_file(rule):
        return replace(config, abr=rule, audio_abr=rule, own_rules=())
    own = load_rule(find_rule_file(rule))
    return replace(config, abr=own.name, audio_abr=own.name, own_rules=(own,))


def is_rule_file(rule: str) -> bool:
    """Whether this asks for a file rather than for one of midnote's rules."""
    return rule.startswith(PREFIX) or rule.endswith(".py")


def find_rule_file(rule: str) -> Path:
    """The file in `file:mine.py` or `mine.py`."""
    return Path(rule.removeprefix(PREFIX))


def load_named_rules(config: PlayerConfig, folder: Path, where: str, *, is_allowed: bool) -> PlayerConfig:
    """The player with the files that its scenario names, which are sought from the scenario's own folder.

    Raises InputError when it names any and that is not allowed.
    """
    names = [name for name in (config.abr, config.audio_abr) if name.startswith(PREFIX)]
    if not names:
        return config
    if not is_allowed:
        raise InputError(
            f"{where}: [player] asks for the rule {names[0]!r}, which is code; read that file, and if you trust it, "
            "add --allow-rule-files"
        )
    loaded = {name: load_rule(folder / name.removeprefix(PREFIX)) for name in dict.fromkeys(names)}
    own_rules = tuple(loaded.values())
    refuse_namesakes(own_rules)
    abr, audio_abr = (loaded[name].name if name in loaded else name for name in (config.abr, config.audio_abr))
    return replace(config, abr=abr, audio_abr=audio_abr, own_rules=own_rules)


def refuse_namesakes(own_rules: Sequence[OwnRule]) -> None:
    """Raises InputError when two different rules have the same name."""
    seen: dict[str, OwnRule] = {}
    for own in own_rules:
        if seen.setdefault(own.file, own) != own:
            raise InputError(f"{seen[own.file].path} and {own.path}: two rules of one name; rename one of the files")


def give_rules(sessions: Sequence[Session], paths: Sequence[Path]) -> tuple[Session, ...]:
    """Recorded sessions with the code of their rules, from files that must be the very ones they were played by.

    Raises InputError for any other file, of which nothing is run.
    """
    recorded = [own for session in sessions for own in session.scenario.config.own_rules]
    loaded: dict[str, OwnRule] = {}
    for path in paths:
        source = _read(path)
        own = _find_recorded(recorded, path, source)  # first: what is not in a journal is not run
        loaded[own.sha256] = _load(path, source)
    return tuple(_give_loaded(session, loaded) for session in sessions)


def _give_loaded(session: Session, loaded: Mapping[str, OwnRule]) -> Session:
    config = session.scenario.config
    own_rules = tuple(
        replace(loaded[own.sha256], file=own.file) if own.sha256 in loaded else own for own in config.own_rules
    )
    return replace(session, scenario=replace(session.scenario, config=replace(config, own_rules=own_rules)))


def _find_recorded(own_rules: Sequence[OwnRule], path: Path, source: bytes) -> OwnRule:
    """The rule of the journal that these bytes are."""
    if not own_rules:
        raise InputError(f"{path}: the session was played by none but midnote's own rules; leave --rule out")
    digest = sha256(source).hexdigest()
    for own in own_rules:
        if own.sha256 == digest:
            return own
    expected = ", ".join(f"{own.file} ({own.sha256})" for own in own_rules)
    raise InputError(f"{path}: its sha256 is {digest}, but the session was played by {expected}; give that very file")


@lru_cache(maxsize=64)
def _reload_from(path: str, digest: str) -> OwnRule:
    source = _read(Path(path))
    if sha256(source).hexdigest() != digest:
        raise InputError(f"{path}: was changed while sessions were played by it; start again")
    return _load(Path(path), source)


def _reload(own: OwnRule) -> OwnRule:
    return _reload_from(own.path, own.sha256)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InputError(f"{path}: cannot read the rule: {fault.strerror}") from fault


def _load(path: Path, source: bytes) -> OwnRule:
    digest = sha256(source).hexdigest()
    make = _find_class(_run(source, str(path), digest), path)
    guard(str(path), make)  # that it can be made without arguments is said now, not in mid-song
    return OwnRule(path.name, digest, str(path), make)


def _run(source: bytes, path: str, digest: str) -> ModuleType:
    """The module that exactly these bytes make; the file is not read again, and nothing is written beside it."""
    module = ModuleType(f"midnote_rule_{digest[:16]}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses look their module up there
    guard(path, lambda: exec(compile(source, path, "exec"), module.__dict__))
    return module


def _find_class(module: ModuleType, path: Path) -> type[Any]:
    """The one class of the module that has the methods of a rule."""
    own = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    rules = [each for each in own if all(callable(getattr(each, method, None)) for method in _METHODS)]
    if len(rules) == 1:
        return rules[0]
    if rules:
        names = ", ".join(each.__name__ for each in rules)
        raise InputError(
            f"{path}: holds {len(rules)} rules ({names}) where one is expected; give each a file of its own"
        )
    raise InputError(
        f"{path}: has no class with the methods start() and choose(view, memory){_tell_missing(own)}; "
        "docs/rules/cautious.py shows one"
    )


def _tell_missing(classes: Sequence[type[Any]]) -> str:
    """Which method a class lacks that has one of them."""
    for each in classes:
        missing = [method for method in _METHODS if not callable(getattr(each, method, None))]
        if len(missing) < len(_METHODS):
            return f": {each.__name__} lacks {missing[0]}()"
    return ""
