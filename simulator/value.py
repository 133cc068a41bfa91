"""Values that are made in great numbers: slotted dataclasses that are quick to make.

A frozen dataclass sets each of its fields by a call of `object.__setattr__`: six fields take four times as long as
plain assignments, and that was a sixth of a virtual session's time. So these are frozen for the type checker alone.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(cls: type[T]) -> type[T]:
    """The class as a slotted dataclass that nobody assigns to: mypy refuses it. Equal and hashed by its fields."""
    return dataclass(slots=True, unsafe_hash=True)(cls)
