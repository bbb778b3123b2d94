#!/usr/bin/env python3
"""Makes a model for each of DJL's HuggingFace translators: src/test/resources/translators.zip.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     PYTHONHASHSEED=0 python3 make_translator_models.py

What they answer depends on every token, so that one text's answer is seen in another's.
"""

import io
import zipfile
from pathlib import Path
from typing import Tuple

import torch
from torch import Tensor, nn

TARGET = Path(__file__).resolve().parent.parent / "resources" / "translators.zip"
WORDS = 200


class Tokens(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.table = nn.Embedding(WORDS, width)

    def tokens(self, ids: Tensor, mask: Tensor) -> Tensor:
        x = self.table(ids) * mask.unsqueeze(2).to(torch.float32)
        return x + 0.1 * x.sum(1, keepdim=True)


class QuestionAnswering(Tokens):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tuple[Tensor, Tensor]:
        x = self.tokens(input_ids, attention_mask)
        return x[:, :, 0], x[:, :, 1]


class PerToken(Tokens):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.tokens(input_ids, attention_mask)


class PerText(Tokens):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.tokens(input_ids, attention_mask).sum(1)


def main() -> None:
    torch.manual_seed(3)
    models = {
        "QuestionAnswering": QuestionAnswering(2), "FillMask": PerToken(WORDS), "TokenClassification": PerToken(2),
        "TextEmbedding": PerToken(6), "ZeroShotClassification": PerText(3), "TextClassification": PerText(2),
        "Reranking": PerText(1),
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, model in models.items():
            buffer = io.BytesIO()
            torch.jit.save(torch.jit.script(model.eval()), buffer)
            archive.writestr(zipfile.ZipInfo(f"{name}.pt", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED)
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
