"""Token classification: tags, decoding, figures, windows, and the network with its folder."""

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.conftest import ends_the_same
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from dongcha.core.errors import DataError, StorageError
from dongcha.data.iob import as_iob2, entities
from dongcha.model.ask import Ask
from dongcha.model.decode import decode
from dongcha.model.encoder import Encoder
from dongcha.model.entity_metrics import measure_tags, paired_bootstrap, tag_figures
from dongcha.model.folder import load, save
from dongcha.model.ladder import climb
from dongcha.model.method import METHODS, Job
from dongcha.model.networks.pieces import per_word
from dongcha.model.networks.windows import windows
from dongcha.model.networks.words import WordNetwork, load_words_network, words_network
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows, spread_words
from dongcha.model.sentence import Sentence, sentences
from dongcha.model.tasks import TASKS

TASK = TASKS.get("token-classification")
TAGS = ("O", "B-LOC", "B-PER", "I-LOC", "I-PER")
NAMES = {"PER": ("Ada", "Bob", "Cem", "Dora"), "LOC": ("Rome", "Oslo", "Lima", "Bern")}
FILLER = ("saw", "and", "in", "the", "near", "with", "rain", "today")


def tagged(count: int, seed: int) -> Rows:
    random_ = random.Random(seed)
    words, tags = [], []
    for _ in range(count):
        line, said = [], []
        for _ in range(random_.randint(2, 4)):
            kind = random_.choice(sorted(NAMES))
            size = random_.randint(1, 2)
            line += random_.sample(FILLER, random_.randint(1, 2))
            said += ["O"] * (len(line) - len(said))
            line += random_.sample(NAMES[kind], size)
            said += [f"B-{kind}", f"I-{kind}"][:size]
        words.append(tuple(line))
        tags.append(tuple(said))
    return Rows(sentences([words[i : i + 5] for i in range(0, count, 5)]), tuple(tags))


@pytest.fixture(scope="module")
def parts() -> Parts:
    return Parts(tagged(60, 1), tagged(20, 2), tagged(20, 3), "fingerprint", outputs=TAGS)


def encoder(folder: Path, *, cased: bool) -> Encoder:
    """A BERT of two layers with random weights whose words are cut into pieces."""
    from transformers import BertConfig, BertModel

    letters = "abcdefghijklmnopqrstuvwxyz" + ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" if cased else "")
    names = [name if cased else name.lower() for group in NAMES.values() for name in group]
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *FILLER,
        *names[::2],
        *letters,
        *(f"##{c}" for c in letters),
    ]
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=not cased)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    config = BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=80,
    )  # fmt: skip
    with steady(5):
        BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return Encoder(str(folder), folder)


@pytest.fixture(scope="module")
def cased(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return encoder(tmp_path_factory.mktemp("cased"), cased=True)


@pytest.fixture(scope="module")
def uncased(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return encoder(tmp_path_factory.mktemp("uncased"), cased=False)


def job(parts: Parts, encoder: Encoder, method: str, **given: float | bool) -> Job:
    chosen = {"batch_rows": 16, "epochs": 4, "learning_rate": 3e-3, "patience": 100, "token_limit": 64, **given}
    recipe = Recipe(TASK.name, method, encoder.name, seed=1, settings=chosen)
    return Job(task=TASK, parts=parts, recipe=recipe, budget_s=60, encoder=encoder)


sequences = st.lists(st.lists(st.sampled_from(("O", "B-A", "I-A", "B-B", "I-B", "I-C")), min_size=1), min_size=1)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 9), min_size=1, max_size=6))
@settings(deadline=None, max_examples=40)
def test_decoded_tags_are_valid_and_the_likeliest(seed: int, sizes: list[int]) -> None:
    from itertools import pairwise, product

    outputs = ("O", "B-A", "I-A", "I-B", "B-C")  # nothing opens I-B
    logits = np.random.default_rng(seed).normal(size=(sum(sizes), len(outputs))) * 3
    starts = np.concatenate([[0], np.cumsum(sizes)])
    best = decode(logits, starts, outputs)
    for a, b in pairwise(starts):
        tags = [outputs[i] for i in best[a:b]]
        assert as_iob2(tags) == tuple(tags)
        if b - a <= 4:
            every = (p for p in product(range(5), repeat=b - a) if as_iob2(t := [outputs[i] for i in p]) == tuple(t))
            most = max(logits[np.arange(a, b), list(p)].sum() for p in every)
            assert logits[np.arange(a, b), best[a:b]].sum() == pytest.approx(most)


def test_decoding_many_words_is_quick() -> None:
    import time

    logits = np.random.default_rng(0).normal(size=(50_000, 9))
    names = ("O", *(f"{mark}-{kind}" for kind in "ABCD" for mark in "BI"))
    start = time.process_time()
    found = decode(logits, np.arange(0, 50_001, 20), names)
    assert time.process_time() - start < 2
    assert len(found) == 50_000
    assert len(decode(logits, np.array([0, 50_000]), names)) == 50_000


@given(sequences, st.integers(0, 10_000))
@settings(deadline=None, max_examples=50)
def test_entities_are_counted_as_seqeval_counts_them(truth: list[list[str]], seed: int) -> None:
    import warnings

    from seqeval.metrics import classification_report

    random_ = random.Random(seed)
    said = [[random_.choice((tag, "O", "B-A", "I-B", "I-C")) for tag in tags] for tags in truth]
    ours = measure_tags(truth, said)
    if not ours.per_type:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = classification_report(truth, said, output_dict=True, zero_division=0)
    assert [ours.precision, ours.recall, ours.entity_f1] == pytest.approx(
        [theirs["micro avg"][name] for name in ("precision", "recall", "f1-score")]
    )
    for line in ours.per_type:
        wanted = theirs[line.label]
        assert (line.precision, line.recall, line.f1, line.support) == pytest.approx(
            (wanted["precision"], wanted["recall"], wanted["f1-score"], wanted["support"])
        )
    assert tag_figures(truth, said)["entity_f1"] == pytest.approx(ours.entity_f1)


def test_words_are_counted_as_scikit_learn_counts_them() -> None:
    from sklearn.metrics import accuracy_score, f1_score

    random_ = random.Random(4)
    truth = [[random_.choice(TAGS) for _ in range(7)] for _ in range(40)]
    said = [[tag if random_.random() < 0.7 else random_.choice(TAGS) for tag in tags] for tags in truth]
    flat = [[tag for tags in both for tag in tags] for both in (truth, said)]
    found = measure_tags(truth, said)
    assert found.accuracy == pytest.approx(accuracy_score(*flat))
    assert found.macro_f1 == pytest.approx(f1_score(*flat, average="macro"))
    for name, (low, high) in found.interval.items():
        assert low < found.figures[name] < high
    assert found.to_json()["token"]["micro_f1"] == pytest.approx(f1_score(*flat, average="micro"))
    same = paired_bootstrap(truth, said, said)
    assert (same["entity_f1_difference"], same["p_value"]) == (0, 1)
    better = paired_bootstrap(truth, truth, said)
    assert better["low"] > 0
    assert better["p_value"] < 0.01


def test_entities_of_any_tags() -> None:
    assert entities(["I-PER", "I-LOC", "I-LOC", "O", "B-LOC", "B-LOC"]) == [
        ("PER", 0, 1),
        ("LOC", 1, 3),
        ("LOC", 4, 5),
        ("LOC", 5, 6),
    ]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=60), st.data())
@settings(deadline=None)
def test_windows_answer_each_word_once_and_keep_to_their_room(sizes: list[int], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(sizes) - 1))
    stop = data.draw(st.integers(start + 1, len(sizes)))
    spans = list(windows(sizes, (start, stop), room=12))
    assert [at for span in spans for at in range(span.start, span.end)] == list(range(start, stop))
    for span in spans:
        assert 0 <= span.low <= span.start < span.end <= span.high <= len(sizes)
        assert sum(sizes[span.low : span.high]) <= 12


def test_a_sentence_of_many_words_gets_an_answer_for_each(cased: Encoder) -> None:
    net = words_network(cased, 80)
    words = [random.Random(1).choice(FILLER) for _ in range(20_000)]
    items = net.items([words, ["rain"]])
    assert [unit for item in items for unit in item.units] == list(range(20_001))
    assert max(item.size for item in items) <= 80
    some = net.vectors([words[:300]])
    assert some.shape == (300, 32)
    assert np.isfinite(some).all()


def test_a_sentence_alone_and_in_a_batch_has_the_same_vectors(cased: Encoder, parts: Parts) -> None:
    net = words_network(cased, 80)
    together = net.vectors(parts.test.inputs)
    alone = np.concatenate([net.vectors([one.words]) for one in parts.test.inputs])
    assert together == pytest.approx(alone, abs=1e-5)


def test_context_changes_what_is_read_and_not_what_is_answered(cased: Encoder) -> None:
    net = words_network(cased, 80)
    one, other = sentences([[("Ada", "saw"), ("Rome", "today", "and")]])
    plain = net.vectors([one, other])
    net.intake = replace(net.intake, context_words=10)
    around = net.vectors([one, other])
    assert plain.shape == around.shape == (5, 32)
    assert not np.allclose(plain, around)
    assert [len(item.data.words) for item in net.items([one, other])] == [5], "one window for both"
    assert [len(item.data.words) for item in net.items([one])] == [5], "the neighbour is read and not answered"
    opening = [first for item in net.items([one, other]) for first in item.data.opening]
    assert opening == [True, False, True, False, False]
    assert [len(item.data.words) for item in net.items([other, one])] == [5, 5], "they do not follow each other"


def test_a_long_document_is_read_in_few_windows_with_context_on_both_sides(cased: Encoder) -> None:
    net = words_network(cased, 80)
    document = sentences([[tuple(f"word{i}" for i in range(at, at + 8)) for at in range(0, 400, 8)]])
    net.intake = replace(net.intake, context_words=4)
    items = net.items(document)
    assert [unit for item in items for unit in item.units] == list(range(400))
    read = sum(item.size for item in items)
    alone = sum(item.size for item in replace(net.intake, context_words=0).items(document))
    assert read < 1.7 * alone
    for before, item in pairwise(items):
        assert item.data.words[0] != f"word{item.units[0]}", "words before the answered ones are read"
        assert before.data.words[-1] != f"word{before.units[-1]}"


def test_a_value_that_hardly_varies_makes_no_giant_weights() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(300, 6))
    vectors[:, 2] = 0.5 + random.normal(size=300) * 1e-9
    targets = (vectors[:, 0] > 0).astype(int)
    (head,) = TASK.heads(vectors, targets, [1.0], balanced=False)
    assert np.abs(head.weight).max() < 20
    assert np.mean(head.of(vectors).argmax(axis=1) == targets) > 0.9


def test_a_word_without_any_sub_token_is_unknown(cased: Encoder) -> None:
    net = words_network(cased, 80)
    assert net.intake.pieces.of(["\u200b", "Ada", "x" * 100_000]) == [[1], net.intake.pieces.of(["Ada"])[0], [1]]
    assert net.vectors([["\x00", "", "Ada"]]).shape == (3, 32)


def test_a_prefix_is_not_put_before_every_word() -> None:
    from dongcha.model.encoders.e5 import tokenizer

    made = per_word(tokenizer([("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -1.0), ("a", -2.0)]))
    assert made.encode(["a", "a"], is_pretokenized=True).ids == [0, 4, 5, 4, 5, 2]


@pytest.mark.parametrize("method", ["probe", "full", "lora", "adapter"])
def test_a_model_survives_its_folder(parts: Parts, uncased: Encoder, tmp_path: Path, method: str) -> None:
    done = METHODS.get(method).fit(job(parts, uncased, method, context_words=4, rank=2, adapter_width=2))
    net = done.fitted.net
    assert net.beside is not None
    moved = any(bool(w.abs().sum() > 0) for w in (net.beside.outer.weight,))
    assert moved == (method != "probe")
    done.fitted.save(tmp_path, parts.outputs)
    loaded = load_words_network(tmp_path)
    assert loaded.logits(parts.test.inputs) == pytest.approx(done.fitted.logits(parts.test.inputs), abs=1e-4)
    assert loaded.intake.context_words == 4
    assert not [file for file in tmp_path.iterdir() if file.suffix in (".bin", ".pt", ".pkl")]
    (tmp_path / "words.json").write_text("{}")
    with pytest.raises(StorageError, match="damaged"):
        load_words_network(tmp_path)


@pytest.mark.parametrize("method", ["probe", "full", "lora", "adapter"])
def test_plain_transformers_scores_a_cased_model_alike(
    parts: Parts, cased: Encoder, tmp_path: Path, method: str
) -> None:
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer

    done = METHODS.get(method).fit(job(parts, cased, method, epochs=2))
    done.fitted.save(tmp_path, parts.outputs)
    assert not (tmp_path / "words.safetensors").exists()
    model = AutoModelForTokenClassification.from_pretrained(tmp_path).eval()
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    ours = done.fitted.logits(parts.test.inputs)
    at = 0
    for one in parts.test.inputs:
        shown = tokenizer([list(one.words)], is_split_into_words=True, return_tensors="pt")
        with torch.no_grad():
            logits = model(**shown).logits[0].double().numpy()
        numbers = shown.word_ids()
        firsts = [numbers.index(i) for i in range(len(one))]
        assert logits[firsts] == pytest.approx(ours[at : at + len(one)], abs=1e-3)
        at += len(one)
    assert model.config.id2label == dict(enumerate(TAGS))


def test_fine_tuning_learns(parts: Parts, uncased: Encoder) -> None:
    done = METHODS.get("full").fit(job(parts, uncased, "full", epochs=8))
    said = TASK.answer(done.fitted.logits(parts.test.inputs), parts.test.inputs, parts.outputs)
    assert TASK.figures(parts.test.answers, said.labels)["entity_f1"] > 0.8
    assert ((said.scores > 0) & (said.scores <= 1)).all()
    assert all(as_iob2(tags) == tags for tags in said.labels)


def test_a_killed_training_goes_on_to_the_last_decimal(parts: Parts, uncased: Encoder, tmp_path: Path) -> None:
    ends_the_same(job(parts, uncased, "full", batch_rows=16), 9, tmp_path / "c")


def test_the_ladder_keeps_a_model_that_answers_as_before(parts: Parts, uncased: Encoder, tmp_path: Path) -> None:
    plain = Parts(parts.train, parts.validation, parts.test)
    trained = climb(plain, Ask(task=TASK.name, encoder=uncased.name, settings={"epochs": 1.0}))
    assert trained.model.classes == TAGS
    assert trained.baselines["majority"]["entity_f1"] == 0
    model = load(save(trained.model, tmp_path / "m"))
    assert model.predict(parts.test.inputs).labels == trained.model.predict(parts.test.inputs).labels
    card = (tmp_path / "m" / "README.md").read_text()
    assert "| entity_f1 |" in card
    assert "accuracy" in trained.metrics.to_json()


def test_what_cannot_be_learned_is_said(parts: Parts) -> None:
    empty, same = Rows((), ()), Rows((Sentence(("a",), 0, 1),), (("O",),))
    with pytest.raises(DataError, match="no row of the train part"):
        TASK.checked(Parts(empty, parts.validation, parts.test))
    with pytest.raises(DataError, match="one tag only, 'O'"):
        TASK.checked(Parts(same, parts.validation, parts.test))
    with pytest.raises(DataError, match="no tagged sentence"):
        TASK.checked(Parts(parts.train, parts.validation, empty))
    odd = Rows(same.inputs, (("B-NEW",),))
    assert "'B-NEW'" in TASK.checked(Parts(parts.train, parts.validation, odd)).notes[0].en
    assert TASK.targets(odd.answers, TAGS).tolist() == [-1]


def test_few_sentences_stand_for_many_with_every_tag() -> None:
    answers = [("O",) * 10] * 500 + [("B-RARE", "O")]
    kept = spread_words(answers, 300, 0)
    assert 500 in kept
    assert sum(len(answers[i]) for i in kept) <= 320


def test_shapes_are_left_out_where_case_is_kept(cased: Encoder, uncased: Encoder) -> None:
    def made(one: Encoder, **given: bool) -> WordNetwork:
        net = words_network(one, 80)
        net.settle(Recipe(TASK.name, "full", settings=given))
        return net

    assert made(cased).beside is None
    assert made(cased, shape_features=True).beside is not None
    assert made(uncased).beside is not None
    assert made(uncased, shape_features=False).caveat is None
    assert all("words.safetensors" in made(uncased).caveat.at(lang) for lang in ("en", "zh"))
