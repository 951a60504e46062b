// What the page does beyond what a browser does by itself. Without it everything can still be read.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const remembered = {
    get() { try { return localStorage.getItem("literate-theme"); } catch { return null; } },
    set(theme) {
      try { theme ? localStorage.setItem("literate-theme", theme) : localStorage.removeItem("literate-theme"); } catch {}
    },
  };
  const system = () => (dark.matches ? "dark" : "light");
  const theme = () => root.dataset.theme || system();

  // Before anything is painted, so that no page flashes in the other colours.
  const chosen = remembered.get();
  if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;

  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  function showTheme(button) {
    button.setAttribute("aria-pressed", String(theme() === "dark"));
    // Pictures come in two colours and know of the system only.
    for (const source of all("picture > source[media]")) {
      source.dataset.media ??= source.media;
      if (!/prefers-color-scheme/.test(source.dataset.media)) continue;
      const fits = source.dataset.media.includes(theme());
      source.media = root.dataset.theme ? (fits ? "all" : "not all") : source.dataset.media;
    }
  }

  function switchTheme(button) {
    const next = theme() === "dark" ? "light" : "dark";
    if (next === system()) delete root.dataset.theme;
    else root.dataset.theme = next;
    remembered.set(root.dataset.theme);
    showTheme(button);
  }

  function say(text) {
    const said = document.querySelector(".said");
    said.textContent = text;
    clearTimeout(say.timer);
    say.timer = setTimeout(() => { said.textContent = ""; }, 4000);
  }

  // The code as a script would have it: no prompts, and of a session no answers.
  function codeOf(figure) {
    const code = figure.querySelector("code").cloneNode(true);
    if (code.querySelector(".gp")) all(".gp, .go", code).forEach((one) => one.remove());
    return code.textContent;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw new Error("the browser did not let the page copy");
    }
  }

  function addCopyButton(figure) {
    const caption = figure.querySelector("figcaption");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${caption.textContent}`);
    button.addEventListener("click", () => {
      copy(codeOf(figure)).then(
        () => { button.textContent = "Copied"; say(`Copied ${caption.firstChild.textContent}`); },
        () => say("Your browser did not allow the copy"),
      );
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    caption.append(button);
  }

  // Returns what ends it.
  function followScroll(nav) {
    const ending = new AbortController();
    const { signal } = ending;
    const links = new Map(all("a[href^='#']", nav).map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
    const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
    let current;
    const follow = () => {
      const line = 0.25 * innerHeight;
      const atEnd = innerHeight + scrollY >= root.scrollHeight - 2;
      const reached = (heading) => heading.getBoundingClientRect().top <= (atEnd ? innerHeight : line);
      const next = headings.findLast(reached);
      if (next === current) return;
      if (current) links.get(current.id).removeAttribute("aria-current");
      current = next;
      if (!current) return;
      const link = links.get(current.id);
      link.setAttribute("aria-current", "true");
      if (nav.scrollHeight > nav.clientHeight) {
        const [top, bottom] = [link.offsetTop - 40, link.offsetTop + link.offsetHeight + 40];
        if (top < nav.scrollTop) nav.scrollTop = top;
        else if (bottom > nav.scrollTop + nav.clientHeight) nav.scrollTop = bottom - nav.clientHeight;
      }
    };
    let asked = false;
    const later = () => {
      if (asked) return;
      asked = true;
      requestAnimationFrame(() => { asked = false; follow(); });
    };
    addEventListener("scroll", later, { passive: true, signal });
    addEventListener("resize", later, { signal });
    follow();
    return () => ending.abort();
  }

  // What scrolls sideways can be reached and scrolled with the keyboard alone.
  function markScrollers() {
    for (const one of all("main pre, .wide")) {
      if (one.scrollWidth > one.clientWidth + 1) {
        one.tabIndex = 0;
        one.setAttribute("role", "group");
        one.setAttribute("aria-label", one.matches("pre") ? "Code" : "Table");
      } else {
        ["tabindex", "role", "aria-label"].forEach((name) => one.removeAttribute(name));
      }
    }
  }

  // Returns what shows anew which way the button goes.
  function foldAll(button) {
    const folds = () => all("main details");
    const show = () => {
      button.textContent = folds().every((one) => one.open) ? "Fold all" : "Unfold all";
      button.hidden = !folds().length;
    };
    button.addEventListener("click", () => {
      const open = !folds().every((one) => one.open);
      folds().forEach((one) => { one.open = open; });
      show();
    });
    document.addEventListener("toggle", show, true);
    show();
    return show;
  }

  // On paper nothing can be unfolded.
  function unfoldForPrint() {
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = all("details:not([open])");
      closed.forEach((one) => { one.open = true; });
    });
    addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => switchTheme(button));
      dark.addEventListener("change", () => showTheme(button));
      showTheme(button);
    }
    all("figure.code").forEach(addCopyButton);
    const folding = all("button.fold").map(foldAll);
    const nav = document.getElementById("literate-contents");
    let unfollow = nav && followScroll(nav);
    if (nav) {
      nav.addEventListener("click", (event) => {
        if (event.target.closest("a") && nav.matches(":popover-open")) nav.hidePopover();
      });
    }
    unfoldForPrint();
    markScrollers();
    addEventListener("resize", markScrollers);
    document.addEventListener("toggle", markScrollers, true);

    // The preview has replaced parts of the text.
    document.addEventListener("literate-text", () => {
      all("figure.code:not(:has(> figcaption > button.copy))").forEach(addCopyButton);
      folding.forEach((show) => show());
      unfollow?.();
      unfollow = nav && followScroll(nav);
      if (button) showTheme(button);
      markScrollers();
    });
  });
})();
