"""Images that stay bytes until they are computed with, for sets whose pixels as floating point numbers would fill the
memory.

A tensor of this kind stands for the pixels that the rest of the package asks for: types, devices, shapes and selections
are those of ordinary tensors. What was asked for (another type, a division) is done to the part that is computed with,
in the same order, so that every result has the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils._pytree import tree_map

aten = torch.ops.aten

VIEWS = {
    aten.alias.default,
    aten.detach.default,
    aten.expand.default,
    aten.flatten.using_ints,
    aten.narrow.default,
    aten.permute.default,
    aten.reshape.default,
    aten.select.int,
    aten.slice.Tensor,
    aten.split.Tensor,
    aten.squeeze.dim,
    aten.transpose.int,
    aten.unflatten.int,
    aten.unsqueeze.default,
    aten.view.default,
}
"""Operations that give other views of the same bytes."""

SELECTIONS = {aten.index.Tensor, aten.index_select.default}
"""Operations that copy some of the samples: as bytes before a type was asked for, as pixels after that."""

Step = tuple[str, Any]
"""A change that is still to be made: `("to", type)` or `("div", number)`."""


class PixelsOnDemand(Tensor):
    """`stored`, a tensor of bytes, after `steps`."""

    stored: Tensor
    steps: tuple[Step, ...]

    @staticmethod
    def __new__(cls, stored: Tensor, steps: Sequence[Step] = ()) -> PixelsOnDemand:
        kinds = [value for name, value in steps if name == "to"]
        # a tensor that is made in inference mode could not be a view of one that was made outside it
        with torch.inference_mode(False):
            made: PixelsOnDemand = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
                cls,
                stored.shape,
                strides=stored.stride(),
                storage_offset=stored.storage_offset(),
                dtype=kinds[-1] if kinds else stored.dtype,
                device=stored.device,
            )
        made.stored, made.steps = stored, tuple(steps)
        return made

    def made(self) -> Tensor:
        """The pixels as an ordinary tensor."""
        found = self.stored
        for name, value in self.steps:
            found = found.to(value) if name == "to" else found.div(value)
        return found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.asarray(self.made().numpy(), dtype=dtype)

    def __repr__(self, *, tensor_contents: Any = None) -> str:  # type: ignore[override]
        return f"PixelsOnDemand({tuple(self.shape)}, {self.dtype}, {self.device})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:  # type: ignore[override]
        kwargs = kwargs or {}
        first = args[0] if args else None
        if isinstance(first, PixelsOnDemand):
            if func in VIEWS:
                return _each(func(first.stored, *args[1:], **kwargs), first.steps)
            if func in SELECTIONS:
                found = PixelsOnDemand(func(first.stored, *args[1:], **kwargs), first.steps)
                return found.made() if first.steps else found
            if func is aten._to_copy.default and set(kwargs) <= {"dtype", "device", "non_blocking"}:
                return _copied(first, kwargs)
            if func in (aten.div_.Tensor, aten.div_.Scalar) and not isinstance(args[1], PixelsOnDemand):
                first.steps += (("div", args[1]),)
                return first
        plain = tree_map(lambda value: value.made() if isinstance(value, PixelsOnDemand) else value, (args, kwargs))
        return func(*plain[0], **plain[1])


def _each(found: Any, steps: tuple[Step, ...]) -> Any:
    if isinstance(found, list | tuple):
        return [PixelsOnDemand(one, steps) for one in found]
    return PixelsOnDemand(found, steps)


def _copied(images: PixelsOnDemand, wanted: dict[str, Any]) -> PixelsOnDemand:
    """The same on another device or in another type, which the bytes become only where they are computed with."""
    stored, steps = images.stored, images.steps
    if wanted.get("device") is not None:
        stored = stored.to(wanted["device"])
    if wanted.get("dtype") is not None:
        steps = (*steps, ("to", wanted["dtype"]))
    return PixelsOnDemand(stored, steps)


def on_demand(images: npt.NDArray[np.uint8]) -> PixelsOnDemand:
    """Images uint8, which may lie on the disk."""
    return PixelsOnDemand(torch.from_numpy(images))
