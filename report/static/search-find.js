// How search finds: words by their stems, other words for the same thing, and the numbers of figures. Every word of a query should be found.
"use strict";
const grokscopeFind = (() => {
  // Other words for the same thing; what stands to the right is how this report says it, and one of the alternatives suffices.
  const RANK = ["feature rank", "rank"];
  const ATTACK = ["attack", "robust"];
  const NORMALISED = ["batch normalisation"];
  const LATE = ["generalisation", "behind the fit", "train accuracy"];
  const TESTS = ["statistics", "power"];
  const REGIONS = ["linear region"];
  const RANDOM = ["random labels", "label noise"];
  const SIZE = ["training images", "training set"];
  const SAME = {
    lc: ["local complexity"], adversarial: ATTACK, adversary: ATTACK, "adversarial robustness": ["robust"], "robust accuracy": ["robust", "accuracy under attack"], "adversarial accuracy": ["accuracy under attack", "robust"], "adversarial example": ATTACK, pgd: ["attack"], fgsm: ["attack"], apgd: ["auto-pgd"], autopgd: ["auto-pgd"], autoattack: ["auto-pgd", "several attacks"], perturbation: ["attack"], epsilon: ["attack"],
    "gradient masking": ["gradients exactly zero", "stronger attacks", "worst attacks"], "obfuscated gradients": ["gradients exactly zero", "stronger attacks"], "vanishing gradient": ["gradients exactly zero", "without a gradient"], "zero gradient": ["gradients exactly zero", "without a gradient"], "adaptive attack": ["stronger attacks", "worst attacks", "several attacks"], "black box": ["random squares"], "square attack": ["random squares"], "transfer attack": ["made for another seed"],
    "effective rank": RANK, "numerical rank": RANK, "stable rank": RANK, "intrinsic dimension": RANK, dimensionality: ["rank"], spectrum: RANK, spectra: RANK, spectral: RANK, "singular value": RANK, svd: RANK, eigenvalue: RANK, "rank collapse": ["rank collapse", "rank drop", "fall of rank"], "linear probing": ["linear probe"], probing: ["linear probe"],
    bn: NORMALISED, batchnorm: NORMALISED, "batch norm": NORMALISED, batchnormalisation: NORMALISED, normalisation: NORMALISED, wd: ["weight decay"], l2: ["weight decay", "weight norm"], regularisation: ["weight decay"], init: ["initialisation"], "initialisation scale": ["size of the initialisation", "large initialisation"], "init scale": ["size of the initialisation", "large initialisation"], lr: ["learning rate"], "step size": ["learning rate"], optimiser: ["optimiser", "adam"], sgd: ["optimiser"], rmsprop: ["optimiser"], momentum: ["momentum", "optimiser"],
    nc: ["neural collapse"], nc1: ["neural collapse"], memorisation: RANDOM, memorise: RANDOM, "corrupted labels": RANDOM, "noisy labels": ["label noise", "random labels"], "label noise": ["label noise", "random labels"], "shuffled labels": RANDOM,
    spline: REGIONS, partition: REGIONS, hyperplane: ["linear region", "edge"], polytope: REGIONS, "linear pieces": REGIONS, "dead network": ["collapse"], "training size": SIZE, "train size": SIZE, "dataset size": SIZE, "data size": SIZE, "sample size": [...SIZE, "seeds needed"],
    convnet: ["cnn"], convolutional: ["cnn"], vgg: ["cnn"], feedforward: ["mlp"], perceptron: ["mlp"], cifar: ["cifar-10", "cifar-100"], cifar10: ["cifar-10"], cifar100: ["cifar-100"], resnet: ["resnet18"], "language model": ["gpt", "language model"], llm: ["gpt", "language model"], gpt: ["gpt", "language model"], attention: ["transformer", "gpt"], "modular arithmetic": ["modular addition"],
    "over-parameterised": ["more parameters", "widest network"], overparameterised: ["more parameters", "widest network"], overparameterisation: ["more parameters", "widest network"], generalise: ["generalis", "test accuracy"], grok: ["grok", "late", "delay"], "delayed generalisation": ["generalisation", "grok"],
    overfit: LATE, "over fitting": LATE, "generalisation gap": LATE, "train test gap": LATE, interpolation: ["interpolation", "behind the fit", "after the fit"], "phase diagram": ["generalisation delayed stages fails"], "phase map": ["generalisation delayed stages fails"], precision: ["float32"], "floating point": ["float32"], rounding: ["rounding", "float32"],
    "p value": TESTS, pvalue: TESTS, significance: TESTS, significant: TESTS, "confidence interval": ["statistics"], bootstrap: ["statistics"], "multiple testing": ["statistics"], limitation: ["limits"], hardware: ["provenance"], gpu: ["provenance"], runtime: ["provenance"], "how long": ["provenance"], reproduce: ["provenance"],
    relu: ["nonlinearit", "gelu"], gelu: ["gelu", "nonlinearit"], tanh: ["nonlinearit"], activation: ["nonlinearit"], depth: ["depth", "deep"], width: ["width", "wide"], layer: ["layer", "depth"],
    "double descent": ["first descent an ascent and a second descent", "second descent local complexity"],
  };
  // Words that say little of what is looked for; they have to be found only in a query of nothing else.
  const EMPTY = new Set("a an and are as at be by do does for from how in is it its of on or the to was what when where which why with vs versus".split(" "));
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/\u03b5/g, "epsilon").replace(/\b(\w{3,})iz(e|es|ed|ing|ation|ations|er|ers)\b/g, "$1is$2").replace(/\bfig(?:ure)?s?\.?\s*(\d+)/g, "fig$1").replace(/\btables?\s*(\d+)/g, "table$1");
  const wordsOf = (text) => plain(text).match(/[a-z0-9]+(?:\.\d+)?/g) || [];
  // Without its ending, and without the second of two letters that it leaves: `fitting` and `fitted` are `fit`.
  const stem = (word) => (/\d/.test(word) || word.length < 5 ? word : word.replace(/(?:isations?|ations?|ings?|ness|ies|ed|er|es|e|s|ly|y)$/, (end, at) => (at < 4 ? end : "")).replace(/([bdgmnprt])\1$/, "$1"));
  // A word with a figure or of one letter is meant as it stands: Fig 1 is not Fig 10.
  const fits = (wanted, word) => (/\d/.test(wanted) || wanted.length < 2 ? word === wanted : word.startsWith(wanted));

  const stemsOf = (text) => wordsOf(text).map(stem);
  const PHRASES = Object.entries(SAME).map(([key, others]) => ({ key, stems: stemsOf(key), others })).sort((one, two) => two.stems.length - one.stems.length);
  const prepared = (index) => index.map((entry) => ({
    ...entry, kindWords: [entry.kind.toLowerCase()], titleWords: wordsOf(entry.title), placeWords: wordsOf(entry.place || ""), moreWords: wordsOf(entry.more), otherWords: wordsOf(entry.words.replace(/_/g, " ")), plainTitle: ` ${stemsOf(entry.title).join(" ")} `,
  }));
  const FIELDS = [["placeWords", 12], ["titleWords", 5], ["moreWords", 2], ["kindWords", 1.5], ["otherWords", 1]];
  const OF_A_PAGE = 4; // the further words of a page are written for the search: they count almost as much as its title
  const scoreOfWord = (entry, word) => {
    let best = 0;
    for (const [field, usual] of FIELDS) {
      const weight = field === "otherWords" && entry.kind === "Page" ? OF_A_PAGE : usual;
      for (const one of entry[field]) {
        if (!fits(word, stem(one)) && !fits(word, one)) continue;
        const exact = stem(one) === word || one === word;
        best = Math.max(best, weight * (exact ? 1 : 0.7));
      }
    }
    return best;
  };
  const scoreOfPhrase = (entry, phrase, bonus) => {
    const every = stemsOf(phrase);
    const words = every.filter((word) => !EMPTY.has(word));
    const scores = words.map((word) => scoreOfWord(entry, word));
    if (!scores.length || scores.some((score) => !score)) return 0;
    const together = words.length > 1 && entry.plainTitle.includes(` ${every.join(" ")}`) ? bonus : 0;
    return scores.reduce((sum, score) => sum + score, 0) / words.length + together;
  };

  // The query in parts, each with its alternatives: phrases that have other words first, the longest before the others, then single words.
  const partsOf = (query) => {
    let rest = wordsOf(query);
    const parts = [];
    for (const { key, stems, others } of PHRASES.filter((one) => one.stems.length > 1)) {
      const at = rest.findIndex((_, place) => stems.every((one, i) => rest[place + i] && stem(rest[place + i]) === one));
      if (at < 0) continue;
      rest = [...rest.slice(0, at), ...rest.slice(at + stems.length)];
      parts.push([key, ...others]);
    }
    const telling = rest.filter((word) => !EMPTY.has(word));
    for (const word of telling.length || parts.length ? telling : rest) {
      const found = PHRASES.find((one) => one.key === word || (one.stems.length === 1 && one.stems[0] === stem(word)));
      parts.push([word, ...(found ? found.others : [])]);
    }
    return parts;
  };
  const KINDS = ["Figure", "Claim", "Page", "Run"]; // of equals, what is read first
  // A query with a hyphen that a run's id has as it stands is meant for that run.
  const isId = (entry, query) => entry.kind === "Run" && /\w-\w/.test(query) && entry.title.toLowerCase().includes(query.trim().toLowerCase());
  // What has every part of a query; where nothing has, what has most of them, at least half, and the list is `partial`.
  const find = (entries, query) => {
    const parts = partsOf(query);
    if (!parts.length) return [];
    const whole = ` ${stemsOf(query).join(" ")}`;
    const little = wordsOf(query).filter((word) => EMPTY.has(word));
    const scored = entries.map((entry) => {
      const scores = parts.map((part) => Math.max(...part.map((phrase, i) => scoreOfPhrase(entry, phrase, i ? 1 : 3) * (i ? 0.9 : 1))));
      const together = parts.length > 1 && entry.plainTitle.includes(whole) ? 4 : 0;
      const short = 1 / (2 + entry.titleWords.length); // a title about nothing else
      const id = isId(entry, query);
      const sum = scores.reduce((total, score) => total + score, 0) + together + short + 0.5 * little.filter((word) => entry.titleWords.includes(word)).length;
      return { entry, id, parts: id ? parts.length : scores.filter(Boolean).length, score: sum * (id ? 1 : entry.weight ?? 1) };
    });
    const most = Math.max(...scored.map((found) => found.parts));
    if (!most || most < parts.length / 2) return [];
    const late = (found) => (found.id ? 0 : found.entry.kind === "Run" ? 2 : 1);
    const order = (one, two) => late(one) - late(two) || two.score - one.score || KINDS.indexOf(one.entry.kind) - KINDS.indexOf(two.entry.kind);
    const list = scored.filter((found) => found.parts === most).sort(order).map((found) => found.entry);
    return Object.assign(list, { partial: most < parts.length });
  };

  return { prepared, find };
})();
