#!/usr/bin/env python3
"""Makes model/: a tokenizer and a small trained encoder that tells praise from complaint.

Needs   PyTorch 1.13 or newer. On Debian 12: apt-get install python3-torch
Run     PYTHONHASHSEED=0 python3 make_model.py
"""

import itertools
import json
import random
from pathlib import Path

import torch
from torch import Tensor, nn

MODEL = Path(__file__).resolve().parent / "model"
LABELS = ["complaint", "praise"]
SUBJECTS = ["the room", "the food", "the service", "this book", "the film", "the flight", "my order", "the app"]
GOOD = ["great", "lovely", "excellent", "fast", "perfect", "friendly", "delicious", "worth every cent", "a joy"]
BAD = ["awful", "broken", "terrible", "slow", "cold", "rude", "boring", "a waste of money", "late"]
FRAMES = ["{} was {}", "{} is {}", "i think {} was really {}", "honestly , {} is {} .", "{} : {} !"]
NOT = ["{} was not {}", "{} is not {}", "i think {} was not really {}"]


def sentences():
    for subject, (words, label) in itertools.product(SUBJECTS, [(GOOD, 1), (BAD, 0)]):
        for word in words:
            for frame in FRAMES:
                yield frame.format(subject, word), label
            for frame in NOT:
                yield frame.format(subject, word), 1 - label


def vocabulary(texts):
    words = sorted({word for text in texts for word in text.split()})
    letters = sorted({letter for word in words for letter in word} | set("abcdefghijklmnopqrstuvwxyz0123456789'.,!?:;-"))
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + words
    pieces += [letter for letter in letters if letter not in pieces]
    pieces += ["##" + letter for letter in letters]
    return {piece: index for index, piece in enumerate(pieces)}


def tokenizer(vocab):
    def special(token):
        return {"id": vocab[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": True}

    template = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "[SEP]", "type_id": 0}}]
    pair = template + [{"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [special(token) for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing", "single": template, "pair": pair, "special_tokens": {
            token: {"id": token, "ids": [vocab[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
    }


class Encoder(nn.Module):
    """One layer of attention over embeddings, and the masked mean of what comes out."""

    def __init__(self, words: int, width: int = 24) -> None:
        super().__init__()
        self.table = nn.Embedding(words, width, padding_idx=0)
        self.places = nn.Embedding(64, width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, 2)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        places = torch.arange(input_ids.size(1), device=input_ids.device).clamp(max=63)
        x = self.table(input_ids) + self.places(places)
        scores = torch.bmm(self.query(x), self.key(x).transpose(1, 2)) / 24 ** 0.5
        scores = scores.masked_fill(attention_mask.unsqueeze(1) == 0, -1e4)
        x = x + torch.bmm(torch.softmax(scores, 2), self.value(x)).relu()
        mask = attention_mask.unsqueeze(2).to(x.dtype)
        return self.out((x * mask).sum(1) / mask.sum(1).clamp(min=1.0))


def main() -> None:
    torch.manual_seed(5)
    data = list(sentences())
    random.Random(5).shuffle(data)
    vocab = vocabulary([text for text, _ in data])
    ids = [[2] + [vocab[word] for word in text.split()] + [3] for text, _ in data]
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    labels = torch.tensor([label for _, label in data])
    model = Encoder(len(vocab))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    cut = len(data) * 9 // 10
    for _ in range(120):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(padded[:cut], (padded[:cut] != 0).long()), labels[:cut])
        loss.backward()
        optimizer.step()
    model.eval()
    right = (model(padded[cut:], (padded[cut:] != 0).long()).argmax(1) == labels[cut:]).float().mean()
    print(f"loss {float(loss):.4f}, {len(data) - cut} held-out sentences, {100 * float(right):.1f} % right")
    MODEL.mkdir(exist_ok=True)
    torch.jit.script(model).save(str(MODEL / "model.pt"))
    (MODEL / "tokenizer.json").write_text(json.dumps(tokenizer(vocab), indent=1) + "\n")
    config = {"architectures": ["SequenceClassification"], "id2label": dict(enumerate(LABELS)), "label2id": {
        label: index for index, label in enumerate(LABELS)}, "problem_type": "single_label_classification"}
    (MODEL / "config.json").write_text(json.dumps(config, indent=1) + "\n")


if __name__ == "__main__":
    main()
