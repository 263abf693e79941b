"""Every public function that can fail on what it is given takes the place of the user's call: an Operand, an Index, a Position or a
Where, which it asks its caller for. What cannot is listed here, with the reason."""
import re

from .case import Case
from .kept import INSIDE, declarations, signature, without_heads

PLACE = re.compile(r"\b(Operand|Index|Position|Place|Where|FormatText|CallName|KeyAt)\b")
# Parameters that an error can be about.
GIVEN = re.compile(r"\b(Array|Key|Shape)\b|\b[A-Z]\w*(<[^>]*>)?\s*(&|\.\.\.)|\bGiven\b|Args")
HARMLESS = re.compile(r"= (default|delete)$|\bnoexcept\b|^decltype\(auto\) operator\(\)|\boperator(=|\+=|-=|\*=|/=|==|&&|\|\||<<|->|\*)|\)\s*(: |requires).*\(|\bis_\w+\(|\(.*\bProgress& ?\w*\)")  # the last: called by a Trainer, which knows the place
UNPLACED = {
    # A pack stands last, so no place can follow it; up to eight arguments have overloads that take one.
    "dsl/transform/control.h": {"eval_shape"}, "dsl/transform/grad.h": {"vjp", "linearize", "linear_transpose"}, "dsl/tree/immutable.h": {"replace", "operator()"},
    "dsl/tree/replace.h": {"replace"}, "dsl/debug.h": {"callback"}, "dsl/ops/indexing.h": {"Array::at"}, "dsl/array.h": {"at"},
    # The same, and only a tree that is nested too deeply fails.
    "dsl/tree/select.h": {"merge", "map", "filter", "partition", "freeze", "unfreeze", "map_with_info", "map_subtrees", "reduce"},
    # Only a tree that is nested too deeply fails.
    "dsl/tree/collect.h": {"leaves", "leaves_with_path", "leaves_with_info", "structure", "count", "nbytes", "copy", "Structure", "Unravel"},
    "dsl/tree/text.h": {"to_string", "to_json"}, "stdlib/nn/mode.h": {"train", "eval"}, "stdlib/optim/gradients.h": {"flags"},
    # The place of the call that made them: the call operator takes a pack.
    "dsl/transform/jit.h": {"operator()", "lower"}, "dsl/mutate.h": {"mutate", "apply", "mutable_", "Immutable<T>::mutate"},
    # A pack stands last; what fails is the module's call.
    "stdlib/nn/summary.h": {"summary", "tabulate"}, "stdlib/train/trainer.h": {"summary"}, "stdlib/train/history.h": {"add"},
    # Any function of a key, a shape and a dtype is an initializer; the layer that calls it knows the place.
    "stdlib/nn/initializers.h": {"operator()", "zeros", "ones", "lecun_normal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "embedding_normal"},
    # Steps of `transform`, which knows the place; transformations without a state have nothing to make.
    "stdlib/optim/adam.h": {"step"}, "stdlib/optim/trace.h": {"step"},
    "stdlib/optim/adaptive.h": {"fresh", "step"}, "stdlib/optim/accumulators.h": {"fresh", "step"}, "stdlib/optim/directions.h": {"fresh", "step"}, "stdlib/optim/factored.h": {"fresh", "step"},
    "stdlib/optim/noise.h": {"init", "add_noise"},
    "stdlib/optim/clipping.h": {"init"}, "stdlib/optim/scaling.h": {"init"}, "stdlib/optim/weight_decay.h": {"init"},
    # What they make is checked where it is used, and a pack stands last.
    "stdlib/optim/masked.h": {"masked", "multi_transform"}, "stdlib/distributions/compound.h": {"Mixture"},
    # Nothing in it fails, or what is given is checked where it is used.
    "dsl/tree/paths.h": {"to_string"}, "stdlib/metrics/mean.h": {"with"}, "stdlib/random/parameters.h": {"DrawShape"}, "stdlib/metrics/logs.h": {"named", "logs_of"}, "stdlib/metrics/group.h": {"Metrics"},
    "stdlib/metrics/losses.h": {"Losses"}, "stdlib/metrics/losses_and_metrics.h": {"LossesAndMetrics"}, "stdlib/metrics/select.h": {"on", "rename", "slice"}, "stdlib/optim/optimizer.h": {"chain"},
}


def unplaced(name, text):
    for declaration in declarations(text):
        found = signature(declaration)
        text = " ".join(without_heads(declaration).split())
        if not found or re.match(r"(using|typedef|static_assert|return|friend)\b", declaration) or PLACE.search(text) or HARMLESS.search(text):
            continue
        called = found[1] or found[0]
        parameters = text[text.index(called) + len(called):] if called in text else text
        if GIVEN.search(parameters) and called not in UNPLACED.get(name, ()):
            yield text


def stage(context):
    paths = [path for folder in ("dsl", "stdlib") for path in sorted((context.source / folder).rglob("*.h"))]
    for path in paths:
        name = path.relative_to(context.source).as_posix()
        if name not in INSIDE and context.wants(f"placed: {name}"):
            without = list(unplaced(name, path.read_text(encoding="utf-8")))
            yield Case(f"placed: {name}", not without, "\n".join(f"{function}: takes no place of the user's" for function in without))
