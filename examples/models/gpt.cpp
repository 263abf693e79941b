// A transformer that writes text one character at a time. It learns a poem, then goes on from a first line: once with a cache of what
// its attention has seen, which costs a character's work for each character, and once from the whole text so far.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

// William Blake, The Tyger, 1794.
const std::string poem =
    "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,\nCould frame thy fearful symmetry?\n\n"
    "In what distant deeps or skies.\nBurnt the fire of thine eyes?\nOn what wings dare he aspire?\nWhat the hand, dare seize the fire?\n\n"
    "And what shoulder, & what art,\nCould twist the sinews of thy heart?\nAnd when thy heart began to beat,\nWhat dread hand? & what dread feet?\n\n"
    "What the hammer? what the chain,\nIn what furnace was thy brain?\nWhat the anvil? what dread grasp,\nDare its deadly terrors clasp!\n";

const std::int64_t window = 96, batch = 8, features = 64, heads = 4, length = 64;
const double temperature = 0.5;  // below 1 likely letters are likelier

// Numbers for characters: those of the poem in order.
struct Alphabet {
  std::string letters;
  explicit Alphabet(const std::string& text) : letters(text) {
    std::sort(letters.begin(), letters.end());
    letters.erase(std::unique(letters.begin(), letters.end()), letters.end());
  }
  ep::Array ids(const std::string& text) const {
    std::vector<std::int32_t> numbers;
    for (const char c : text) numbers.push_back(static_cast<std::int32_t>(letters.find(c)));
    return ep::Array(numbers);
  }
  std::string text(const ep::Array& ids) const {
    std::string result;
    for (const std::int32_t id : ids.to_vector<std::int32_t>()) result += letters[static_cast<std::size_t>(id)];
    return result;
  }
};

struct Gpt {
  nn::Embedding letters;
  std::vector<nn::TransformerBlock> blocks;
  nn::LayerNorm norm;

  // Logits of the letter after each, [..., T] to [..., T, letters]. Not const: with a cache a call writes it.
  ep::Array operator()(ep::Array ids) {
    ep::Array x = letters(ids);
    for (nn::TransformerBlock& block : blocks) x = block(x);
    return letters.attend(norm(x));
  }
  Gpt with_cache(std::int64_t places) const {
    Gpt net = *this;
    for (nn::TransformerBlock& block : net.blocks) block = block.with_cache(places);
    return net;
  }
  static Gpt init(ep::Key key, std::int64_t letters) {
    auto [a, b, c] = ep::random::split<3>(key);
    const auto block = [](ep::Key key) { return nn::TransformerBlock::init(key, features, heads, {.causal = true, .rope = true}); };
    return {nn::Embedding::init(a, letters, features), {block(b), block(c)}, nn::LayerNorm::init(features)};
  }
};

// Letters [length] after the prompt [T]; what it has drawn is what it sees next.
ep::Array sample_with_cache(Gpt net, ep::Array prompt, ep::Key key) {
  struct Writer {
    Gpt net;
    ep::Array logits;  // of the next letter
  };
  auto [logits, read] = ep::mutate(net.with_cache(prompt.size() + length))(prompt);
  return ep::scan([](Writer writer, ep::Key key) {
    const ep::Array letter = ep::random::categorical(key, writer.logits / temperature);
    auto [logits, net] = ep::mutate(writer.net)(expand_dims(letter, 0));
    return std::pair{Writer{net, logits[0]}, letter};
  }, Writer{read, logits[-1]}, ep::random::split(key, length))
      .second;
}
// The same from a page of which everything up to the next letter is read again; what follows is blank and is not looked at.
ep::Array sample_from_page(Gpt net, ep::Array prompt, ep::Key key) {
  struct Page {
    ep::Array ids, filled;
  };
  const Page blank{ep::concatenate({prompt, ep::zeros(length, ep::i32)}), ep::Array(std::int32_t(prompt.size()), ep::i32)};
  return ep::scan([&](Page page, ep::Key key) {
    const ep::Array logits = ep::mutate(net)(page.ids).output;
    const ep::Array letter = ep::random::categorical(key, logits[page.filled - 1] / temperature);
    return std::pair{Page{page.ids.at(page.filled).set(letter), page.filled + 1}, letter};
  }, blank, ep::random::split(key, length))
      .second;
}

void program(const Options& options) {
  auto [net_key, train_key, sample_key] = ep::random::split<3>(ep::random::key(options.seed));
  const Alphabet alphabet(poem);
  const ep::Array text = alphabet.ids(poem);
  Gpt net = Gpt::init(net_key, std::int64_t(alphabet.letters.size()));
  const int steps = options.quick ? 300 : 1000;
  auto optimizer = ep::optim::adamw(ep::optim::schedules::warmup_cosine_decay(0, 5e-3, 20, steps)).init(net);
  const auto step = ep::jit([](Gpt net, ep::optim::AdamW optimizer, ep::Array text, ep::Key key) {
    const ep::Array starts = ep::random::randint(key, {batch, 1}, 0, text.size() - window);
    const ep::Array places = starts + ep::arange(window);
    const auto loss = [&](Gpt net) {
      return mean(ep::losses::cross_entropy(ep::mutate(net)(take(text, places)).output, take(text, places + 1)));
    };
    auto [value, slope] = ep::value_and_grad(loss)(net);
    auto [next, after] = optimizer.update(slope, net);
    return std::tuple{value, next, after};
  });
  ep::Array loss;
  for (int i = 0; i < steps; ++i) {
    std::tie(loss, net, optimizer) = step(std::move(net), std::move(optimizer), text, ep::random::fold_in(train_key, i));
  }

  const std::string first_line = poem.substr(0, poem.find('\n') + 1);
  const ep::Array prompt = alphabet.ids(first_line);
  const ep::Array written = ep::jit(&sample_with_cache)(net, prompt, sample_key);
  const ep::Array again = ep::jit(&sample_from_page)(net, prompt, sample_key);
  const std::string text_written = alphabet.text(written);
  std::printf("%s%s\n", first_line.c_str(), text_written.c_str());
  std::size_t kept = 0;  // letters as Blake wrote them
  while (kept < text_written.size() && text_written[kept] == poem[first_line.size() + kept]) ++kept;

  report("numbers in the model", double(ep::count<ep::Parameter>(net)));
  report("loss: nats per character", loss.item<double>());
  report("letters before the first that the poem has not", double(kept));
  require(loss.item<double>() < 0.5, "the loss is below 0.5 nats per character");
  require(ep::equal(written, again), "with the cache it writes what it writes without");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a transformer on a poem and lets it write, with a cache and without.", &program); }
