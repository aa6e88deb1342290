// Chooses which of the pictures drawn by Python is on the canvas. It draws nothing of its own.

const KEEP = 115e6; // bytes of decoded pictures held by the figure the hand touched last

const LEGIBLE = 0.65; // of its full size: smaller, and its words are less than 9 pixels high

function render({ model, el }) {
  const sliders = model.get("sliders");
  const lengths = sliders.map(({ texts }) => texts.length);
  const total = lengths.reduce((n, length) => n * length, 1);
  const width = model.get("width");
  const height = model.get("height");
  const cuts = model.get("cuts");
  const panels = cuts.slice(1).map((end, k) => ({ left: cuts[k], wide: end - cuts[k] }));

  // A box of our own: the notebook resets the styles of `el`.
  const figure = el.appendChild(document.createElement("div"));
  const onPage = (pixels) => pixels / model.get("sharpness");
  figure.className = "live-figure";
  figure.style.maxWidth = `${onPage(width)}px`;

  const controls = sliders.map((slider, k) => {
    const set = (value) => {
      touch();
      model.set("position", model.get("position").with(k, value));
    };
    return (slider.kind === "choice" ? buttons : range)(figure, slider, set);
  });

  const progress = figure.appendChild(document.createElement("div"));
  progress.className = "live-progress";
  const picture = figure.appendChild(document.createElement("div"));
  picture.className = "live-picture";
  const canvas = picture.appendChild(document.createElement("canvas"));
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d", { alpha: false });
  let stacked; // do the panels stand one above the other?

  function arrange() {
    const wide = picture.scrollWidth > picture.clientWidth;
    figure.classList.toggle("live-wide", wide);
    if (wide) picture.tabIndex = 0; // a key can scroll it
    const narrow = panels.length > 1 && figure.clientWidth < LEGIBLE * onPage(width);
    if (narrow === stacked) return;
    stacked = narrow;
    canvas.width = stacked ? Math.max(...panels.map(({ wide }) => wide)) : width;
    canvas.height = stacked ? height * panels.length : height;
    canvas.style.maxWidth = `${onPage(canvas.width)}px`;
    canvas.style.minWidth = `${LEGIBLE * onPage(canvas.width)}px`; // below that it scrolls
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    choose();
  }

  function paint(bitmap) {
    if (!stacked) return context.drawImage(bitmap, 0, 0);
    panels.forEach(({ left, wide }, k) =>
      context.drawImage(bitmap, left, 0, wide, height, 0, k * height, wide, height),
    );
  }

  const bitmaps = new Map(); // frame number -> decoded picture, or null while it is being decoded
  let near = []; // frame numbers worth keeping decoded, the wanted one first
  let filling = false;
  let touched = false; // is this the figure the hand touched last? All others keep one frame only

  // Frames are numbered like the cells of a table, the last slider fastest.
  const frame = (position) => position.reduce((n, p, k) => n * lengths[k] + p, 0);
  const place = (n) => lengths.map((length, k) => Math.floor(n / stride(k)) % length);
  const stride = (k) => lengths.slice(k + 1).reduce((n, length) => n * length, 1);
  const drawn = (n) => model.get(`frame${n}`)?.byteLength > 0;

  // The frame of a position or, until that is drawn, the nearest one that is.
  function nearest(position) {
    if (drawn(frame(position))) return frame(position);
    const away = (n) => place(n).reduce((sum, p, k) => sum + Math.abs(p - position[k]) / lengths[k], 0);
    const there = [...Array(total).keys()].filter(drawn);
    return there.reduce((best, n) => (away(n) < away(best) ? n : best), there[0]);
  }

  // The frames one, two, … moves of one slider away: as many as fit into KEEP, or none.
  function neighbours(position) {
    const found = [nearest(position)];
    const most = touched ? Math.floor(KEEP / (width * height * 4)) : 1;
    for (let distance = 1; distance < Math.max(...lengths); distance++) {
      lengths.forEach((length, k) => {
        for (const p of [position[k] + distance, position[k] - distance]) {
          if (p < 0 || p >= length) continue;
          const n = frame(position.with(k, p));
          if (drawn(n) && !found.includes(n)) found.push(n);
        }
      });
    }
    return found.slice(0, most);
  }

  async function decode(n) {
    bitmaps.set(n, null);
    const bitmap = await createImageBitmap(new Blob([model.get(`frame${n}`)], { type: "image/webp" }));
    if (!bitmaps.has(n)) return bitmap.close(); // the hand has moved on
    bitmaps.get(n)?.close(); // it came back, and the frame was decoded twice
    bitmaps.set(n, bitmap);
    if (n === near[0]) paint(bitmap);
  }

  // One at a time, so that the frame the hand asks for next never waits behind a queue.
  async function fill() {
    if (filling) return;
    filling = true;
    for (let n; (n = near.find((m) => !bitmaps.has(m))) !== undefined; ) await decode(n);
    filling = false;
  }

  function choose() {
    const position = model.get("position");
    position.forEach((p, k) => controls[k](p));
    near = neighbours(position);
    const shown = place(near[0]).map((p, k) => `${sliders[k].label} = ${sliders[k].texts[p]}`).join(", ");
    canvas.setAttribute("aria-label", `${model.get("alt")} Shown for ${shown}.`);
    const exact = near[0] === frame(position);
    const count = model.get("drawing") ? `${model.get("drawn")} of ${total} drawn` : "";
    progress.textContent = [exact ? "" : `shown: ${shown}`, count].filter(Boolean).join(" · ");

    for (const [n, bitmap] of bitmaps) {
      if (near.includes(n)) continue;
      bitmap?.close();
      bitmaps.delete(n);
    }
    const wanted = bitmaps.get(near[0]);
    if (wanted) paint(wanted);
    if (wanted === undefined) decode(near[0]).then(fill);
    else fill();
  }

  function touch() {
    if (!touched) window.dispatchEvent(new CustomEvent("live-figure-touched", { detail: figure }));
  }

  function onTouch({ detail }) {
    if (touched === (detail === figure)) return;
    touched = !touched;
    choose();
  }

  arrange();
  const room = new ResizeObserver(arrange);
  room.observe(figure);
  model.on("change:position change:drawn change:drawing", choose);
  figure.addEventListener("pointerenter", touch);
  figure.addEventListener("focusin", touch);
  window.addEventListener("live-figure-touched", onTouch);
  return () => {
    room.disconnect();
    window.removeEventListener("live-figure-touched", onTouch);
    model.off("change:position change:drawn change:drawing", choose);
    for (const bitmap of bitmaps.values()) bitmap?.close();
  };
}

// A control is made once; gives the function that shows a position on it.

let groups = 0; // radio buttons belong together by a name

function keysOfItsOwn(input) {
  input.dataset.lmSuppressShortcuts = "true"; // arrow keys are the control's, not JupyterLab's
  return input;
}

function range(figure, { label, texts, play }, set) {
  const row = figure.appendChild(document.createElement("label"));
  const readout = row.appendChild(document.createElement("span"));
  readout.style.minWidth = `${label.length + 3 + Math.max(...texts.map((text) => text.length))}ch`;
  const input = keysOfItsOwn(row.appendChild(document.createElement("input")));
  Object.assign(input, { type: "range", min: 0, max: texts.length - 1, step: 1 });
  input.setAttribute("aria-label", label);
  // read before anything else happens: whoever looks at the figure first repaints its old position
  input.addEventListener("input", () => set(input.valueAsNumber));
  if (play && !matchMedia("(prefers-reduced-motion: reduce)").matches) player(row, input, label, set);
  return (p) => {
    input.value = p;
    input.setAttribute("aria-valuetext", texts[p]);
    readout.textContent = `${label} = ${texts[p]}`;
    row.dataset.text = texts[p];
  };
}

function player(row, input, label, set) {
  const button = row.appendChild(document.createElement("button"));
  button.type = "button";
  let timer;
  const stop = () => {
    timer = clearInterval(timer);
    button.textContent = "▶";
    button.setAttribute("aria-label", `play ${label}`);
  };
  const step = () => {
    if (!row.isConnected || input.value === input.max) return stop();
    set(input.valueAsNumber + 1);
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (input.value === input.max) set(0);
    timer = setInterval(step, 200);
    button.textContent = "⏸";
    button.setAttribute("aria-label", `pause ${label}`);
  });
  input.addEventListener("pointerdown", stop);
  input.addEventListener("keydown", stop);
  stop();
}

function buttons(figure, { label, texts }, set) {
  const row = figure.appendChild(document.createElement("fieldset"));
  row.appendChild(document.createElement("legend")).textContent = label;
  const name = `live-choice-${groups++}`;
  const inputs = texts.map((text, p) => {
    const box = row.appendChild(document.createElement("label"));
    const input = keysOfItsOwn(box.appendChild(document.createElement("input")));
    Object.assign(input, { type: "radio", name });
    input.addEventListener("change", () => set(p));
    box.appendChild(document.createElement("span")).textContent = text;
    return input;
  });
  return (p) => {
    inputs[p].checked = true;
    row.dataset.text = texts[p];
  };
}

export default { render };
