// The graph page: draws what /graph.json says, filters it, and opens nodes up where they are clicked twice.
(() => {
  "use strict";
  const place = document.querySelector("[data-graph]");
  if (!place) return;
  const tools = place.querySelector("form");
  const chosen = place.querySelector(".graph-chosen");
  const told = place.querySelector("[data-told]");
  const colour = (name) => {
    // light-dark() is resolved by the browser: ask it what a property looks like on a real element
    const probe = document.createElement("i");
    probe.className = `probe-${name}`;
    place.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  let graph;
  const style = () => [
    { selector: "node", style: { label: "data(label)", "font-size": 9, "text-max-width": 130, "text-wrap": "ellipsis", color: colour("soft"),
      "text-valign": "bottom", "text-margin-y": 3, "min-zoomed-font-size": 11, "background-color": colour("faint"),
      width: "mapData(weight, 0, 20, 10, 36)", height: "mapData(weight, 0, 20, 10, 36)" } },
    { selector: "node[kind='entity']", style: { shape: "round-rectangle", "background-color": colour("accent"), color: colour("ink"), "font-size": 14, "min-zoomed-font-size": graph && graph.nodes().length > 300 ? 9 : 5 } },
    { selector: "node[type='decision']", style: { "background-color": colour("good") } },
    { selector: "node[type='error']", style: { "background-color": colour("bad") } },
    { selector: "node[type='procedural']", style: { "background-color": colour("warn") } },
    { selector: "edge", style: { width: 1, "line-color": colour("faint"), opacity: 0.45, "curve-style": "haystack" } },
    { selector: "edge[kind='supersedes'], edge[kind='refers to']", style: { width: 2, "curve-style": "bezier", "target-arrow-shape": "triangle",
      "line-color": colour("faint"), "target-arrow-color": colour("faint"), "arrow-scale": 0.7 } },
    { selector: ".dim", style: { opacity: 0.12 } },
    { selector: ".found", style: { "border-width": 3, "border-color": colour("warn") } },
    { selector: ":selected", style: { "border-width": 3, "border-color": colour("ink") } },
  ];

  const elements = (told) => [
    ...told.nodes.map((node) => ({ group: "nodes", data: node })),
    ...told.edges.map((edge) => ({ group: "edges", data: { ...edge, id: `${edge.source} ${edge.kind} ${edge.target}` } })),
  ];
  // Forces find the places, a few steps at a time so that the page stays awake meanwhile.
  const arrange = async (part) => {
    const many = part.nodes().length;
    const nodes = part.nodes().map((node) => ({ id: node.id() }));
    const links = part.edges().map((edge) => ({ source: edge.data("source"), target: edge.data("target") }));
    const forces = d3.forceSimulation(nodes)
      .force("link", d3.forceLink(links).id((node) => node.id).distance(48))
      .force("charge", d3.forceManyBody().strength(many > 600 ? -45 : -130).distanceMax(600))
      .force("apart", d3.forceCollide(many > 600 ? 9 : 22))
      .force("x", d3.forceX().strength(0.05))
      .force("y", d3.forceY().strength(0.07))
      .stop();
    const steps = many > 600 ? 140 : 260;
    for (let step = 0; step < steps; step += 10) {
      forces.tick(10);
      told.textContent = `Drawing … ${Math.round((100 * step) / steps)} %`;
      await new Promise(requestAnimationFrame);
    }
    const places = new Map(nodes.map((node) => [node.id, node]));
    graph.batch(() => part.nodes().forEach((node) => node.position({ x: places.get(node.id()).x, y: places.get(node.id()).y })));
  };
  const ticks = () => {
    for (const box of tools.querySelectorAll("[data-kinds]")) {
      const counts = new Map();
      graph.nodes(`[kind='${box.dataset.kinds}']`).forEach((node) => counts.set(node.data("type"), (counts.get(node.data("type")) || 0) + 1));
      const off = new Set([...box.querySelectorAll("input:not(:checked)")].map((input) => input.value));
      box.replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).map(([type, count]) => {
        const label = document.createElement("label"), input = document.createElement("input");
        const name = document.createElement("span"), number = document.createElement("span");
        label.className = "facet";
        Object.assign(input, { type: "checkbox", checked: !off.has(type), value: type });
        name.textContent = type || "name";
        number.textContent = count; number.className = "count";
        label.append(input, name, number);
        return label;
      }));
    }
  };
  const filter = () => {
    const least = Number(tools.least.value), find = tools.find.value.trim().toLowerCase();
    tools["least-said"].value = least;
    const off = new Set([...tools.querySelectorAll("[data-kinds] input:not(:checked)")].map((input) => `${input.closest("[data-kinds]").dataset.kinds} ${input.value}`));
    graph.batch(() => {
      graph.nodes().forEach((node) => {
        const shown = !off.has(`${node.data("kind")} ${node.data("type")}`) && node.degree() >= least;
        node.style("display", shown ? "element" : "none");
        const hit = find && node.data("label").toLowerCase().includes(find);
        node.toggleClass("found", Boolean(hit)).toggleClass("dim", Boolean(find) && !hit);
      });
    });
    const shown = graph.nodes(":visible").length;
    told.textContent = `${shown} of ${graph.nodes().length} nodes, ${graph.edges(":visible").length} connections`;
  };
  const tell = (node) => {
    const data = node.data(), title = document.createElement("h2"), line = document.createElement("p"), link = document.createElement("a"), more = document.createElement("button");
    title.textContent = data.label;
    line.className = "meta";
    line.textContent = `${data.type || "name"} · ${node.degree()} connections`;
    link.className = "button first";
    link.textContent = "Open";
    link.href = data.kind === "memory" ? `/memory/${data.id}` : `/entities/${encodeURIComponent(data.id)}`;
    more.className = "button";
    more.textContent = "Show all around it";
    more.hidden = data.kind === "memory";
    more.onclick = () => expand(node);
    const buttons = document.createElement("div");
    buttons.className = "buttons";
    buttons.append(link, more);
    chosen.replaceChildren(title, line, buttons);
    chosen.hidden = false;
    graph.batch(() => { graph.elements().addClass("dim"); node.closedNeighborhood().removeClass("dim"); });
  };
  const expand = async (node) => {
    if (node.data("kind") === "memory") { location.href = `/memory/${node.id()}`; return; }
    const answer = await fetch(`/graph.json?${new URLSearchParams({ around: node.id(), limit: 200 })}`, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const position = { ...node.position() };
    const fresh = elements(await answer.json()).filter((one) => graph.getElementById(one.data.id || "").empty());
    const added = graph.add(fresh);
    const nodes = added.nodes();
    nodes.forEach((one, index) => {
      const turn = index * 2.4, far = 50 + 9 * Math.sqrt(index) * 3;
      one.position({ x: position.x + Math.cos(turn) * far, y: position.y + Math.sin(turn) * far });
    });
    ticks(); filter(); tell(graph.getElementById(node.id()));
  };
  const load = async () => {
    told.textContent = "Drawing …";
    const answer = await fetch(place.dataset.graph, { headers: { "HX-Request": "true" } });
    if (!answer.ok) { told.textContent = "It could not be read."; return; }
    graph = cytoscape({ container: place.querySelector(".canvas"), elements: elements(await answer.json()), style: style(), minZoom: 0.05, maxZoom: 4, textureOnViewport: true, hideEdgesOnViewport: true, pixelRatio: 1, layout: { name: "null" } });
    graph.style(style());
    ticks(); filter();
    await arrange(graph.elements(":visible"));
    graph.fit(graph.elements(":visible"), 30);
    filter();
    graph.on("tap", "node", (event) => tell(event.target));
    graph.on("dbltap", "node", (event) => expand(event.target));
    graph.on("tap", (event) => { if (event.target === graph) { chosen.hidden = true; graph.elements().removeClass("dim"); } });
    place.dataset.ready = graph.nodes().length;
  };
  tools.addEventListener("input", () => graph && filter());
  tools.limit.addEventListener("change", () => {
    const address = new URL(location.href);
    address.searchParams.set("limit", tools.limit.value);
    location.href = address;
  });
  tools.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("contextfs:theme", () => graph && graph.style(style()));
  load();
})();
