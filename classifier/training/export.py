"""Stage 6: turn the fine-tuned encoder into what is shipped.

    python -m classifier.training.export WORK_DIR

Reads ``averaged.pt``, writes ``encoder.onnx`` (8-bit weights), ``tokenizer.json`` and ``head.npz``
into the same folder. Weights are quantised per channel and to seven bits: with eight, processors
without VNNI overflow in the middle of a product and answer otherwise than those that have it.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from onnx import TensorProto
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.transformers import optimizer
from torch import nn

from classifier.training.finetune import Encoder, base_dir, padded


class Pooled(nn.Module):
    """The encoder without its head."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        return self.encoder.pooled(input_ids, attention_mask)


def write_onnx(*, encoder: Encoder, path: Path) -> None:
    """Write the encoder as a quantised ONNX model: ids and mask (B, T) in, (B, 384) out."""
    # The plain form of attention is the one that the optimiser knows how to fuse.
    encoder.bert.set_attn_implementation("eager")
    example = padded([list(range(1000, 1040)), list(range(1000, 1020))])
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        torch.onnx.export(
            Pooled(encoder),
            example,
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={
                "input_ids": {0: "texts", 1: "tokens"},
                "attention_mask": {0: "texts", 1: "tokens"},
                "embedding": {0: "texts"},
            },
            opset_version=17,
            dynamo=False,
        )
        config = encoder.bert.config
        model = optimizer.optimize_model(
            str(plain),
            model_type="bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            opt_level=0,
        )
        model.save_model_to_file(str(fused))
        quantize_dynamic(
            str(fused),
            str(path),
            per_channel=True,
            reduce_range=True,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    options = parser.parse_args()
    saved = torch.load(options.work / "averaged.pt", map_location="cpu", weights_only=True)
    encoder = Encoder(frozen=saved["frozen"])
    encoder.load_state_dict(saved["model"])
    encoder.eval()
    write_onnx(encoder=encoder, path=options.work / "encoder.onnx")
    tokenizer = json.loads((base_dir() / "tokenizer.json").read_text("utf-8"))
    (options.work / "tokenizer.json").write_text(
        json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8"
    )
    np.savez(
        options.work / "head.npz",
        head=encoder.head.weight.detach().numpy().T,
        head_bias=encoder.head.bias.detach().numpy(),
    )
    size = (options.work / "encoder.onnx").stat().st_size / 1e6
    print(f"encoder.onnx, {size:.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
