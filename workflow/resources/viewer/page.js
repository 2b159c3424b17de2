"use strict";
// One hidden 3Dmol.js viewer draws everything, and each canvas keeps a copy of what it drew: browsers
// give a page some 16 WebGL contexts, and a viewer for each conformer compiles its shaders anew.
const data = JSON.parse(document.getElementById("data").textContent);
const stage = document.getElementById("stage");
const overlay = document.getElementById("overlay-canvas");
const limit = document.getElementById("limit");
const cells = [...document.querySelectorAll("#grid canvas")];
const UPRIGHT = [0, 0, 0, 1]; // quaternion: x, y, z, w
const turned = new Map(); // canvas -> {turn: quaternion, size: magnification, drawn: at what width}
const models = { positions: [], overlaid: [] };
const distance = {};
let viewer;

// Quaternion of a turn by some angle (radians) about an axis in the plane of the screen.
function turnAbout(x, y) {
  const angle = Math.hypot(x, y);
  const s = angle ? Math.sin(angle / 2) / angle : 0;
  return [x * s, y * s, 0, Math.cos(angle / 2)];
}

function product([a, b, c, d], [e, f, g, h]) {
  const q = [d * e + a * h + b * g - c * f, d * f - a * g + b * h + c * e,
    d * g + a * f - b * e + c * h, d * h - a * e - b * f - c * g];
  const size = Math.hypot(...q);
  return q.map((value) => value / size);
}

function addModel(conformer, key) {
  const skeleton = key === "overlaid";
  const kept = data.elements.map((element, atom) => !skeleton || data.skeleton.includes(atom));
  const atoms = data.elements.map((elem, atom) => {
    const [x, y, z] = conformer[key].slice(3 * atom, 3 * atom + 3);
    return { elem, x, y, z, index: atom, serial: atom, bonds: [], bondOrder: [] };
  });
  for (const [one, other, inFull] of data.bonds) {
    if (!kept[one] || !kept[other]) continue;
    const order = skeleton ? 1 : inFull;
    atoms[one].bonds.push(other);
    atoms[one].bondOrder.push(order);
    atoms[other].bonds.push(one);
    atoms[other].bondOrder.push(order);
  }
  const model = viewer.addModel();
  model.addAtoms(atoms.filter((atom) => kept[atom.index]));
  if (skeleton) {
    const style = (colour) => ({ stick: { radius: 0.06, ...colour }, sphere: { radius: 0.08, ...colour } });
    model.setStyle({}, style({}));
    model.setStyle({ elem: "C" }, style({ color: conformer.colour }));
  } else {
    model.setStyle({}, { stick: { radius: 0.13 }, sphere: { scale: 0.22 } });
  }
  return model;
}

// Make the models of one view when it is first looked at, all to be seen from the same distance, from
// where no turn clips the largest.
function prepare(key) {
  if (models[key].length) return;
  models[key] = data.conformers.map((conformer) => addModel(conformer, key));
  viewer.zoomTo({ model: models[key].map((model) => model.getID()) });
  distance[key] = viewer.getView()[3];
  viewer.render();
}

function draw(canvas, shown, key) {
  const { turn, size } = turned.get(canvas);
  models.positions.concat(models.overlaid).forEach((model) => model.hide());
  shown.forEach((index) => models[key][index].show());
  viewer.setView([0, 0, 0, distance[key], ...turn]);
  if (size !== 1) viewer.zoom(size);
  const drawn = stage.querySelector("canvas");
  [canvas.width, canvas.height] = [drawn.width, drawn.height];
  canvas.getContext("2d").drawImage(drawn, 0, 0);
  turned.get(canvas).drawn = canvas.clientWidth;
}

function chosen() {
  const names = new Set([...document.querySelectorAll("[name=stereoisomer]:checked")].map((box) => box.value));
  const highest = data.conformers.at(-1).above * (limit.value / limit.max);
  document.getElementById("limit-value").value = `${highest.toFixed(1)} kcal/mol`;
  return data.conformers.map((conformer) =>
    conformer.above <= highest && (!data.filtered || names.has(conformer.stereoisomer)));
}

function inOverlay() {
  return document.querySelector("[name=view]:checked").value === "overlay";
}

function fitStage(canvas) {
  stage.style.width = `${canvas.clientWidth}px`;
  stage.style.height = `${canvas.clientHeight}px`;
  viewer?.resize();
}

function redraw(canvas) {
  if (canvas !== overlay) return draw(canvas, [cells.indexOf(canvas)], "positions");
  const shown = chosen();
  return draw(overlay, [...shown.keys()].filter((index) => shown[index]), "overlaid");
}

function update() {
  const shown = chosen();
  const number = shown.filter(Boolean).length;
  document.getElementById("count").textContent = `${number} of ${shown.length} shown`;
  document.getElementById("grid").hidden = inOverlay();
  document.getElementById("overlay").hidden = !inOverlay();
  cells.forEach((cell, index) => { cell.closest("figure").hidden = !shown[index]; });
  if (!viewer) return;
  const visible = inOverlay() ? [overlay] : cells.filter((cell, index) => shown[index]);
  prepare(inOverlay() ? "overlaid" : "positions");
  if (visible.length) fitStage(visible[0]);
  const stale = (canvas) => canvas === overlay || turned.get(canvas).drawn !== canvas.clientWidth;
  visible.filter(stale).forEach(redraw);
}

function turn(canvas, x, y) {
  const view = turned.get(canvas);
  view.turn = product(turnAbout(x, y), view.turn);
  redraw(canvas);
}

function magnify(canvas, factor) {
  const view = turned.get(canvas);
  view.size = Math.min(Math.max(view.size * factor, 0.3), 5);
  redraw(canvas);
}

function turnBack(canvas) {
  turned.set(canvas, { turn: UPRIGHT, size: 1 });
}

function makeTurnable(canvas) {
  turnBack(canvas);
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) {
      turn(canvas, event.movementY * 0.01, event.movementX * 0.01);
    }
  });
  canvas.addEventListener("wheel", (event) => {
    if (canvas !== overlay && !event.ctrlKey) return; // the grid scrolls
    event.preventDefault();
    magnify(canvas, Math.exp(-event.deltaY * 0.001));
  }, { passive: false });
  canvas.addEventListener("dblclick", () => { turnBack(canvas); redraw(canvas); });
  canvas.addEventListener("keydown", (event) => {
    const step = Math.PI / 18;
    const does = {
      ArrowLeft: () => turn(canvas, 0, -step), ArrowRight: () => turn(canvas, 0, step),
      ArrowUp: () => turn(canvas, -step, 0), ArrowDown: () => turn(canvas, step, 0),
      "+": () => magnify(canvas, 1.1), "-": () => magnify(canvas, 1 / 1.1),
      Home: () => { turnBack(canvas); redraw(canvas); },
    }[event.key];
    if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does();
  });
}

function start() {
  [...cells, overlay].forEach(makeTurnable);
  document.getElementById("controls").addEventListener("input", update);
  document.getElementById("reset").addEventListener("click", () => {
    [...cells, overlay].forEach(turnBack);
    update();
  });
  fitStage(cells[0]); // 3Dmol.js makes no viewer of nothing
  const probe = document.createElement("canvas"); // 3Dmol.js itself says nothing where it gets none
  if (!probe.getContext("webgl2") && !probe.getContext("webgl")) {
    const alert = document.getElementById("alert");
    alert.textContent = "This browser has no WebGL, so that the molecules cannot be drawn; energies and stereoisomers stand below.";
    alert.hidden = false;
    update();
    return;
  }
  viewer = $3Dmol.createViewer(stage, { backgroundColor: "white", nomouse: true, minimumZoomToDistance: 2 });
  update();
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(update, 100); });
  document.documentElement.dataset.drawn = "yes";
}

start();
