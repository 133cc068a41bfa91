"""Compile the player core with mypyc: the same sessions in a fraction of the time.

    make compiled                     or: python -m benchmarks.compile_core
    build/compiled/midnote sweep ...
    PYTHONPATH=build/compiled:. python -P -m benchmarks.simulate       (-P: not the sources of this folder first)

Needs mypy (the `tests` extra) and a C compiler. A copy of the package is compiled, in `build/compiled`, and is only
used by the command that stands there: shared objects beside the sources would go stale unseen.

The sources stay plain Python, so the copy's dataclasses and `@value`s are rewritten first. A class with `slots=True`
is made anew by its decorator and so is none of mypyc's (which have slots anyway); and a constructor that the decorator
makes is interpreted, while one that stands in the source is compiled. mypy has seen that nobody assigns to a frozen
value. A value is made of values that were there before, and so is in no cycle: the collector need not follow it.
"""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
OUT = ROOT / "build" / "compiled"
# What runs at every step of a session.
CORE = (
    "presentation", "inputs", "commands", "events", "profile", "estimate", "line", "lane", "exchange", "playhead",
    "stage", "planner", "player", "queued_player", "playqueue", "steering", "switching", "view", "link", "trace",
    "faults", "controls", "listener", "queue_listener", "session", "package_folder", "package_shelf", "abr/__init__",
    "abr/adaptation", "abr/contract", "abr/bola", "abr/bolae", "abr/throughput", "abr/dynamic", "abr/bufferbased",
    "abr/robustmpc", "abr/fixed", "drivers/virtual",
)  # fmt: skip

# What `@value` becomes is a dataclass.
_VALUE = ("from simulator.value import value\n", "from dataclasses import dataclass\n")


def main() -> None:
    """Compile, and say how to use it."""
    compile_core(OUT)
    launcher = write_launcher(OUT)
    print(f"{len(CORE)} modules are compiled; to use them: {launcher.relative_to(ROOT)} sweep ...")


def compile_core(out: Path) -> None:
    """The simulator with a compiled core in folder `out`; what was compiled there before goes first."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(ROOT / "simulator", out / "simulator", ignore=shutil.ignore_patterns("__pycache__"))
    modules = [Path("simulator") / f"{name}.py" for name in CORE]
    for module in modules:
        path = out / module
        path.write_text(rewrite(path.read_text()))
    compile_modules(out, modules)


def write_launcher(out: Path) -> Path:
    """The command `midnote` with the core that is compiled in folder `out`, as a script there."""
    launcher = out / "midnote"
    launcher.write_text(f'#!/bin/sh\nPYTHONPATH="{out}:{ROOT}" exec "{sys.executable}" -P -m midnote "$@"\n')
    launcher.chmod(0o755)
    return launcher


def compile_modules(out: Path, modules: list[Path]) -> None:
    """Shared objects beside the copied modules. Exits with the compiler's own words when it cannot be done."""
    command = [sys.executable, "-m", "mypyc", *map(str, modules)]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(out)
        print(done.stdout + done.stderr)
        sys.exit("The core could not be compiled. It needs mypy (pip install -e '.[tests]') and a C compiler.")


def rewrite(source: str) -> str:
    """The same module with dataclasses that mypyc compiles whole."""
    module = ast.parse(source.replace(*_VALUE))
    slotted = [node for node in module.body if isinstance(node, ast.ClassDef) and _is_slotted(node)]
    for node in slotted:
        _rewrite_class(node)
    if slotted:
        module.body.insert(module.body.index(slotted[0]), _parse("from mypy_extensions import mypyc_attr"))
    return ast.unparse(module) + "\n"


def _is_slotted(node: ast.ClassDef) -> bool:
    decorator = ast.unparse(node.decorator_list[0]) if node.decorator_list else ""
    return decorator == "value" or "slots=True" in decorator


def _rewrite_class(node: ast.ClassDef) -> None:
    fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    given = [each for each in fields if "init=False" not in ast.unparse(each)]
    node.body.append(_write_reduction(node.name, given))
    decorator = ast.unparse(node.decorator_list[0])
    if any("field(" in ast.unparse(each) for each in fields):
        node.decorator_list = [_parse_expression(decorator.replace(", slots=True", ""))]
        return
    is_hashed = decorator == "value" or "frozen=True" in decorator
    is_compared = "eq=False" not in decorator
    node.decorator_list = [
        _parse_expression(f"dataclass(init=False, eq={is_compared}, unsafe_hash={is_hashed})"),
        _parse_expression("mypyc_attr(acyclic=True)"),
    ]
    node.body.append(_write_constructor(fields, has_check=_has_method(node, "__post_init__")))


def _has_method(node: ast.ClassDef, name: str) -> bool:
    return any(isinstance(each, ast.FunctionDef) and each.name == name for each in node.body)


def _write_reduction(class_name: str, fields: list[ast.AnnAssign]) -> ast.stmt:
    """How a value is pickled, for the processes of a sweep: as a call of its class."""
    values = "".join(f"self.{ast.unparse(each.target)}, " for each in fields)
    return _parse(f"def __reduce__(self) -> tuple[object, ...]:\n    return {class_name}, ({values})")


def _write_constructor(fields: list[ast.AnnAssign], *, has_check: bool) -> ast.stmt:
    names = [ast.unparse(each.target) for each in fields]
    taken = [ast.unparse(each) for each in fields]
    lines = [f"def __init__(self, {', '.join(taken)}) -> None:", *(f"    self.{name} = {name}" for name in names)]
    return _parse("\n".join([*lines, "    self.__post_init__()" if has_check else "    pass"]))


def _parse(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def _parse_expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


if __name__ == "__main__":
    main()
