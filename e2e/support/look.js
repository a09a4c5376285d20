// What a page looks like to a measuring eye: what sticks out sideways, what is not in its language.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./place.js";

/** Elements that make the page scroll sideways, in words; none where it does not. Frames that scroll on their own may. */
export async function sticksOut(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const framed = (element) => {
      for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
        if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
      }
      return false;
    };
    const out = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > width + 0.5 && !framed(it));
    const name = (it) => `${it.tagName.toLowerCase()}${it.id && `#${it.id}`}.${[...it.classList].join(".")} to ${Math.round(it.getBoundingClientRect().right)} of ${width}: ${it.textContent.trim().slice(0, 40)}`;
    return [`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`, ...out.slice(-5).map(name)];
  });
}

const PROCESSES = join(root, "packs/cn/processes");

/** What people call the parts of the packs' processes: they are drawn as they were named. */
const NAMED = readdirSync(PROCESSES, { recursive: true })
  .filter((file) => file.endsWith(".bpmn"))
  .flatMap((file) => [...readFileSync(join(PROCESSES, file), "utf8").matchAll(/ name="([^"]+)"/g)].map(([, words]) => words));

/** Words of the register and of the law, as the pack of the jurisdiction has them: ways of buying, laws with articles; names of processes. */
const PACK = [...readFileSync(join(root, "packs/cn/redflags.toml"), "utf8").matchAll(/^(?:details|law) = (.+)$/gm)]
  .flatMap(([, value]) => [...value.matchAll(/"([^"]+)"/g)].map(([, words]) => words))
  .concat(NAMED)
  .filter((words) => /\p{Script=Han}/u.test(words))
  .sort((one, other) => other.length - one.length);

/**
 * Texts with Han characters on a page that is not Chinese: everything a person reads or hears, but for data, which stay
 * as they were recorded. Data are what is marked as Chinese (`lang="zh…"`), words of the pack, and the places in the
 * source that a reason points to; what somebody typed into a field. An attribute cannot be marked, nor a place in a trail: there
 * names of the demonstration are known by its made-up places, with which they begin.
 */
export async function han(page) {
  return page.evaluate((pack) => {
    const found = [];
    const names = /(?:演示|仿真|样本|示例|虚拟|虚构|测试)[\p{Script=Han}\p{Number}（）()·、第 -]*/gu;
    const look = (text, element, what) => {
      if (what === "text" && element.closest("[lang|=zh], .evidence-basis, code.raw, textarea")) return;
      const known = (text ?? "").replace(names, "");
      const rest = pack.reduce((rest, words) => rest.replaceAll(words, ""), known);
      if (/\p{Script=Han}/u.test(rest)) {
        const place = element.closest("[id],[class]") ?? element;
        found.push(`${what} in ${place.tagName.toLowerCase()}${place.id && `#${place.id}`}.${[...place.classList].join(".")}: ${text.trim().slice(0, 60)}`);
      }
    };
    look(document.title, document.documentElement, "title");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!element.closest("script, style")) look(texts.currentNode.data, element, "text");
    }
    for (const element of document.body.querySelectorAll("*")) {
      for (const name of ["aria-label", "placeholder", "title", "alt", "data-label", "data-none", "aria-description"]) {
        if (element.hasAttribute(name)) look(element.getAttribute(name), element, name);
      }
    }
    return [...new Set(found)];
  }, PACK);
}

/** Texts that are the key of a text: a key that is missing in the language is shown itself. */
export async function keys(page, known) {
  return page.evaluate((known) => {
    const all = new Set(known);
    const found = [];
    const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      for (const word of data.split(/\s+/)) if (all.has(word) && word.includes("-") && !parentElement.closest("code, pre")) found.push(word);
    }
    return found;
  }, known);
}
