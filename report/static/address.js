// What a reader chose stands after the # of the address, so that a link that is sent, a bookmark and Back show the same.
"use strict";
const grokscopeAddress = (() => {
  // An address such as #events names a place on the page; choices always have a name and a value.
  const chosen = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
  const listeners = [];
  const write = (choices) => {
    if (choices.toString() === chosen().toString()) return;
    const text = choices.toString().replace(/%2C/g, ",").replace(/%7E/g, "~"); // these need no escape, and are easier to read
    // Only what stands after the # may change on a page from disk; no entry of the history is made for each click.
    history.replaceState(history.state, "", text ? `#${text}` : location.href.split("#")[0] + "#");
  };

  const get = (name) => chosen().get(name);
  const all = (name) => chosen().getAll(name);
  const set = (values) => {
    const choices = chosen();
    for (const [name, value] of Object.entries(values)) {
      choices.delete(name);
      for (const one of [value].flat()) if (one !== null && one !== undefined && one !== "") choices.append(name, String(one));
    }
    write(choices);
  };
  const list = (name) => (get(name) === null ? null : get(name).split(",").filter(Boolean));
  const onChange = (act) => listeners.push(act);
  // A link to the same page, Back within it, and a page that the browser kept as it was left.
  window.addEventListener("hashchange", () => listeners.forEach((act) => act()));
  window.addEventListener("pageshow", (event) => { if (event.persisted) listeners.forEach((act) => act()); });
  return { get, all, list, set, onChange };
})();
