// Keeps a half-filled form: what was typed is sent after a pause, without files, and one line says when it was kept. A form
// that was sent is not kept any more.
const PAUSE = 4000;

export function watchDrafts(document) {
  for (const form of document.querySelectorAll("form[data-draft]")) keep(form);
}

function keep(form) {
  const said = document.createElement("p");
  said.className = "small";
  said.setAttribute("role", "status");
  form.querySelector(".form-buttons").after(said);
  let timer;
  let isSent = false;
  const save = async () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    body.set("act", "draft");
    body.set("quiet", "on");
    // Where it cannot be kept nothing is said: the button is still there.
    const answer = await fetch(form.dataset.draftTo, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (answer?.status === 204 && !isSent) {
      const now = new Date();
      const clock = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
      said.textContent = `${form.dataset.draft} ${clock}`;
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", () => {
    isSent = true;
    clearTimeout(timer);
  });
}
