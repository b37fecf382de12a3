"""A network that reads sentences word by word: a word's vector is the last layer's at its first sub-token.

That is what `BertForTokenClassification` reads, so plain Transformers loads the folder and scores alike.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dongcha.core.errors import ConfigError
from dongcha.core.words import Words
from dongcha.model.encoder import Encoder
from dongcha.model.encoders import choose_encoder
from dongcha.model.head import Head
from dongcha.model.network import NETWORKS, Kind, Network, device_name
from dongcha.model.networks.hf_words import read_words, write_words
from dongcha.model.networks.pieces import Pieces, per_word
from dongcha.model.networks.shapes import shapes_module
from dongcha.model.networks.text import open_encoder
from dongcha.model.networks.words_intake import WordIntake, word_intake
from dongcha.model.quiet import steady
from dongcha.model.recipe import Recipe
from dongcha.model.sentence import sentence

if TYPE_CHECKING:
    import torch

SHOWN = 200
"""Words of a sentence by which its language is told."""


class WordNetwork(Network):
    """`body` is a Transformers encoder without pooler; a long sentence is read in windows of its token limit."""

    intake: WordIntake

    def __init__(self, body: Any, intake: WordIntake, head: Head | None = None) -> None:
        super().__init__(body, head)
        self.intake = intake
        self.table = body.get_input_embeddings()
        rate = getattr(body.config, "classifier_dropout", None)
        self.dropout = float(body.config.hidden_dropout_prob if rate is None else rate)

    def settle(self, recipe: Recipe) -> None:
        """Context, word shapes and the dropout before the head."""
        if recipe.dropout is not None:
            self.dropout = recipe.dropout
        lowers = self.intake.pieces.lowers
        wanted = bool(recipe.setting("shape_features")) if "shape_features" in recipe.settings else lowers
        self.intake = replace(self.intake, context_words=recipe.whole("context_words"), spelling=wanted)
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

    def forward(self, *arrays: "torch.Tensor") -> "torch.Tensor":
        """The vectors of the answered words, shape (words, width), with dropout while learning."""
        import torch

        numbers, mask, rows, places, *of_all = arrays
        if self.beside is None:
            last = self.body(input_ids=numbers, attention_mask=mask).last_hidden_state
        else:
            head_rows, head_places, *spelled = of_all
            embedded = self.table(numbers)
            more = torch.zeros_like(embedded).index_put((head_rows, head_places), self.beside(*spelled))
            last = self.body(inputs_embeds=embedded + more, attention_mask=mask).last_hidden_state
        return torch.nn.functional.dropout(last[rows, places], self.dropout, training=self.body.training)

    def save(self, folder: Path, outputs: Sequence[str]) -> None:
        """A folder of `AutoModelForTokenClassification`."""
        write_words(self, folder, outputs)


def words_network(encoder: Encoder, token_limit: int) -> WordNetwork:
    """The encoder loaded, without a head; raises `StorageError` or `ConfigError` where it cannot be."""
    body, tokenizer, positions = open_encoder(encoder)
    pieces = Pieces(per_word(tokenizer), min(token_limit, positions))
    return WordNetwork(body, WordIntake(pieces, int(body.config.pad_token_id or 0)))


def load_words_network(folder: Path) -> WordNetwork:
    """What `WordNetwork.save` wrote; raises `StorageError` where the folder is damaged."""
    body, head, shapes = read_words(folder)
    net = WordNetwork(body.to(device_name()), word_intake(folder), head)
    if shapes is not None:
        net.beside = shapes_module(net.width).to(net.body.device)
        try:
            net.beside.load_state_dict(shapes)
        except RuntimeError as error:
            raise ConfigError(f"the model in {str(folder)!r} has features of another size; train it again") from error
    return net


def choose(inputs: Sequence[Any]) -> str:
    """The encoder of the words' language."""
    return choose_encoder([" ".join(one.words[:SHOWN]) for one in map(sentence, inputs)])


NETWORKS("words")(Kind(words_network, load_words_network, choose, word_intake))
