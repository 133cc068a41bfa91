"""Rules from users' own files: whose code runs, when, and what is said when it does not work."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from midnote import app
from simulator.abr import make_rule
from simulator.compare import compare_runs
from simulator.drivers.virtual import play_virtually
from simulator.errors import InputError
from simulator.journal import read_journal, write_journal
from simulator.package_folder import PackageFolder
from simulator.play import Survey, choose_scenario
from simulator.presentation import Medium
from simulator.profile import PlayerConfig
from simulator.replay import check_replay
from simulator.rule_file import choose_rule, give_rules, load_rule, reload_rules
from simulator.scenario import Scenario, Tap
from simulator.session import Session
from simulator.sweep import Sweep, make_contenders, run_sweep
from simulator.trace import SHAPES

SONG = Survey(60_000_000, has_video=True)
EXAMPLE = Path(__file__).parents[2] / "docs" / "rules" / "cautious.py"
# Leaves a trace of having been run.
TELLTALE = """from pathlib import Path
Path({trace!r}).write_text("it ran")
class Telltale:
    def start(self): pass
    def choose(self, view, memory): raise AssertionError("nobody allowed this")
"""


def write(folder: Path, text: str, name: str = "mine.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def choosing(body: str) -> str:
    """A rule file whose `choose` has this body, on line 4."""
    return f"class Mine:\n    def start(self): return 0\n    def choose(self, view, memory):\n        {body}\n"


def play(package: Path, config: PlayerConfig) -> Session:
    scenario = Scenario("own", (Tap(7_300_000, Medium.VIDEO),), SHAPES["wifi"], 30_000_000, config=config)
    return play_virtually(PackageFolder(package), "master.m3u8", scenario)


def test_the_example_plays_below_what_the_link_carries(hollow_package: Path) -> None:
    session = play(hollow_package, choose_rule(PlayerConfig(), str(EXAMPLE)))
    reasons = {getattr(event, "reason", "") for event in session.events}
    assert {"too little is known or buffered", "it has lasted: one rung up"} <= reasons
    check_replay(session)


def test_a_rule_file_is_named_with_its_prefix_or_its_ending() -> None:
    config = choose_rule(PlayerConfig(), f"file:{EXAMPLE}")
    assert config == choose_rule(PlayerConfig(), str(EXAMPLE))
    assert (config.abr, config.audio_abr, config.own_rules[0].file) == (
        "file:cautious.py", "file:cautious.py", "cautious.py",
    )  # fmt: skip


def test_what_a_rule_keeps_in_itself_is_not_shared(tmp_path: Path) -> None:
    text = "class Mine:\n    count = 0\n    def start(self):\n        self.count += 1\n        return self.count\n"
    own = load_rule(write(tmp_path, f"{text}    def choose(self, view, memory): pass"))
    assert [make_rule(own.name, 0.8, [own]).start() for _ in range(2)] == [1, 1]


def test_a_scenario_runs_no_code_unless_that_is_allowed(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    write(tmp_path, TELLTALE.format(trace=str(trace)))
    path = write(tmp_path, "[player]\naudio_abr = 'file:mine.py'", "s.toml")
    with pytest.raises(InputError, match=r"s\.toml: \[player\] asks for the rule 'file:mine\.py', which is code; .*"):
        choose_scenario(SONG, path, [], None)
    assert not trace.exists()
    config = choose_scenario(SONG, path, [], None, allows_rule_files=True).config
    assert trace.exists()
    assert (config.abr, config.audio_abr) == ("throughput", "file:mine.py")


def test_a_rule_on_the_command_line_goes_before_that_of_a_scenario(tmp_path: Path) -> None:
    path = write(tmp_path, "[player]\nabr = 'file:not-there.py'", "s.toml")
    assert choose_scenario(SONG, path, [], None, rule="bola").config.abr == "bola"


def test_no_driver_runs_a_rule_that_was_not_loaded(hollow_package: Path) -> None:
    with pytest.raises(InputError, match=r"the rule 'file:mine\.py' is code, and nobody said that it may run"):
        play(hollow_package, PlayerConfig(abr="file:mine.py"))


@pytest.fixture
def journal(hollow_package: Path, tmp_path: Path) -> Path:
    write_journal(play(hollow_package, choose_rule(PlayerConfig(), str(EXAMPLE))), tmp_path / "j.zip")
    return tmp_path / "j.zip"


def test_a_journal_holds_the_name_and_the_hash_of_a_rule_alone(journal: Path) -> None:
    (own,) = read_journal(journal).scenario.config.own_rules
    assert (own.file, own.path, own.make) == ("cautious.py", "", None)
    with zipfile.ZipFile(journal) as archive:
        head = archive.read("journal.jsonl").decode().splitlines()[0]
    assert f'"own_rules":[{{"file":"cautious.py","sha256":"{own.sha256}"}}]' in head
    assert str(EXAMPLE.parent) not in head


def test_a_journal_is_replayed_only_with_the_very_file(journal: Path, tmp_path: Path) -> None:
    session = read_journal(journal)
    with pytest.raises(
        InputError, match=r"its user's own, cautious\.py .sha256 [0-9a-f]{64}.; .* --rule cautious\.py$"
    ):
        check_replay(session)
    trace = tmp_path / "trace"
    other = write(tmp_path, TELLTALE.format(trace=str(trace)), "cautious.py")
    with pytest.raises(InputError, match=r"cautious\.py: its sha256 is \w{64}, but the session was played by cautious"):
        give_rules([session], [other])
    assert not trace.exists()
    renamed = tmp_path / "renamed.py"
    renamed.write_bytes(EXAMPLE.read_bytes())
    check_replay(*give_rules([session], [renamed]))


def test_a_rule_is_not_given_to_a_journal_that_has_none(hollow_package: Path) -> None:
    session = play(hollow_package, PlayerConfig())
    with pytest.raises(InputError, match="played by none but midnote's own rules; leave --rule out"):
        give_rules([session], [EXAMPLE])


def test_prove_and_replay_refuse_with_a_line_and_take_the_file(journal: Path) -> None:
    refused = CliRunner().invoke(app, ["replay", str(journal)])
    assert isinstance(refused.exception, InputError)
    assert isinstance(CliRunner().invoke(app, ["prove", str(journal)]).exception, InputError)
    taken = CliRunner().invoke(app, ["replay", str(journal), "--rule", str(EXAMPLE), "--only", "playback"])
    assert taken.exit_code == 0


def test_two_journals_of_two_rules_are_compared_when_both_files_are_given(
    hollow_package: Path, journal: Path, tmp_path: Path
) -> None:
    other = write(tmp_path, EXAMPLE.read_text().replace("patience: int = 2", "patience: int = 3"))
    session = play(hollow_package, choose_rule(PlayerConfig(), str(other)))
    given = give_rules([read_journal(journal), session], [EXAMPLE, other])
    assert [own.file for each in given for own in each.scenario.config.own_rules] == ["cautious.py", "mine.py"]
    for each in given:
        check_replay(each)


def test_a_comparison_of_sweeps_takes_no_rule(tmp_path: Path) -> None:
    sweeps = [write(tmp_path, "", name) for name in ("one.sqlite", "two.sqlite")]
    with pytest.raises(InputError, match=r"cautious\.py: sweeps are compared by their results, .*; leave --rule out$"):
        compare_runs(*sweeps, None, [EXAMPLE], as_json=False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", r"mine\.py: has no class with the methods start\(\) and choose\(view, memory\); docs/rules/"),
        ("class Mine:\n    def start(self): pass", r"choose\(view, memory\): Mine lacks choose\(\); docs/rules/"),
        (choosing("return 0") + choosing("return 0").replace("Mine", "Yours"),
         r"mine\.py: holds 2 rules \(Mine, Yours\) where one is expected; give each a file of its own"),
        ("class Mine:\n    def", r"mine\.py:2: SyntaxError: invalid syntax; mend the rule"),
        ("\nimport nowhere_to_be_found", r"mine\.py:2: ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("raise SystemExit(0)", r"mine\.py:1: SystemExit: 0; mend the rule"),
        (choosing("return 0") + "    def __init__(self, rung): pass",
         r"mine\.py: TypeError: .*missing 1 required positional argument: 'rung'; mend the rule"),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_said_in_a_line_when_it_is_loaded(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        load_rule(write(tmp_path, text))
    assert "\n" not in str(refused.value)


def test_a_rule_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.py: cannot read the rule: No such file or directory"):
        load_rule(tmp_path / "none.py")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 1 // 0", r"mine\.py:4: ZeroDivisionError: integer division or modulo by zero; mend the rule"),
        ("return 0", r"mine\.py: choose\(\) returned 0; it must return \(Decision\(rung, reason\), memory\) with a"),
        ("from simulator.abr.contract import Decision; return Decision(9, 'best'), 0",
         r"choose\(\) returned \(Decision\(rung=9, .*\), 0\); it must return .* with a rung from 0 to [23]"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_in_a_session_is_its_users(
    hollow_package: Path, tmp_path: Path, body: str, message: str
) -> None:
    config = choose_rule(PlayerConfig(), str(write(tmp_path, choosing(body))))
    with pytest.raises(InputError, match=message):
        play(hollow_package, config)


def test_a_rule_may_give_up_a_segment_but_for_no_rung_that_is_not_there(hollow_package: Path, tmp_path: Path) -> None:
    text = choosing(
        "from simulator.abr.contract import Decision; return Decision(len(view.bitrates_bps) - 1, 'best'), 0"
    )
    path = write(tmp_path, text + "    def reconsider(self, view, memory, progress): return -1, memory\n")
    scenario = Scenario("slow", link=SHAPES["3g"], config=choose_rule(PlayerConfig(), str(path)))
    with pytest.raises(
        InputError, match=r"mine\.py: reconsider\(\) returned \(-1, 0\); it must return \(None, memory\)"
    ):
        play_virtually(PackageFolder(hollow_package), "master.m3u8", scenario)


def test_a_sweep_plays_a_rule_file_in_every_process(hollow_package: Path, tmp_path: Path) -> None:
    contenders = make_contenders(["throughput", str(EXAMPLE)], ["two-element"])
    sweep = Sweep((hollow_package,), ("4g",), contenders, listeners=3, taps=2)
    alone = run_sweep(sweep, tmp_path / "one.sqlite", 1, lambda *_: None)
    together = run_sweep(sweep, tmp_path / "two.sqlite", 2, lambda *_: None)
    assert alone.summary == together.summary
    assert alone.summary is not None
    assert [line.contender.rule for line in alone.summary.lines] == ["throughput", "file:cautious.py"]


def test_a_sweep_plays_a_changed_rule_file_anew(tmp_path: Path) -> None:
    contenders = [
        make_contenders([str(write(tmp_path, choosing(f"return {number}")))], ["two-element"])[0] for number in (1, 2)
    ]
    assert contenders[0] != contenders[1]
    with pytest.raises(InputError, match=r"mine\.py: was changed while sessions were played by it; start again"):
        reload_rules(replace(PlayerConfig(), own_rules=contenders[0].own_rules))


def test_two_rule_files_of_one_name_are_not_mixed_up(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one, other = write(tmp_path, choosing("return 1")), write(tmp_path / "other", choosing("return 2"))
    with pytest.raises(
        InputError, match=r"mine\.py and .*other/mine\.py: two rules of one name; rename one of the files"
    ):
        make_contenders([str(one), str(other)], ["two-element"])
