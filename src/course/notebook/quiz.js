// A question with radio buttons. The answer is not in the model: Python sends `result` after each try.
function rich(parent, text) {
  // `code` and *emphasis*, as in the lesson's own text
  text.split(/(`[^`]+`|(?<![\w*])\*\S[^*\n]*?\*(?![\w*]))/).forEach((piece, number) => {
    if (number % 2) {
      const set = document.createElement(piece[0] === "`" ? "code" : "em");
      set.textContent = piece.slice(1, -1);
      parent.append(set);
    } else if (piece) parent.append(piece);
  });
  return parent;
}

// A kernel that was restarted knows nothing of this question, and says nothing: the page has to.
const PATIENCE = 5000;
const NOBODY = "No answer yet. If the kernel was restarted, run this cell again.";

function make(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function render({ model, el }) {
  // JupyterLab takes Enter, arrows and letters for its own shortcuts unless they stop here.
  el.addEventListener("keydown", (event) => event.stopPropagation());

  const name = "pfc-quiz-" + Math.random().toString(36).slice(2);
  const form = make("form", { className: "pfc-quiz" });
  const group = make("fieldset");
  const button = make("button", { type: "submit", textContent: "Answer" });
  const status = make("p", { className: "pfc-quiz-status", tabIndex: -1 });
  status.setAttribute("role", "status");
  group.append(rich(make("legend"), model.get("prompt")));

  const rows = model.get("options").map((text, number) => {
    const row = make("div", { className: "pfc-quiz-option" });
    const radio = make("input", { type: "radio", name, value: number, id: `${name}-${number}` });
    const why = make("p", { className: "pfc-quiz-why", id: `${name}-${number}-why`, hidden: true });
    row.append(radio, rich(make("label", { htmlFor: radio.id }), text), why);
    group.append(row);
    return { row, radio, why };
  });
  form.append(group, button, status);
  el.append(form);

  let waiting;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = rows.findIndex(({ radio }) => radio.checked);
    if (chosen < 0) {
      status.textContent = "Choose an answer first.";
      return;
    }
    model.set("choice", chosen);
    model.save_changes();
    clearTimeout(waiting);
    waiting = setTimeout(() => { status.textContent = NOBODY; }, PATIENCE);
  });

  const answered = () => {
    const result = model.get("result");
    if (!result.message) return;
    clearTimeout(waiting);
    const done = "answer" in result;
    rows.forEach(({ row, radio, why }, number) => {
      const tried = result.tried.includes(number);
      radio.disabled = done || tried;
      if (tried) radio.checked = done && number === result.tried.at(-1);
      if (!(number in result.whys)) return;
      const right = done && number === result.answer;
      radio.setAttribute("aria-describedby", why.id);
      row.classList.add(right ? "pfc-quiz-right" : "pfc-quiz-wrong");
      row.classList.toggle("pfc-quiz-picked", tried);
      const verdict = (right ? "Right" : "Wrong") + (tried ? ", your answer. " : ". ");
      why.replaceChildren(make("strong", { textContent: verdict }));
      rich(why, result.whys[number]);
      why.hidden = false;
    });
    status.textContent = result.message;
    if (button.isConnected && el.contains(document.activeElement)) status.focus();
    if (done) button.remove();
  };
  model.on("change:result", answered);
  answered();
  return () => {
    clearTimeout(waiting);
    model.off("change:result", answered);
  };
}

export default { render };
