// How search finds: words by their stems, other words for the same thing, and the numbers of figures. Every word has to be found.
"use strict";
const grokscopeFind = (() => {
  // Other words for the same thing; what stands to the right is how this report says it, and one of the alternatives suffices.
  const SAME = {
    lc: ["local complexity"], adversarial: ["attack", "robust"], adversary: ["attack"], pgd: ["attack"], fgsm: ["attack"], apgd: ["auto-pgd"], autopgd: ["auto-pgd"], autoattack: ["auto-pgd", "several attacks"], perturbation: ["attack"], epsilon: ["attack"],
    "effective rank": ["feature rank", "rank"], "numerical rank": ["feature rank", "rank"], "stable rank": ["feature rank", "rank"], "intrinsic dimension": ["feature rank", "rank"], dimensionality: ["rank"], "linear probing": ["linear probe"],
    bn: ["batch normalisation"], batchnorm: ["batch normalisation"], wd: ["weight decay"], l2: ["weight decay", "weight norm"], regularisation: ["weight decay"], init: ["initialisation"], optimiser: ["optimiser", "adam"], sgd: ["optimiser"], rmsprop: ["optimiser"],
    nc: ["neural collapse"], nc1: ["neural collapse"], memorisation: ["random labels"], memorise: ["random labels"], "corrupted labels": ["random labels", "label noise"], "noisy labels": ["label noise", "random labels"], "shuffled labels": ["random labels"],
    spline: ["linear region"], splines: ["linear region"], partition: ["linear region"], hyperplane: ["linear region", "edge"], polytope: ["linear region"], "dead network": ["collapse"], "training size": ["training images", "training set"], "dataset size": ["training images", "training set"], "sample size": ["training images", "training set", "seeds needed"],
    convnet: ["cnn"], convolutional: ["cnn"], vgg: ["cnn"], feedforward: ["mlp"], cifar: ["cifar-10", "cifar-100"], "over-parameterised": ["more parameters"], overparameterised: ["more parameters"], generalise: ["generalis", "test accuracy"], grok: ["grok", "late", "delay"], hardware: ["provenance"], limitation: ["limits"], relu: ["nonlinearit", "gelu"], gelu: ["gelu", "nonlinearit"], activation: ["nonlinearit"],
    "double descent": ["double descent", "second descent"], "decision boundary": ["decision boundary"], tunnel: ["tunnel"], depth: ["depth", "deep"], width: ["width", "wide"],
  };
  const plain = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/\u03b5/g, "epsilon").replace(/\b(\w{3,})iz(e|es|ed|ing|ation|ations|er|ers)\b/g, "$1is$2").replace(/\bfig(?:ure)?s?\.?\s*(\d+)/g, "fig$1").replace(/\btables?\s*(\d+)/g, "table$1");
  const wordsOf = (text) => plain(text).match(/[a-z0-9]+(?:\.\d+)?/g) || [];
  const stem = (word) => (/\d/.test(word) || word.length < 5 ? word : word.replace(/(?:isations?|ations?|ings?|ness|ies|ed|er|es|e|s|ly|y)$/, (end, at) => (at < 4 ? end : "")));
  // A word with a figure is meant as it stands: Fig 1 is not Fig 10.
  const fits = (wanted, word) => (/\d/.test(wanted) ? word === wanted : word.startsWith(wanted));

  const prepared = (index) => index.map((entry) => ({
    ...entry, kindWords: [entry.kind.toLowerCase()], titleWords: wordsOf(entry.title), placeWords: wordsOf(entry.place || ""), moreWords: wordsOf(entry.more), otherWords: wordsOf(entry.words.replace(/_/g, " ")), plainTitle: ` ${wordsOf(entry.title).map(stem).join(" ")} `,
  }));
  const FIELDS = [["placeWords", 12], ["titleWords", 5], ["moreWords", 2], ["kindWords", 1.5], ["otherWords", 1]];
  const scoreOfWord = (entry, word) => {
    let best = 0;
    for (const [field, weight] of FIELDS) {
      for (const [place, one] of entry[field].entries()) {
        if (!fits(word, stem(one)) && !fits(word, one)) continue;
        const exact = stem(one) === word || one === word;
        best = Math.max(best, weight * (exact ? 1 : 0.7) + (field === "titleWords" ? Math.max(0, 0.5 - 0.05 * place) : 0));
      }
    }
    return best;
  };
  const scoreOfPhrase = (entry, phrase) => {
    const words = wordsOf(phrase).map(stem);
    const scores = words.map((word) => scoreOfWord(entry, word));
    if (!scores.length || scores.some((score) => !score)) return 0;
    const together = words.length > 1 && entry.plainTitle.includes(` ${words.join(" ")}`) ? 3 : 0;
    return scores.reduce((sum, score) => sum + score, 0) / words.length + together;
  };

  // The query in parts, each with its alternatives: phrases that have other words first, then single words.
  const partsOf = (query) => {
    let rest = ` ${wordsOf(query).join(" ")} `;
    const parts = [];
    for (const phrase of Object.keys(SAME).filter((one) => wordsOf(one).length > 1)) {
      const found = ` ${wordsOf(phrase).join(" ")} `;
      if (!rest.includes(found)) continue;
      rest = rest.replace(found, " ");
      parts.push([phrase, ...SAME[phrase]]);
    }
    for (const word of rest.split(" ").filter(Boolean)) {
      const key = Object.keys(SAME).find((one) => one === word || stem(one) === stem(word));
      parts.push([word, ...(key ? SAME[key] : [])]);
    }
    return parts;
  };
  const KINDS = ["Figure", "Claim", "Page", "Run"]; // of equals, what is read first
  const find = (entries, query) => {
    const parts = partsOf(query);
    if (!parts.length) return [];
    const whole = ` ${wordsOf(query).map(stem).join(" ")}`;
    return entries.map((entry) => {
      const scores = parts.map((part) => Math.max(...part.map((phrase, i) => scoreOfPhrase(entry, phrase) * (i ? 0.9 : 1))));
      const together = parts.length > 1 && entry.plainTitle.includes(whole) ? 4 : 0;
      const short = 1 / (2 + entry.titleWords.length); // a title about nothing else
      return { entry, score: scores.some((score) => !score) ? 0 : scores.reduce((sum, score) => sum + score, 0) + together + short };
    }).filter((found) => found.score).sort((one, two) => two.score - one.score || KINDS.indexOf(one.entry.kind) - KINDS.indexOf(two.entry.kind)).map((found) => found.entry);
  };

  return { prepared, find };
})();
