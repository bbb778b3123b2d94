#!/usr/bin/python3
"""Trains a small transformer that gives texts of one topic embeddings close to each other, and exports it with torch.onnx.

The texts are made from a few templates of a help desk's mail. Writes model.onnx, tokenizer.json as Hugging Face's tokenizers
read it (WordPiece), and heldout.jsonl: texts, their token ids and PyTorch's own embeddings.
"""

import collections
import itertools
import json
import math
import pathlib
import random
import re
import sys

import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from graphs import save_lines  # noqa: E402

TOPICS = {
    "password": ("{ask} {change} my {secret}", {
        "ask": ["how do i", "please help me", "i want to", "is it possible to"],
        "change": ["reset", "change", "recover", "renew"],
        "secret": ["password", "passphrase", "login", "sign in code"],
    }),
    "delivery": ("{open} my {thing} {late}", {
        "open": ["where is", "i wait for", "the carrier lost", "please track"],
        "thing": ["parcel", "package", "order", "shipment"],
        "late": ["since monday", "for two weeks", "again", "which was promised yesterday"],
    }),
    "refund": ("{open} {money} for the {thing}", {
        "open": ["i want", "please send", "when do i get", "you still owe me"],
        "money": ["a refund", "my money back", "the full price", "a credit note"],
        "thing": ["broken lamp", "wrong shoes", "cancelled trip", "returned coat"],
    }),
    "praise": ("{who} was {how} {what}", {
        "who": ["the support", "your colleague", "the lady on the phone", "everyone"],
        "how": ["very friendly", "wonderfully patient", "quick and kind", "really helpful"],
        "what": ["today", "thank you", "i am happy", "great service"],
    }),
    "outage": ("the {thing} {fails} {when}", {
        "thing": ["website", "app", "payment page", "search"],
        "fails": ["does not load", "crashes", "shows an error", "is down"],
        "when": ["this morning", "on my phone", "every time", "since the update"],
    }),
    "invoice": ("{ask} the {paper} {of}", {
        "ask": ["please send me", "i need a copy of", "there is a mistake in", "where do i download"],
        "paper": ["invoice", "receipt", "bill", "tax statement"],
        "of": ["of march", "for my company", "with the vat number", "of the last year"],
    }),
}
SIZE, HEADS, LAYERS, LONGEST, VOCABULARY = 32, 2, 2, 64, 400


def texts(topic):
    template, words = TOPICS[topic]
    return [template.format(**dict(zip(words, each))) for each in itertools.product(*words.values())]


# --- WordPiece: single letters, the letters inside of words, and the most frequent words and beginnings of words.
PAD, UNKNOWN, FIRST, LAST = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
counts = collections.Counter(word for topic in TOPICS for text in texts(topic) for word in text.split())
letters = "abcdefghijklmnopqrstuvwxyz0123456789"
pieces = [PAD, UNKNOWN, FIRST, LAST] + list(letters) + ["##" + letter for letter in letters] + list(".,!?'-")
endings = collections.Counter("##" + word[at:] for word in counts for at in range(3, len(word) - 1))
pieces += [word for word, _ in counts.most_common() if len(word) > 1]
pieces += [ending for ending, _ in endings.most_common(VOCABULARY - len(pieces))]
vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
(HERE / "tokenizer.json").write_text(json.dumps({
    "version": "1.0",
    "truncation": {"direction": "Right", "max_length": LONGEST, "strategy": "LongestFirst", "stride": 0},
    "padding": None,
    "added_tokens": [
        {"id": vocabulary[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": True}
        for token in (PAD, UNKNOWN, FIRST, LAST)
    ],
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": FIRST, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": LAST, "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": FIRST, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {token: {"id": token, "ids": [vocabulary[token]], "tokens": [token]} for token in (FIRST, LAST)},
    },
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {"type": "WordPiece", "unk_token": UNKNOWN, "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
}, indent=None), encoding="utf-8")


def encode(text):
    """What the tokenizer gives for English without accents."""
    ids = [vocabulary[FIRST]]
    for word in re.findall(r"[a-z0-9]+|[^a-z0-9\s]", text.lower()):
        at, found = 0, []
        while at < len(word):
            prefix = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if prefix + word[at:end] in vocabulary), None)
            if end is None:
                found = [vocabulary[UNKNOWN]]
                break
            found.append(vocabulary[prefix + word[at:end]])
            at = end
        ids += found
    return (ids + [vocabulary[LAST]])[:LONGEST]


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.inputs = nn.Linear(SIZE, 3 * SIZE)
        self.output = nn.Linear(SIZE, SIZE)

    def forward(self, x, bias):
        rows, length = x.shape[0], x.shape[1]
        parts = self.inputs(x).reshape(rows, length, 3, HEADS, SIZE // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(SIZE // HEADS) + bias, dim=-1)
        return self.output((weights @ value).transpose(1, 2).reshape(rows, length, SIZE))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.inner, self.outer = nn.Linear(SIZE, 2 * SIZE), nn.Linear(2 * SIZE, SIZE)
        self.before, self.after = nn.LayerNorm(SIZE), nn.LayerNorm(SIZE)

    def forward(self, x, bias):
        x = self.before(x + self.attention(x, bias))
        return self.after(x + self.outer(torch.relu(self.inner(x))))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(len(vocabulary), SIZE)
        self.places = nn.Embedding(LONGEST, SIZE)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(self, input_ids, attention_mask):
        mask = attention_mask.to(torch.float32)
        x = self.words(input_ids) + self.places(torch.cumsum(torch.ones_like(input_ids), 1) - 1)
        for layer in self.layers:
            x = layer(x, (1 - mask)[:, None, None, :] * -1e4)
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return mean / torch.sqrt((mean * mean).sum(1, keepdim=True) + 1e-12)


def batch(all_ids):
    longest = max(map(len, all_ids))
    ids = torch.tensor([each + [vocabulary[PAD]] * (longest - len(each)) for each in all_ids])
    return ids, (ids != vocabulary[PAD]).long()


random.seed(14)
torch.manual_seed(14)
torch.set_num_threads(1)
training, heldout = [], []
for number, topic in enumerate(TOPICS):
    each = texts(topic)
    random.shuffle(each)
    training += [(text, number) for text in each[:-6]]
    heldout += [(text, topic) for text in each[-6:]]
encoder = Encoder()
optimizer = torch.optim.Adam(encoder.parameters(), lr=2e-3)
for step in range(300):
    chosen = random.sample(training, 48)
    topics = torch.tensor([number for _, number in chosen])
    embeddings = encoder(*batch([encode(text) for text, _ in chosen]))
    likeness = (embeddings @ embeddings.T / 0.1).masked_fill(torch.eye(len(chosen), dtype=torch.bool), -1e4)
    same = (topics[:, None] == topics[None, :]).float().fill_diagonal_(0)
    loss = -(torch.log_softmax(likeness, 1) * same).sum(1).div(same.sum(1).clamp(min=1)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

encoder.eval()
heldout += [("The Zebra-crossing costs $7?!", "other"), ("", "other"), ("x", "other"), ("unknown wordpieces everywhere", "other")]
rows = []
with torch.no_grad():
    for text, topic in heldout:
        ids, mask = batch([encode(text)])
        rows.append({"instance": text, "ids": ids[0].tolist(), "prediction": encoder(ids, mask)[0].tolist(), "topic": topic})
    known = torch.tensor([row["prediction"] for row in rows if row["topic"] != "other"])
likeness = (known @ known.T).fill_diagonal_(-1)
topics = [row["topic"] for row in rows if row["topic"] != "other"]
print("nearest neighbour has the same topic:", sum(topics[int(near)] == topic for near, topic in zip(likeness.argmax(1), topics)) / len(topics))
ids, mask = batch([encode("where is my parcel"), encode("please send me the invoice of march")])
torch.onnx.export(
    encoder, (ids, mask), str(HERE / "model.onnx"),
    input_names=["input_ids", "attention_mask"], output_names=["embedding"],
    dynamic_axes={"input_ids": {0: "batch", 1: "tokens"}, "attention_mask": {0: "batch", 1: "tokens"}, "embedding": {0: "batch"}},
    opset_version=14,
)
save_lines(HERE / "heldout.jsonl", rows)
