/* On a phone a drawing is set anew, as narrow as the screen: its panels are squeezed, its letters keep their size, and
   lines of words are broken. Where words would then lie on each other it stays as it was, and is swiped. */
(() => {
  "use strict";

  const PHONE = matchMedia("(max-width: 600px)");
  const DRAWING = ":is(figure.quoted, figure.key-figure, .cell_output) .drawing-frame > svg.drawing";
  const NEAR = "900px";
  /* Of a map, which has no grid, no side is squeezed. */
  const GRID = '[style*="stroke: var(--drawing-grid)"]';
  /* Pixels of the smallest letters on the screen; how far a drawing may grow for them, and shrink without. */
  const LETTERS = 9.2;
  const GROW = [0.84, 1.6];
  /* Narrower panels show nothing; of what share of its width a panel keeps at least. */
  const LEAST_PANEL = 84;
  const LEAST_SHARE = 0.3;
  /* A round shape no wider than this keeps its form. */
  const LARGEST_POINT = 24;
  /* Of a mark in a key. */
  const LARGEST_KEY = 32;
  /* Words may move so far, and lie on each other by so little. */
  const MOST_MOVED = 60;
  const TOUCH = 1.5;
  const APART = 2;
  const MOST_LINES = 4;
  /* Only ticks of numbers may be left out. */
  const NUMBER = /^[+−-]?\d[\d.,/-]* ?%?$/;
  const LINE = 1.25;
  /* Letters whose feet are no further apart stand in one row. */
  const ROW = 4;
  /* Names of rows are broken that take more than this share of the width, with lines this far apart. */
  const GUTTER = 0.3;
  const LABEL_LINE = 1.12;
  const ENTRY = 1.6;
  const EDGE = 3;
  const originals = new WeakMap();

  const numbers = (text) => (text.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
  const short = (number) => String(Math.round(number * 10) / 10);
  const isWritten = (text) => text.textContent.trim() && text.checkVisibility({ visibilityProperty: true });

  /* Where a text stands: its own place, or that to which it is moved before it is turned. */
  function place(text) {
    const turned = text.getAttribute("transform") ?? "";
    const moved = turned.match(/translate\(([^)]*)\)/);
    if (moved) return numbers(moved[1]);
    return [Number(text.getAttribute("x") ?? 0), Number(text.getAttribute("y") ?? 0)];
  }

  const isSource = (text) => text.textContent.startsWith("Source:") || text.style.fill.includes("muted");
  const isTurned = (text) => /rotate/.test(text.getAttribute("transform") ?? "");

  function setPlace(text, [x, y]) {
    const turned = text.getAttribute("transform") ?? "";
    if (turned.includes("translate(")) {
      text.setAttribute("transform", turned.replace(/translate\([^)]*\)/, `translate(${short(x)} ${short(y)})`));
      return;
    }
    if (turned) {
      const [angle] = numbers(turned);
      text.setAttribute("transform", `rotate(${angle} ${short(x)} ${short(y)})`);
    }
    text.setAttribute("x", short(x));
    text.setAttribute("y", short(y));
  }

  /* What each text covers, in the drawing's own units. */
  function covered(svg, texts) {
    const toOwn = svg.getScreenCTM().inverse();
    return texts.map((text) => {
      const box = text.getBoundingClientRect();
      const from = new DOMPoint(box.left, box.top).matrixTransform(toOwn);
      const to = new DOMPoint(box.right, box.bottom).matrixTransform(toOwn);
      return { left: from.x, top: from.y, right: to.x, bottom: to.y };
    });
  }

  const overlaps = (one, other, apart = APART) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > -apart &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > TOUCH;

  /* Panels side by side, as stretches from left to right that do not meet. */
  function columnsOf(panels) {
    const columns = [];
    for (const { left, right } of [...panels].sort((one, other) => one.left - other.left)) {
      const last = columns.at(-1);
      if (last && left <= last[1]) last[1] = Math.max(last[1], right);
      else columns.push([left, right]);
    }
    return columns;
  }

  /* From the old to the new place across: within columns squeezed, beside them as far as before. */
  function squeezed(columns, start, share) {
    return (x) => {
      let at = x - start;
      for (const [left, right] of columns) at -= (1 - share) * Math.max(0, Math.min(x, right) - left);
      return at;
    };
  }

  function movePath(steps, across, down) {
    const places = numbers(steps);
    const xs = places.filter((_, at) => at % 2 === 0);
    const ys = places.filter((_, at) => at % 2 === 1);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const isPoint = steps.includes("C") && Math.max(right - left, Math.max(...ys) - Math.min(...ys)) <= LARGEST_POINT;
    const middle = (left + right) / 2;
    const x = isPoint ? (it) => it + across(middle) - middle : across;
    let at = 0;
    return steps.replace(/-?(?:\d+\.?\d*|\.\d+)/g, (it) => (at++ % 2 === 0 ? " " + short(x(Number(it))) : " " + short(down(Number(it)))));
  }

  const move = (mark, across, down) => {
    if (mark.tagName === "path") {
      mark.setAttribute("d", movePath(mark.getAttribute("d"), across, down));
      return;
    }
    mark.setAttribute("x", short(across(Number(mark.getAttribute("x")))));
    mark.setAttribute("y", short(down(Number(mark.getAttribute("y")))));
  };

  /* Marks of a key, by the words that follow them: beside their beginning, and cut off by no panel. */
  function keysOf(svg, texts) {
    const keys = new Map();
    const free = [...svg.querySelectorAll("path:not(defs path), use")].filter((it) => !it.closest("[clip-path]"));
    const toOwn = svg.getScreenCTM().inverse();
    for (const mark of free) {
      const box = mark.getBoundingClientRect();
      const from = new DOMPoint(box.left, box.top).matrixTransform(toOwn);
      const to = new DOMPoint(box.right, box.bottom).matrixTransform(toOwn);
      if (to.x - from.x > LARGEST_KEY || to.y - from.y > LARGEST_KEY) continue;
      const away = (it) => Math.abs(place(it)[1] - 4 - (from.y + to.y) / 2);
      const [text] = texts
        .filter((it) => {
          const x = place(it)[0];
          return to.x <= x && x - from.x < LARGEST_KEY + 10 && away(it) < 10 && getComputedStyle(it).textAnchor === "start";
        })
        .sort((one, other) => away(one) - away(other));
      if (text) keys.set(text, [...(keys.get(text) ?? []), mark]);
    }
    return keys;
  }

  /* Entries of a key one below the other, where those above or below the panels would lie on each other, or where the
     key stands within a panel; each with the row that it follows and by how much what comes after that is pushed down. */
  function stackedKeys(keys, texts, boxes, panels, across, full, sizes) {
    const all = texts.flatMap((text, at) => {
      if (!keys.has(text)) return [];
      const [x, y] = place(text);
      return [{ text, x, y, wide: boxes[at].right - boxes[at].left, line: sizes[at] * ENTRY, box: boxes[at] }];
    });
    const isIn = (it) => panels.some((panel) => it.x > panel.left && it.x < panel.right && it.y > panel.top && it.y < panel.bottom);
    const inside = all.filter((it) => isIn(it) && all.some((other) => other !== it && Math.abs(other.x - it.x) < 2 && isIn(other)));
    const beside = all.filter((it) => panels.every((panel) => it.box.bottom <= panel.top + 2 || it.box.top >= panel.bottom - 2));
    const rows = [];
    for (const it of beside) {
      const row = rows.find((some) => Math.abs(some[0].y - it.y) < ROW);
      if (row) row.push(it);
      else rows.push([it]);
    }
    for (const row of rows) row.sort((one, other) => one.x - other.x);
    const meets = (it, next) => across(it.x) + it.wide + LARGEST_KEY > (next ? across(next.x) : full + LARGEST_KEY - EDGE);
    const isCrowded = rows.some((row) => row.some((it, at) => meets(it, row[at + 1])));
    const widest = (some) => Math.max(...some.map((it) => it.wide));
    const set = (row, y, left, first) =>
      row.map((it, at) => ({ text: it.text, x: left, y, lower: (at + first) * it.line, by: (row.length - 1 + first) * it.line }));
    const left = Math.max(LARGEST_KEY, Math.min(...beside.map((it) => across(it.x)), full - EDGE - widest(beside)));
    const feet = Math.max(...panels.map((it) => it.bottom));
    const below = texts.filter((it) => !isTurned(it) && !isSource(it)).map((it) => place(it)[1]);
    return [
      ...(isCrowded ? rows.flatMap((row) => set(row, row[0].y, left, 0)) : []),
      ...(inside.length ? set(inside.sort((one, other) => one.y - other.y), Math.max(feet, ...below), LARGEST_KEY + EDGE, 1) : []),
    ];
  }

  /* Words in lines no longer than there is room. */
  function lines(words, room, measure) {
    const done = [];
    for (const word of words) {
      const longer = done.length ? `${done.at(-1)} ${word}` : word;
      if (done.length && measure(longer) <= room) done[done.length - 1] = longer;
      else done.push(word);
    }
    return done;
  }

  function setLines(text, parts, height) {
    const x = text.getAttribute("x") ?? "0";
    text.textContent = "";
    parts.forEach((part, at) => {
      const line = document.createElementNS(text.namespaceURI, "tspan");
      line.textContent = part;
      line.setAttribute("x", x);
      if (at) line.setAttribute("dy", short(height));
      text.append(line);
    });
  }

  /* The texts of a row that would lie on each other: every second of them goes, as ticks do, until none does. */
  function thin(row, boxes) {
    let left = row;
    const crowded = (some) => some.some((it, at) => at && overlaps(grown(boxes[some[at - 1]]), boxes[it]));
    const grown = (box) => ({ ...box, right: box.right + 4 });
    while (left.length > 2 && crowded(left)) left = left.filter((_, at) => at % 2 === 0);
    return row.filter((it) => !left.includes(it));
  }

  /* Long names of rows, left or right of the panels, in as many lines as there is room for between two rows. */
  function shortened(texts, boxes, columns, sizes, most) {
    const found = new Map();
    const [first, last] = [columns[0][0], columns.at(-1)[1]];
    const isBeside = (box) => box.right <= first + 2 || box.left >= last - 2;
    texts.forEach((text, at) => {
      const box = boxes[at];
      const words = text.textContent.trim().split(/\s+/);
      const wide = box.right - box.left;
      if (!isBeside(box) || isTurned(text) || words.length < 2 || wide <= most) return;
      const same = boxes.filter((it, nth) => nth !== at && it.left < box.right && it.right > box.left);
      const gap = Math.min(...same.map((it) => Math.abs((it.top + it.bottom) / 2 - (box.top + box.bottom) / 2)), 99);
      const room = Math.floor(gap / (sizes[at] * LABEL_LINE));
      if (room < 2) return;
      const whole = text.textContent;
      const measure = (it) => ((text.textContent = it), text.getComputedTextLength());
      let [limit, parts] = [Math.max(most, wide / room), []];
      do parts = lines(words, limit, measure);
      while (parts.length > room && (limit += 8));
      const now = Math.max(...parts.map(measure));
      text.textContent = whole;
      found.set(at, { parts, sides: box.right <= first + 2 ? { left: box.right - now } : { right: box.left + now } });
    });
    return found;
  }

  function narrow(svg) {
    const frame = svg.parentElement;
    const room = frame.clientWidth;
    const texts = [...svg.querySelectorAll("text")].filter(isWritten);
    if (!room || !texts.length || svg.querySelector("image") || !svg.querySelector(GRID)) return false;
    const sizes = texts.map((text) => parseFloat(getComputedStyle(text).fontSize));
    const grow = Math.min(Math.max(LETTERS / Math.min(...sizes), GROW[0]), GROW[1]);
    const target = room / grow;
    const { width, height } = svg.viewBox.baseVal;
    const panels = [...svg.querySelectorAll("clipPath rect")].map((it) => {
      const [x, y, w, h] = ["x", "y", "width", "height"].map((side) => Number(it.getAttribute(side)));
      return { left: x, right: x + w, top: y, bottom: y + h };
    });
    if (!panels.length) return false;
    const before = covered(svg, texts);
    const columns = columnsOf(panels);
    const within = (box) => panels.some((it) => box.bottom > it.top + 2 && box.top < it.bottom - 2);
    /* Lines of words above, between and below the panels may be broken; they do not say how wide the drawing is. */
    const isLine = before.map(
      (box, at) => !within(box) && !isTurned(texts[at]) && texts[at].textContent.trim().includes(" "),
    );
    const isTick = before.map((box, at) => !within(box) && NUMBER.test(texts[at].textContent.trim()));
    const labels = shortened(texts, before, columns, sizes, GUTTER * target);
    const bounding = before
      .map((box, at) => (labels.has(at) ? { ...box, ...labels.get(at).sides } : box))
      .filter((_, at) => !isLine[at]);
    const start = Math.min(columns[0][0], ...bounding.map((it) => it.left)) - EDGE;
    const end = Math.max(columns.at(-1)[1], ...bounding.map((it) => it.right)) + EDGE;
    const inPanels = columns.reduce((sum, [left, right]) => sum + right - left, 0);
    const share = Math.min(1, (target - (end - start - inPanels)) / inPanels);
    if (share < LEAST_SHARE || columns.some(([left, right]) => (right - left) * share < LEAST_PANEL)) return false;
    const across = squeezed(columns, start, share);
    const full = across(end);

    /* Broken lines push down what is below them. */
    const measure = (text) => (words) => {
      text.textContent = words;
      return text.getComputedTextLength();
    };
    const broken = [];
    let tooLong = false;
    const keys = keysOf(svg, texts);
    const entries = stackedKeys(keys, texts, before, panels, across, full, sizes);
    texts.forEach((text, at) => {
      if (!isLine[at] || entries.some((it) => it.text === text)) return;
      const words = text.textContent.trim();
      const [x, y] = place(text);
      const own = across(x);
      const beside = texts.filter((it) => it !== text && Math.abs(place(it)[1] - y) < ROW).map((it) => across(place(it)[0]));
      const left = Math.max(0, ...beside.filter((it) => it < own - 1));
      const right = Math.min(full, ...beside.filter((it) => it > own + 1));
      const half = beside.length ? Math.min(own - left, right - own) : full;
      const space = { start: right - Math.max(own, 0), end: own - left, middle: half }[getComputedStyle(text).textAnchor];
      const parts = lines(words.split(/\s+/), space - 2 * EDGE, measure(text));
      text.textContent = words;
      if (parts.length > MOST_LINES) tooLong = true;
      if (parts.length > 1) broken.push({ at, y, parts, by: sizes[at] * LINE });
    });
    if (tooLong) return false;
    const pushes = [];
    for (const { y, parts, by } of broken) {
      const push = pushes.find((it) => Math.abs(it.y - y) < ROW) ?? pushes[pushes.push({ y, by: 0 }) - 1];
      push.by = Math.max(push.by, (parts.length - 1) * by);
    }
    for (const { y, by } of entries) if (!pushes.some((it) => it.isKey && it.y === y)) pushes.push({ y, by, isKey: true });
    const down = (y) => pushes.reduce((sum, push) => sum + (y > push.y + ROW ? push.by : 0), y);
    const brokenAt = (y) => pushes.reduce((sum, push) => sum + (!push.isKey && Math.abs(push.y - y) < ROW ? push.by : 0), 0);
    const stacked = new Map(entries.map(({ text, x, y, lower }) => [text, [x, down(y) + brokenAt(y) + lower]]));
    const keyed = new Map([...keys].flatMap(([text, marks]) => marks.map((it) => [it, text])));
    svg.querySelectorAll("path[d]:not(defs path), use").forEach((it) => {
      const text = keyed.get(it);
      if (!text) return move(it, across, down);
      const [x, y] = place(text);
      const [toX, toY] = stacked.get(text) ?? [across(x), down(y)];
      move(it, (was) => toX + was - x, (was) => toY + was - y);
    });
    svg.querySelectorAll("clipPath rect").forEach((it, at) => {
      const { left, right, top, bottom } = panels[at];
      const sides = { x: across(left), width: across(right) - across(left), y: down(top), height: down(bottom) - down(top) };
      for (const [side, value] of Object.entries(sides)) it.setAttribute(side, short(value));
    });
    svg.querySelectorAll("text").forEach((text) => {
      const [x, y] = place(text);
      setPlace(text, stacked.get(text) ?? [across(x), down(y)]);
    });
    for (const { at, parts, by } of broken) setLines(texts[at], parts, by);
    for (const [at, { parts }] of labels) {
      const [x, y] = place(texts[at]);
      setPlace(texts[at], [x, y - ((parts.length - 1) * sizes[at] * LABEL_LINE) / 2]);
      setLines(texts[at], parts, sizes[at] * LABEL_LINE);
    }
    svg.setAttribute("viewBox", `0 0 ${short(full)} ${short(down(height))}`);
    svg.setAttribute("width", short(full));
    svg.setAttribute("height", short(down(height)));
    svg.style.setProperty("--grow", grow.toFixed(3));
    svg.style.setProperty("--wide", `${short(full)}px`);
    frame.classList.add("narrowed");

    return settled(svg, texts, before, full, keys, isLine, isTick);
  }

  /* Whether nothing lies on anything else, after ticks that are too close went and words that left the drawing came back. */
  function settled(svg, texts, before, full, keys, isLine, isTick) {
    let boxes = covered(svg, texts);
    const rows = new Map();
    texts.forEach((text, at) => {
      if (!isTick[at] || getComputedStyle(text).textAnchor !== "middle" || isTurned(text)) return;
      const row = Math.round(place(text)[1]);
      rows.set(row, [...(rows.get(row) ?? []), at]);
    });
    const gone = new Set([...rows.values()].flatMap((row) => thin(row.sort((a, b) => boxes[a].left - boxes[b].left), boxes)));
    gone.forEach((at) => texts[at].remove());
    const out = texts.map((_, at) => (gone.has(at) ? 0 : Math.max(0, -boxes[at].left) || Math.min(0, full - boxes[at].right)));
    /* Entries of one key move together. */
    const isWith = (one, other) => keys.has(one) && keys.has(other) && Math.abs(place(one)[0] - place(other)[0]) < 2;
    const by = texts.map((text, at) => (keys.has(text) ? Math.min(...out.filter((_, nth) => isWith(text, texts[nth]))) : out[at]));
    for (const [at, text] of texts.entries()) {
      if (gone.has(at) || !by[at]) continue;
      if (Math.abs(by[at]) > MOST_MOVED && !isLine[at]) return false;
      const [x, y] = place(text);
      setPlace(text, [x + by[at], y]);
      const lines = text.hasAttribute("transform") ? [] : text.querySelectorAll("tspan");
      lines.forEach((it) => it.setAttribute("x", short(x + by[at])));
      keys.get(text)?.forEach((it) => move(it, (was) => was + by[at], (was) => was));
    }
    boxes = covered(svg, texts);
    for (let one = 0; one < texts.length; one++)
      for (let other = 0; other < one; other++)
        if (!gone.has(one) && !gone.has(other) && overlaps(boxes[one], boxes[other]) && !overlaps(before[one], before[other], 0))
          return false;
    return true;
  }

  function fit(svg) {
    const original = svg.cloneNode(true);
    if (narrow(svg)) {
      originals.set(svg, original);
      return;
    }
    svg.parentElement.classList.remove("narrowed");
    svg.replaceWith(original);
  }

  /* On a wider screen, such as a phone that is turned, a drawing is as it was. */
  function widen() {
    near.disconnect();
    for (const svg of document.querySelectorAll(".drawing-frame.narrowed > svg.drawing")) {
      svg.parentElement.classList.remove("narrowed");
      svg.replaceWith(originals.get(svg));
    }
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        fit(target);
      }
    },
    { rootMargin: NEAR },
  );

  function start() {
    if (PHONE.matches) document.querySelectorAll(DRAWING).forEach((svg) => near.observe(svg));
    else widen();
  }

  PHONE.addEventListener("change", start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
