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
  const anchor = (text) => getComputedStyle(text).textAnchor;
  const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
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
    return steps.replace(/-?(?:\d+\.?\d*|\.\d+)/g, (it) => ` ${short((at++ % 2 === 0 ? x : down)(Number(it)))}`);
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
          return to.x <= x && x - from.x < LARGEST_KEY + 10 && away(it) < 10 && anchor(it) === "start";
        })
        .sort((one, other) => away(one) - away(other));
      if (text) keys.set(text, [...(keys.get(text) ?? []), mark]);
    }
    return keys;
  }

  /* Entries of a key one below the other, where those above or below the panels would lie on each other, or where the
     key stands within a panel; each with the row that it follows and how far what comes after that is pushed down. */
  function stackedKeys({ keys, texts, boxes, panels, sizes }, across, full) {
    const all = texts.flatMap((text, at) => {
      if (!keys.has(text)) return [];
      const [x, y] = place(text);
      return [{ text, x, y, wide: boxes[at].right - boxes[at].left, line: sizes[at] * ENTRY, box: boxes[at] }];
    });
    const isIn = ({ x, y }) => panels.some((it) => x > it.left && x < it.right && y > it.top && y < it.bottom);
    const isWith = (one) => all.some((other) => other !== one && Math.abs(other.x - one.x) < 2 && isIn(other));
    const isOff = ({ box }) => panels.every((it) => box.bottom <= it.top + 2 || box.top >= it.bottom - 2);
    const inside = all.filter((it) => isIn(it) && isWith(it)).sort((one, other) => one.y - other.y);
    const beside = all.filter(isOff);
    const rows = rowsOf(beside, (it) => it.y);
    const set = (row, y, left, first) => {
      const by = (row.length - 1 + first) * row[0].line;
      return row.map((it, at) => ({ text: it.text, x: left, y, lower: (at + first) * it.line, by }));
    };
    const stacked = inside.length ? set(inside, lowest(texts, panels), LARGEST_KEY + EDGE, 1) : [];
    if (rows.some((row) => isCrowded(row, across, full))) {
      const room = full - EDGE - Math.max(...beside.map((it) => it.wide));
      const left = Math.max(LARGEST_KEY, Math.min(...beside.map((it) => across(it.x)), room));
      for (const row of rows) stacked.push(...set(row, row[0].y, left, 0));
    }
    return stacked;
  }

  /* Feet of what stands lowest and is no source. */
  function lowest(texts, panels) {
    const words = texts.filter((it) => !isTurned(it) && !isSource(it)).map((it) => place(it)[1]);
    return Math.max(...panels.map((it) => it.bottom), ...words);
  }

  function isCrowded(row, across, full) {
    const ordered = [...row].sort((one, other) => one.x - other.x);
    return ordered.some((it, at) => {
      const next = ordered[at + 1];
      return across(it.x) + it.wide + (next ? LARGEST_KEY : EDGE) > (next ? across(next.x) : full);
    });
  }

  /* What stands in one row, row by row. */
  function rowsOf(some, height) {
    const rows = [];
    for (const it of some) {
      const row = rows.find(([first]) => Math.abs(height(first) - height(it)) < ROW);
      if (row) row.push(it);
      else rows.push([it]);
    }
    return rows;
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

  /* The ticks of a row that would lie on each other: every second of them goes until none does. */
  function thin(row, boxes) {
    const grown = (box) => ({ ...box, right: box.right + 4 });
    const crowded = (some) => some.some((it, at) => at && overlaps(grown(boxes[some[at - 1]]), boxes[it]));
    let left = [...row].sort((one, other) => boxes[one].left - boxes[other].left);
    while (left.length > 2 && crowded(left)) left = left.filter((_, at) => at % 2 === 0);
    return row.filter((it) => !left.includes(it));
  }

  /* A text in lines, each no longer than there is room; its words stay as they were. */
  function measured(text, room) {
    const whole = text.textContent;
    const measure = (words) => {
      text.textContent = words;
      return text.getComputedTextLength();
    };
    const parts = lines(whole.trim().split(/\s+/), room, measure);
    const wide = Math.max(...parts.map(measure));
    text.textContent = whole;
    return { parts, wide };
  }

  /* Long names of rows, left or right of the panels, in as many lines as there is room for between two rows. */
  function shortened({ texts, boxes, columns, sizes }, most) {
    const found = new Map();
    const [first, last] = [columns[0][0], columns.at(-1)[1]];
    const middle = (box) => (box.top + box.bottom) / 2;
    texts.forEach((text, at) => {
      const box = boxes[at];
      const isBeside = box.right <= first + 2 || box.left >= last - 2;
      if (!isBeside || isTurned(text) || !text.textContent.trim().includes(" ") || box.right - box.left <= most) return;
      const same = boxes.filter((it, nth) => nth !== at && it.left < box.right && it.right > box.left);
      const gap = Math.min(...same.map((it) => Math.abs(middle(it) - middle(box))), 99);
      const room = Math.floor(gap / (sizes[at] * LABEL_LINE));
      if (room < 2) return;
      let limit = Math.max(most, (box.right - box.left) / room);
      let name = measured(text, limit);
      while (name.parts.length > room) name = measured(text, (limit += 8));
      const sides = box.right <= first + 2 ? { left: box.right - name.wide } : { right: box.left + name.wide };
      found.set(at, { parts: name.parts, sides });
    });
    return found;
  }

  /* What there is to know of a drawing before anything moves. */
  function sheetOf(svg) {
    const texts = [...svg.querySelectorAll("text")].filter(isWritten);
    const panels = [...svg.querySelectorAll("clipPath rect")].map((it) => {
      const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => Number(it.getAttribute(side)));
      return { left: x, right: x + width, top: y, bottom: y + height };
    });
    const boxes = covered(svg, texts);
    const isOff = (box) => panels.every((it) => box.bottom <= it.top + 2 || box.top >= it.bottom - 2);
    const words = texts.map((text) => text.textContent.trim());
    return {
      svg,
      texts,
      panels,
      boxes,
      columns: columnsOf(panels),
      sizes: texts.map((text) => parseFloat(getComputedStyle(text).fontSize)),
      keys: keysOf(svg, texts),
      /* Lines above, between and below the panels may be broken; they do not say how wide the drawing is. */
      isLine: boxes.map((box, at) => isOff(box) && !isTurned(texts[at]) && words[at].includes(" ")),
      isTick: boxes.map((box, at) => isOff(box) && !isTurned(texts[at]) && NUMBER.test(words[at])),
    };
  }

  /* Where everything is to be, across; null where panels would be too narrow. */
  function planOf(sheet, target) {
    const { boxes, columns, isLine } = sheet;
    const labels = shortened(sheet, GUTTER * target);
    const bounding = boxes
      .map((box, at) => (labels.has(at) ? { ...box, ...labels.get(at).sides } : box))
      .filter((_, at) => !isLine[at]);
    const start = Math.min(columns[0][0], ...bounding.map((it) => it.left)) - EDGE;
    const end = Math.max(columns.at(-1)[1], ...bounding.map((it) => it.right)) + EDGE;
    const inPanels = sum(columns.map(([left, right]) => right - left));
    const share = Math.min(1, (target - (end - start - inPanels)) / inPanels);
    if (share < LEAST_SHARE || columns.some(([left, right]) => (right - left) * share < LEAST_PANEL)) return null;
    const across = squeezed(columns, start, share);
    const full = across(end);
    const entries = stackedKeys(sheet, across, full);
    const broken = brokenLines(sheet, across, full, new Set(entries.map((it) => it.text)));
    if (broken.some(({ parts }) => parts.length > MOST_LINES)) return null;
    return { across, full, entries, broken, labels, ...pushed(broken, entries) };
  }

  /* Lines that would leave the drawing or reach their neighbour, in parts. */
  function brokenLines({ texts, sizes, isLine }, across, full, isEntry) {
    return texts.flatMap((text, at) => {
      if (!isLine[at] || isEntry.has(text)) return [];
      const [x, y] = place(text);
      const own = across(x);
      const row = texts.filter((it) => it !== text && Math.abs(place(it)[1] - y) < ROW);
      const beside = row.map((it) => across(place(it)[0]));
      const left = Math.max(0, ...beside.filter((it) => it < own - 1));
      const right = Math.min(full, ...beside.filter((it) => it > own + 1));
      const middle = beside.length ? Math.min(own - left, right - own) : full;
      const room = { start: right - Math.max(own, 0), end: own - left, middle }[anchor(text)];
      const { parts } = measured(text, room - 2 * EDGE);
      return parts.length > 1 ? [{ at, y, parts, line: sizes[at] * LINE }] : [];
    });
  }

  /* How broken lines and stacked keys push down what is below them. */
  function pushed(broken, entries) {
    const lower = rowsOf(broken, (it) => it.y).map((row) => ({
      y: row[0].y,
      by: Math.max(...row.map(({ parts, line }) => (parts.length - 1) * line)),
    }));
    const keys = rowsOf(entries, (it) => it.y).map(([{ y, by }]) => ({ y, by }));
    const down = (y) => y + sum([...lower, ...keys].filter((it) => y > it.y + ROW).map((it) => it.by));
    /* A key follows the last line of the row that it is set below. */
    const after = (y) => down(y) + sum(lower.filter((it) => Math.abs(it.y - y) < ROW).map((it) => it.by));
    return { down, after };
  }

  function moveMarks({ svg, keys, panels }, { across, down }, stacked) {
    const keyed = new Map([...keys].flatMap(([text, marks]) => marks.map((it) => [it, text])));
    svg.querySelectorAll("path[d]:not(defs path), use").forEach((it) => {
      const text = keyed.get(it);
      if (!text) return move(it, across, down);
      const [x, y] = place(text);
      const [toX, toY] = stacked.get(text) ?? [across(x), down(y)];
      move(it, (was) => toX + was - x, (was) => toY + was - y);
    });
    svg.querySelectorAll("clipPath rect").forEach((it, at) => {
      const [left, right, top, bottom] = [panels[at].left, panels[at].right, panels[at].top, panels[at].bottom];
      const [x, y] = [across(left), down(top)];
      const sides = { x, y, width: across(right) - x, height: down(bottom) - y };
      for (const [side, value] of Object.entries(sides)) it.setAttribute(side, short(value));
    });
  }

  function moveTexts({ svg, texts, sizes }, { across, down, broken, labels }, stacked) {
    svg.querySelectorAll("text").forEach((text) => {
      const [x, y] = place(text);
      setPlace(text, stacked.get(text) ?? [across(x), down(y)]);
    });
    for (const { at, parts, line } of broken) setLines(texts[at], parts, line);
    for (const [at, { parts }] of labels) {
      const line = sizes[at] * LABEL_LINE;
      const [x, y] = place(texts[at]);
      setPlace(texts[at], [x, y - ((parts.length - 1) * line) / 2]);
      setLines(texts[at], parts, line);
    }
  }

  /* A drawing as narrow as its frame; whether it can be read so. */
  function narrow(svg) {
    const frame = svg.parentElement;
    const sheet = sheetOf(svg);
    const isBare = !sheet.texts.length || !sheet.panels.length || !svg.querySelector(GRID);
    if (!frame.clientWidth || isBare || svg.querySelector("image")) return false;
    const grow = Math.min(Math.max(LETTERS / Math.min(...sheet.sizes), GROW[0]), GROW[1]);
    const plan = planOf(sheet, frame.clientWidth / grow);
    if (!plan) return false;
    const stacked = new Map(plan.entries.map(({ text, x, y, lower }) => [text, [x, plan.after(y) + lower]]));
    moveMarks(sheet, plan, stacked);
    moveTexts(sheet, plan, stacked);
    const [width, height] = [short(plan.full), short(plan.down(svg.viewBox.baseVal.height))];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.style.setProperty("--grow", grow.toFixed(3));
    svg.style.setProperty("--wide", `${width}px`);
    frame.classList.add("narrowed");
    const left = withoutCrowdedTicks(sheet);
    return cameBack(sheet, left, plan.full) && isClear(sheet, left);
  }

  /* Places of the texts that stay when ticks that are too close are gone. */
  function withoutCrowdedTicks({ svg, texts, isTick }) {
    const boxes = covered(svg, texts);
    const ticks = [...texts.keys()].filter((at) => isTick[at] && anchor(texts[at]) === "middle");
    const rows = rowsOf(ticks, (at) => place(texts[at])[1]);
    const gone = new Set(rows.flatMap((row) => thin(row, boxes)));
    gone.forEach((at) => texts[at].remove());
    return [...texts.keys()].filter((at) => !gone.has(at));
  }

  /* Words that left the drawing come back, entries of one key together; whether none had to come too far. */
  function cameBack({ svg, texts, keys, isLine }, left, full) {
    const boxes = covered(svg, texts);
    const out = new Map(left.map((at) => [at, Math.max(0, -boxes[at].left) || Math.min(0, full - boxes[at].right)]));
    const isWith = (one, other) => keys.has(other) && Math.abs(place(one)[0] - place(other)[0]) < 2;
    const by = left.map((at) => {
      const key = keys.has(texts[at]) ? left.filter((other) => isWith(texts[at], texts[other])) : [at];
      return Math.min(...key.map((it) => out.get(it)));
    });
    if (left.some((at, nth) => Math.abs(by[nth]) > MOST_MOVED && !isLine[at])) return false;
    left.forEach((at, nth) => {
      const text = texts[at];
      const [x, y] = place(text);
      setPlace(text, [x + by[nth], y]);
      if (!text.hasAttribute("transform"))
        text.querySelectorAll("tspan").forEach((it) => it.setAttribute("x", short(x + by[nth])));
      keys.get(text)?.forEach((it) => move(it, (was) => was + by[nth], (was) => was));
    });
    return true;
  }

  /* Whether no words lie on others, or close to others, that did not before. */
  function isClear({ svg, texts, boxes }, left) {
    const now = covered(svg, texts);
    const isNew = (one, other, apart) =>
      overlaps(now[one], now[other], apart) && !overlaps(boxes[one], boxes[other], apart);
    const meet = (one, other) => isNew(one, other, APART) || isNew(one, other, 0);
    return !left.some((one, nth) => left.slice(0, nth).some((other) => meet(one, other)));
  }

  function fit(svg) {
    if (!svg.isConnected || svg.parentElement.classList.contains("narrowed")) return;
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
