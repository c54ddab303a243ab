// What all widgets of the lab share: loading, words, elements, errors.
//
// Classic scripts throughout: module scripts, fetch and workers do not work
// on a page that is opened from the disk. A page with a widget loads this
// file; the scripts of the widget follow when the reader comes near it.
window.NinLab = (function () {
  "use strict";

  const base = new URL(".", document.currentScript.src).href;
  const language = document.documentElement.lang.slice(0, 2) || "en";
  const pending = {};
  let dictionary = {};

  // Load a script of this folder, once. A failed one may be tried again.
  function script(name) {
    pending[name] ??= new Promise((resolve, reject) => {
      const tag = document.createElement("script");
      tag.src = base + name;
      tag.onload = resolve;
      tag.onerror = () => {
        tag.remove();
        delete pending[name];
        reject(new Error(`cannot load ${tag.src}`));
      };
      document.head.append(tag);
    });
    return pending[name];
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

  function reducedMotion() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  class Widget extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      // Not a <style> element: the pages' security policy forbids those.
      const style = new CSSStyleSheet();
      style.replaceSync(STYLE + this.constructor.style);
      root.adoptedStyleSheets = [style];
      // The still picture stays until the widget stands.
      root.append((this.still = el("slot")));
      this.ready = Promise.resolve()
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

    // Show what is wrong and what helps, above all else.
    fail(key, values) {
      this.clearFailure();
      this.failure = el("p", { class: "failure", role: "alert" }, [
        this.t(key, values),
        el("button", { class: "close", "aria-label": this.t("close"),
                       onclick: () => this.clearFailure() }, "×"),
      ]);
      this.shadowRoot.prepend(this.failure);
    }

    clearFailure() {
      this.failure?.remove();
    }
  }

  function define(section, type, style) {
    type.section = section;
    type.style = style;
    customElements.define(`nin-${section}`, type);
  }

  // Load what a widget needs, in order; its element then comes to life.
  async function start(element) {
    try {
      await script("style.js");
      await script(`words.${language}.js`);
      for (const name of element.dataset.scripts.split(" ")) {
        await script(name);
      }
    } catch (error) {
      console.error(error); // the still picture stays
    }
  }

  // Buttons in the text that set up the first widget of the page.
  function answerButtons() {
    for (const button of document.querySelectorAll("[data-lab-set]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        const widget = document.querySelector("[data-scripts]");
        widget.scrollIntoView({
          behavior: reducedMotion() ? "auto" : "smooth", block: "start",
        });
        await start(widget);
        widget.set?.(Object.fromEntries(
          new URLSearchParams(button.dataset.labSet)));
      });
    }
  }

  function watch() {
    answerButtons();
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          start(target);
        }
      },
      { rootMargin: "300px" },
    );
    for (const element of document.querySelectorAll("[data-scripts]")) {
      seen.observe(element);
    }
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", watch);
  } else watch();

  let STYLE = "";
  function style(text) {
    STYLE = text;
  }

  return {
    Widget, define, el, forget, language, reducedMotion, script, style, words,
  };
})();
