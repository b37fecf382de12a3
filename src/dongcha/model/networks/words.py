"""A network that reads sentences word by word: a word's vector is the last layer's at its first sub-token.

That is what `BertForTokenClassification` reads, so plain Transformers loads the folder and scores alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import ConfigError
from dongcha.core.words import Words
from dongcha.model.encoder import Encoder
from dongcha.model.encoders import choose_encoder
from dongcha.model.head import Head
from dongcha.model.network import NETWORKS, Item, Kind, Network, device_name
from dongcha.model.networks.hf_words import read_words, write_words
from dongcha.model.networks.pieces import Pieces, per_word
from dongcha.model.networks.shapes import shapes_module
from dongcha.model.networks.text import open_encoder, padded
from dongcha.model.networks.windows import windows
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe
from dongcha.model.sentence import Sentence, sentence

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

SHOWN = 200
"""Words of a sentence by which its language is told."""


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens that are read at once: `firsts` are the places of the answered words' first sub-tokens.

    `heads` are the places of all words' first sub-tokens, `words` the words, `opening` those that open a sentence.
    """

    ids: list[int]
    firsts: list[int]
    heads: list[int]
    words: tuple[str, ...]
    opening: tuple[bool, ...]


class WordNetwork(Network):
    """`body` is a Transformers encoder without pooler; a long sentence is read in windows of `token_limit` tokens."""

    def __init__(self, body: Any, tokenizer: "Tokenizer", token_limit: int, head: Head | None = None) -> None:
        super().__init__(body, head)
        self.tokenizer = per_word(tokenizer)
        self.token_limit = token_limit
        self.pieces = Pieces(self.tokenizer, token_limit)
        self.table = body.get_input_embeddings()
        self.context_words = 0
        config = body.config
        rate = getattr(config, "classifier_dropout", None)
        self.dropout = float(config.hidden_dropout_prob if rate is None else rate)

    def settle(self, recipe: Recipe) -> None:
        """Context, word shapes and the dropout before the head."""
        self.context_words = recipe.whole("context_words")
        if recipe.dropout is not None:
            self.dropout = recipe.dropout
        wanted = bool(recipe.setting("shape_features")) if "shape_features" in recipe.settings else self.pieces.lowers
        if wanted:
            with steady(recipe.seed):
                self.beside = shapes_module(self.width).to(self.body.device)

    @property
    def caveat(self) -> Words | None:
        """What plain Transformers leaves out."""
        if self.beside is None:
            return None
        return Words(
            "The features of letter case and spelling in `words.safetensors` are Dongcha's own: plain Transformers "
            "loads the network without them, and answers somewhat worse.",
            "`words.safetensors` 中的大小写与拼写特征是洞察自有的：单用 Transformers 加载时没有这些特征，效果略差。",
        )

    def items(self, inputs: Sequence[Any]) -> list[Item]:
        """One item a window and one unit a word; each word is answered in one window."""
        found: list[Item] = []
        start = 0
        for one in map(sentence, inputs):
            if len(one):
                for low, high, window in self._windows(self._around(one)):
                    found.append(Item(len(window.ids), range(start + low, start + high), window))
            start += len(one)
        return found

    def _around(self, one: Sentence) -> Sentence:
        """The sentence within the words that may be read beside it."""
        low = max(0, one.start - self.context_words)
        high = min(len(one.document), one.end + self.context_words)
        return Sentence(one.document[low:high], one.start - low, one.end - low)

    def _windows(self, shown: Sentence) -> Iterator[tuple[int, int, Window]]:
        """First and last answered word (of the sentence) and the window."""
        ids = self.pieces.of(shown.document)
        for span in windows([len(part) for part in ids], (shown.start, shown.end), self.pieces.room):
            flat, heads = list(self.pieces.before), []
            for part in ids[span.low : span.high]:
                heads.append(len(flat))
                flat += part
            opening = tuple(at in (shown.start, shown.end) for at in range(span.low, span.high))
            firsts = heads[span.start - span.low : span.end - span.low]
            words = shown.document[span.low : span.high]
            made = Window([*flat, *self.pieces.after], firsts, heads, words, opening)
            yield span.start - shown.start, span.end - shown.start, made

    def hidden(self, items: Sequence[Item]) -> "torch.Tensor":
        """The vectors of the answered words, shape (words, width), with dropout while learning."""
        import torch

        shown: list[Window] = [item.data for item in items]
        device = self.body.device
        arrays = padded([one.ids for one in shown], int(self.body.config.pad_token_id or 0))
        numbers, mask = (torch.from_numpy(array).to(device) for array in arrays.values())
        if self.beside is None:
            last = self.body(input_ids=numbers, attention_mask=mask).last_hidden_state
        else:
            rows = [i for i, one in enumerate(shown) for _ in one.heads]
            places = [place for one in shown for place in one.heads]
            added = self.beside(
                [word for one in shown for word in one.words], [first for one in shown for first in one.opening]
            )
            embedded = self.table(numbers)
            more = torch.zeros_like(embedded).index_put((_at(rows, device), _at(places, device)), added)
            last = self.body(inputs_embeds=embedded + more, attention_mask=mask).last_hidden_state
        rows = [i for i, one in enumerate(shown) for _ in one.firsts]
        found = last[_at(rows, device), _at([place for one in shown for place in one.firsts], device)]
        return torch.nn.functional.dropout(found, self.dropout, training=self.body.training)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """A folder of `AutoModelForTokenClassification`."""
        write_words(self, folder, outputs)


def _at(places: list[int], device: Any) -> "torch.Tensor":
    import torch

    return torch.tensor(places, dtype=torch.long, device=device)


def words_network(encoder: Encoder, token_limit: int) -> WordNetwork:
    """The encoder loaded, without a head; raises `StorageError` or `ConfigError` where it cannot be."""
    body, tokenizer, positions = open_encoder(encoder)
    return WordNetwork(body, tokenizer, min(token_limit, positions))


def load_words_network(folder: Path) -> WordNetwork:
    """What `WordNetwork.save` wrote; raises `StorageError` where the folder is damaged."""
    found = read_words(folder)
    net = WordNetwork(found.body.to(device_name()), found.tokenizer, found.token_limit, found.head)
    net.context_words = found.context_words
    if found.shapes is not None:
        net.beside = shapes_module(net.width).to(net.body.device)
        try:
            net.beside.load_state_dict(found.shapes)
        except RuntimeError as error:
            raise ConfigError(f"the model in {str(folder)!r} has features of another size; train it again") from error
    return net


def choose(inputs: Sequence[Any]) -> str:
    """The encoder of the words' language."""
    return choose_encoder([" ".join(one.words[:SHOWN]) for one in map(sentence, inputs)])


NETWORKS("words")(Kind(words_network, load_words_network, choose))
