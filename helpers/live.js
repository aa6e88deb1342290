// Chooses which of the pictures drawn by Python is on the canvas. It draws nothing of its own.

const KEEP = 115e6; // bytes of decoded pictures held by the figure the hand touched last

function render({ model, el }) {
  const sliders = model.get("sliders");
  const width = model.get("width");
  const height = model.get("height");

  // A box of our own: the notebook resets the styles of `el`.
  const figure = el.appendChild(document.createElement("div"));
  figure.className = "live-figure";
  figure.style.maxWidth = `${width / model.get("sharpness")}px`;

  const inputs = sliders.map(({ label, texts }, k) => {
    const row = figure.appendChild(document.createElement("label"));
    const readout = row.appendChild(document.createElement("span"));
    readout.style.minWidth = `${label.length + 3 + Math.max(...texts.map((text) => text.length))}ch`;
    const input = row.appendChild(document.createElement("input"));
    Object.assign(input, { type: "range", min: 0, max: texts.length - 1, step: 1 });
    input.setAttribute("aria-label", label);
    input.dataset.lmSuppressShortcuts = "true"; // the arrow keys are the slider's, not JupyterLab's
    input.addEventListener("input", () => {
      touch();
      model.set("position", model.get("position").with(k, input.valueAsNumber));
    });
    return { input, readout };
  });

  const progress = figure.appendChild(document.createElement("div"));
  progress.className = "live-progress";
  const canvas = figure.appendChild(document.createElement("canvas"));
  Object.assign(canvas, { width, height });
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);

  const bitmaps = new Map(); // frame number -> decoded picture, or null while it is being decoded
  let near = []; // frame numbers worth keeping decoded, the wanted one first
  let filling = false;
  let touched = false; // is this the figure the hand touched last? All others keep one frame only

  const frame = (position) => position.reduce((n, p, k) => n * sliders[k].texts.length + p, 0);

  // The frames one, two, … moves of one slider away: as many as fit into KEEP, or none.
  function neighbours(position) {
    const found = [frame(position)];
    const most = touched ? Math.floor(KEEP / (width * height * 4)) : 1;
    const longest = Math.max(...sliders.map(({ texts }) => texts.length));
    for (let distance = 1; distance < longest; distance++) {
      sliders.forEach(({ texts }, k) => {
        for (const p of [position[k] + distance, position[k] - distance]) {
          if (p >= 0 && p < texts.length) found.push(frame(position.with(k, p)));
        }
      });
    }
    return found.slice(0, most);
  }

  async function decode(n) {
    bitmaps.set(n, null);
    const bitmap = await createImageBitmap(new Blob([model.get("frames")[n]], { type: "image/webp" }));
    if (!bitmaps.has(n)) return bitmap.close(); // the hand has moved on
    bitmaps.get(n)?.close(); // it came back, and the frame was decoded twice
    bitmaps.set(n, bitmap);
    if (n === near[0]) context.drawImage(bitmap, 0, 0);
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
    const texts = sliders.map(({ label, texts }, k) => {
      const text = texts[position[k]];
      inputs[k].input.value = position[k];
      inputs[k].input.setAttribute("aria-valuetext", text);
      return (inputs[k].readout.textContent = `${label} = ${text}`);
    });
    canvas.setAttribute("aria-label", `${model.get("alt")} Shown for ${texts.join(", ")}.`);
    if (!model.get("frames").length) return;

    near = neighbours(position);
    for (const [n, bitmap] of bitmaps) {
      if (near.includes(n)) continue;
      bitmap?.close();
      bitmaps.delete(n);
    }
    const wanted = bitmaps.get(near[0]);
    if (wanted) context.drawImage(wanted, 0, 0);
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

  function prepare() {
    const total = sliders.reduce((n, { texts }) => n * texts.length, 1);
    const ready = model.get("frames").length > 0;
    for (const { input } of inputs) input.disabled = !ready;
    progress.textContent = ready ? "" : `drawing: ${model.get("drawn")} of ${total}`;
    if (ready) choose();
  }

  createImageBitmap(new Blob([model.get("first")], { type: "image/webp" })).then((bitmap) => {
    if (!bitmaps.size) context.drawImage(bitmap, 0, 0);
    bitmap.close();
  });
  choose();
  prepare();
  model.on("change:position", choose);
  model.on("change:frames change:drawn", prepare);
  figure.addEventListener("pointerenter", touch);
  figure.addEventListener("focusin", touch);
  window.addEventListener("live-figure-touched", onTouch);
  return () => {
    window.removeEventListener("live-figure-touched", onTouch);
    model.off("change:position", choose);
    model.off("change:frames change:drawn", prepare);
    for (const bitmap of bitmaps.values()) bitmap?.close();
  };
}

export default { render };
