// Full text search over ARCHIVE (texts.js): plain substrings, which Chinese is looked for by, and quick enough for any
// number of bulletins. Nothing is asked of a network.
"use strict";

(() => {
  const SHOWN = 30, BEFORE = 24, AFTER = 60;
  const $ = (id) => document.getElementById(id);
  const field = $("query"), results = $("results"), list = results.querySelector("ol"), more = $("more");
  const shelf = $("shelf"), found = $("found");

  // Full-width letters and digits are looked for as half-width ones; no length changes.
  const plain = (text) => text
    .replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());

  const entries = ARCHIVE.entries.map(([issue, title, section, page, anchor, text]) => ({
    issue: ARCHIVE.issues[issue], title, section, page, anchor, text,
    titleKey: plain(`${title} ${section}`), textKey: plain(text),
  }));

  // Entries that have every word, those with all in the title first; issues come newest first already.
  const search = (words) => {
    const inTitle = [], inText = [];
    for (const entry of entries) {
      if (words.every((word) => entry.titleKey.includes(word))) inTitle.push(entry);
      else if (words.every((word) => entry.titleKey.includes(word) || entry.textKey.includes(word))) inText.push(entry);
    }
    return [...inTitle, ...inText];
  };

  // A text with the words marked, as nodes: nothing of it is ever read as HTML.
  const marked = (text, words) => {
    const key = plain(text), nodes = [];
    let at = 0;
    while (at < text.length) {
      let start = -1, length = 0;
      for (const word of words) {
        const place = key.indexOf(word, at);
        if (place >= 0 && (start < 0 || place < start || (place === start && word.length > length))) {
          start = place; length = word.length;
        }
      }
      if (start < 0) break;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, start + length);
      nodes.push(text.slice(at, start), mark);
      at = start + length;
    }
    return [...nodes, text.slice(at)];
  };

  const excerpt = (entry, words) => {
    const places = words.map((word) => entry.textKey.indexOf(word)).filter((place) => place >= 0);
    const at = places.length ? Math.min(...places) : 0;
    const start = Math.max(at - BEFORE, 0), end = Math.min(at + AFTER, entry.text.length);
    const text = entry.text.slice(start, end).replaceAll("\n", "　");
    return (start ? "……" : "") + text + (end < entry.text.length ? "……" : "");
  };

  const element = (name, ...children) => {
    const node = document.createElement(name);
    node.append(...children);
    return node;
  };

  const shown = (entry, words) => {
    const [key, numbering, day, hasWeb] = entry.issue;
    const folder = encodeURIComponent(key), pdf = `${folder}/${folder}.pdf#page=${entry.page}`;
    const link = element("a", ...marked(entry.title, words));
    link.href = hasWeb ? `${folder}/${folder}.html${entry.anchor && `#${entry.anchor}`}` : pdf;
    const page = element("a", `PDF 第${entry.page}页`);
    page.href = pdf;
    const [year, month, date] = day.split("-").map(Number);
    const place = element("p", `${numbering}　${year}年${month}月${date}日　${entry.section}${entry.section && "　"}`, page);
    place.className = "quiet";
    return element("li", element("h3", link), element("p", ...marked(excerpt(entry, words), words)), place);
  };

  let hits = [], words = [], count = 0;
  const show = () => {
    const next = hits.slice(count, count + SHOWN);
    list.append(...next.map((entry) => shown(entry, words)));
    count += next.length;
    more.hidden = count >= hits.length;
    more.textContent = `再看 ${Math.min(SHOWN, hits.length - count)} 条`;
  };

  const answer = () => {
    words = [...new Set(plain(field.value).split(/\s+/).filter(Boolean))];
    const asked = words.length > 0;
    results.hidden = !asked;
    shelf.hidden = asked;
    list.replaceChildren();
    count = 0;
    if (!asked) return;
    hits = search(words);
    found.textContent = hits.length ? `“${field.value.trim()}”，找到 ${hits.length} 处` : `没有找到“${field.value.trim()}”。换一个短些的词试试。`;
    show();
  };

  let waiting = 0;
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(answer, 80); });
  field.form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); answer(); });
  more.addEventListener("click", show);
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  answer();
})();
