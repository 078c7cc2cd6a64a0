// Asks for the part of the page that changes, and puts it in place when it is another one.
const room = document.getElementById("room");
const state = document.getElementById("state");
const names = document.getElementById("names");
const address = document.body.dataset.room;
// The hub asks for it: learners' own pages come from the same address, and must not read this one.
const headers = {"X-XSRFToken": document.body.dataset.xsrf};
let shown = "";

async function look() {
  try {
    const asked = names?.getAttribute("aria-pressed") === "true";
    const answer = await fetch(address + (asked ? "?names=1" : ""), {headers, cache: "no-store", redirect: "error"});
    if (!answer.ok) throw new Error(answer.status === 401 ? "You are logged out: reload the page." : "");
    const html = await answer.text();
    if (html !== shown) {
      // The server escapes everything in it; the page's policy runs no script that could hide there.
      room.innerHTML = html;
      shown = html;
    }
    say("");
  } catch (error) {
    say(error.message.startsWith("You") ? error.message : "The board does not answer; this is what it last said.");
  }
}

function say(what) {
  if (state.textContent !== what) state.textContent = what;
}

names?.addEventListener("click", () => {
  const on = names.getAttribute("aria-pressed") !== "true";
  names.setAttribute("aria-pressed", String(on));
  look();
});

async function again() {
  if (!document.hidden) await look();
  setTimeout(again, 3000);
}
again();
