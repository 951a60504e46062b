// What the preview adds to a page: it follows the sources, shows what is wrong with them, and runs examples.
(() => {
  "use strict";
  const root = document.documentElement;
  const about = (name) => document.querySelector(`meta[name="preview-${name}"]`).content;
  const token = about("token");
  const session = about("session");
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const onGitHub = new URLSearchParams(location.search).has("github");
  const path = decodeURIComponent(location.pathname);
  const page = path + (path.endsWith("/") ? "index.html" : "") + (onGitHub ? "?github" : "");
  let digests = {};  // of the files as they are shown, by their paths
  const PARTS = ["#literate-contents", "footer", ".where"];  // what is replaced whole where it has changed
  const MOST_PAIRS = 4e6;  // of old and new parts that are compared
  const MOST = 5000;  // lines of an output that are kept

  // The page of the site does this itself; as GitHub shows it, it has no script but this.
  try {
    const theme = localStorage.getItem("literate-theme");
    if (onGitHub && (theme === "light" || theme === "dark")) root.dataset.theme = theme;
  } catch {}

  function make(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  // The page as it was served, before scripts changed it: what tells which parts of the next one are new.

  const source = (node) => node.outerHTML ?? node.textContent;

  function snapshot(page) {
    const main = page.querySelector("main");
    const skeleton = page.documentElement.cloneNode(true);
    all(["main", "title", "meta[name^='preview-']", ".preview", ...PARTS].join(), skeleton).forEach((one) => one.replaceChildren());
    all("meta[name^='preview-'], .preview", skeleton).forEach((one) => one.remove());
    return {
      text: main && [...main.childNodes].map(source),
      parts: PARTS.map((part) => page.querySelector(part)?.innerHTML),
      skeleton: skeleton.outerHTML.replace(/\s+/g, " "),
    };
  }

  let served = null;
  document.addEventListener("readystatechange", () => {
    if (document.readyState === "interactive") served = snapshot(document);
  });

  // Where folds are is remembered by the heading above them and their summary.

  function folds() {
    const found = new Map();
    let heading = "";
    const counts = new Map();
    for (const one of all("main :is(h1, h2, h3, h4, h5, h6)[id], main details")) {
      if (!one.matches("details")) { heading = one.id; continue; }
      const name = `${heading}\n${one.querySelector("summary")?.textContent.trim().split(" ")[0]}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      found.set(`${name}\n${counts.get(name)}`, one);
    }
    return found;
  }

  const foldStates = () => [...folds()].map(([name, one]) => [name, one.open]);

  function fold(states) {
    const now = folds();
    for (const [name, open] of states) if (now.has(name)) now.get(name).open = open;
  }

  // The reader's place is kept by an element that stays: the first that can be seen, else the nearest above it.

  function anchor(stays) {
    const elements = all("main > *");
    const bar = document.querySelector(".bar")?.offsetHeight ?? 0;
    const seen = elements.findIndex((one) => one.getBoundingClientRect().bottom > bar);
    const order = [...elements.slice(seen, seen + 1), ...elements.slice(0, Math.max(seen, 0)).reverse(), ...elements.slice(seen + 1)];
    return scrollY === 0 ? undefined : order.find(stays);
  }

  // Which of `before` stay: for each of `after` its number there, or -1. The longest such sequence.
  function kept(before, after) {
    let first = 0;
    const least = Math.min(before.length, after.length);
    while (first < least && before[first] === after[first]) first += 1;
    let last = 0;
    while (last < least - first && before.at(-1 - last) === after.at(-1 - last)) last += 1;
    const numbers = after.map((_, n) => (n < first ? n : n >= after.length - last ? n + before.length - after.length : -1));
    const [old, now] = [before.slice(first, before.length - last), after.slice(first, after.length - last)];
    if (old.length * now.length > MOST_PAIRS) return numbers;
    const lengths = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
    for (let i = old.length - 1; i >= 0; i -= 1) {
      for (let j = now.length - 1; j >= 0; j -= 1) {
        lengths[i][j] = old[i] === now[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
      }
    }
    for (let i = 0, j = 0; i < old.length && j < now.length;) {
      if (old[i] === now[j]) numbers[first + j++] = first + i++;
      else if (lengths[i + 1][j] >= lengths[i][j + 1]) i += 1;
      else j += 1;
    }
    return numbers;
  }

  // Replaces what has changed; returns what keeps the reader's place.
  function replaceText(main, before, after, doc) {
    const old = [...main.childNodes];
    const numbers = old.length === before.length ? kept(before, after) : after.map(() => -1);
    const staying = new Set(numbers.filter((number) => number >= 0).map((number) => old[number]));
    const mark = anchor((one) => staying.has(one));
    const top = mark?.getBoundingClientRect().top;
    const place = scrollY;
    const coming = [...doc.querySelector("main").childNodes];
    let at = old[0] ?? null;
    numbers.forEach((number, n) => {
      if (number < 0) main.insertBefore(document.importNode(coming[n], true), at);
      else at = old[number].nextSibling;
    });
    old.filter((one) => !staying.has(one)).forEach((one) => one.remove());
    return () => {
      const behavior = "instant";
      if (mark) scrollBy({ top: mark.getBoundingClientRect().top - top, behavior });
      else scrollTo({ top: place, behavior });
    };
  }

  function reload() {
    try { sessionStorage.setItem("literate-folds", JSON.stringify(foldStates())); } catch {}
    location.reload();  // which keeps the place by itself
  }

  async function update(state) {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    const doc = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = snapshot(doc);
    const main = document.querySelector("main");
    if (!served?.text || !next.text || !main || next.skeleton !== served.skeleton) return reload();
    const states = foldStates();
    root.style.overflowAnchor = "none";
    const keepPlace = replaceText(main, served.text, next.text, doc);
    PARTS.forEach((part, number) => {
      const one = document.querySelector(part);
      if (one && next.parts[number] !== served.parts[number]) one.innerHTML = next.parts[number];
    });
    document.title = doc.title;
    served = next;
    refreshPictures(state);
    fold(states);
    document.dispatchEvent(new Event("literate-text"));
    addRunButtons(state);
    keepPlace();
    requestAnimationFrame(() => { root.style.overflowAnchor = ""; });
  }

  function refreshPictures(state) {
    for (const one of all("main img, main source")) {
      const name = one.matches("img") ? "src" : "srcset";
      const address = new URL(one.getAttribute(name) ?? "", location);
      const file = decodeURIComponent(address.pathname);
      if (!digests[file] || state.digests[file] === digests[file]) continue;
      address.searchParams.set("v", state.digests[file]);
      one[name] = address.href;
    }
  }

  // What is shown of the preview itself.

  const dot = make("span", { className: "preview-state" });
  const said = make("button", { type: "button", className: "preview-said", textContent: "Connecting" });
  const site = make("a", { textContent: "Page" });
  const github = make("a", { textContent: "GitHub", title: "As GitHub shows it" });
  const menu = make("button", { type: "button", className: "preview-menu", textContent: "Run", hidden: true });
  const list = make("ul", { className: "preview-examples", hidden: true });
  const errors = make("section", { className: "preview-errors", hidden: true, "aria-label": "What is wrong" });
  const run = make("section", { className: "preview-run", hidden: true, "aria-label": "A run" });
  const live = make("span", { role: "status", "aria-live": "polite", className: "preview-live" });
  const bar = make("div", { className: "preview-bar" }, dot, said, menu, make("span", { className: "preview-switch" }, site, github), live);
  const panel = make("aside", { className: "preview", "aria-label": "Preview" }, errors, run, list, bar);

  // The switch leads to where the reader is.
  function here() {
    const above = all("main :is(h1, h2, h3, h4, h5, h6)[id]").findLast((one) => one.getBoundingClientRect().top < 120);
    return scrollY > 100 && above ? `#${encodeURIComponent(above.id)}` : "";
  }
  for (const [link, search] of [[site, ""], [github, "?github"]]) {
    const lead = () => { link.href = location.pathname + search + here(); };
    ["pointerdown", "focus", "click"].forEach((event) => link.addEventListener(event, lead));
    link.href = location.pathname + search;
  }
  (onGitHub ? github : site).setAttribute("aria-current", "true");

  said.addEventListener("click", () => { errors.hidden = !errors.hidden || !errors.childElementCount; showFold(); });
  menu.addEventListener("click", () => {
    list.hidden = !list.hidden;
    menu.setAttribute("aria-expanded", String(!list.hidden));
    if (!list.hidden) list.querySelector("button").focus();
  });
  list.addEventListener("keydown", (event) => { if (event.key === "Escape") closeList(); });
  function closeList() {
    if (list.hidden) return;
    list.hidden = true;
    menu.setAttribute("aria-expanded", "false");
    menu.focus();
  }
  const showFold = () => said.setAttribute("aria-expanded", String(!errors.hidden));

  function say(kind, text) {
    panel.dataset.state = kind;
    said.textContent = text;
    live.textContent = text;
  }

  function errorItem(error) {
    const item = make("li", {}, make("p", {}, error.place && make("b", { textContent: error.place }), ` ${error.message.replace(/^error: /, "")}`));
    for (const note of error.notes) item.append(make("p", { className: "preview-note", textContent: note }));
    const { example } = error;
    if (example) item.append(make("button", { type: "button", textContent: `Run ${example}`, onclick: () => start(example) }));
    return item;
  }

  const counted = ({ errors: { length } }) => (length === 1 ? "1 error" : `${length} errors`);

  function showErrors(state) {
    const count = state.errors.length;
    const was = errors.dataset.shown;
    errors.dataset.shown = JSON.stringify(state.errors);
    if (count && was === errors.dataset.shown) return;
    errors.hidden = !count;
    errors.replaceChildren();
    if (count) {
      const close = make("button", { type: "button", textContent: "Hide", onclick: () => { errors.hidden = true; showFold(); said.focus(); } });
      errors.append(
        make("header", {}, make("h2", { textContent: counted(state) }), close),
        make("ol", {}, ...state.errors.map(errorItem)),
      );
    }
    showFold();
  }

  function showExamples(state) {
    const stale = new Set(state.stale);
    menu.hidden = !state.examples.length;
    const items = state.examples.map((example) => make("li", {}, make("button", {
      type: "button",
      className: stale.has(example) ? "preview-stale" : "",
      textContent: example + (stale.has(example) ? " (changed)" : ""),
      onclick: () => { closeList(); start(example); },
    })));
    list.replaceChildren(...items);
    addRunButtons(state);
  }

  function addRunButtons(state) {
    const examples = new Set(state.examples);
    for (const caption of all("figure.code > figcaption")) {
      const example = caption.querySelector("a")?.textContent;
      let button = caption.querySelector(".preview-start");
      if (!examples.has(example)) { button?.remove(); continue; }
      if (!button) {
        button = make("button", { type: "button", textContent: "Run", onclick: () => start(example) });
        caption.querySelector("a").after(button);
      }
      button.className = state.stale.includes(example) ? "preview-start preview-stale" : "preview-start";
      button.setAttribute("aria-label", `Run ${example}`);
    }
  }

  // A run: what it prints, as it comes.

  let current = null;

  async function start(example) {
    if (current) { current.heading.focus(); return; }
    const ending = new AbortController();
    const heading = make("h2", { textContent: example, tabIndex: -1 });
    const outcome = make("span", { className: "preview-outcome", role: "status", textContent: "running" });
    const stop = make("button", { type: "button", textContent: "Stop", onclick: () => (current ? ending.abort() : (run.hidden = true)) });
    const output = make("pre", { tabIndex: 0, "aria-label": `What ${example} prints` });
    run.replaceChildren(make("header", {}, heading, outcome, stop), output);
    run.hidden = false;
    run.dataset.state = "running";
    heading.focus({ preventScroll: true });
    current = { heading };
    const end = (kind, text) => {
      current = null;
      run.dataset.state = kind;
      outcome.textContent = text;
      stop.textContent = "Close";
    };
    try {
      await follow(example, ending.signal, output, end);
    } catch (error) {
      end("failed", ending.signal.aborted ? "stopped; nothing is recorded" : `the preview cannot be reached: ${error.message}`);
    }
    if (current) end("failed", "the preview ended before the run did");
  }

  async function follow(example, signal, output, end) {
    const answer = await fetch("/.preview/run", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Literate-Token": token },
      body: JSON.stringify({ example }),
      signal,
    });
    if (!answer.ok) return end("failed", (await answer.text()).trim());
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      const records = lines.map((line) => JSON.parse(line));
      show(output, records.filter((record) => "line" in record).map((record) => record.line));
      const last = records.find((record) => "outcome" in record);
      if (last) finish(last, output, end);
    }
  }

  function show(output, lines) {
    if (!lines.length) return;
    const atEnd = output.scrollTop + output.clientHeight >= output.scrollHeight - 4;
    output.append(...lines.map((line) => `${line}\n`));
    while (output.childNodes.length > MOST) output.firstChild.remove();
    if (atEnd) output.scrollTop = output.scrollHeight;
  }

  function finish({ outcome, seconds, errors: wrong }, output, end) {
    const took = `${seconds.toFixed(1)} s`;
    const words = { recorded: `recorded in ${took}`, agrees: `agrees with its recording, in ${took}` };
    for (const error of wrong) {
      const notes = error.notes.length ? `\n${error.notes.join("\n")}` : "";
      output.append(make("b", { textContent: `${error.place} ${error.message}` }), `${notes}\n`);
    }
    output.scrollTop = output.scrollHeight;
    const good = words[outcome] && !wrong.length;
    end(good ? "good" : "failed", good ? words[outcome] : `${words[outcome] ?? "failed; nothing is recorded"}`);
  }

  // Following the sources.

  function told(state) {
    showErrors(state);
    showExamples(state);
    leadOn(state);
    const count = state.errors.length;
    say(count ? "wrong" : "good", count ? counted(state) : "Up to date");
    digests = state.digests;
  }

  // As GitHub shows it, links lead to other pages as GitHub shows them.
  function leadOn(state) {
    if (!onGitHub) return;
    const pages = new Set(state.pages.flatMap((page) => [page, page.replace(/index\.html$/, "")]));
    for (const link of all("main a[href]")) {
      const address = new URL(link.href);
      if (address.origin === location.origin && address.pathname !== location.pathname && pages.has(address.pathname)) {
        address.search = "?github";
        link.href = address.href;
      }
    }
  }

  function listen() {
    let shown = about("digest");
    let last = Promise.resolve();
    const events = new EventSource("/.preview/events");
    events.onmessage = (event) => {
      const state = JSON.parse(event.data);
      last = last.then(async () => {
        if (state.session !== session) return reload();  // another preview, with another token
        const digest = state.digests[page] ?? "";
        if (digest !== shown) await update(state);
        else refreshPictures(state);
        shown = digest;
        return told(state);
      }).catch((error) => say("lost", `Not shown: ${error.message}`));
    };
    events.onerror = () => say("lost", "The preview has ended");
  }

  addEventListener("DOMContentLoaded", () => {
    document.body.append(panel);
    try {
      const states = JSON.parse(sessionStorage.getItem("literate-folds") ?? "[]");
      sessionStorage.removeItem("literate-folds");
      fold(states);
    } catch {}
    listen();
  });
})();
