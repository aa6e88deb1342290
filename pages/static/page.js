// Brings the live figures of a page to life: `live.js` with a model that has no kernel.

class Model {
  constructor(state) {
    this.state = state;
    this.listeners = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }
  on(events, listener) {
    for (const event of events.split(" ")) (this.listeners[event] ??= []).push(listener);
  }
}

const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// The frames of a figure are a script, not data to fetch: so they also load in a page that was
// opened as a file.
const waiting = [];
window.liveFrames = (state) => {
  const here = waiting.find(({ src }) => src === document.currentScript.src).here;
  state.frames.forEach((frame, n) => (state[`frame${n}`] = bytes(frame)));
  const shown = here.firstChild;
  live.render({ model: new Model(state), el: here });
  shown.remove();
};

function load(here) {
  const script = document.createElement("script");
  script.src = `_static/live/${here.dataset.name}.js`;
  waiting.push({ src: script.src, here });
  document.head.append(script);
}

// Near the screen, or at the first touch, whichever is earlier.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      load(target);
    }
  },
  { rootMargin: "1200px" },
);
const places = [...document.querySelectorAll(".live-here")];
if (places.length) load(places.shift()); // the first one at once
for (const here of places) near.observe(here);

// What scrolls sideways can be reached by key. (The theme sees to code and tables.)
for (const box of document.querySelectorAll(".output"))
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
