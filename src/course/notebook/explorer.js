// The explorer's form. It fills itself from the chosen operation; Python gets what is sent, and answers.
let forms = 0;
// A kernel that was restarted knows nothing of this form, and says nothing: the page has to.
const PATIENCE = 5000;
const NOBODY = "No answer yet. If the kernel was restarted, run this cell again.";

function make(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function render({ model, el }) {
  // JupyterLab takes arrows, Enter and letters for its own shortcuts unless they stop here.
  el.addEventListener("keydown", (event) => event.stopPropagation());

  const id = `pfc-explore-${++forms}`;
  const form = make("form", { className: "pfc-explore" });
  form.setAttribute("aria-label", "Request");
  const field = (text, control) => {
    control.id = `${id}-${text.split(" ")[0].toLowerCase()}`;
    form.append(make("label", { textContent: text, htmlFor: control.id }), control);
    return control;
  };
  const bodiless = ["GET", "HEAD", "DELETE", "OPTIONS"];
  const operation = field("Operation", make("select"));
  const method = field("Method", make("select"));
  for (const name of model.get("methods")) method.append(make("option", { textContent: name }));
  const path = field("Path", make("input", { type: "text", spellcheck: false, autocomplete: "off" }));
  const body = field("JSON body", make("textarea", { rows: 6, spellcheck: false }));
  const button = make("button", { type: "submit", textContent: "Send" });
  const status = make("span", { className: "pfc-explore-status" });
  status.setAttribute("role", "status");
  const row = make("div", { className: "pfc-explore-row" });
  row.append(button, status);
  form.append(row);
  const answer = make("div");
  el.append(form, answer);

  const fill = () => {
    const chosen = model.get("operations")[operation.selectedIndex];
    if (!chosen) return;
    method.value = chosen.method;
    path.value = chosen.path;
    body.value = chosen.body;
    fit();
  };
  const fit = () => {
    const needless = bodiless.includes(method.value) && body.value === "";
    for (const part of [body, body.previousElementSibling]) part.hidden = needless;
  };
  const list = () => {
    const before = operation.value;
    const labels = model.get("operations").map(({ label }) => label);
    operation.replaceChildren(...labels.map((label) => make("option", { textContent: label, value: label })));
    operation.disabled = labels.length === 0;
    if (labels.includes(before)) operation.value = before;
    else fill();
  };
  let waiting;
  const show = () => {
    clearTimeout(waiting);
    button.disabled = model.get("sending");
    status.textContent = model.get("sending") ? "Sending…" : model.get("status");
    if (!model.get("sending")) answer.innerHTML = model.get("answer"); // made and escaped by the course
  };

  path.value = "/";
  operation.addEventListener("change", fill);
  method.addEventListener("change", fit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.disabled) return;
    model.send({ method: method.value, path: path.value, body: body.value });
    clearTimeout(waiting);
    waiting = setTimeout(() => { status.textContent = NOBODY; }, PATIENCE);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  model.on("change:operations", list);
  model.on("change:sending", show);
  list();
  fit();
  show();
  return () => {
    clearTimeout(waiting);
    model.off("change:operations", list);
    model.off("change:sending", show);
  };
}

export default { render };
