"use strict";
// Zooming is a change of the plot's viewBox; text outside the plot is put back where its time now stands.
const STEPS_S = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800];
const LEAST_MS = 100;

function formatTime(ms, digits) {
  const rounded = Math.round(ms / 1000 * 10 ** digits) / 10 ** digits;
  const minutes = Math.floor(rounded / 60);
  return minutes + ":" + (rounded - minutes * 60).toFixed(digits).padStart(digits ? 3 + digits : 2, "0");
}

function makeSvg(name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// The last entry that starts at or before t.
function findAt(entries, t) {
  let found = null;
  for (const entry of entries) { if (entry[0] > t) break; found = entry; }
  return found;
}

// A level runs straight from point to point; where two points share a time, the later one counts.
function levelAt(points, t) {
  let before = null, after = null;
  for (const point of points) { if (point[0] > t) { after = point; break; } before = point; }
  if (!before || !after) return before ? before[1] : 0;
  return before[1] + (after[1] - before[1]) * (t - before[0]) / (after[0] - before[0]);
}

function rungAt(spans, t) {
  const span = spans.find(([from, to]) => from <= t && t < to);
  return span ? span[2] : null;
}

function describeRate(kbps) {
  return kbps < 1000 ? Math.round(kbps) + " kbit/s" : (kbps / 1000).toFixed(2) + " Mbit/s";
}

function describeMoment(data, t) {
  const leg = findAt(data.song, t), mode = findAt(data.modes, t);
  const song = leg ? leg[1] + (leg[2] ? t - leg[0] : 0) : 0;
  const turn = findAt(data.songs, t);
  const lines = ["song " + (turn ? turn[1] + ", " : "") + formatTime(song, 2) + (mode ? ", " + mode[1] : "")];
  const heard = rungAt(data.audioRungs, t), seen = rungAt(data.videoRungs, t);
  lines.push("sound: " + (levelAt(data.audio, t) / 1000).toFixed(1) + " s ahead" + (heard ? ", " + heard : ""));
  const picture = levelAt(data.video, t);
  if (picture > 0 || seen) lines.push("picture: " + (picture / 1000).toFixed(1) + " s ahead" + (seen ? ", " + seen : ""));
  const estimate = findAt(data.estimate, t), link = findAt(data.link, t);
  if (estimate) lines.push("estimate " + describeRate(estimate[1]) + (link ? " of " + describeRate(link[1]) : ""));
  return lines;
}

function bringToLife(figure) {
  const [left, width, height] = figure.dataset.plot.split(" ").map(Number);
  const end = Number(figure.dataset.end);
  const svg = figure.querySelector(".chart"), plot = figure.querySelector(".plot");
  const axis = figure.querySelector(".time-axis"), cursor = figure.querySelector(".cursor");
  const brush = figure.querySelector(".brush"), tip = figure.querySelector(".tip");
  const data = JSON.parse(figure.querySelector(".readout").textContent);
  let from = 0, to = end, brushed = null, pointed = null;

  const place = (t) => left + (t - from) / (to - from) * width;
  const clamp = (t) => Math.min(to, Math.max(from, t));

  function drawAxis() {
    const least = (to - from) / 1000 * 70 / width;
    const step = STEPS_S.find((s) => s >= least) || 3600 * Math.ceil(least / 3600);
    const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
    axis.replaceChildren();
    for (let n = Math.ceil(from / 1000 / step - 1e-9); n * step * 1000 <= to + 1e-6; n++) {
      const x = place(n * step * 1000);
      axis.append(makeSvg("line", { class: "mark", x1: x, x2: x, y1: height, y2: height + 5 }));
      axis.append(makeSvg("text", { class: "tick", "text-anchor": "middle", x, y: height + 18 }, formatTime(n * step * 1000, digits)));
    }
  }

  function draw() {
    plot.setAttribute("viewBox", `${from} 0 ${to - from} ${height}`);
    drawAxis();
    for (const flag of svg.querySelectorAll(".flag")) {
      const t = Number(flag.dataset.at), y = flag.transform.baseVal.getItem(0).matrix.f;
      flag.setAttribute("transform", `translate(${place(t)} ${y})`);
      flag.setAttribute("visibility", t < from || t > to ? "hidden" : "visible");
    }
    for (const label of svg.querySelectorAll(".band-label")) {
      const start = place(clamp(Number(label.dataset.from))), stop = place(clamp(Number(label.dataset.to)));
      label.setAttribute("x", (start + stop) / 2);
      label.setAttribute("visibility", stop - start < label.textContent.length * 7 ? "hidden" : "visible");
    }
  }

  function show(start, stop) {
    const length = Math.min(end, Math.max(LEAST_MS, stop - start));
    from = Math.min(Math.max(0, start), end - length);
    to = from + length;
    point(null);
    draw();
  }

  function zoom(wanted, around) {
    const factor = Math.max(wanted, LEAST_MS / (to - from));
    show(around - (around - from) * factor, around + (to - around) * factor);
  }
  function move(part) { show(from + part * (to - from), to + part * (to - from)); }

  function timeUnder(event) {
    const box = svg.getBoundingClientRect();
    return clamp(from + ((event.clientX - box.left) / box.width * svg.viewBox.baseVal.width - left) / width * (to - from));
  }

  function point(t) {
    pointed = t;
    tip.hidden = t === null;
    cursor.setAttribute("visibility", t === null ? "hidden" : "visible");
    if (t === null) return;
    const x = place(t), part = x / svg.viewBox.baseVal.width;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    const head = document.createElement("b");
    head.textContent = formatTime(t, 2);
    tip.replaceChildren(head, ...describeMoment(data, t).flatMap((line) => [line, document.createElement("br")]));
    tip.style.left = part < 0.6 ? `calc(${part * 100}% + 12px)` : "auto";
    tip.style.right = part < 0.6 ? "auto" : `calc(${(1 - part) * 100}% + 12px)`;
    tip.style.top = "76px";
  }

  function drawBrush(t) {
    const [start, stop] = [place(Math.min(brushed, t)), place(Math.max(brushed, t))];
    brush.setAttribute("x", start);
    brush.setAttribute("width", stop - start);
    brush.setAttribute("visibility", "visible");
  }

  function endBrush(t) {
    brush.setAttribute("visibility", "hidden");
    const start = brushed;
    brushed = null;
    if (t !== null && Math.abs(place(t) - place(start)) > 6) show(Math.min(start, t), Math.max(start, t));
  }

  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    brushed = timeUnder(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => { point(timeUnder(event)); if (brushed !== null) drawBrush(pointed); });
  svg.addEventListener("pointerup", (event) => { if (brushed !== null) endBrush(timeUnder(event)); });
  svg.addEventListener("pointercancel", () => { if (brushed !== null) endBrush(null); });
  svg.addEventListener("pointerleave", () => { if (brushed === null) point(null); });
  svg.addEventListener("dblclick", () => show(0, end));
  svg.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, timeUnder(event));
    else if (event.shiftKey) move(Math.sign(event.deltaY || event.deltaX) * 0.1);
    else return;
    event.preventDefault();
  }, { passive: false });

  const middle = () => (from + to) / 2;
  const deeds = {
    in: () => zoom(0.5, pointed ?? middle()), out: () => zoom(2, pointed ?? middle()),
    left: () => move(-0.25), right: () => move(0.25), all: () => show(0, end),
  };
  const keys = { "+": "in", "=": "in", "-": "out", "0": "all", ArrowLeft: "left", ArrowRight: "right" };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    deeds[keys[event.key]]();
    event.preventDefault();
  });
  for (const button of figure.querySelectorAll("[data-do]")) button.addEventListener("click", deeds[button.dataset.do]);
  for (const hidden of figure.querySelectorAll(".tools, .hint")) hidden.hidden = false;
  for (const link of figure.closest("article").querySelectorAll(".to-flip")) {
    link.addEventListener("click", () => show(Number(link.dataset.at) - 2000, Number(link.dataset.at) + 4000));
  }
}

document.querySelectorAll("figure.timeline").forEach(bringToLife);
