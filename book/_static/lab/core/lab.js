// What all widgets of the lab share: loading, words, elements, errors.
//
// Classic scripts throughout: module scripts, fetch and workers do not work
// on a page that is opened from the disk. A page with a widget loads this
// file; scripts and styles of the widget follow when the reader comes near it.
window.NinLab = (function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const base = new URL("..", document.currentScript.src).href;
  const language = document.documentElement.lang.slice(0, 2) || "en";
  const pending = {};
  const ARROWS = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
  };
  let dictionary = {};

  // Settled when what the tag names is loaded and put to use.
  function loaded(tag, parent) {
    return new Promise((resolve, reject) => {
      tag.onload = resolve;
      tag.onerror = () => {
        tag.remove();
        reject(new Error(tag.src ?? tag.href));
      };
      parent.append(tag);
    });
  }

  // Load a script of the lab, once. A failed one may be tried again.
  function script(name) {
    pending[name] ??= loaded(el("script", { src: base + name }), document.head)
      .catch((error) => {
        forget(name);
        throw error;
      });
    return pending[name];
  }

  // A <link>: the pages' security policy forbids <style> elements.
  function sheet(name, root) {
    return loaded(el("link", { href: base + name, rel: "stylesheet" }), root);
  }

  // Let a script that came damaged be loaded again.
  function forget(name) {
    delete pending[name];
  }

  function words(code, sections) {
    if (code === language) dictionary = sections;
  }

  // The word `section.key` of the page's language, each {name} replaced.
  function translate(section, key, values = {}) {
    const word = dictionary[section]?.[key] ?? dictionary.common?.[key];
    if (word === undefined) throw new Error(`no word ${section}.${key}`);
    if (typeof word !== "string") return word;
    return word.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // Make an element: on… are listeners, null and false leave out.
  function el(name, attributes = {}, children = []) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== null && value !== false) {
        element.setAttribute(key, value === true ? "" : value);
      }
    }
    element.append(...[children].flat());
    return element;
  }

  function svg(name, attributes = {}, children = []) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      element.setAttribute(key, value);
    }
    element.append(...[children].flat());
    return element;
  }

  // Whether a key is the browser's or the system's rather than ours.
  function modified(event) {
    return event.altKey || event.ctrlKey || event.metaKey;
  }

  // [rows, columns] that an arrow key goes; the page then does not scroll.
  function arrow(event) {
    const move = ARROWS[event.key];
    if (!move || modified(event)) return null;
    event.preventDefault();
    return move;
  }

  // Put words into a live region; the same again would be heard again.
  function tell(region, words) {
    if (region.textContent !== words) region.textContent = words;
  }

  function bytes(base64) {
    const text = atob(base64), values = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) values[i] = text.charCodeAt(i);
    return values;
  }

  function reducedMotion() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  class Widget extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const { section } = this.constructor;
      const root = this.attachShadow({ mode: "open" });
      // The still picture stays until the widget stands, in its looks.
      root.append((this.still = el("slot")));
      this.ready = Promise.all([sheet("core/lab.css", root),
                                sheet(`${section}/${section}.css`, root)])
        .then(() => this.render(root))
        .then(() => this.still.remove())
        .catch((error) => {
          console.error(error);
          if (!error.told) this.fail("broken", { reason: error.message });
        });
    }

    t(key, values) {
      return translate(this.constructor.section, key, values);
    }

    // Tell a screen reader what changed: `say`, at most once in so many
    // milliseconds.
    later(pause, say) {
      this.waiting ??= setTimeout(() => {
        this.waiting = null;
        say();
      }, pause);
    }

    // Show what is wrong and what helps, above all else.
    fail(key, values) {
      this.clearFailure();
      this.failure = el("p", { class: "failure", role: "alert" }, [
        this.t(key, values),
        el("button", { class: "close", "aria-label": this.t("close"),
                       onclick: () => this.clearFailure() }, "×"),
      ]);
      this.shadowRoot.prepend(this.failure);
      // What was pressed far below must not fail out of sight.
      if (!this.still.isConnected) {
        this.failure.scrollIntoView({ block: "nearest" });
      }
    }

    clearFailure() {
      this.failure?.remove();
    }
  }

  function define(section, type) {
    type.section = section;
    customElements.define(`nin-${section}`, type);
  }

  // Load what a widget needs, in order; its element then comes to life.
  // Returns why it does not.
  async function start(element) {
    try {
      await script(`core/words.${language}.js`);
      for (const name of element.dataset.scripts.split(" ")) {
        await script(name);
      }
      if (!customElements.get(element.localName)) {
        throw new Error(element.localName); // one came, but not whole
      }
    } catch (error) {
      console.error(error); // the still picture stays
      return error.message;
    }
  }

  // Start a widget that a reader asked for; say above its still picture, which
  // both go when it stands, why it does not.
  async function startOrSay(element) {
    const reason = await start(element);
    element.querySelector(":scope > .lab-why")?.remove();
    if (!reason) return;
    element.prepend(el("p", { class: "lab-why", role: "alert" }, [
      dictionary.common ? translate("common", "notLoaded", { reason }) : reason,
    ]));
  }

  // Buttons in the text that set up the widget of the page: the first one,
  // or the one that data-lab-for names.
  function answerButtons() {
    for (const button of document.querySelectorAll("[data-lab-set]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const { labFor } = button.dataset;
        const widget = document.querySelector(
          labFor ? `nin-${labFor}` : "[data-scripts]");
        widget.scrollIntoView({
          behavior: reducedMotion() ? "auto" : "smooth", block: "start",
        });
        await startOrSay(widget);
        widget.set?.(Object.fromEntries(
          new URLSearchParams(button.dataset.labSet)));
      });
    }
  }

  // A widget that is large for its page is loaded when the reader asks for it.
  function waitFor(button, element) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      element.shadowRoot?.querySelector(".retry")?.click();
      await startOrSay(element);
      await element.ready;
      button.disabled = false;
      // Who has gone on meanwhile is not called back.
      if ([document.body, button].includes(document.activeElement)) {
        element.shadowRoot?.querySelector(".stage")
          ?.focus({ preventScroll: true });
      }
    });
  }

  function watch() {
    answerButtons();
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          start(target).then((reason) => {
            if (!reason) return;
            addEventListener("online", () => seen.observe(target),
                             { once: true });
          });
        }
      },
      { rootMargin: "300px" },
    );
    for (const element of document.querySelectorAll("[data-scripts]")) {
      const button = element.querySelector(".lab-start");
      if (button) waitFor(button, element);
      else seen.observe(element);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", watch);
  } else watch();

  return {
    ARROWS, Widget, arrow, bytes, define, el, forget, language, modified,
    reducedMotion, script, svg, tell, words,
  };
})();
