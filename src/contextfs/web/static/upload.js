// The import page: files that are dropped or chosen are sent one by one, with how far each has come.
(() => {
  "use strict";
  const drop = document.querySelector("[data-drop]"), jobs = document.querySelector("#jobs");
  if (!drop) return;
  const csrf = JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRF-Token"];
  const row = (name) => {
    const card = document.createElement("section"), title = document.createElement("h2"), bar = document.createElement("progress"), said = document.createElement("p");
    card.className = "card job";
    title.textContent = name;
    bar.max = 1;
    bar.setAttribute("aria-label", `Sending ${name}`);
    said.className = "meta";
    card.append(title, bar, said);
    jobs.prepend(card);
    return { card, bar, said };
  };
  const send = (file) => new Promise((done) => {
    const { card, bar, said } = row(file.name);
    const failed = (why) => { bar.remove(); said.textContent = why; said.className = "mark bad"; done(); };
    const request = new XMLHttpRequest();
    request.open("POST", `/import/upload?${new URLSearchParams({ name: file.name })}`);
    request.setRequestHeader("X-CSRF-Token", csrf);
    request.setRequestHeader("HX-Request", "true");
    request.upload.onprogress = (event) => { bar.value = event.loaded / event.total; said.textContent = `${Math.round(100 * event.loaded / event.total)} % sent`; };
    request.onerror = () => failed("It could not be sent.");
    request.onload = () => {
      if (request.status !== 200) return failed(request.responseText.trim().slice(0, 300) || "It was refused.");
      bar.removeAttribute("value");
      said.textContent = "Looking through it …";
      htmx.ajax("GET", `/import/looked?${new URLSearchParams({ job: JSON.parse(request.responseText).job })}`, { target: card, swap: "outerHTML" }).then(done, done);
    };
    request.send(file);
  });
  const take = async (files) => { for (const file of files) await send(file); };
  drop.querySelector("input").addEventListener("change", (event) => { take([...event.target.files]); event.target.value = ""; });
  for (const name of ["dragenter", "dragover"]) addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  addEventListener("drop", (event) => { event.preventDefault(); drop.classList.remove("over"); take([...event.dataTransfer.files]); });
})();
