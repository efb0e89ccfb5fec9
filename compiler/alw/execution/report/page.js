"use strict";
// Points at the same iteration in all plots, and says the values there.
for (const [number, data] of JSON.parse(document.getElementById("report-data").textContent).entries()) {
  const section = document.querySelectorAll(".plotted")[number];
  const where = section.querySelector(".note");
  const said = where.textContent;
  const svg = (name, parent, style) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    made.setAttribute("class", style);
    made.style.display = "none";
    return parent.appendChild(made);
  };
  const plots = [...section.querySelectorAll("svg.plot")].map((plot, i) => {
    const out = plot.parentNode.querySelector("output");
    const spot = svg("circle", plot, "spot");
    spot.setAttribute("r", 4);
    return { plot, ...data.plots[i], out, last: out.textContent, hair: svg("line", plot, "hair"), spot };
  });
  let at = -1;
  const show = (k) => {
    at = k;
    where.textContent = k < 0 ? said : data.n[k] > data.end ? "proposed next" : `iteration ${data.n[k].toLocaleString("en")}`;
    for (const { plot, y, t, out, last, hair, spot } of plots) {
      hair.style.display = k < 0 ? "none" : "";
      spot.style.display = k < 0 || y[k] == null ? "none" : "";
      out.textContent = k < 0 ? last : t[k] || "–";
      if (k < 0) continue;
      const x = data.x[k];
      for (const [key, value] of Object.entries({ x1: x, x2: x, y1: 8, y2: 116 })) hair.setAttribute(key, value);
      spot.setAttribute("cx", x);
      if (y[k] != null) spot.setAttribute("cy", y[k]);
    }
  };
  const nearest = (x) => data.x.reduce((best, other, k) => (Math.abs(other - x) < Math.abs(data.x[best] - x) ? k : best), 0);
  for (const { plot } of plots) {
    plot.setAttribute("tabindex", 0);
    const point = (event) => {
      const box = plot.getBoundingClientRect();
      show(nearest(((event.clientX - box.left) / box.width) * 340));
    };
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("pointerleave", () => show(-1));
    plot.addEventListener("blur", () => show(-1));
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      show(at < 0 ? (step < 0 ? data.x.length - 1 : 0) : Math.min(Math.max(at + step, 0), data.x.length - 1));
    });
  }
}
