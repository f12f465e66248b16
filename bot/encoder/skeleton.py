"""Writes the network's form without its weights: `python -m bot.encoder.skeleton` (needs the onnx package).

The form is the same for everybody and small, so it lies in the repository; a council's machine makes only the
weights beside it, and needs no package for that.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from onnx import TensorProto, helper

from bot.encoder.layout import EPSILON, GRAPH_FILE, LOOKED_AT, WEIGHTS_FILE, Place, places
from bot.encoder.source import HEADS, LAYERS, WIDTH

SKELETON = Path(__file__).parents[1] / "model" / GRAPH_FILE
_FUSED = "com.microsoft"  # onnxruntime's own operators: whole steps of a transformer at once
_KINDS = {"float32": TensorProto.FLOAT, "int8": TensorProto.INT8}


def skeleton() -> bytes:
    """The network as ONNX: vectors of pieces in (1, pieces, 384); the mean of the last layer and some layers out.

    Weights are 8 bit, one scale for each output; what goes through is made 8 bit as it comes
    (`DynamicQuantizeMatMul`). Always the same bytes.
    """
    nodes = [_node("LayerNormalization", ["entry", "emb.ln.w", "emb.ln.b"], ["h0"], axis=-1, epsilon=EPSILON)]
    for layer in range(LAYERS):
        nodes += _layer(layer)
    nodes.append(_node("ReduceMean", [f"h{LAYERS}", "axis"], ["mean"], keepdims=0))
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("entry", TensorProto.FLOAT, [1, "pieces", WIDTH])],
        [
            helper.make_tensor_value_info("mean", TensorProto.FLOAT, [1, WIDTH]),
            *(
                helper.make_tensor_value_info(f"h{layer}", TensorProto.FLOAT, [1, "pieces", WIDTH])
                for layer in LOOKED_AT
            ),
        ],
        [helper.make_tensor("axis", TensorProto.INT64, [1], [1]), *(_elsewhere(place) for place in places())],
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="kizuki")
    return bytes(made.SerializeToString(deterministic=True))


def _layer(layer: int) -> list[Any]:
    def own(name: str) -> str:
        return f"l{layer}.{name}"

    def times(name: str, entry: str, result: str) -> Any:
        parts = [own(f"{name}.{part}") for part in ("w", "scale", "zero", "b")]
        return _node("DynamicQuantizeMatMul", [entry, *parts], [own(result)], domain=_FUSED)

    def add(entry: str, more: str, norm: str, result: str) -> Any:
        parts = [own(f"{norm}.{part}") for part in ("w", "b")]
        return _node(
            "SkipLayerNormalization", [entry, own(more), *parts], [result], domain=_FUSED, epsilon=EPSILON
        )

    entry = f"h{layer}"
    apart = [own(name) for name in ("asked", "keys", "values")]
    return [
        times("qkv", entry, "three"),
        _node("Split", [own("three")], apart, axis=-1, num_outputs=3),
        _node("MultiHeadAttention", apart, [own("seen")], domain=_FUSED, num_heads=HEADS),
        times("ao", own("seen"), "told"),
        add(entry, "told", "aln", own("middle")),
        times("fi", own("middle"), "wide"),
        _node("Gelu", [own("wide")], [own("bent")], domain=_FUSED),
        times("fo", own("bent"), "narrow"),
        add(own("middle"), "narrow", "oln", f"h{layer + 1}"),
    ]


def _node(operator: str, entries: list[str], results: list[str], **settings: Any) -> Any:
    return helper.make_node(operator, entries, results, **settings)


def _elsewhere(place: Place) -> Any:
    """An array that lies in the weights file."""
    tensor = TensorProto(name=place.name, data_type=_KINDS[place.kind], dims=place.form)
    tensor.data_location = TensorProto.EXTERNAL
    where = {"location": WEIGHTS_FILE, "offset": str(place.offset), "length": str(place.length)}
    for key, value in where.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def main() -> None:
    """Write the form into the repository."""
    SKELETON.write_bytes(skeleton())
    sys.stdout.write(f"{SKELETON.name}: {SKELETON.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    main()
