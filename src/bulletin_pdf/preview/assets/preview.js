// The preview in a browser: takes what the server tells, hands it to the parts, and answers buttons and keys.

import { Findings } from "./findings.js";
import { remembered } from "./memory.js";
import { SourcePlace } from "./source.js";
import { Stage } from "./stage.js";
import { Thumbnails } from "./thumbnails.js";

const by = (id) => document.getElementById(id);

const source = new SourcePlace(by("source"));
const stage = new Stage(by("stage"), by("pages"), {
  onSource: (place, event) => source.show(place, event),
  onFinding: (index) => findings.choose(index),
  onMove: moved,
});
const thumbnails = new Thumbnails(by("thumbnails"), (number) => stage.goTo(number));
const findings = new Findings(by("findings"), by("broken"), source, (finding) => stage.reveal(finding));

let view = null;
let isBusy = true;
let isConnected = true;

// --- what the server tells ------------------------------------------------------------------------------

const events = new EventSource("/events");
events.addEventListener("open", () => tellStatus({ connected: true }));
events.addEventListener("error", () => tellStatus({ connected: false }));
events.addEventListener("busy", (event) => tellStatus({ busy: JSON.parse(event.data) }));
events.addEventListener("view", (event) => {
  const told = JSON.parse(event.data);
  if (view && view.run !== told.run) location.reload(); // of another server, perhaps a newer program
  view = told;
  remembered.about(view.issue);
  source.root = view.root;
  by("issue").textContent = view.issue;
  by("waiting").hidden = view.pages.length > 0 || !view.isCurrent;
  document.body.classList.toggle("stale", !view.isCurrent);
  stage.show(view);
  thumbnails.show(view.pages);
  findings.show(view);
  tellTally();
  tellStatus({});
});

function tellStatus({ connected = isConnected, busy = isBusy }) {
  isConnected = connected;
  isBusy = busy;
  const errors = view ? view.findings.filter((finding) => finding.severity === "error").length : 0;
  const [kind, words] = !connected
    ? ["lost", "预览已停止；重新运行 bulletin preview 就会接上"]
    : busy || !view
      ? ["busy", "正在排版……"]
      : !view.isCurrent
        ? ["error", "上一次的版面"]
        : errors
          ? ["error", "有错误，不能付印"]
          : ["fine", `最新，用了 ${view.seconds.toFixed(1)} 秒`];
  by("status").className = kind;
  by("status").textContent = words;
}

function tellTally() {
  const errors = view.findings.filter((finding) => finding.severity === "error").length;
  by("tally").textContent = view.findings.length || "";
  by("tally").className = errors ? "error" : view.findings.length ? "warning" : "";
  document.title = `${view.findings.length ? `(${view.findings.length}) ` : ""}${view.issue} 预览`;
}

// --- buttons and keys -----------------------------------------------------------------------------------

function moved(current) {
  by("count").textContent = view && view.pages.length ? `${current} / ${view.pages.length} 页` : "";
  by("percent").textContent = `${Math.round(stage.scale * 100)}%`;
  for (const button of document.querySelectorAll("[data-arrangement]"))
    button.setAttribute("aria-checked", button.dataset.arrangement === stage.arrangement);
  for (const button of document.querySelectorAll("[data-zoom]"))
    button.setAttribute("aria-pressed", button.dataset.zoom === stage.zoom);
  thumbnails.current(current);
}

// In a narrow window a panel lies over the pages, so none is there unless it is asked for, and one at a time.
const PANELS = ["thumbnails", "findings"];
const narrow = matchMedia("(width < 900px)");

function showPanel(name, isShown) {
  document.body.classList.toggle(`without-${name}`, !isShown);
  by(`toggle-${name}`).setAttribute("aria-pressed", isShown);
}

function togglePanel(name) {
  const isShown = document.body.classList.contains(`without-${name}`);
  if (narrow.matches) for (const other of PANELS) showPanel(other, false);
  else remembered.set(name, isShown);
  showPanel(name, isShown);
}

function restorePanels() {
  for (const name of PANELS) showPanel(name, !narrow.matches && remembered.get(name, true));
}

const ACTIONS = {
  1: () => stage.arrange("single"),
  2: () => stage.arrange("spread"),
  3: () => stage.arrange("grid"),
  "+": () => stage.step(1),
  "=": () => stage.step(1),
  "-": () => stage.step(-1),
  0: () => stage.zoomTo(1),
  w: () => stage.zoomTo("width"),
  h: () => stage.zoomTo("page"),
  t: () => togglePanel("thumbnails"),
  p: () => togglePanel("findings"),
  n: () => findings.step(1),
  N: () => findings.step(-1),
  ArrowLeft: () => stage.turn(-1),
  ArrowRight: () => stage.turn(1),
  "?": () => by("keys").showModal(),
  Escape: () => source.hide(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || by("keys").open) return;
  const action = ACTIONS[event.key] ?? ACTIONS[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

for (const button of document.querySelectorAll("[data-arrangement]"))
  button.addEventListener("click", () => stage.arrange(button.dataset.arrangement));
for (const button of document.querySelectorAll("[data-zoom]"))
  button.addEventListener("click", () => stage.zoomTo(button.dataset.zoom));
by("smaller").addEventListener("click", () => stage.step(-1));
by("larger").addEventListener("click", () => stage.step(1));
by("percent").addEventListener("click", () => stage.zoomTo(1));
by("show-keys").addEventListener("click", () => by("keys").showModal());
for (const name of PANELS) by(`toggle-${name}`).addEventListener("click", () => togglePanel(name));
narrow.addEventListener("change", restorePanels);
restorePanels();
tellStatus({});
