// What every page does beyond HTML: keys, colour scheme, highlighting, choosing rows, and news from elsewhere.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  // ── colour scheme ────────────────────────────────────────────────────────────────────────────────────────────
  const dark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const now = document.documentElement.dataset.theme || (dark() ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("contextfs-theme", next);
    document.dispatchEvent(new CustomEvent("contextfs:theme"));
  });

  // ── code ─────────────────────────────────────────────────────────────────────────────────────────────────────
  const highlight = (root) => {
    if (!window.hljs) return;
    for (const code of $$("pre code[class^='language-']", root)) if (!code.dataset.highlighted) hljs.highlightElement(code);
  };

  // ── notices go away by themselves, failures stay ─────────────────────────────────────────────────────────────
  const settle = (notice) => {
    if (notice.dataset.seen) return;
    notice.dataset.seen = "yes";
    if (!notice.classList.contains("failed")) setTimeout(() => notice.remove(), 9000);
  };
  document.addEventListener("click", (event) => {
    const closing = event.target.closest("[data-close]");
    if (closing) closing.closest(closing.dataset.close).remove();
  });

  // ── rows that are chosen with the keyboard or ticked ─────────────────────────────────────────────────────────
  const rows = () => $$("[data-row]");
  const choose = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("chosen"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    for (const row of all) row.classList.toggle("chosen", row === next);
    next.scrollIntoView({ block: "nearest" });
    const link = next.tabIndex >= 0 || next.hasAttribute("tabindex") ? next : $("a", next);
    if (link) link.focus({ preventScroll: true });
  };
  const ticked = () => {
    const bar = $("#bulk");
    if (!bar) return;
    const count = $$("[data-tick]:checked").length;
    bar.hidden = count === 0;
    const said = $("[data-ticked]", bar);
    if (said) said.textContent = count === 1 ? "1 memory" : `${count} memories`;
  };
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick]")) ticked();
    if (event.target.matches("[data-tick-all]")) {
      for (const box of $$("[data-tick]")) box.checked = event.target.checked;
      ticked();
    }
  });

  // What is done to a row with a key goes on with the next one: a round is one key after the other.
  let answered = [];
  const act = (row, button) => {
    const all = rows(), next = all[all.indexOf(row) + 1] || all[all.indexOf(row) - 1];
    answered = [row.dataset.row, next && next.dataset.row];
    button.click();
  };
  // One item of a queue is always chosen, and only one: the one that was taken back, else the next one, else the first.
  const keep = () => {
    const queue = $(".queue"), all = queue ? rows() : [];
    if (!all.length || $(".chosen", queue)) return;
    const named = answered.map((key) => key && all.find((row) => row.dataset.row === key));
    const row = named.find(Boolean) || all[0];
    row.classList.add("chosen");
    row.scrollIntoView({ block: "nearest" });
  };

  // ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────
  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = typing(event.target);
    if (event.key === "Escape" && field) return field.blur();
    if (field) {
      if (event.key === "ArrowDown" && field.matches("#q")) { event.preventDefault(); choose(1); }
      return;
    }
    if (going) {
      going = false;
      const place = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    const chosen = $(".chosen[data-row]");
    const offered = chosen && $(`[data-row-key="${CSS.escape(event.key)}"]`, chosen);
    if (offered) { event.preventDefault(); act(chosen, offered); return; }
    const own = $(`[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
    if (own) { event.preventDefault(); own.click(); return; }
    if (event.key === "/") {
      event.preventDefault();
      const box = $("#q");
      if (box) { box.focus(); box.select(); } else location.href = "/";
    } else if (event.key === "g") { going = true; setTimeout(() => { going = false; }, 1200);
    } else if (event.key === "j") choose(1);
    else if (event.key === "k") choose(-1);
    else if (event.key === "x") {
      const box = $(".chosen [data-tick]");
      if (box) { box.checked = !box.checked; ticked(); }
    } else if (event.key === "?") { const help = $("#keys"); if (help) help.showModal(); }
  });

  // ── news ─────────────────────────────────────────────────────────────────────────────────────────────────────
  // Whatever has data-live loads itself anew when the store has changed, unless somebody is choosing in it.
  const listen = () => {
    if (!$("[data-live]")) return;
    const source = new EventSource("/live");
    source.addEventListener("changed", (event) => {
      const told = JSON.parse(event.data);
      for (const part of $$("[data-live]")) {
        if ($("[data-tick]:checked", part)) continue;
        part.dataset.news = told.subject;
        htmx.trigger(part, "news");
      }
    });
    addEventListener("pagehide", () => source.close());
  };
  const shine = () => {
    for (const part of $$("[data-news]")) {
      const row = $(`[data-row="${CSS.escape(part.dataset.news)}"]`, part);
      delete part.dataset.news;
      if (row) row.classList.add("fresh");
    }
  };

  const narrow = matchMedia("(max-width: 62rem)");
  const look = (root) => {
    if (narrow.matches) for (const box of $$(".narrow:not([data-seen])")) { box.dataset.seen = "yes"; box.open = false; }
    highlight(root);
    $$(".notice").forEach(settle);
    keep();
    const wanted = $(".asking [autofocus]:not([data-seen])");
    if (wanted) { wanted.dataset.seen = "yes"; wanted.focus(); }
    const said = $("#said");  // a screen reader is told how many there are, not each of them at each letter
    if (said) { const count = rows().length; said.textContent = count === 1 ? "1 result" : `${count} results`; }
    shine();
    ticked();
  };
  document.addEventListener("htmx:after:swap", () => look(document));
  document.addEventListener("DOMContentLoaded", () => {
    look(document);
    listen();
    const here = $("nav [aria-current]");
    if (here) here.parentElement.parentElement.parentElement.scrollLeft = here.offsetLeft - 80;
  });
})();
