// What the page can do beyond being read: tooltips under pointer and arrow keys, a cursor through all lanes, zoom, a log.
(() => {
  const bubble = document.getElementById("bubble");
  /** How far from a mark, in pixels, the pointer still means it. */
  const REACH = 12;
  const entriesOf = new Map();

  /** [moment, text] of everything in a lane, in order of time; read when first needed. */
  const entries = (plot) => {
    let known = entriesOf.get(plot);
    if (!known) {
      known = JSON.parse(plot.querySelector("script").textContent).sort((a, b) => a[0] - b[0]);
      entriesOf.set(plot, known);
    }
    return known;
  };
  const axisOf = (chart) => {
    const from = Number(chart.dataset.from);
    return { from, length: Number(chart.dataset.to) - from };
  };
  const seconds = (ms) => `${(Math.round(ms / 10) / 100).toFixed(2)} s`;

  /** Says something beside a point of the window, always inside it. */
  const say = (text, x, y) => {
    bubble.textContent = text;
    bubble.hidden = false;
    const { width, height } = bubble.getBoundingClientRect();
    bubble.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 8))}px`;
    bubble.style.top = `${y + 18 + height > innerHeight ? y - height - 12 : y + 18}px`;
  };
  const point = (chart, at) => {
    const cursor = chart.querySelector(".cursor");
    const plot = chart.querySelector(".axis .plot");
    const { from, length } = axisOf(chart);
    cursor.style.left = `${plot.offsetLeft + ((at - from) / length) * plot.offsetWidth}px`;
    cursor.hidden = false;
  };
  const hush = () => {
    bubble.hidden = true;
    for (const cursor of document.querySelectorAll(".cursor")) cursor.hidden = true;
  };

  /** What a lane says at a moment: what lasts then, or the marks within reach. */
  const wordsAt = (plot, at, reach) => {
    const all = entries(plot);
    if (plot.dataset.lasting === "true") {
      const last = all.findLast(([since]) => since <= at);
      return last ? `${last[1]}\nsince ${seconds(last[0])}` : "";
    }
    const near = all.filter(([moment]) => Math.abs(moment - at) <= reach);
    near.sort((a, b) => Math.abs(a[0] - at) - Math.abs(b[0] - at));
    const shown = near.slice(0, 6).sort((a, b) => a[0] - b[0]);
    const more = near.length > shown.length ? `\n(and ${near.length - shown.length} more here: zoom in)` : "";
    return shown.map(([moment, text]) => `${seconds(moment)}  ${text}`).join("\n") + more;
  };

  document.addEventListener("pointermove", (event) => {
    const lane = event.target.closest?.(".lane");
    const chart = lane?.closest(".chart");
    const plot = lane?.querySelector(".plot");
    if (!chart || !plot) return hush();
    const box = plot.getBoundingClientRect();
    const { from, length } = axisOf(chart);
    const at = from + ((event.clientX - box.left) / box.width) * length;
    if (event.clientX >= box.left) point(chart, at);
    if (lane.dataset.tip) return say(lane.dataset.tip, event.clientX, event.clientY);
    if (!plot.querySelector("script")) return;
    const words = event.clientX < box.left ? "" : wordsAt(plot, at, (REACH / box.width) * length);
    const label = lane.querySelector(".label").textContent;
    say(words ? `${label}\n${words}` : `${label}\n${seconds(at)}`, event.clientX, event.clientY);
  });
  document.documentElement.addEventListener("pointerleave", hush);
  document.addEventListener("focusout", hush);
  document.addEventListener("focusin", (event) => {
    const tip = event.target.dataset?.tip;
    if (!tip || !event.target.matches(":focus-visible")) return;
    const box = event.target.getBoundingClientRect();
    say(tip, box.left + 40, box.bottom - 8);
  });

  /** Arrow keys walk through a lane's entries; Home and End go to the first and the last. */
  const places = new Map();
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hush();
    const plot = event.target.closest?.(".plot[tabindex]");
    if (!plot) return;
    const all = entries(plot);
    const place = places.get(plot) ?? -1;
    const next = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined || all.length === 0) return;
    event.preventDefault();
    const now = Math.max(0, Math.min(all.length - 1, next));
    places.set(plot, now);
    const [at, text] = all[now];
    const chart = plot.closest(".chart");
    point(chart, Math.max(at, axisOf(chart).from));
    const cursor = chart.querySelector(".cursor");
    cursor.scrollIntoView({ block: "nearest", inline: "center" });
    say(`${seconds(at)}  ${text}`, cursor.getBoundingClientRect().left, plot.getBoundingClientRect().bottom);
  });

  /** Goes to the place that an address names, and opens it: a browser opens only what is around it. */
  const reveal = () => {
    const place = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    const folded = place.querySelector("details.scenario");
    if (folded) folded.open = true;
    place.scrollIntoView({ block: "nearest" });
    if (place.matches("tr")) place.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  // The same link twice changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) reveal();
    const button = event.target.closest?.("[data-zoom]");
    if (button) zoomBy(Number(button.dataset.zoom));
  });
  reveal();

  let zoom = 1;
  const zoomBy = (factor) => {
    zoom = Math.max(1, Math.min(64, zoom * factor));
    for (const scroll of document.querySelectorAll(".scroll")) {
      const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / scroll.scrollWidth;
      scroll.style.setProperty("--zoom", zoom);
      scroll.scrollLeft = middle * scroll.scrollWidth - scroll.clientWidth / 2;
    }
    document.querySelector(".zoom output").textContent = zoom;
  };

  /** The log is written when it is opened: it says all that the lanes say, in order of time. */
  document.addEventListener(
    "toggle",
    (event) => {
      const log = event.target;
      if (!log.matches?.("details.log") || !log.open || log.querySelector("ol")) return;
      const list = document.createElement("ol");
      const plots = log.parentElement.querySelectorAll(".plot[tabindex]");
      const all = [...plots].flatMap((plot) => entries(plot));
      all.sort((a, b) => a[0] - b[0]);
      for (const [at, text] of all) {
        const line = document.createElement("li");
        line.textContent = `${seconds(at).padStart(10)}  ${text}`;
        list.append(line);
      }
      list.tabIndex = 0;
      log.append(list);
    },
    true,
  );
})();
