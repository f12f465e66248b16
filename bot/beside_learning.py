"""Learns to hold two messages beside each other (`bot.beside`); needs torch, which nothing else here needs."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

Tensor = Any  # torch is not installed where the types are checked
Floats = NDArray[np.float32]

NETS: Final = 3
WIDTH: Final = 64
HIDDEN: Final = 96
HEARD: Final = 48
EPOCHS: Final = 5
BATCH: Final = 64
PACE: Final = 1e-3
DECAY: Final = 0.1
DROP: Final = 0.3


@dataclass(frozen=True)
class Lessons:
    """What there is to learn from: rows of pieces for each text, and for each pair its texts, facts and answer.

    `facts` has several tables, as the same pairs look when part of what is known of words is forgotten.
    """

    rows: Sequence[NDArray[np.float16]]
    pairs: NDArray[np.int64]
    facts: Floats
    answers: Floats


def learn(lessons: Lessons) -> dict[str, Floats]:
    """Train the nets, for `bot.beside.Beside` to read; the same lessons on one machine give the same numbers."""
    torch.use_deterministic_algorithms(mode=True)
    middle, spread = lessons.facts[0].mean(axis=0), lessons.facts[0].std(axis=0) + 1e-3
    facts = torch.tensor(np.clip((lessons.facts - middle) / spread, -5, 5))
    sample = np.concatenate(list(lessons.rows[::20])).astype(np.float32)
    centre, scale = sample.mean(axis=0), sample.std(axis=0) + 1e-4
    nets = []
    for seed in range(1, NETS + 1):
        sys.stderr.write(f"net {seed} of {NETS}\n")
        nets.append(_unscaled(_train(lessons, facts, (centre, scale), seed), centre, scale))
    found = {f"beside_{name}": np.stack([net[name] for net in nets]) for name in nets[0]}
    return {**found, "beside_middle": middle, "beside_spread": spread}


def _train(lessons: Lessons, facts: Tensor, scaling: tuple[Floats, Floats], seed: int) -> dict[str, Tensor]:
    torch.manual_seed(seed)
    chance = random.Random(seed)  # noqa: S311 - the same order every time
    centre, scale = (torch.tensor(part) for part in scaling)
    net = _fresh(len(centre), facts.shape[2])
    optimiser = torch.optim.AdamW(net.values(), weight_decay=DECAY)
    answers = torch.tensor(lessons.answers)
    lengths = [sum(len(lessons.rows[text]) for text in pair) for pair in lessons.pairs]
    all_steps = EPOCHS * -(-len(lengths) // BATCH)
    steps = (batch for _ in range(EPOCHS) for batch in _batches(lengths, chance))
    for step, batch in enumerate(steps):
        for group in optimiser.param_groups:
            group["lr"] = PACE * min(1.0, (step + 1) / 100) * (1 - step / all_steps) + 1e-6
        sides = [_padded([lessons.rows[text] for text in lessons.pairs[batch, side]]) for side in (0, 1)]
        seen = [((table - centre) / scale * there[..., None], there) for table, there in sides]
        heard = torch.stack([facts[chance.randrange(len(facts)), row] for row in batch])
        loss = functional.binary_cross_entropy_with_logits(judged(net, seen, heard), answers[batch])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(net.values()), 1.0)
        optimiser.step()
    return net


def _fresh(pieces: int, facts: int) -> dict[str, Tensor]:
    forms = {
        "word": (pieces, WIDTH),
        "first": (4 * WIDTH, HIDDEN),
        "second": (HIDDEN, HIDDEN),
        "facts": (facts, HEARD),
        "joined": (4 * HIDDEN + 4 + HEARD, HIDDEN),
    }
    net = {name: (torch.rand(form) * 2 - 1) * form[0] ** -0.5 for name, form in forms.items()}
    net |= {f"{name}_bias": torch.zeros(form[1]) for name, form in forms.items()}
    net |= {name: (torch.rand(size) * 2 - 1) * size**-0.5 for name, size in (("weight", WIDTH), ("last", HIDDEN))}
    net |= {"plain": torch.zeros(facts), "plain_bias": torch.zeros(1), "last_bias": torch.zeros(1)}
    net["sharpness"] = torch.tensor(5.0)
    return {name: tensor.requires_grad_() for name, tensor in net.items()}


def judged(net: Mapping[str, Tensor], seen: Sequence[tuple[Tensor, Tensor]], facts: Tensor) -> Tensor:
    """The same reckoning as `bot.beside`, for many pairs at once and with parts dropped for learning."""
    (a, in_a), (b, in_b) = ((_words(net, table), there) for table, there in seen)
    likeness = a @ b.transpose(1, 2)
    mean_a, most_a, found_a, least_a = _side(net, (a, in_a), (b, in_b), likeness)
    mean_b, most_b, found_b, least_b = _side(net, (b, in_b), (a, in_a), likeness.transpose(1, 2))
    heard = functional.dropout(functional.dropout(facts, DROP) @ net["facts"] + net["facts_bias"], DROP).relu()
    numbers = [
        found_a + found_b,
        torch.minimum(found_a, found_b),
        least_a + least_b,
        torch.minimum(least_a, least_b),
    ]
    parts = [
        mean_a + mean_b,
        (mean_a - mean_b).abs(),
        torch.maximum(most_a, most_b),
        torch.minimum(most_a, most_b),
    ]
    joined = torch.cat([*parts, torch.stack(numbers, 1), heard], 1)
    hidden = functional.dropout((joined @ net["joined"] + net["joined_bias"]).relu(), DROP)
    return hidden @ net["last"] + net["last_bias"] + (facts @ net["plain"] + net["plain_bias"]) / 2


def _words(net: Mapping[str, Tensor], table: Tensor) -> Tensor:
    return functional.normalize((functional.dropout(table, DROP) @ net["word"] + net["word_bias"]).tanh(), dim=-1)


def _side(
    net: Mapping[str, Tensor], own: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor], likeness: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    (words, there), (others, others_there) = own, other
    shares = (likeness * net["sharpness"]).masked_fill(~others_there[:, None], -1e4).softmax(2)
    answer = shares @ others
    entry = torch.cat([words, answer, words - answer, words * answer], -1) * 3
    hidden = functional.dropout((entry @ net["first"] + net["first_bias"]).relu(), DROP)
    compared = (hidden @ net["second"] + net["second_bias"]).relu()
    weight = (words @ net["weight"]).masked_fill(~there, -1e4).softmax(1)
    nearest = likeness.masked_fill(~others_there[:, None], -1).max(2)[0]
    return (
        (compared * weight[..., None]).sum(1),
        (compared * there[..., None] + (there[..., None].float() - 1) * 9).max(1)[0],
        (nearest * weight).sum(1),
        nearest.masked_fill(~there, 1).min(1)[0],
    )


def _padded(rows: Sequence[NDArray[np.float16]]) -> tuple[Tensor, Tensor]:
    """Texts of unequal length as one table, and where in it something stands."""
    table = torch.zeros(len(rows), max(len(row) for row in rows), rows[0].shape[1])
    there = torch.zeros(table.shape[:2], dtype=torch.bool)
    for place, row in enumerate(rows):
        table[place, : len(row)], there[place, : len(row)] = torch.tensor(row).float(), True
    return table, there


def _batches(lengths: Sequence[int], chance: random.Random) -> Iterator[list[int]]:
    """Every pair once, in batches of like length, in an order of chance."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    cut = []
    for start in range(0, len(order), BATCH * 16):
        alike = sorted(order[start : start + BATCH * 16], key=lambda row: lengths[row])
        cut += [alike[place : place + BATCH] for place in range(0, len(alike), BATCH)]
    chance.shuffle(cut)
    yield from cut


def _unscaled(net: Mapping[str, Tensor], centre: Floats, scale: Floats) -> dict[str, Floats]:
    """The learned numbers, with the scaling of the rows put into the first matrix."""
    found = {name: tensor.detach().numpy() for name, tensor in net.items()}
    word = found["word"] / scale[:, None]
    return {**found, "word": word, "word_bias": found["word_bias"] - centre @ word}
